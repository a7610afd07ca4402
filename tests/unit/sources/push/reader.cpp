// One object, an array, objects one after another; all of it or nothing.
#include "sources/push/reader.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/sources/push/told_text.hpp"

using sources::push::read_events;

namespace {

std::string login(const std::string& user) {
  return R"({"event":"Login","user":")" + user + R"(","uri":"imap://mail.example.com"})";
}

}  // namespace

TEST_CASE("objects come alone, in an array, or one after another", "[RFC5423:4.3]") {
  const auto body = GENERATE_COPY(
      values<std::string>({" [" + login("a") + "," + login("b") + "]\n",
                           login("a") + "\n" + login("b") + "\n", login("a") + login("b")}));
  const auto reading = read_events(body, {});
  CHECK_FALSE(reading.mistake);
  CHECK(reading.accepted == 2);
  REQUIRE(reading.told.size() == 2);
  CHECK(reading.told[0].account == "a");
  CHECK(reading.told[1].account == "b");
}

TEST_CASE("an empty array is nothing to tell, and no mistake", "[RFC5423:4.3]") {
  const auto reading = read_events("[]", {});
  CHECK_FALSE(reading.mistake);
  CHECK(reading.told.empty());
}

TEST_CASE("a mistake names its element, and nothing is taken", "[operations]") {
  struct Row {
    std::string body;
    const char* where;
    const char* what;
  };
  const std::string flags = R"("event":"FlagsSet","user":"a","uidset":"1")";
  const auto row = GENERATE_COPY(values<Row>({
      {"", "", "nothing was sent"},
      {"hello", "/0", "is no JSON"},
      {R"({"event")", "/0", "is no JSON"},
      {login("a") + "\n{\"event\":\"Login\"}", "/1/user", "is missing"},
      {"[" + login("a") + ",7]", "/1", "is no object"},
      {"[" + login("a") + "] 7", "", "after the array"},
      {"{\"event\":\"Login\",\"user\":\"\xff\"}", "/0", "is no JSON"},
      {R"({"event":"Login","user":["a"]})", "/0/user", "is no string"},
      {R"({"event":"Login","user":"a","clientPort":70000})", "/0/clientPort", "out of range"},
      {R"({"event":"Login","user":"a","clientPort":"x"})", "/0/clientPort", "is no number"},
      {R"({"event":"Login","user":"a","timestamp":"now"})", "/0/timestamp", "RFC 3339"},
      {R"({"event":"MessageNew","user":"a"})", "/0/mailboxID", "is missing"},
      {R"({"event":"MessageNew","user":"a","uri":"imap://a@h/INBOX"})", "/0/uri", "UIDVALIDITY"},
      {R"({"event":"MessageNew","user":"a","uri":"imap://a@h/INBOX;UIDVALIDITY=1"})", "/0/uri",
       "UID"},
      {"{" + flags + R"(,"uri":"imap://a@h/INBOX;UIDVALIDITY=1"})", "/0/flagNames", "is missing"},
      {R"({"event":"MessageRead","uri":"imap://a@h/INBOX;UIDVALIDITY=1"})", "/0/uidset",
       "is missing"},
      {R"({"event":"MessageRead","uidset":"*","uri":"imap://a@h/I;UIDVALIDITY=1"})", "/0/uidset",
       "no set"},
      {R"({"event":"MailboxRename","uri":"imap://a@h/B"})", "/0/oldMailboxID", "is missing"},
      {R"({"name":"MessageNew","mailbox":"INBOX","user":"a"})", "/0/uid_validity", "is missing"},
      {R"({"event":"messageNew","folder":"INBOX","user":"a"})", "/0/imap-uidvalidity",
       "is missing"},
  }));
  const auto reading = read_events(row.body, {});
  REQUIRE(reading.mistake);
  CHECK(reading.mistake->where == row.where);
  CHECK(reading.mistake->what.find(row.what) != std::string::npos);
  CHECK(reading.told.empty());
  CHECK(reading.accepted == 0);
}

TEST_CASE("more than a thousand objects are too many", "[operations]") {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += login("a") + "\n";
  CHECK_FALSE(read_events(body, {}).mistake);
  const auto reading = read_events(body + login("a"), {});
  REQUIRE(reading.mistake);
  CHECK(reading.mistake->is_too_many);
}

TEST_CASE("what nobody here knows is ignored and counted", "[RFC5423:6]") {
  const auto reading = read_events(
      R"([{"event":"MailboxModseq","user":""},{"event":"AclChange"},{"x":1},{"name":"What","mailbox":"a"},
          {"event":"Login","user":"a","colour":"blue"}])",
      {});
  CHECK_FALSE(reading.mistake);
  CHECK(reading.ignored == 4);
  CHECK(reading.accepted == 1);
  CHECK(reading.ignored_parameters == 1);
}

TEST_CASE("nesting without end is refused", "[operations]") {
  const auto reading = read_events(std::string(500'000, '['), {});
  CHECK(reading.mistake);
}
