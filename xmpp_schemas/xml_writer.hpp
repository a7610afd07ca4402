// The one way by which text becomes XML: every octet sequence that came from a mail, a mailbox name
// or a client passes through here, since one octet that is no XML ends the component's stream on
// every server. XML 1.0 §2.2 (Char).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xmpp_schemas {

/// Appends `utf8` as character data or as a quoted attribute value: `& < > ' "` escaped; octets
/// that are no UTF-8 and characters that XML 1.0 §2.2 forbids become U+FFFD (one per ill-formed
/// octet sequence); in attribute values tab, LF and CR become character references, in character
/// data CR does (XML 1.0 §2.11, §3.3.3).
void append_text(std::string& out, std::string_view utf8);
void append_attribute_value(std::string& out, std::string_view utf8);

/// The same scrubbing without the escaping: the text that a reader of the XML will see.
std::string to_xml_characters(std::string_view utf8);

/// Writes elements one after the other; nothing that it writes can be ill-formed, as long as names
/// are literals.
class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(out) {}
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  /// `name` and `xmlns` must outlive the writer's use of the element; an empty xmlns writes none.
  XmlWriter& open(std::string_view name, std::string_view xmlns = {});
  /// Only right after open() or another attribute().
  XmlWriter& attribute(std::string_view name, std::string_view value);
  XmlWriter& text(std::string_view utf8);
  /// Appends what is XML already, because a writer made it.
  XmlWriter& raw(std::string_view xml);
  XmlWriter& close();
  /// <name>utf8</name>
  XmlWriter& leaf(std::string_view name, std::string_view utf8);

 private:
  void finish_start_tag();

  std::string& out_;
  std::vector<std::string_view> open_;
  bool in_start_tag_ = false;
};

}  // namespace xmpp_schemas
