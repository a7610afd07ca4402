// Which change of messages is which event: RFC 5423 §4.1 and §4.2.
#include "sources/account.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Lines = std::vector<std::string>;

events::Uid uid(std::uint32_t value) {
  return *events::Uid::from(value);
}

sources::MessageSeen message(std::uint32_t number, const char* flags, std::uint64_t modseq = 0) {
  sources::MessageSeen seen{uid(number), events::FlagSet::from_text(flags), {}, {}, {}};
  if (modseq != 0) seen.modseq = events::ModSeq::from(modseq);
  return seen;
}

sources::MailboxLook look(bool is_complete, std::vector<sources::MessageSeen> messages,
                          const char* vanished = "") {
  sources::MailboxLook result{"INBOX",     *events::UidValidity::from(5), {}, {},
                              is_complete, std::move(messages),           {}};
  if (*vanished != '\0') result.vanished = *events::UidSet::parse(vanished);
  return result;
}

/// INBOX with the messages 1 (no flags), 2 (\Seen) and 3 (\Seen work).
sources::Account account(events::SpecialUse use = events::SpecialUse::none) {
  sources::Account result("juliet");
  events::MailboxState inbox;
  inbox.name = "INBOX";
  inbox.special_use = use;
  inbox.uidvalidity = events::UidValidity::from(5);
  result.apply(sources::Listing{{inbox}, {}, {}, {}}, {});
  result.apply(look(true, {message(1, ""), message(2, "\\Seen"), message(3, "\\Seen work")}), {});
  return result;
}

struct Row {
  const char* name;
  sources::MailboxLook look;
  Lines expected;
};

}  // namespace

