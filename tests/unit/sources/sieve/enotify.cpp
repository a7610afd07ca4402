// What a Sieve script asks for, from the text of a request. RFC 5435, RFC 5437.
#include "sources/sieve/enotify.hpp"

#include "tests/support/catch.hpp"

using sources::sieve::Importance;
using sources::sieve::parse_notification;

TEST_CASE("the URI names the address and may bring texts", "[RFC5437:2.1][RFC5437:4]") {
  struct Row {
    const char* uri;
    const char* address;
    const char* subject;
    const char* message;
  };
  const auto row = GENERATE(values<Row>({
      {"xmpp:juliet@example.com", "juliet@example.com", "", ""},
      {"xmpp:juliet@example.com/desk", "juliet@example.com/desk", "", ""},
      {"xmpp:nasty!%23$%25()@example.com#part", "nasty!#$%()@example.com", "", ""},
      {"xmpp://guest@example.com/juliet@example.com", "juliet@example.com", "", ""},
      {"xmpp:juliet@example.com?message;body=Art%20thou%3F;subject=ALERT%21", "juliet@example.com",
       "ALERT!", "Art thou?"},
      {"xmpp:juliet@example.com?message;from=x;thread=y;body=a=b", "juliet@example.com", "", "a=b"},
      {"xmpp:juliet@example.com?subscribe;body=no", "juliet@example.com", "", ""},
      {"xmpp:juliet@example.com?message", "juliet@example.com", "", ""},
      {"xmpp:juliet@example.com?", "juliet@example.com", "", ""},
  }));
  const auto read = parse_notification(std::string(R"({"method": ")") + row.uri + "\"}");
  REQUIRE(read.has_value());
  CHECK(read->address == row.address);
  CHECK(read->subject == row.subject);
  CHECK(read->message == row.message);
  CHECK(read->importance == Importance::medium);
}

TEST_CASE("the script's own message wins over that of the URI", "[RFC5437:2.5][RFC5435:3.4]") {
  const auto read = parse_notification(
      R"({"importance": "1", "message": "Hurry", "from": "a@b", "other": 1,)"
      R"( "method": "xmpp:juliet@example.com?message;body=Slowly"})");
  REQUIRE(read.has_value());
  CHECK(read->message == "Hurry");
  CHECK(read->from == "a@b");
  CHECK(read->importance == Importance::high);
}

TEST_CASE("a request that is none says what is wrong", "[RFC5435:3.8]") {
  struct Row {
    std::string json;
    std::string why;
  };
  const auto row = GENERATE(values<Row>({
      {"", "no JSON object"},
      {"[]", "no JSON object"},
      {"{}", "method is missing"},
      {R"({"method": 5})", "method is no text of at most 16384 octets"},
      {R"({"method": "mailto:a@b"})", "method is no xmpp: URI"},
      {R"({"method": "xmpp:"})", "method names no address"},
      {R"({"method": "xmpp://juliet@example.com"})", "method names no address"},
      {R"({"method": "xmpp:a%4"})", "method names no address"},
      {R"({"method": "xmpp:a%GG"})", "method names no address"},
      {R"({"method": "xmpp:a@b?message;body=%"})", "method: a percent sign without two digits"},
      {R"({"method": "xmpp:a@b", "importance": "4"})", "importance is none of 1, 2, 3"},
      {R"({"method": "xmpp:a@b", "message": ")" + std::string(16385, 'x') + "\"}",
       "message is no text of at most 16384 octets"},
  }));
  const auto read = parse_notification(row.json);
  REQUIRE(read.has_error());
  CHECK(read.error().text == row.why);
}
