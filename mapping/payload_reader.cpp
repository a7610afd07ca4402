#include "mapping/payload_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace mapping {
namespace {

constexpr std::size_t max_children = 1000;  // far more than a payload can have

enum class TagKind { start, end, empty };

struct Tag {
  TagKind kind = TagKind::start;
  std::string_view name;
  std::string_view attributes;
  std::size_t length = 0;
};

/// The tag at the start of `xml`. The writer escapes '<' and '>' wherever they are no markup, in
/// attribute values too.
std::optional<Tag> read_tag(std::string_view xml) {
  if (!xml.starts_with('<')) return std::nullopt;
  const auto close = xml.find('>');
  if (close == std::string_view::npos) return std::nullopt;
  Tag tag;
  tag.length = close + 1;
  auto body = xml.substr(1, close - 1);
  if (body.starts_with('/')) {
    tag.kind = TagKind::end;
    body.remove_prefix(1);
  } else if (body.ends_with('/')) {
    tag.kind = TagKind::empty;
    body.remove_suffix(1);
  }
  tag.name = body.substr(0, body.find(' '));
  tag.attributes = body.substr(tag.name.size());
  if (tag.name.empty() || body.find('<') != std::string_view::npos) return std::nullopt;
  return tag;
}

/// Takes the element at the start of `xml`; elements within it are counted, not compared.
std::optional<XmlElement> take_element(std::string_view& xml) {
  const auto first = read_tag(xml);
  if (!first || first->kind == TagKind::end) return std::nullopt;
  const auto text = xml;
  std::size_t at = first->length;
  std::size_t inside_end = at;
  std::size_t depth = first->kind == TagKind::start ? 1 : 0;
  while (depth > 0) {
    inside_end = text.find('<', at);
    if (inside_end == std::string_view::npos) return std::nullopt;
    const auto tag = read_tag(text.substr(inside_end));
    if (!tag) return std::nullopt;
    at = inside_end + tag->length;
    if (tag->kind == TagKind::start) ++depth;
    if (tag->kind == TagKind::end && --depth == 0 && tag->name != first->name) return std::nullopt;
  }
  xml.remove_prefix(at);
  return XmlElement{first->name, first->attributes,
                    text.substr(first->length, inside_end - first->length), text.substr(0, at)};
}

bool read_children(const pubsub::Part& part, std::string_view xml, PayloadElement& out) {
  while (!xml.empty()) {
    const auto element = take_element(xml);
    if (!element || out.children.size() == max_children) return false;
    out.children.push_back({*element, part.disclosure});
  }
  return true;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> references{{
    {"&amp;", "&"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&apos;", "'"},
    {"&quot;", "\""},
    {"&#9;", "\t"},
    {"&#10;", "\n"},
    {"&#13;", "\r"},
}};

}  // namespace

std::optional<std::string> find_attribute(const XmlElement& element, std::string_view name) {
  for (auto rest = element.attributes; rest.starts_with(' ');) {
    rest.remove_prefix(1);
    const auto equals = rest.find("='");
    if (equals == std::string_view::npos) return std::nullopt;
    const auto end = rest.find('\'', equals + 2);
    if (end == std::string_view::npos) return std::nullopt;
    if (rest.substr(0, equals) == name) {
      return unescape(rest.substr(equals + 2, end - equals - 2));
    }
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::vector<XmlElement>> read_elements(std::string_view xml) {
  std::vector<XmlElement> elements;
  while (!xml.empty()) {
    const auto element = take_element(xml);
    if (!element || elements.size() == max_children) return std::nullopt;
    elements.push_back(*element);
  }
  return elements;
}

std::string unescape(std::string_view xml) {
  std::string out;
  while (!xml.empty()) {
    const auto text = xml.substr(0, xml.find('&'));
    out += text;
    xml.remove_prefix(text.size());
    if (xml.empty()) break;
    const auto row = std::find_if(references.begin(), references.end(),
                                  [&](const auto& one) { return xml.starts_with(one.first); });
    const bool is_known = row != references.end();
    out += is_known ? row->second : xml.substr(0, 1);
    xml.remove_prefix(is_known ? row->first.size() : 1);
  }
  return out;
}

const PayloadChild* PayloadElement::find(std::string_view name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& child) { return child.element.name == name; });
  return found == children.end() ? nullptr : &*found;
}

std::optional<PayloadElement> read_payload(const pubsub::Payload& payload) {
  if (payload.empty()) return std::nullopt;
  // what is around the children is everybody's
  if (payload.front().disclosure != pubsub::Disclosure::counts) return std::nullopt;
  if (payload.back().disclosure != pubsub::Disclosure::counts) return std::nullopt;
  const std::string_view first = payload.front().xml;
  const auto tag = read_tag(first);
  if (!tag || tag->kind == TagKind::end) return std::nullopt;
  PayloadElement out{{tag->name, tag->attributes, {}, {}}, first.substr(0, tag->length), {}, {}};
  if (tag->kind == TagKind::empty) {
    const bool is_all = payload.size() == 1 && tag->length == first.size();
    return is_all ? std::optional(std::move(out)) : std::nullopt;
  }
  const auto end = "</" + std::string(tag->name) + ">";
  for (const auto& part : payload) {
    std::string_view xml = part.xml;
    if (&part == &payload.front()) xml.remove_prefix(tag->length);
    if (&part == &payload.back()) {
      if (!xml.ends_with(end)) return std::nullopt;
      out.end = xml.substr(xml.size() - end.size());
      xml.remove_suffix(end.size());
    }
    if (!read_children(part, xml, out)) return std::nullopt;
  }
  return out;
}

}  // namespace mapping