TEST_CASE("each change of messages is its event", "[RFC5423:4.1][RFC5423:4.2]") {
  const std::vector<Row> rows{
      {"nothing", look(false, {}), {}},
      {"what is known already",
       look(true, {message(1, ""), message(2, "\\Seen"), message(3, "work \\Seen")}),
       {}},
      {"a new message",
       look(false, {message(4, "", 9)}),
       {"messages INBOX 4()", "is INBOX;5 messages=4 unseen=2 uidnext=5",
        "MessageNew INBOX;5 uid=4 messages=4 uidnext=5 modseq=9"}},
      {"two new messages, in any order",
       look(false, {message(7, ""), message(4, "\\Flagged")}),
       {"messages INBOX 4(\\Flagged) 7()", "is INBOX;5 messages=5 unseen=3 uidnext=8",
        "MessageNew INBOX;5 uid=4 messages=4 uidnext=5 flags=\\Flagged",
        "MessageNew INBOX;5 uid=7 messages=5 uidnext=8"}},
      {"a message that is read at first sight was appended",
       look(false, {message(4, "\\Seen")}),
       {"messages INBOX 4(\\Seen)", "is INBOX;5 messages=4 unseen=1 uidnext=5",
        "MessageAppend INBOX;5 uid=4 messages=4 uidnext=5 flags=\\Seen"}},
      {"a draft was appended",
       look(false, {message(4, "\\Draft")}),
       {"messages INBOX 4(\\Draft)", "is INBOX;5 messages=4 unseen=2 uidnext=5",
        "MessageAppend INBOX;5 uid=4 messages=4 uidnext=5 flags=\\Draft"}},
      {"read",
       look(false, {message(1, "\\Seen", 8)}),
       {"messages INBOX 1(\\Seen)", "is INBOX;5 messages=3 unseen=0 uidnext=4",
        "MessageRead INBOX;5 uids=1 messages=3 uidnext=4 modseq=8"}},
      {"a STORE of several flags is split",
       look(false, {message(1, "\\Seen \\Deleted \\Flagged $MDNSent", 8)}),
       {"messages INBOX 1($MDNSent \\Deleted \\Flagged \\Seen)",
        "is INBOX;5 messages=3 unseen=0 uidnext=4",
        "MessageRead INBOX;5 uids=1 messages=3 uidnext=4 modseq=8",
        "MessageTrash INBOX;5 uids=1 messages=3 uidnext=4 modseq=8",
        "FlagsSet INBOX;5 uids=1 messages=3 uidnext=4 modseq=8 flags=$MDNSent \\Flagged"}},
      {"cleared flags are FlagsClear, \\Seen too",
       look(false, {message(3, "")}),
       {"messages INBOX 3()", "is INBOX;5 messages=3 unseen=2 uidnext=4",
        "FlagsClear INBOX;5 uids=3 messages=3 uidnext=4 flags=\\Seen work"}},
      {"equal changes are one event, without modseq",
       look(false, {message(1, "work", 8), message(2, "\\Seen work", 9)}),
       {"messages INBOX 1(work) 2(\\Seen work)",
        "FlagsSet INBOX;5 uids=1:2 messages=3 uidnext=4 flags=work"}},
      {"vanished",
       look(false, {}, "1,3"),
       {"messages INBOX removed=1,3", "is INBOX;5 messages=1 unseen=0 uidnext=4",
        "MessageExpunge INBOX;5 uids=1,3 messages=1 uidnext=4"}},
      {"missing in a complete look",
       look(true, {message(2, "\\Seen")}),
       {"messages INBOX removed=1,3", "is INBOX;5 messages=1 unseen=0 uidnext=4",
        "MessageExpunge INBOX;5 uids=1,3 messages=1 uidnext=4"}},
      {"vanished ones that were never seen", look(false, {}, "9,100:4000000000"), {}},
      {"seen and vanished in one look", look(false, {message(9, "")}, "9"), {}},
      {"flags, arrivals, expunged",
       look(false, {message(4, ""), message(1, "\\Seen")}, "2"),
       {"messages INBOX removed=2 1(\\Seen) 4()", "is INBOX;5 messages=3 unseen=1 uidnext=5",
        "MessageRead INBOX;5 uids=1 messages=3 uidnext=4",
        "MessageNew INBOX;5 uid=4 messages=4 uidnext=5",
        "MessageExpunge INBOX;5 uids=2 messages=3 uidnext=5"}},
      {"of one message the last one seen counts",
       look(false, {message(1, "work"), message(1, "\\Seen")}),
       {"messages INBOX 1(\\Seen)", "is INBOX;5 messages=3 unseen=0 uidnext=4",
        "MessageRead INBOX;5 uids=1 messages=3 uidnext=4"}},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    auto model = account();
    CHECK(tests::to_text(model.apply(row.look, {})) == row.expected);
    CHECK(tests::to_text(model.apply(row.look, {})) == Lines{});  // a repeat publishes nothing
  }
}

TEST_CASE("what comes into a mailbox that its user fills was appended",
          "[RFC5423:4.1][RFC6154:2]") {
  using events::SpecialUse;
  const std::vector<std::pair<SpecialUse, std::string>> uses{
      {SpecialUse::sent, "MessageAppend"},  {SpecialUse::drafts, "MessageAppend"},
      {SpecialUse::trash, "MessageAppend"}, {SpecialUse::archive, "MessageAppend"},
      {SpecialUse::junk, "MessageNew"},     {SpecialUse::all, "MessageNew"},
      {SpecialUse::none, "MessageNew"}};
  for (const auto& [use, expected] : uses) {
    auto model = account(use);
    const auto lines = tests::events_in(model.apply(look(false, {message(4, "")}), {}));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(expected + " "));
  }
}

TEST_CASE("an arrival carries what was fetched", "[RFC5423:5]") {
  auto model = account();
  auto seen = message(4, "\\Flagged", 12);
  seen.size = 2342;
  seen.headers = {{"Subject", "Wherefore"}};
  const events::Timestamp at{events::WallTime(std::chrono::seconds(1000)),
                             std::chrono::minutes(60)};
  const auto steps = model.apply(look(false, {seen}), at);
  const auto& event = std::get<events::Event>(steps.back());
  CHECK(event.account == "juliet");
  CHECK(event.circumstances.timestamp == at);
  CHECK(tests::to_text(steps.back()) ==
        "MessageNew INBOX;5 uid=4 messages=4 uidnext=5 modseq=12 size=2342 flags=\\Flagged "
        "Subject='Wherefore'");
}

