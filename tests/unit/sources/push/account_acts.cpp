// What a push source told changes the model once; what a look finds afterwards is no news.
#include "sources/account.hpp"
#include "sources/push/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/listing_text.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Lines = std::vector<std::string>;
using tests::listing;

/// The acts of one line: RFC 5423 names, the mailbox's URL after the host, further members.
std::vector<sources::Act> acts(const std::string& event, const std::string& path,
                               const std::string& more = "") {
  const auto reading = sources::push::read_events(
      R"({"event":")" + event + R"(","user":"juliet","uri":"imap://juliet@h/)" + path + "\"" +
          (more.empty() ? "" : "," + more) + "}",
      {});
  REQUIRE_FALSE(reading.mistake);
  std::vector<sources::Act> all;
  for (const auto& told : reading.told) all.push_back(told.act);
  return all;
}

Lines tell(sources::Account& account, const std::vector<sources::Act>& all) {
  std::vector<events::Step> steps;
  for (const auto& act : all) {
    auto some = account.apply(act, '/');
    steps.insert(steps.end(), some.begin(), some.end());
  }
  return tests::to_text(steps);
}

Lines events_of(sources::Account& account, const std::vector<sources::Act>& all) {
  Lines events;
  for (const auto& line : tell(account, all)) {
    if (line.starts_with("M") || line.starts_with("F")) events.push_back(line);
  }
  return events;
}

sources::MailboxLook look(const std::string& mailbox, std::uint32_t uidnext,
                          std::vector<std::pair<std::uint32_t, const char*>> messages) {
  sources::MailboxLook seen{
      mailbox, *events::UidValidity::from(1), events::Uid::from(uidnext), std::nullopt, true, {},
      {}};
  for (const auto& [uid, flags] : messages)
    seen.messages.push_back(
        {*events::Uid::from(uid), events::FlagSet::from_text(flags), {}, {}, {}});
  return seen;
}

/// INBOX with UIDs 1 and 2, looked at.
sources::Account watched() {
  sources::Account account("juliet");
  account.apply(listing("INBOX:1:2", ""), {});
  account.apply(look("INBOX", 3, {{1, ""}, {2, "\\Seen"}}), {});
  return account;
}

}  // namespace

TEST_CASE("an account that no look has shown has what its events name", "[RFC5423:4.1]") {
  sources::Account account("juliet");
  CHECK(tell(account, acts("MessageNew", "INBOX;UIDVALIDITY=1/;UID=7",
                           R"("messages":5,"unseen":2,"uidnext":8)")) ==
        Lines{"is INBOX;1", "messages INBOX 7()", "is INBOX;1 messages=5 unseen=2 uidnext=8",
              "MessageNew INBOX;1 uid=7 messages=5 uidnext=8"});
  CHECK(tell(account, acts("MessageNew", "INBOX;UIDVALIDITY=1/;UID=7")).empty());
}

TEST_CASE("what was told already is told once", "[RFC5423:4]") {
  struct Row {
    const char* event;
    const char* path;
    const char* more;
    const char* expected;
  };
  const auto row = GENERATE(values<Row>({
      {"MessageNew", "INBOX;UIDVALIDITY=1/;UID=3", "", "MessageNew INBOX;1 uid=3"},
      {"MessageAppend", "INBOX;UIDVALIDITY=1/;UID=3", "", "MessageAppend INBOX;1 uid=3"},
      {"MessageExpunge", "INBOX;UIDVALIDITY=1", R"("uidset":"1:2")",
       "MessageExpunge INBOX;1 uids=1:2"},
      {"MessageExpire", "INBOX;UIDVALIDITY=1", R"("uidset":"1")", "MessageExpire INBOX;1 uids=1"},
      {"MessageRead", "INBOX;UIDVALIDITY=1", R"("uidset":"1:2")", "MessageRead INBOX;1 uids=1"},
      {"MessageTrash", "INBOX;UIDVALIDITY=1", R"("uidset":"1:9")", "MessageTrash INBOX;1 uids=1:2"},
      {"FlagsSet", "INBOX;UIDVALIDITY=1", R"("uidset":"2","flagNames":"k")",
       "FlagsSet INBOX;1 uids=2 flags=k"},
      {"FlagsClear", "INBOX;UIDVALIDITY=1", R"("uidset":"1:2","flagNames":"\\Seen")",
       "FlagsClear INBOX;1 uids=2 flags=\\Seen"},
      {"MailboxCreate", "Work;UIDVALIDITY=5", "", "MailboxCreate Work;5"},
      {"MailboxDelete", "INBOX;UIDVALIDITY=1", "", "MailboxDelete INBOX;1"},
      {"MailboxSubscribe", "INBOX;UIDVALIDITY=1", "", "MailboxSubscribe INBOX;1"},
      {"MailboxRename", "New;UIDVALIDITY=1", R"("oldMailboxID":"imap://juliet@h/INBOX")",
       "MailboxRename INBOX -> New;1"},
  }));
  CAPTURE(row.event);
  auto account = watched();
  const auto told = acts(row.event, row.path, row.more);
  CHECK(events_of(account, told) == Lines{row.expected});
  CHECK(events_of(account, told).empty());
}

