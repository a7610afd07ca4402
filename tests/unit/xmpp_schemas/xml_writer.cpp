// Whatever octets go in, well-formed XML comes out, and the reader sees the characters that were
// there.
#include "xmpp_schemas/xml_writer.hpp"

#include <cstdint>
#include <string>

#include "tests/support/catch.hpp"
#include "xmpp_schemas/validator.hpp"

using namespace xmpp_schemas;

namespace {

/// A valid element whose attribute and whose character data are `octets`, as the writer writes
/// them.
std::string written(std::string_view octets) {
  std::string xml;
  XmlWriter writer(xml);
  writer.open("MessageNew", "urn:xmpp:message-store:0");
  writer.leaf("mailboxID", "imap://h/INBOX;UIDVALIDITY=1");
  writer.leaf("uri", "imap://h/INBOX;UIDVALIDITY=1/;UID=1");
  writer.open("headers", "http://jabber.org/protocol/shim").open("header");
  writer.attribute("name", octets).text(octets).close().close().close();
  return xml;
}

}  // namespace

TEST_CASE("text is escaped and scrubbed", "[XML1.0:2.2][XML1.0:2.11][RFC3629:4]") {
  struct Row {
    const char* name;
    std::string_view octets;
    const char* text;
    const char* attribute;
  };
  const Row rows[] = {
      {"plain", "Wherefore", "Wherefore", "Wherefore"},
      {"markup", "<a&b>'\"", "&lt;a&amp;b&gt;&apos;&quot;", "&lt;a&amp;b&gt;&apos;&quot;"},
      {"end of CDATA", "]]>", "]]&gt;", "]]&gt;"},
      {"line ends", "a\r\n\tb", "a&#13;\n\tb", "a&#13;&#10;&#9;b"},
      {"UTF-8", "\xC3\x9C\xE2\x82\xAC\xF0\x9F\x93\xAC", "\xC3\x9C\xE2\x82\xAC\xF0\x9F\x93\xAC",
       "\xC3\x9C\xE2\x82\xAC\xF0\x9F\x93\xAC"},
      {"NUL", std::string_view("a\0b", 3),
       "a\xEF\xBF\xBD"
       "b",
       "a\xEF\xBF\xBD"
       "b"},
      {"escape", "\x1B", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
      {"Latin-1", "\xFC", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
      {"cut short", "\xE2\x82", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
      {"cut by a letter", "\xE2\x82z", "\xEF\xBF\xBDz", "\xEF\xBF\xBDz"},
      {"cut by markup", "\xE2<", "\xEF\xBF\xBD&lt;", "\xEF\xBF\xBD&lt;"},
      {"surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
      {"U+FFFF", "\xEF\xBF\xBF", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
      {"above U+10FFFF", "\xF4\x90\x80\x80", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    std::string text;
    append_text(text, row.octets);
    CHECK(text == row.text);
    std::string attribute;
    append_attribute_value(attribute, row.octets);
    CHECK(attribute == row.attribute);
  }
}

TEST_CASE("scrubbing alone changes no character that XML allows", "[XML1.0:2.2]") {
  CHECK(to_xml_characters("<a&b>\r\n") == "<a&b>\r\n");
  CHECK(to_xml_characters("a\x01z") == "a\xEF\xBF\xBDz");
}

TEST_CASE("no octets make the output ill-formed", "[XML1.0:2.2][RFC6120:11.3]") {
  const Validator validator;
  for (int first = 0; first < 256; ++first) {
    std::string octets(1, static_cast<char>(first));
    INFO(first);
    CHECK(validator.validate(written(octets)).reason.empty());
    for (const int second : {0x00, 0x26, 0x3C, 0x80, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xF4, 0xFF}) {
      const auto two = octets + static_cast<char>(second);
      CHECK(validator.validate(written(two)).reason.empty());
      CHECK(validator.validate(written(two + static_cast<char>(0xBF))).reason.empty());
    }
  }
  std::uint32_t state = 1;  // a fixed sequence, so that a failure can be repeated
  for (int round = 0; round < 2000; ++round) {
    std::string octets;
    for (int i = 0; i < 24; ++i) {
      state = state * 1664525U + 1013904223U;
      octets += static_cast<char>(state >> 24U);
    }
    REQUIRE(validator.validate(written(octets)).reason.empty());
  }
}

TEST_CASE("elements nest, and empty ones are short", "[XML1.0:3.1]") {
  std::string xml;
  XmlWriter writer(xml);
  writer.open("a", "urn:example").attribute("b", "c").open("d").close().leaf("e", "f").raw("<g/>");
  writer.raw("").close();
  CHECK(xml == "<a xmlns='urn:example' b='c'><d/><e>f</e><g/></a>");
}
