#include "component/stanza_framer.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using component::StanzaFramer;
using Fault = StanzaFramer::Fault;

namespace {

/// Writes down what the framer says, one line each.
struct Recorder final : StanzaFramer::Sink {
  std::vector<std::string> lines;
  void on_prologue(std::string_view xml) override {
    lines.push_back("prologue " + std::string(xml));
  }
  void on_stanza(std::string_view xml) override { lines.push_back("stanza " + std::string(xml)); }
  void on_skipped(std::string_view head, Fault why) override {
    lines.push_back("skipped " + name(why) + " " + std::string(head));
  }
  void on_stream_end() override { lines.push_back("end"); }
  void on_broken(Fault why) override { lines.push_back("broken " + name(why)); }

  static std::string name(Fault fault) {
    switch (fault) {
      case Fault::too_deep:
        return "too_deep";
      case Fault::too_big:
        return "too_big";
      case Fault::bad_character:
        return "bad_character";
      case Fault::restricted_xml:
        return "restricted_xml";
      case Fault::ill_formed:
        return "ill_formed";
    }
    return {};
  }
};

using Lines = std::vector<std::string>;

Lines frame(const std::vector<std::string_view>& pieces, StanzaFramer::Limits limits = {}) {
  StanzaFramer framer(limits);
  Recorder recorder;
  for (const auto piece : pieces) framer.on_octets(piece, recorder);
  return recorder.lines;
}

Lines frame_octet_by_octet(std::string_view text, StanzaFramer::Limits limits = {}) {
  StanzaFramer framer(limits);
  Recorder recorder;
  for (std::size_t i = 0; i < text.size(); ++i) framer.on_octets(text.substr(i, 1), recorder);
  return recorder.lines;
}

const std::string header =
    "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
    "xmlns='jabber:component:accept' id='3BF96D32'>";

struct Row {
  std::string name;
  std::string input;  ///< after the stream header
  Lines expected;     ///< after the prologue
};

const std::vector<Row> rows = {
    {"an empty element", "<handshake/>", {"stanza <handshake/>"}},
    {"children, attributes and text",
     "<m a='>' b=\"/>'\"><c/>x &gt;</m>",
     {"stanza <m a='>' b=\"/>'\"><c/>x &gt;</m>"}},
    {"white space between stanzas", " \n<a/>\t<b></b>  ", {"stanza <a/>", "stanza <b></b>"}},
    {"the end of the stream", "<a/></stream:stream><b/>", {"stanza <a/>", "end"}},
    {"a tag in CDATA is text",
     "<m><![CDATA[</m><x>]]]></m>",
     {"stanza <m><![CDATA[</m><x>]]]></m>"}},
    {"a comment is skipped with its stanza",
     "<m><!-- </m> > --></m><a/>",
     {"skipped restricted_xml <m><!-- </m> > --></m>", "stanza <a/>"}},
    {"an instruction is skipped with its stanza",
     "<m><?php </m> > ?></m><a/>",
     {"skipped restricted_xml <m><?php </m> > ?></m>", "stanza <a/>"}},
    {"a document type is skipped with its stanza",
     "<m><!DOCTYPE x></m><a/>",
     {"skipped restricted_xml <m><!DOCTYPE x></m>", "stanza <a/>"}},
    {"a comment between stanzas breaks the stream",
     "<a/><!-- x --><b/>",
     {"stanza <a/>", "broken restricted_xml"}},
    {"text between stanzas breaks the stream", "<a/>x<b/>", {"stanza <a/>", "broken ill_formed"}},
    {"a lone continuation octet",
     "<m>\x80</m><a/>",
     {"skipped bad_character <m>\x80</m>", "stanza <a/>"}},
    {"an overlong form",
     "<m>\xC0\xAF</m><a/>",
     {"skipped bad_character <m>\xC0\xAF</m>", "stanza <a/>"}},
    {"an overlong form of three",
     "<m>\xE0\x80\x80</m>",
     {"skipped bad_character <m>\xE0\x80\x80</m>"}},
    {"a surrogate", "<m>\xED\xA0\x80</m>", {"skipped bad_character <m>\xED\xA0\x80</m>"}},
    {"beyond U+10FFFF",
     "<m>\xF4\x90\x80\x80</m>",
     {"skipped bad_character <m>\xF4\x90\x80\x80</m>"}},
    {"U+FFFE", "<m>\xEF\xBF\xBE</m>", {"skipped bad_character <m>\xEF\xBF\xBE</m>"}},
    {"U+FFFD, U+F8FF and an emoji",
     "<m>\xEF\xBF\xBD\xEF\xA3\xBF\xF0\x9F\x98\x80</m>",
     {"stanza <m>\xEF\xBF\xBD\xEF\xA3\xBF\xF0\x9F\x98\x80</m>"}},
    {"a character that is cut by a tag",
     "<m>\xE2\x82</m><a/>",
     {"skipped bad_character <m>\xE2\x82</m>", "stanza <a/>"}},
    {"a control character in an attribute",
     "<iq id='1' to='a\x01'/><a/>",
     {"skipped bad_character <iq id='1' to='a\x01'/>", "stanza <a/>"}},
    {"a tag without a name breaks the stream", "<m>< ></m><a/>", {"broken ill_formed"}},
};

}  // namespace

