// What the steps of a transaction do to mailboxes, one table of cases for every store.
#include "tests/unit/store/subject.hpp"

using events::FlagSet;
using events::MailboxGone;
using events::MailboxIs;
using events::MailboxMoved;
using events::MessagesAre;
using events::SubscriptionIs;
using tests::Kind;
using tests::Subject;

namespace {

events::Uid uid(std::uint64_t value) {
  return *events::Uid::from(value);
}

events::MailboxState inbox() {
  events::MailboxState state;
  state.name = "INBOX";
  state.separator = '.';
  state.no_inferiors = true;
  state.special_use = events::SpecialUse::trash;
  state.uidvalidity = events::UidValidity::from(0xFFFFFFFFU);
  state.uidnext = uid(21);
  state.highestmodseq = events::ModSeq::from(0x7FFFFFFFFFFFFFFFULL);
  state.messages = 231;
  state.unseen = 0;
  return state;
}

events::MailboxState level(std::string name) {
  events::MailboxState state;
  state.name = std::move(name);
  state.separator = '\0';
  state.is_selectable = false;
  return state;
}

store::Transaction steps(std::vector<events::Step> list) {
  store::Transaction transaction;
  transaction.account = "juliet";
  transaction.personal_prefix = "INBOX.";
  transaction.steps = std::move(list);
  return transaction;
}

events::UidSet uids(const char* text) {
  return *events::UidSet::parse(text);
}

std::string text_of(const events::MessageFlags& messages) {
  std::string text;
  for (const auto& [number, flags] : messages) {
    text += std::to_string(number.value()) + "(" + flags.to_text() + ")";
  }
  return text;
}

/// mailbox names, each with its messages where they are known, and the subscribed names
std::string text_of(const events::KnownAccount& known) {
  std::string text;
  for (const auto& mailbox : known.mailboxes) {
    text += mailbox.name;
    for (const auto& [name, messages] : known.messages) {
      if (name == mailbox.name) text += ":" + text_of(messages);
    }
    text += ' ';
  }
  for (const auto& name : known.subscribed) text += "+" + name + " ";
  return text;
}

const FlagSet seen = FlagSet::from_text("\\Seen");
const FlagSet none;

}  // namespace

TEST_CASE("a mailbox's state survives whole", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  const auto strange = level(std::string("a\0\xFF';--", 7));
  subject.commit(steps({MailboxIs{inbox()}, MailboxIs{strange}}));
  subject.reopen();
  const auto accounts = subject.load().accounts;
  REQUIRE(accounts.size() == 1);
  CHECK(accounts[0].account == "juliet");
  CHECK(accounts[0].personal_prefix == "INBOX.");
  REQUIRE(accounts[0].mailboxes.size() == 2);
  CHECK(accounts[0].mailboxes[0] == inbox());
  CHECK(accounts[0].mailboxes[1] == strange);
}

TEST_CASE("each step does to mailboxes what it says", "[store]") {
  struct Row {
    const char* name;
    std::vector<events::Step> given;
    const char* expected;
  };
  const events::Step known =
      MessagesAre{"INBOX", true, {}, {{uid(1), none}, {uid(2), seen}, {uid(9), seen}}};
  const auto row = GENERATE_COPY(values<Row>({
      {"an account without mailboxes", {}, ""},
      {"a level has no messages", {MailboxIs{level("a")}}, "a "},
      {"an empty mailbox that was looked at", {MessagesAre{"a", true, {}, {}}}, "a: "},
      {"messages", {MailboxIs{inbox()}, known}, "INBOX:1()2(\\Seen)9(\\Seen) "},
      {"messages of an undescribed mailbox", {known}, "INBOX:1()2(\\Seen)9(\\Seen) "},
      {"a new state keeps messages", {known, MailboxIs{inbox()}}, "INBOX:1()2(\\Seen)9(\\Seen) "},
      {"set changes and adds",
       {known, MessagesAre{"INBOX", false, {}, {{uid(1), seen}, {uid(10), none}}}},
       "INBOX:1(\\Seen)2(\\Seen)9(\\Seen)10() "},
      {"removed takes ranges",
       {known, MessagesAre{"INBOX", false, uids("2:4294967295"), {}}},
       "INBOX:1() "},
      {"removed comes before set",
       {known, MessagesAre{"INBOX", false, uids("1,9"), {{uid(9), none}}}},
       "INBOX:2(\\Seen)9() "},
      {"all voids", {known, MessagesAre{"INBOX", true, {}, {{uid(7), none}}}}, "INBOX:7() "},
      {"gone takes the messages", {known, MailboxGone{"INBOX"}, MailboxIs{inbox()}}, "INBOX "},
      {"gone without being there", {MailboxGone{"INBOX"}}, ""},
      {"moved", {known, MailboxMoved{"INBOX", "b"}}, "b:1()2(\\Seen)9(\\Seen) "},
      {"moved upon another",
       {known, MessagesAre{"b", true, {}, {{uid(5), none}}}, MailboxMoved{"INBOX", "b"}},
       "b:1()2(\\Seen)9(\\Seen) "},
      {"moved to itself", {known, MailboxMoved{"INBOX", "INBOX"}}, "INBOX:1()2(\\Seen)9(\\Seen) "},
      {"moved without being there",
       {known, MailboxMoved{"a", "INBOX"}},
       "INBOX:1()2(\\Seen)9(\\Seen) "},
      {"subscribed twice, unsubscribed once",
       {SubscriptionIs{"a", true}, SubscriptionIs{"a", true}, SubscriptionIs{"b", true},
        SubscriptionIs{"b", false}, SubscriptionIs{"c", false}},
       "+a "},
      {"an event is not for the store", {events::Event{"juliet", {}, events::Login{}}}, ""},
  }));
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  INFO(row.name);
  subject.commit(steps(row.given));
  subject.reopen();
  const auto accounts = subject.load().accounts;
  REQUIRE(accounts.size() == 1);
  CHECK(text_of(accounts[0]) == row.expected);
}

TEST_CASE("what is kept of one account is read alone", "[store]") {
  const auto kind = GENERATE(Kind::memory, Kind::sqlite, Kind::postgres);
  Subject subject(kind);
  subject.commit(steps({MailboxIs{inbox()}, MessagesAre{"INBOX", false, {}, {{uid(7), FlagSet()}}},
                        SubscriptionIs{"list", true}}));
  auto other = steps({MailboxIs{level("archive")}});
  other.account = "romeo";
  subject.commit(std::move(other));
  const auto everything = subject.load().accounts;
  REQUIRE(everything.size() == 2);
  const auto same = [](const events::KnownAccount& one, const events::KnownAccount& two) {
    return one.account == two.account && one.personal_prefix == two.personal_prefix &&
           one.mailboxes == two.mailboxes && one.messages == two.messages &&
           one.subscribed == two.subscribed;
  };
  const auto juliet = subject.account({"juliet@example.com", "juliet"});
  REQUIRE(juliet.has_value());
  CHECK(same(*juliet, everything[0]));
  const auto romeo = subject.account({"romeo", "juliet"});
  REQUIRE(romeo.has_value());
  CHECK(same(*romeo, everything[1]));
  CHECK_FALSE(subject.account({"nobody"}).has_value());
}
