// Which change of the tree is which event: RFC 5423 §4.4, one row each.
#include <sstream>

#include "sources/account.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/listing_text.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Lines = std::vector<std::string>;
using tests::listing;
using tests::look_inside;
using tests::mailbox;

struct Row {
  const char* name;
  const char* before;
  const char* subscribed_before;
  const char* after;
  const char* subscribed_after;
  std::map<std::string, std::string> old_names;
  std::set<std::string> gone;
  Lines expected;  // the events
};

const std::vector<Row> rows{
    {"nothing changed", "INBOX:1:2 A:2", "A", "INBOX:1:2 A:2", "A", {}, {}, {}},
    {"a mailbox is created", "INBOX:1", "", "INBOX:1 A:2", "", {}, {}, {"MailboxCreate A;2"}},
    {"an implied parent makes no event",
     "INBOX:1",
     "",
     "INBOX:1 A:- A/B:2",
     "",
     {},
     {},
     {"MailboxCreate A/B;2"}},
    {"a level becomes a mailbox",
     "INBOX:1 A:- A/B:2",
     "",
     "INBOX:1 A:3 A/B:2",
     "",
     {},
     {},
     {"MailboxCreate A;3"}},
    {"a mailbox that a delivery created",
     "INBOX:1",
     "",
     "INBOX:1 A:2:2",
     "",
     {},
     {},
     {"MailboxCreate A;2", "MessageNew A;2 uid=1 messages=1 uidnext=2",
      "MessageNew A;2 uid=2 messages=2 uidnext=3"}},
    {"a mailbox is deleted", "INBOX:1 A:2:3", "", "INBOX:1", "", {}, {}, {"MailboxDelete A;2"}},
    {"a mailbox with children is deleted",
     "INBOX:1 A:2 A/B:3",
     "",
     "INBOX:1 A:- A/B:3",
     "",
     {},
     {},
     {"MailboxDelete A;2"}},
    {"a level vanishes silently",
     "INBOX:1 A:- A/B:3",
     "",
     "INBOX:1",
     "",
     {},
     {},
     {"MailboxDelete A/B;3"}},
    {"a rename keeps the messages",
     "INBOX:1 A:2:3",
     "",
     "INBOX:1 B:2:3",
     "",
     {},
     {},
     {"MailboxRename A;2 -> B;2"}},
    {"a rename and a delivery",
     "INBOX:1 A:2:1",
     "",
     "INBOX:1 B:2:2",
     "",
     {},
     {},
     {"MailboxRename A;2 -> B;2", "MessageNew B;2 uid=2 messages=2 uidnext=3"}},
    {"a rename with children is one event",
     "INBOX:1 W:2 W/A:- W/A/B:3",
     "",
     "INBOX:1 O:2 O/A:- O/A/B:3",
     "",
     {},
     {},
     {"MailboxRename W;2 -> O;2"}},
    {"a rename into a new hierarchy",
     "INBOX:1 W:2",
     "",
     "INBOX:1 D:- D/e:- D/e/W:2",
     "",
     {},
     {},
     {"MailboxRename W;2 -> D/e/W;2"}},
    {"a rename onto a name that was deleted",
     "INBOX:1 A:2:3 B:3:1",
     "",
     "INBOX:1 B:2:3",
     "",
     {},
     {},
     {"MailboxDelete B;3", "MailboxRename A;2 -> B;2"}},
    {"a rename and the old name created anew",
     "INBOX:1 A:2:3",
     "",
     "INBOX:1 A:9 B:2:3",
     "",
     {{"B", "A"}},
     {"A"},
     {"MailboxRename A;2 -> B;2", "MailboxCreate A;9"}},
    {"a chain of renames",
     "INBOX:1 A:2 B:3",
     "",
     "INBOX:1 B:2 C:3",
     "",
     {},
     {},
     {"MailboxRename B;3 -> C;3", "MailboxRename A;2 -> B;2"}},
    {"renamed twice between two looks",
     "INBOX:1 U:2",
     "",
     "INBOX:1 W:2",
     "",
     {{"V", "U"}, {"W", "V"}},
     {"U", "V"},
     {"MailboxRename U;2 -> W;2"}},
    {"created and renamed between two looks",
     "INBOX:1",
     "",
     "INBOX:1 U:2",
     "",
     {{"U", "T"}},
     {"T"},
     {"MailboxCreate U;2"}},
    {"exchanged names are rebuilt silently",
     "INBOX:1 A:2:3 B:3:1",
     "",
     "INBOX:1 A:3:1 B:2:3",
     "",
     {{"A", "B"}, {"tmp", "A"}, {"B", "tmp"}},
     {"tmp"},
     {}},
    {"one UIDVALIDITY for all: the hint decides",
     "INBOX:1 A:1:3 B:1:3",
     "",
     "INBOX:1 C:1:3 D:1:3",
     "",
     {{"C", "B"}, {"D", "A"}},
     {},
     {"MailboxRename A;1 -> D;1", "MailboxRename B;1 -> C;1"}},
    {"one UIDVALIDITY for all: deleted and created",
     "INBOX:1 A:1:3 B:1",
     "",
     "INBOX:1 B:1 C:1:5",
     "",
     {},
     {},
     {"MailboxDelete A;1", "MailboxCreate C;1", "MessageNew C;1 uid=1 messages=1 uidnext=2",
      "MessageNew C;1 uid=2 messages=2 uidnext=3", "MessageNew C;1 uid=3 messages=3 uidnext=4",
      "MessageNew C;1 uid=4 messages=4 uidnext=5", "MessageNew C;1 uid=5 messages=5 uidnext=6"}},
    {"one UIDVALIDITY for a mailbox and its child",
     "INBOX:1 A:4 A/x:4",
     "",
     "INBOX:1 B:4 B/x:4",
     "",
     {},
     {},
     {"MailboxRename A;4 -> B;4"}},
    {"a smaller UIDNEXT is no rename",
     "INBOX:1 A:2:3",
     "",
     "INBOX:1 B:2:1",
     "",
     {},
     {},
     {"MailboxDelete A;2", "MailboxCreate B;2", "MessageNew B;2 uid=1 messages=1 uidnext=2"}},
    {"RENAME INBOX",
     "INBOX:1:2 INBOX/c:2",
     "",
     "INBOX:9 INBOX/c:2 x:1:2",
     "",
     {},
     {},
     {"MailboxRename INBOX;1 -> x;1"}},
    {"RENAME INBOX and a delivery",
     "INBOX:1:2",
     "",
     "INBOX:9:1 x:1:2",
     "",
     {{"x", "INBOX"}},
     {},
     {"MailboxRename INBOX;1 -> x;1", "MessageNew INBOX;9 uid=1 messages=1 uidnext=2"}},
    {"another UIDVALIDITY makes no event",
     "INBOX:1:2 A:2:3",
     "",
     "INBOX:1:2 A:7:1",
     "",
     {},
     {},
     {}},
    {"deleted and created between two looks",
     "INBOX:1 A:2:3",
     "",
     "INBOX:1 A:7",
     "",
     {},
     {"A"},
     {"MailboxDelete A;2", "MailboxCreate A;7"}},
    {"INBOX in another case is INBOX", "INBOX:1:2", "inbox", "Inbox:1:2", "INBOX", {}, {}, {}},
    {"subscribed", "INBOX:1 A:2", "", "INBOX:1 A:2", "A", {}, {}, {"MailboxSubscribe A;2"}},
    {"unsubscribed", "INBOX:1 A:2", "A", "INBOX:1 A:2", "", {}, {}, {"MailboxUnSubscribe A;2"}},
    {"a name without a mailbox is subscribed",
     "INBOX:1",
     "",
     "INBOX:1",
     "Nowhere",
     {},
     {},
     {"MailboxSubscribe Nowhere"}},
    {"a subscription that moves with its mailbox",
     "INBOX:1 A:2",
     "A",
     "INBOX:1 B:2",
     "B",
     {},
     {},
     {"MailboxRename A;2 -> B;2"}},
    {"a subscription that stays at the old name",
     "INBOX:1 A:2",
     "A",
     "INBOX:1 B:2",
     "A",
     {},
     {},
     {"MailboxRename A;2 -> B;2"}},
};

}  // namespace

