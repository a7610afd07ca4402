#include "mapping/payload_reader.hpp"

#include "tests/unit/mapping/payload_examples.hpp"

using pubsub::Disclosure;

namespace {

bool is_read(const pubsub::Payload& payload) {
  return mapping::read_payload(payload).has_value();
}

}  // namespace

TEST_CASE("a payload is read back child by child, over its parts", "[RFC5423:5]") {
  const pubsub::Payload payload{{Disclosure::counts, "<A xmlns='u'><b>1</b>"},
                                {Disclosure::envelope, "<h x='1'><i>2</i><i/></h>"},
                                {Disclosure::counts, "</A>"}};
  const auto element = mapping::read_payload(payload);
  REQUIRE(element.has_value());
  CHECK(element->root.name == "A");
  CHECK(element->start == "<A xmlns='u'>");
  CHECK(element->end == "</A>");
  REQUIRE(element->children.size() == 2);
  CHECK(element->children[0].element.inside == "1");
  CHECK(element->children[0].disclosure == Disclosure::counts);
  CHECK(element->children[1].element.whole == payload[1].xml);
  CHECK(element->children[1].disclosure == Disclosure::envelope);
  CHECK(element->find("h") == &element->children[1]);
  CHECK(element->find("i") == nullptr);  // no child of the root
}

TEST_CASE("attributes and text are unescaped", "[XML1.0:4.6]") {
  const pubsub::Payload payload{
      {Disclosure::counts, "<source name='a&amp;&apos;&#10;b' state='x' last=''/>"}};
  const auto element = mapping::read_payload(payload);
  REQUIRE(element.has_value());
  CHECK(mapping::find_attribute(element->root, "name") == "a&'\nb");
  CHECK(mapping::find_attribute(element->root, "state") == "x");
  CHECK(mapping::find_attribute(element->root, "last") == "");
  CHECK_FALSE(mapping::find_attribute(element->root, "tate").has_value());
  CHECK(mapping::unescape("&lt;&gt;&quot;&#13;&#9;&bogus;&") == "<>\"\r\t&bogus;&");
  CHECK(mapping::unescape("&amp;lt;") == "&lt;");  // once
}

TEST_CASE("what the gateway does not write is refused", "[operations]") {
  const auto* const xml =
      GENERATE("", "text", "<", "<>", "<A", "<A>", "</A>", "<A/><A/>", "<A/>x", "<A></B>",
               "<A>text</A>", "<A><b></A>", "<A><b></c></A>", "<A></b></A>", "<A> <b/></A>",
               "<A><b/></A>x", "<A><b/></A><c/>", "<A x='<'/>", "<!-- a --><A/>");
  INFO(xml);
  CHECK_FALSE(is_read({{Disclosure::counts, xml}}));
  CHECK_FALSE(is_read({}));
}

TEST_CASE("a child that lies in two parts is refused", "[operations]") {
  CHECK_FALSE(is_read({{Disclosure::counts, "<A><b>"},
                       {Disclosure::envelope, "x"},
                       {Disclosure::counts, "</b></A>"}}));
}

TEST_CASE("a root that not everybody may see is refused", "[operations]") {
  CHECK_FALSE(is_read({{Disclosure::actor, "<A x='1'/>"}}));
  CHECK_FALSE(is_read({{Disclosure::envelope, "<A>"}, {Disclosure::counts, "</A>"}}));
  CHECK_FALSE(is_read({{Disclosure::counts, "<A>"}, {Disclosure::envelope, "</A>"}}));
}

TEST_CASE("no start of an example is an element", "[operations]") {
  for (const auto& name : payload_examples::all_names()) {
    const auto xml =
        payload_examples::shown(payload_examples::read(name), payload_examples::everything);
    for (std::size_t length = 0; length < xml.size(); ++length) {
      const pubsub::Payload start{{Disclosure::counts, xml.substr(0, length)}};
      if (mapping::read_payload(start)) FAIL(start.front().xml);
    }
  }
}

TEST_CASE("an example with one octet changed is read or refused", "[operations]") {
  for (const auto& name : payload_examples::all_names()) {
    const auto xml =
        payload_examples::shown(payload_examples::read(name), payload_examples::everything);
    for (std::size_t at = 0; at < xml.size(); ++at) {
      for (const char octet : {'<', '>', '/', '&', ' ', '\'', '\0'}) {
        pubsub::Payload payload{{Disclosure::counts, xml}};
        payload.front().xml[at] = octet;
        const auto element = mapping::read_payload(payload);
        if (!element) continue;
        std::size_t octets = element->start.size() + element->end.size();
        for (const auto& child : element->children) octets += child.element.whole.size();
        if (octets != xml.size()) FAIL(payload.front().xml);  // nothing is lost
      }
    }
  }
}
