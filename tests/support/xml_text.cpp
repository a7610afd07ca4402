#include "tests/support/xml_text.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <map>
#include <memory>
#include <stdexcept>

#include "xmpp_schemas/xml_writer.hpp"

namespace tests {
namespace {

std::string text_of(const xmlChar* text) {
  return text != nullptr ? std::string(reinterpret_cast<const char*>(text)) : std::string();
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

void append_element(std::string& out, xmlNode* element, const std::string& outer_xmlns, int depth) {
  const auto name = text_of(element->name);
  const auto xmlns = element->ns != nullptr ? text_of(element->ns->href) : std::string();
  std::map<std::string, std::string> attributes;
  if (xmlns != outer_xmlns) attributes["xmlns"] = xmlns;
  for (auto* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    const std::unique_ptr<xmlChar, void (*)(void*)> value(
        xmlNodeListGetString(element->doc, attribute->children, 1), xmlFree);
    attributes[text_of(attribute->name)] = text_of(value.get());
  }
  out.append(static_cast<std::size_t>(depth) * 2, ' ').append("<").append(name);
  for (const auto& [key, value] : attributes) {
    out.append(" ").append(key).append("='");
    xmpp_schemas::append_attribute_value(out, value);
    out.append("'");
  }
  out.append(">\n");
  for (auto* child = element->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) append_element(out, child, xmlns, depth + 1);
    if (child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE) continue;
    const auto text = text_of(child->content);
    if (!is_blank(text))
      out.append(static_cast<std::size_t>(depth + 1) * 2, ' ').append(text).append("\n");
  }
}

using Document = std::unique_ptr<xmlDoc, void (*)(xmlDoc*)>;

Document parse(std::string_view xml) {
  const std::string wrapped = "<stanzas>" + std::string(xml) + "</stanzas>";
  Document document(xmlReadMemory(wrapped.data(), static_cast<int>(wrapped.size()), "", nullptr,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
                    xmlFreeDoc);
  if (!document) throw std::runtime_error("not well-formed: " + std::string(xml));
  return document;
}

std::string to_text(xmlNode* element) {
  const std::unique_ptr<xmlBuffer, void (*)(xmlBuffer*)> buffer(xmlBufferCreate(), xmlBufferFree);
  xmlNodeDump(buffer.get(), element->doc, element, 0, 0);
  return text_of(xmlBufferContent(buffer.get()));
}

void collect(std::vector<std::string>& found, xmlNode* element, std::string_view xmlns) {
  for (auto* child = element->children; child != nullptr; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    if (child->ns != nullptr && text_of(child->ns->href) == xmlns) {
      found.push_back(to_text(child));
    } else {
      collect(found, child, xmlns);
    }
  }
}

}  // namespace

std::string to_canonical(std::string_view xml) {
  const auto document = parse(xml);
  std::string out;
  for (auto* child = xmlDocGetRootElement(document.get())->children; child != nullptr;
       child = child->next) {
    if (child->type == XML_ELEMENT_NODE) append_element(out, child, "", 0);
  }
  return out;
}

std::vector<std::string> elements_of(std::string_view xml) {
  const auto document = parse(xml);
  std::vector<std::string> found;
  for (auto* child = xmlDocGetRootElement(document.get())->children; child != nullptr;
       child = child->next) {
    if (child->type == XML_ELEMENT_NODE) found.push_back(to_text(child));
  }
  return found;
}

std::vector<std::string> elements_in(std::string_view xml, std::string_view xmlns) {
  const auto document = parse(xml);
  std::vector<std::string> found;
  collect(found, xmlDocGetRootElement(document.get()), xmlns);
  return found;
}

}  // namespace tests
