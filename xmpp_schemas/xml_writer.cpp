#include "xmpp_schemas/xml_writer.hpp"

#include <cstdint>

namespace xmpp_schemas {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
  std::size_t length;  // octets consumed
  bool is_character;   // well-formed UTF-8 and a Char of XML 1.0
};

bool is_continuation(unsigned char octet) {
  return (octet & 0xC0U) == 0x80U;
}

// RFC 3629 §4 (UTF-8 octet sequences), XML 1.0 §2.2 (Char)
Sequence next_sequence(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {1, lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r'};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || !is_continuation(at(i))) return {i, false};
    code = (code << 6U) | (at(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool is_character =
      !overlong && !surrogate && code <= 0x10FFFF && code != 0xFFFE && code != 0xFFFF;
  return {length, is_character};
}

std::string_view escape_of(char c, bool in_attribute) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\'':
      return "&apos;";
    case '"':
      return "&quot;";
    case '\r':
      return "&#13;";
    case '\n':
      return in_attribute ? "&#10;" : std::string_view();
    case '\t':
      return in_attribute ? "&#9;" : std::string_view();
    default:
      return {};
  }
}

enum class Form { character_data, attribute_value, unescaped };

void append(std::string& out, std::string_view utf8, Form form) {
  out.reserve(out.size() + utf8.size());
  while (!utf8.empty()) {
    const auto sequence = next_sequence(utf8);
    const auto escape = form == Form::unescaped
                            ? std::string_view()
                            : escape_of(utf8.front(), form == Form::attribute_value);
    if (!sequence.is_character) {
      out += replacement_character;
    } else if (!escape.empty()) {
      out += escape;
    } else {
      out += utf8.substr(0, sequence.length);
    }
    utf8.remove_prefix(sequence.length);
  }
}

}  // namespace

void append_text(std::string& out, std::string_view utf8) {
  append(out, utf8, Form::character_data);
}

void append_attribute_value(std::string& out, std::string_view utf8) {
  append(out, utf8, Form::attribute_value);
}

std::string to_xml_characters(std::string_view utf8) {
  std::string text;
  append(text, utf8, Form::unescaped);
  return text;
}

XmlWriter& XmlWriter::open(std::string_view name, std::string_view xmlns) {
  finish_start_tag();
  out_ += '<';
  out_ += name;
  open_.push_back(name);
  in_start_tag_ = true;
  if (!xmlns.empty()) attribute("xmlns", xmlns);
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "='";
  append_attribute_value(out_, value);
  out_ += '\'';
  return *this;
}

XmlWriter& XmlWriter::text(std::string_view utf8) {
  finish_start_tag();
  append_text(out_, utf8);
  return *this;
}

XmlWriter& XmlWriter::raw(std::string_view xml) {
  if (xml.empty()) return *this;
  finish_start_tag();
  out_ += xml;
  return *this;
}

XmlWriter& XmlWriter::close() {
  if (in_start_tag_) {
    out_ += "/>";
    in_start_tag_ = false;
  } else {
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
  }
  open_.pop_back();
  return *this;
}

XmlWriter& XmlWriter::leaf(std::string_view name, std::string_view utf8) {
  return open(name).text(utf8).close();
}

void XmlWriter::finish_start_tag() {
  if (!in_start_tag_) return;
  out_ += '>';
  in_start_tag_ = false;
}

}  // namespace xmpp_schemas