TEST_CASE("each change of the tree is its event", "[RFC5423:4.4][RFC3501:6.3.5]") {
  for (const auto& row : rows) {
    INFO(row.name);
    sources::Account account("juliet");
    const auto first = listing(row.before, row.subscribed_before);
    CHECK(tests::events_in(account.apply(first, {})).empty());  // the first snapshot makes none
    CHECK(tests::events_in(look_inside(account, first)).empty());
    CHECK(account.out_of_date().empty());

    auto second = listing(row.after, row.subscribed_after);
    second.old_names = row.old_names;
    second.gone = row.gone;
    auto steps = account.apply(second, {});
    for (auto& step : look_inside(account, second)) steps.push_back(std::move(step));
    CHECK(tests::events_in(steps) == row.expected);
    CHECK(account.out_of_date().empty());

    second.old_names.clear();
    second.gone.clear();
    CHECK(tests::to_text(account.apply(second, {})) == Lines{});  // a repeat changes nothing
  }
}

TEST_CASE("a rename moves each node once and makes one event", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  const auto first = listing("INBOX:1 W:2:1 W/A:- W/A/B:3", "");
  account.apply(first, {});
  look_inside(account, first);
  const auto steps = account.apply(listing("INBOX:1 O:2:1 O/A:- O/A/B:3", ""), {});
  CHECK(tests::to_text(steps) == Lines{"moved W -> O", "moved W/A -> O/A", "moved W/A/B -> O/A/B",
                                       "MailboxRename W;2 -> O;2"});
  CHECK(account.messages("O").size() == 1);
  CHECK(account.find("W") == nullptr);
}

