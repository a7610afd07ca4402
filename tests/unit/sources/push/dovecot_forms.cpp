// Dovecot's three ways to push, as they were recorded.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <sstream>

#include "sources/push/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/push/told_text.hpp"

using sources::push::read_events;
using Lines = std::vector<std::string>;

namespace {

std::string body_of(const std::string& file, const std::string& operation) {
  std::string body;
  for (const auto& [name, one] : tests::bodies_of(file)) {
    if (name != operation) continue;
    // several transactions: one array each
    const auto value = boost::json::parse(one);
    if (!value.is_array()) {
      body += one + "\n";
      continue;
    }
    for (const auto& element : value.get_array()) body += boost::json::serialize(element) + "\n";
  }
  return body;
}

Lines lua(const std::string& operation) {
  return tests::to_text(read_events(body_of("dovecot-push-lua.jsonl", operation), {}).told);
}

}  // namespace

TEST_CASE("every recorded event of Dovecot is read", "[RFC5423:4]") {
  for (const auto* file : {"dovecot-push-lua.jsonl", "dovecot-event-export.jsonl"}) {
    for (const auto& [operation, body] : tests::bodies_of(file)) {
      CAPTURE(operation, body);
      const auto reading = read_events(body, {});
      CHECK_FALSE(reading.mistake);
      CHECK(reading.accepted + reading.ignored > 0);
    }
  }
}

TEST_CASE("the Lua driver's operations become acts of RFC 5423",
          "[RFC5423:4.1][RFC5423:4.2][RFC5423:4.4]") {
  struct Row {
    const char* operation;
    Lines lines;
  };
  const std::string who = "juliet@mail.example.com: ";
  const std::string inbox = " INBOX;1795343571 ";
  const auto row = GENERATE_COPY(values<Row>({
      {"STORE 1 +FLAGS (\\Seen)",
       {who + "MessageRead" + inbox + "uids=1 messages=3 uidnext=4",
        who + "MessageRead" + inbox + "uids=1 messages=3 uidnext=4"}},
      {"STORE 1 -FLAGS (\\Seen)",
       {who + "FlagsClear" + inbox + "uids=1 messages=3 uidnext=4 flags=\\Seen"}},
      {"EXPUNGE",
       {who + "MessageExpunge" + inbox + "uids=1 messages=1 uidnext=4",
        who + "MessageExpunge" + inbox + "uids=2 messages=1 uidnext=4"}},
      {"CREATE \"Work/A/&AOk-\"", {who + "MailboxCreate Work/A/\xC3\xA9;1795343576"}},
      {"RENAME Work Office2 (with children)", {who + "MailboxRename Work -> Office2"}},
      {"RENAME INBOX Old", {who + "MailboxRename INBOX -> Old;1795343571"}},
      {"UNSUBSCRIBE Office", {who + "MailboxUnSubscribe Office;1795343572"}},
      {"DELETE \"Office2/A/&AOk-\"", {who + "MailboxDelete Office2/A/\xC3\xA9"}},
  }));
  CAPTURE(row.operation);
  CHECK(lua(row.operation) == row.lines);
}

TEST_CASE("a delivery tells its header fields and its mailbox's state", "[RFC5423:4.1]") {
  const auto reading = read_events(body_of("dovecot-push-lua.jsonl", "LMTP delivery to INBOX"), {});
  REQUIRE(reading.told.size() == 1);
  const auto& act = reading.told[0].act;
  CHECK(act.messages == 2U);
  CHECK(act.unseen == 2U);
  CHECK(act.highestmodseq == events::ModSeq::from(4));
  CHECK(act.session == "8Gf1KtTEAmuMUgAAg+zDdQ");
  CHECK(act.event.circumstances.service == "lmtp");
  const auto& kind = std::get<events::MessageNew>(act.event.kind);
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(kind.headers == Headers{{"From", "\"Lady Capulet\" <capulet@example.org>"},
                                {"To", "juliet@mail.example.com"},
                                {"Subject",
                                 "Gr\xC3\xBC\xC3\x9F"
                                 "e"},
                                {"Date", "22 Nov 2026 10:00:00 +0000"},
                                {"Message-ID", "<m1795343572720366642@example.org>"}});
}

TEST_CASE("who acts on a shared mailbox is told at its owner's account", "[RFC5423:5]") {
  const auto told =
      read_events(
          body_of("dovecot-push-lua.jsonl", "romeo reads a message in juliet's shared mailbox"), {})
          .told;
  REQUIRE(told.size() == 3);  // MailboxCreate of his own INBOX first
  CHECK(tests::to_text(told[1]) ==
        "juliet@mail.example.com: MessageRead Office;1795343572 uids=1 messages=1 uidnext=2");
  CHECK(told[1].act.event.circumstances.user == "romeo@mail.example.com");
}

TEST_CASE("the master user is the admin of what it does", "[RFC5423:5]") {
  const auto told = read_events(body_of("dovecot-push-lua.jsonl",
                                        "master user gateway logs in as juliet, appends, logs out"),
                                {})
                        .told;
  REQUIRE(told.size() == 1);
  CHECK(told[0].act.event.circumstances.user == "juliet@mail.example.com");
  CHECK(told[0].act.event.circumstances.admin == "gateway");
}

TEST_CASE("the exporter tells sessions and what a quota refused", "[RFC5423:4.1][RFC5423:4.3]") {
  struct Row {
    const char* operation;
    Lines names;
  };
  const auto row = GENERATE(values<Row>({
      {"IMAP login (and CREATE Office)", {"Login"}},
      {"LOGOUT", {"Logout"}},
      {"login and abrupt disconnect", {"Login", "Logout"}},
      {"LMTP 170 KB again: refused", {"QuotaExceed"}},
      {"APPEND over quota: refused", {"QuotaExceed"}},
      {"SETACL Office romeo lrs", {}},
  }));
  Lines names;
  const auto reading = read_events(body_of("dovecot-event-export.jsonl", row.operation), {});
  for (const auto& told : reading.told) {
    CHECK(told.account == "juliet@mail.example.com");
    names.emplace_back(events::to_text(events::name_of(told.act.event)));
  }
  CHECK(names == row.names);
}

TEST_CASE("a session tells how long it was, and who opened it", "[RFC5423:4.3]") {
  const auto logout = read_events(body_of("dovecot-event-export.jsonl", "LOGOUT"), {}).told.at(0);
  using Vendor = std::vector<std::pair<std::string, std::string>>;
  CHECK(logout.act.event.circumstances.vendor == Vendor{{"vnd.mailnode.duration", "19"}});
  const auto told = read_events(body_of("dovecot-event-export.jsonl",
                                        "master user gateway logs in as juliet, appends, logs out"),
                                {})
                        .told;
  REQUIRE(told.size() == 2);
  CHECK(told[0].act.event.circumstances.admin == "gateway");
  CHECK(told[0].act.session == told[1].act.session);
}

TEST_CASE("the OX driver tells a delivery to INBOX", "[RFC5423:4.1]") {
  std::ifstream in("tests/captures/dovecot-push-ox.json");
  std::stringstream text;
  text << in.rdbuf();
  const auto body = boost::json::serialize(boost::json::parse(text.str()).at("body"));
  const auto reading = read_events(body, {});
  CHECK(tests::to_text(reading.told) ==
        Lines{"juliet@mail.example.com: MessageNew INBOX;1795343571 uid=2 From='\"Lady Capulet\" "
              "<capulet@example.org>' Subject='Gr\xC3\xBC\xC3\x9F"
              "e'"});
  CHECK(reading.told.at(0).act.unseen == 2U);
}
