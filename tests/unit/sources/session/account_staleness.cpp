// What the model makes of listings that a running session gives too late. RFC 3501 §6.3.5, §6.3.8.
#include "sources/account.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/listing_text.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Lines = std::vector<std::string>;
using tests::listing;
using tests::look_inside;

}  // namespace

TEST_CASE("a listing that lacks a mailbox without a word is told from one that explains it",
          "[RFC3501:6.3.8]") {
  sources::Account account("juliet");
  const auto first = listing("INBOX:1 A:2 A/B:3 L:-", "");
  account.apply(first, {});
  struct Case {
    const char* tree;
    bool loses;
  };
  const auto row = GENERATE(values<Case>({
      {"INBOX:1 A:2 A/B:3 L:-", false},
      {"INBOX:1 A:2 A/B:3", false},      // a level is no mailbox
      {"INBOX:1 A:2 L:-", true},         // A/B is missing
      {"INBOX:1 A:- A/B:3 L:-", true},   // A is a mere level
      {"INBOX:1 X:2 X/B:3 L:-", false},  // renamed
      {"INBOX:9 A:2 A/B:3 L:-", true},   // another INBOX; where did the old one go?
      {"INBOX:9 A:2 A/B:3 x:1", false},  // there
      {"INBOX:1 A:7 A/B:3 L:-", false},  // a new UIDVALIDITY is a new state of the same name
  }));
  CHECK(account.loses_mailboxes(listing(row.tree, "")) == row.loses);
}

TEST_CASE("a RENAME of INBOX is recognised when the new name is listed late",
          "[RFC3501:6.3.5][RFC5423:4.4]") {
  sources::Account account("juliet");
  const auto first = listing("INBOX:1:2", "");
  account.apply(first, {});
  look_inside(account, first);
  CHECK(tests::events_in(account.apply(listing("INBOX:9", ""), {})).empty());
  const auto steps = account.apply(listing("INBOX:9 x:1:2", ""), {});
  CHECK(tests::to_text(steps) == Lines{"is x;1 messages=2 unseen=2 uidnext=3",
                                       "messages x all 1() 2()", "MailboxRename INBOX;1 -> x;1"});
  CHECK(look_inside(account, listing("INBOX:9 x:1:2", "")).empty() == false);  // INBOX alone
  CHECK(tests::events_in(account.apply(listing("INBOX:9 x:1:2 y:1:2", ""), {})) ==
        Lines{"MailboxCreate y;1"});  // once
}