TEST_CASE("a uidset has at most a thousand ranges", "[RFC5423:5]") {
  sources::Account model("juliet");
  events::MailboxState inbox;
  inbox.name = "INBOX";
  inbox.uidvalidity = events::UidValidity::from(5);
  model.apply(sources::Listing{{inbox}, {}, {}, {}}, {});
  std::vector<sources::MessageSeen> all, odd;
  for (std::uint32_t n = 1; n <= 4002; ++n) all.push_back(message(n, ""));
  for (std::uint32_t n = 1; n <= 4002; n += 2) odd.push_back(message(n, ""));
  model.apply(look(true, all), {});
  const auto steps = model.apply(look(true, odd), {});
  const auto lines = tests::events_in(steps);
  REQUIRE(lines.size() == 3);
  std::uint32_t messages = 4002;
  for (std::size_t i = 2; i < steps.size(); ++i) {
    const auto& expunge = std::get<events::MessageExpunge>(std::get<events::Event>(steps[i]).kind);
    CHECK(expunge.uidset.ranges().size() <= 1000);
    messages -= static_cast<std::uint32_t>(expunge.uidset.size());
    CHECK(expunge.counts.messages == messages);  // each event tells the state right after it
  }
  CHECK(messages == 2001);
}

TEST_CASE("a partial look cannot be a baseline", "[RFC3501:2.3.1.1]") {
  auto model = account();
  auto other = look(false, {message(1, "")});
  other.uidvalidity = *events::UidValidity::from(6);
  CHECK(model.apply(other, {}).empty());
  CHECK(model.out_of_date() == Lines{"INBOX"});
  other.complete = true;
  CHECK(tests::to_text(model.apply(other, {})) ==
        Lines{"messages INBOX all 1()", "is INBOX;6 messages=1 unseen=1 uidnext=2"});
  CHECK(model.out_of_date().empty());
}

TEST_CASE("a status that says something else is out of date", "[RFC3501:7.2.4][RFC7162:3.1.2.2]") {
  auto model = account();  // messages=3 unseen=1 uidnext=4, no HIGHESTMODSEQ
  events::MailboxState said;
  said.name = "INBOX";
  CHECK_FALSE(model.is_out_of_date(said));
  said.highestmodseq = events::ModSeq::from(0);
  CHECK_FALSE(model.is_out_of_date(said));
  said.messages = 3;
  said.unseen = 1;
  said.uidnext = uid(4);
  CHECK_FALSE(model.is_out_of_date(said));
  said.uidnext = uid(5);
  CHECK(model.is_out_of_date(said));
  said.uidnext = uid(4);
  said.highestmodseq = events::ModSeq::from(7);
  CHECK(model.is_out_of_date(said));
}

TEST_CASE("a million messages cost eight octets each", "[RFC5423:4]") {
  sources::FlagTable flags;
  sources::MessageTable table;
  std::vector<sources::MessageTable::Entry> changes;
  const auto seen = flags.intern(events::FlagSet::from_text("\\Seen"));
  for (std::uint32_t n = 1; n <= 1'000'000; ++n) changes.push_back({n, seen});
  table.update(changes, {});
  CHECK(table.size() == 1'000'000);
  CHECK(table.entries().capacity() * sizeof(sources::MessageTable::Entry) <= 20 * table.size());
  CHECK(flags.size() == 1);
  table.update({{500, flags.intern({})}}, *events::UidSet::parse("1:499,501:1000000"));
  CHECK(table.size() == 1);
  CHECK(table.unseen(flags) == 1);
}

TEST_CASE("sets of flags that are no longer used are forgotten", "[RFC5423:4]") {
  auto model = account();
  for (int i = 0; i < 10'000; ++i) {
    model.apply(look(false, {message(1, ("k" + std::to_string(i)).c_str())}), {});
  }
  CHECK(model.messages("INBOX")[0].second.to_text() == "k9999");
  CHECK(model.messages("INBOX")[2].second.to_text() == "\\Seen work");
}