TEST_CASE("a level whose mailboxes moved moves with them", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  account.apply(listing("INBOX:1 W:- W/A:2", ""), {});
  look_inside(account, listing("INBOX:1 W:- W/A:2", ""));
  const auto steps = account.apply(listing("INBOX:1 O:- O/A:2", ""), {});
  CHECK(tests::to_text(steps) ==
        Lines{"moved W -> O", "moved W/A -> O/A", "MailboxRename W/A;2 -> O/A;2"});
}

TEST_CASE("RENAME INBOX leaves an empty INBOX and its children", "[RFC3501:6.3.5][RFC5423:4.4]") {
  sources::Account account("juliet");
  const auto first = listing("INBOX:1:2 INBOX/c:2", "");
  account.apply(first, {});
  look_inside(account, first);
  const auto steps = account.apply(listing("INBOX:9 INBOX/c:2 x:1:2", ""), {});
  CHECK(tests::to_text(steps) == Lines{"is x;1 messages=2 unseen=2 uidnext=3",
                                       "messages x all 1() 2()", "messages INBOX all",
                                       "is INBOX;9 messages=0 unseen=0 uidnext=1",
                                       "MailboxRename INBOX;1 -> x;1"});
  CHECK(account.out_of_date().empty());
}

TEST_CASE("after a restart the difference is told once", "[RFC5423:4.4]") {
  events::KnownAccount known{
      "juliet", "", {mailbox("INBOX:1:1"), mailbox("A:2"), mailbox("B:3:2")}, {}, {"A"}};
  known.messages = {{"INBOX", {{*events::Uid::from(1), {}}}}};
  sources::Account account(known);
  CHECK(account.has_messages_of("INBOX"));
  CHECK(account.has_messages_of("A"));
  CHECK_FALSE(account.has_messages_of("B"));  // killed before its first look
  const auto now = listing("INBOX:1:2 B:3:2 C:4", "");
  auto steps = account.apply(now, {});
  for (auto& step : look_inside(account, now)) steps.push_back(std::move(step));
  CHECK(tests::events_in(steps) == Lines{"MailboxDelete A;2", "MailboxCreate C;4",
                                         "MailboxUnSubscribe A",
                                         "MessageNew INBOX;1 uid=2 messages=2 uidnext=3"});
}

TEST_CASE("a mailbox of which STATUS says nothing is a level until it does", "[RFC3501:6.3.10]") {
  sources::Account account("juliet");
  account.apply(listing("INBOX:1", ""), {});
  auto refused = listing("INBOX:1 A:2", "");
  refused.mailboxes[1].uidvalidity.reset();
  CHECK(tests::to_text(account.apply(refused, {})) == Lines{"is A level"});
  CHECK(tests::events_in(account.apply(listing("INBOX:1 A:2", ""), {})) ==
        Lines{"MailboxCreate A;2"});
  CHECK(tests::to_text(account.apply(refused, {})) == Lines{});  // one that was known stays
}

TEST_CASE("subscriptions name their user", "[RFC5423:4.4]") {
  sources::Account account("juliet");
  account.apply(listing("INBOX:1", ""), {});
  const auto steps = account.apply(listing("INBOX:1", "INBOX"), {});
  REQUIRE(steps.size() == 2);
  CHECK(std::get<events::Event>(steps[1]).circumstances.user == "juliet");
}