TEST_CASE("a look finds nothing new after a push", "[RFC5423:4.1][RFC5423:4.2]") {
  auto account = watched();
  tell(account, acts("MessageNew", "INBOX;UIDVALIDITY=1/;UID=3"));
  tell(account, acts("MessageRead", "INBOX;UIDVALIDITY=1", R"("uidset":"1")"));
  tell(account, acts("MessageExpunge", "INBOX;UIDVALIDITY=1", R"("uidset":"2")"));
  CHECK(tests::to_text(account.apply(look("INBOX", 4, {{1, "\\Seen"}, {3, ""}}), {})).empty());
}

TEST_CASE("a look that is older than what was told takes nothing back", "[RFC5423:4.1]") {
  auto account = watched();
  tell(account, acts("MessageNew", "INBOX;UIDVALIDITY=1/;UID=3"));
  tell(account, acts("MessageExpunge", "INBOX;UIDVALIDITY=1", R"("uidset":"2")"));
  const auto older = account.apply(look("INBOX", 3, {{1, ""}, {2, "\\Seen"}}), {});
  CHECK(tests::events_in(older).empty());
}

TEST_CASE("UIDs of an earlier mailbox of that name tell nothing", "[RFC3501:2.3.1.1]") {
  sources::Account account("juliet");
  tell(account, acts("MailboxCreate", "Work;UIDVALIDITY=9"));
  CHECK(tell(account, acts("MessageNew", "Work;UIDVALIDITY=8/;UID=1")).empty());
  CHECK(events_of(account, acts("MessageNew", "Work;UIDVALIDITY=10/;UID=1")) ==
        Lines{"MessageNew Work;10 uid=1"});
}

TEST_CASE("a renamed mailbox takes what is beneath it along", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  tell(account, acts("MailboxCreate", "Work;UIDVALIDITY=1"));
  tell(account, acts("MailboxCreate", "Work/A;UIDVALIDITY=2"));
  CHECK(tell(account, acts("MailboxRename", "Job", R"("oldMailboxID":"imap://juliet@h/Work")")) ==
        Lines{"moved Work -> Job", "moved Work/A -> Job/A", "MailboxRename Work;1 -> Job;1"});
}

TEST_CASE("a level that is renamed is told at the mailboxes beneath", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  tell(account, acts("MailboxCreate", "Work/A;UIDVALIDITY=2"));
  CHECK(events_of(account,
                  acts("MailboxRename", "Job", R"("oldMailboxID":"imap://juliet@h/Work")")) ==
        Lines{"MailboxRename Work/A;2 -> Job/A;2"});
}

TEST_CASE("a mailbox with others beneath it stays as a level", "[RFC3501:6.3.4][RFC5423:4.4]") {
  sources::Account account("juliet");
  tell(account, acts("MailboxCreate", "Work;UIDVALIDITY=1"));
  tell(account, acts("MailboxCreate", "Work/A;UIDVALIDITY=2"));
  tell(account, acts("MailboxDelete", "Work;UIDVALIDITY=1"));
  REQUIRE(account.find("Work") != nullptr);
  CHECK_FALSE(account.find("Work")->is_selectable);
}

TEST_CASE("a set of all UIDs costs what is there", "[operations]") {
  auto account = watched();
  const auto all = R"("uidset":"1:4294967295")";
  CHECK(events_of(account, acts("MessageTrash", "INBOX;UIDVALIDITY=1", all)) ==
        Lines{"MessageTrash INBOX;1 uids=1:2"});
  sources::Account told("juliet");
  CHECK(events_of(told, acts("MessageTrash", "INBOX;UIDVALIDITY=1", all)).empty());
}

TEST_CASE("what a listing shows after pushes alone is no news", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  tell(account, acts("MailboxCreate", "Work;UIDVALIDITY=5"));
  CHECK(tests::events_in(account.apply(listing("INBOX:1:2 Work:5:1", ""), {})).empty());
}
