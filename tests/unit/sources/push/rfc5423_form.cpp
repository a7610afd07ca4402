// RFC 5423 names and Cyrus' own events, as they were recorded.
#include <algorithm>

#include "sources/push/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/push/told_text.hpp"

using sources::push::read_events;
using Lines = std::vector<std::string>;

namespace {

/// What a recorded operation told, all of its lines.
sources::push::Reading told_of(const std::string& operation) {
  std::string body;
  for (const auto& [name, one] : tests::bodies_of("cyrus-mboxevents.jsonl")) {
    if (name == operation) body += one + "\n";
  }
  return read_events(body, {});
}

}  // namespace

TEST_CASE("every recorded event of Cyrus is read", "[RFC5423:4][RFC5423:5]") {
  std::size_t told = 0;
  std::size_t ignored = 0;
  for (const auto& [operation, body] : tests::bodies_of("cyrus-mboxevents.jsonl")) {
    CAPTURE(operation, body);
    const auto reading = read_events(body, {});
    REQUIRE_FALSE(reading.mistake);
    told += reading.told.size();
    ignored += reading.ignored;
  }
  CHECK(told > 30);
  CHECK(ignored > 10);  // MailboxModseq, AclChange
}

TEST_CASE("Cyrus' operations become acts of RFC 5423", "[RFC5423:4.1][RFC5423:4.2][RFC5423:4.4]") {
  struct Row {
    const char* operation;
    Lines lines;
  };
  const auto row = GENERATE(values<Row>({
      {"STORE 1 +FLAGS (\\Seen)",
       {"juliet: MessageRead INBOX;1795343989 uids=1 messages=3 uidnext=4 modseq=5"}},
      {"STORE 1,3 +FLAGS ($MDNSent)",
       {"juliet: FlagsSet INBOX;1795343989 uids=1,3 messages=3 uidnext=4 flags=$MDNSent"}},
      {"COPY 1:2 Lists",
       {"juliet: MessageAppend Lists;1795343996 uid=2 messages=3 uidnext=4",
        "juliet: MessageAppend Lists;1795343996 uid=3 messages=3 uidnext=4"}},
      {"MOVE 2 Trash",
       {"juliet: MessageAppend Trash;1795343989 uid=1 messages=1 uidnext=2 modseq=2",
        "juliet: MessageExpunge INBOX;1795343989 uids=2 messages=2 uidnext=4 modseq=14"}},
      {"EXPUNGE", {"juliet: MessageExpunge INBOX;1795343989 uids=1,3 messages=0 uidnext=4"}},
      {"APPEND INBOX (\\Seen $MDNSent)",
       {"juliet: MessageAppend INBOX;1795343989 uid=2 messages=2 uidnext=3 modseq=3 size=165 "
        "flags=$MDNSent \\Seen Date='Sun, 22 Nov 2026 10:00:00 +0000' Subject='app' "
        "From='capulet@example.org' To='juliet@mail.example.com' "
        "Message-ID='<m1795343996225631367@example.org>' "
        "structure=(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 6 1 NIL NIL NIL "
        "NIL)"}},
  }));
  CHECK(tests::to_text(told_of(row.operation).told) == row.lines);
}

TEST_CASE("who acted, and Cyrus' own parameters, are carried through", "[RFC5423:5][RFC5423:6]") {
  const auto reading = told_of("login (first time: INBOX, Sent, Trash are created)");
  const auto login = std::find_if(reading.told.begin(), reading.told.end(), [](const auto& told) {
    return std::holds_alternative<events::Login>(told.act.event.kind);
  });
  REQUIRE(login != reading.told.end());
  const auto& circumstances = login->act.event.circumstances;
  CHECK(login->account == "juliet");
  CHECK(circumstances.user == "juliet");
  CHECK(circumstances.client_ip == "127.0.0.1");
  CHECK(circumstances.client_port == 51734);
  CHECK(circumstances.server_domain == "127.0.0.1");
  CHECK(circumstances.server_port == 20400);
  CHECK(circumstances.server_fqdn == "mail.example.com");
  CHECK(circumstances.service == "imap");
  CHECK(circumstances.pid == "26793");
  REQUIRE(circumstances.vendor.size() == 1);
  CHECK(circumstances.vendor[0].first == "vnd.cmu.sessionId");
  CHECK(login->act.session == circumstances.vendor[0].second);
}

TEST_CASE("a delivery to others' rights has an owner all the same", "[RFC5423:5]") {
  const auto reading = told_of("LMTP delivery to juliet+Lists");  // its user is ""
  for (const auto& told : reading.told) CHECK(told.account == "juliet");
}

TEST_CASE("numbers may be strings, and a quota of -1 is none", "[RFC5423:5]") {
  const auto reading = read_events(
      R"({"event":"QuotaChange","user":"juliet","diskQuota":"200","diskUsed":7,"maxMessages":-1})",
      {});
  REQUIRE(reading.told.size() == 1);
  const auto& quota = std::get<events::QuotaChange>(reading.told[0].act.event.kind);
  CHECK(quota.disk_quota == 200U);
  CHECK(quota.disk_used == 7U);
  CHECK_FALSE(quota.max_messages);
}

TEST_CASE("a FlagsSet of \\Seen and \\Deleted is what RFC 5423 calls it", "[RFC5423:4.2]") {
  const auto reading = read_events(
      R"({"event":"FlagsSet","uri":"imap://juliet@h/INBOX;UIDVALIDITY=1","uidset":"3:4","flagNames":"\\seen k \\DELETED"})",
      {});
  CHECK(tests::to_text(reading.told) == Lines{"juliet: MessageRead INBOX;1 uids=3:4",
                                              "juliet: MessageTrash INBOX;1 uids=3:4",
                                              "juliet: FlagsSet INBOX;1 uids=3:4 flags=k"});
}

TEST_CASE("a message that tells all parameters is read whole", "[RFC5423:5]") {
  const auto reading = read_events(
      R"({"event":"MessageNew","mailboxID":"imap://juliet@h/Work;UIDVALIDITY=7","uri":"imap://juliet@h/Work;UIDVALIDITY=7/;UID=9",
          "admin":"root","bodyStructure":"x","clientIP":"::1","clientPort":1,"diskQuota":1,"diskUsed":1,
          "envelope":"MAIL FROM:<>","flagNames":"\\Draft","maxMessages":1,"messageContent":"hi","messageSize":2,
          "messages":3,"modseq":"4","oldMailboxID":"","pid":5,"process":"lmtpd","serverDomain":"h","serverPort":24,
          "serverFQDN":"h.example.com","service":"lmtp","tags":"a, b","timestamp":"2026-11-22T09:41:07.123+01:00",
          "uidnext":10,"uidset":"","user":"juliet"})",
      {});
  REQUIRE(reading.told.size() == 1);
  CHECK(reading.ignored_parameters == 0);
  const auto& event = reading.told[0].act.event;
  const auto& kind = std::get<events::MessageNew>(event.kind);
  CHECK(kind.envelope == "MAIL FROM:<>");
  CHECK(kind.body_structure == "x");
  CHECK(kind.message_content == "hi");
  CHECK(event.circumstances.admin == "root");
  CHECK(event.circumstances.tags == std::vector<std::string>{"a", "b"});
  CHECK(event.circumstances.process == "lmtpd");
  CHECK(event.circumstances.timestamp->utc_offset == std::chrono::minutes(60));
  CHECK(tests::to_text(reading.told) ==
        Lines{"juliet: MessageNew Work;7 uid=9 messages=3 uidnext=10 modseq=4 size=2 flags=\\Draft "
              "structure=x content='hi'"});
}