TEST_CASE("stanzas are cut out whole, however the octets arrive",
          "[RFC6120:11.1][RFC6120:11.6][XEP-0114:3]") {
  for (const auto& row : rows) {
    INFO(row.name);
    const auto text = header + row.input;
    auto expected = row.expected;
    expected.insert(expected.begin(), "prologue " + header);
    CHECK(frame({text}) == expected);
    CHECK(frame_octet_by_octet(text) == expected);
    for (std::size_t at = 1; at < text.size(); ++at) {
      const std::string_view view = text;
      if (frame({view.substr(0, at), view.substr(at)}) != expected) {
        INFO("split at " << at);
        CHECK(frame({view.substr(0, at), view.substr(at)}) == expected);
      }
    }
  }
}

TEST_CASE("what is no XML stream is told at once", "[RFC6120:11.3]") {
  const std::vector<std::pair<std::string, Fault>> inputs = {
      {"HTTP/1.1 400 Bad Request\r\n", Fault::ill_formed},
      {"\x16\x03\x01", Fault::ill_formed},
      {"<!DOCTYPE html>", Fault::restricted_xml},
      {"</stream:stream>", Fault::ill_formed},
      {"<stream:stream/>", Fault::ill_formed},
      {"<?xml version='1.0'?>220 smtp", Fault::ill_formed},
      {"<stream:stream to='\xff'>", Fault::bad_character},
      {"<" + std::string(9000, 'a'), Fault::too_big},
  };
  for (const auto& [input, fault] : inputs) {
    INFO(input.substr(0, 40));
    const Lines expected = {"broken " + Recorder::name(fault)};
    CHECK(frame({input}) == expected);
    CHECK(frame_octet_by_octet(input) == expected);
  }
}

TEST_CASE("depth is limited, the stanza's own level counts", "[RFC6120:13.12]") {
  const auto nest = [](std::size_t levels) {
    std::string xml;
    for (std::size_t i = 0; i < levels; ++i) xml += "<a>";
    for (std::size_t i = 0; i < levels; ++i) xml += "</a>";
    return xml;
  };
  CHECK(frame({header + nest(64)}).back() == "stanza " + nest(64));
  CHECK(frame({header + nest(65) + "<b/>"}) ==
        Lines{"prologue " + header, "skipped too_deep " + nest(65), "stanza <b/>"});
  const auto abyss = frame({header + nest(200'000) + "<b/>"});
  REQUIRE(abyss.size() == 3);
  CHECK(abyss[1] == "skipped too_deep " + nest(200'000).substr(0, 2048));
  CHECK(abyss[2] == "stanza <b/>");
}

TEST_CASE("size is limited, and the head of what was skipped is kept", "[RFC6120:13.12]") {
  StanzaFramer::Limits limits;
  limits.octets = 100;
  limits.skipped_head = 20;
  const std::string fits = "<m>" + std::string(100 - 7, 'x') + "</m>";
  const std::string exceeds = "<m>" + std::string(101 - 7, 'x') + "</m>";
  const Lines expected = {"prologue " + header, "stanza " + fits,
                          "skipped too_big " + exceeds.substr(0, 20), "stanza <b/>"};
  CHECK(frame({header + fits + exceeds + "<b/>"}, limits) == expected);
  CHECK(frame_octet_by_octet(header + fits + exceeds + "<b/>", limits) == expected);

  const std::string start = "<iq id='7' type='get'>";
  StanzaFramer framer;
  Recorder recorder;
  framer.on_octets(header + start, recorder);
  const std::string megabyte(1024 * 1024, 'x');
  for (int i = 0; i < 16; ++i) framer.on_octets(megabyte, recorder);
  framer.on_octets("</iq>", recorder);
  CHECK(recorder.lines.back() ==
        "skipped too_big " + start + std::string(2048 - start.size(), 'x'));
}

TEST_CASE("nothing is delivered after stop(), not even of the same octets", "[XEP-0114:3]") {
  struct Stopper final : StanzaFramer::Sink {
    StanzaFramer* framer = nullptr;
    int stanzas = 0;
    void on_prologue(std::string_view) override {}
    void on_stanza(std::string_view) override {
      ++stanzas;
      framer->stop();
    }
    void on_skipped(std::string_view, Fault) override { FAIL("nothing is skipped"); }
    void on_stream_end() override { FAIL("the stream does not end"); }
    void on_broken(Fault) override { FAIL("nothing is broken"); }
  } stopper;
  StanzaFramer framer;
  stopper.framer = &framer;
  framer.on_octets(header + "<a/><b/></stream:stream>", stopper);
  framer.on_octets("<c/>", stopper);
  CHECK(stopper.stanzas == 1);
}
