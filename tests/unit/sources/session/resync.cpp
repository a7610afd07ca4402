// Which commands a look into one mailbox costs. RFC 7162 §3.1.4, §3.2.5.
#include "sources/imap/resync.hpp"

#include "tests/support/catch.hpp"

namespace {

using sources::imap::plan_resync;

const events::DataWanted with_headers{true, true, false, 0, {}, {}, {}};

events::MailboxState inbox(std::uint32_t messages, std::uint32_t uidnext, std::uint64_t modseq) {
  events::MailboxState state;
  state.name = "INBOX";
  state.uidvalidity = events::UidValidity::from(5);
  state.messages = messages;
  state.uidnext = events::Uid::from(uidnext);
  state.highestmodseq = events::ModSeq::from(modseq);
  return state;
}

/// INBOX with one message, UIDNEXT 2, HIGHESTMODSEQ 7, as an earlier run left it.
sources::Account known() {
  return sources::Account(events::KnownAccount{
      "juliet", "", {inbox(1, 2, 7)}, {{"INBOX", {{*events::Uid::from(1), {}}}}}, {}});
}

}  // namespace

TEST_CASE("QRESYNC asks for the difference alone", "[RFC7162:3.2.5]") {
  const auto plan = plan_resync(known(), "INBOX", std::nullopt, false, {true, true}, with_headers);
  REQUIRE(plan.qresync);
  CHECK(plan.qresync->modseq.value() == 7);
  CHECK_FALSE(plan.is_complete);
  REQUIRE(plan.fetches.size() == 1);
  CHECK(plan.fetches[0].from.value() == 2);
  CHECK(plan.fetches[0].items.headers);
}

TEST_CASE("many new messages are fetched and reported in windows", "[RFC3501:6.4.8]") {
  const auto plan =
      plan_resync(known(), "INBOX", inbox(1200, 1202, 9), false, {true, true}, with_headers);
  REQUIRE(plan.fetches.size() == 3);
  CHECK(plan.fetches[0].uids->to_string() == "2:501");
  CHECK(plan.fetches[0].applies_up_to->value() == 501);
  CHECK(plan.fetches[1].uids->to_string() == "502:1001");
  CHECK(plan.fetches[2].from.value() == 1002);
  CHECK_FALSE(plan.fetches[2].uids);
  const auto huge =
      plan_resync(known(), "INBOX", inbox(1, 4'294'967'295U, 9), false, {true, true}, with_headers);
  CHECK(huge.fetches.size() <= 65);
}

TEST_CASE("without QRESYNC only the whole list of UIDs tells what vanished",
          "[RFC3501:2.3.1.1][RFC7162:3.1.4.1]") {
  const auto flags_only =
      plan_resync(known(), "INBOX", inbox(1, 2, 9), false, {false, true}, with_headers);
  CHECK_FALSE(flags_only.is_complete);
  REQUIRE(flags_only.fetches.size() == 1);
  CHECK(flags_only.fetches[0].since->modseq.value() == 7);
  CHECK(plan_resync(known(), "INBOX", inbox(2, 3, 9), false, {false, true}, with_headers)
            .is_complete);
  CHECK(
      plan_resync(known(), "INBOX", std::nullopt, false, {false, false}, with_headers).is_complete);
  CHECK(plan_resync(known(), "INBOX", std::nullopt, true, {true, true}, with_headers).is_complete);
}

TEST_CASE("the first look is complete and without headers", "[RFC3501:2.3.1.1]") {
  sources::Account account("juliet");
  account.apply(sources::Listing{{inbox(9, 10, 7)}, {}, {}, {}}, {});
  const auto plan =
      plan_resync(account, "INBOX", inbox(9, 10, 7), false, {true, true}, with_headers);
  CHECK(plan.is_complete);
  CHECK_FALSE(plan.qresync);
  REQUIRE(plan.fetches.size() == 1);
  CHECK_FALSE(plan.fetches[0].items.headers);
}

TEST_CASE("only what somebody wants is fetched", "[RFC5423:3][RFC3501:6.4.5]") {
  const auto items = [](const events::DataWanted& data) {
    return plan_resync(known(), "INBOX", std::nullopt, false, {true, true}, data).fetches[0].items;
  };
  const auto nothing = items({});
  CHECK_FALSE((nothing.size || nothing.headers || nothing.body_structure || nothing.content > 0));
  CHECK(items({true, false, false, 0, {}, {}, {}}).size);
  CHECK(items({false, true, false, 0, {}, {}, {}}).headers);
  CHECK(items({false, false, true, 0, {}, {}, {}}).body_structure);
  // one octet more tells a message that is too large
  CHECK(items({false, false, false, 100, {}, {}, {}}).content == 101);
  CHECK(items({false, false, false, 100, 100, "a", "b"}).size);
}

TEST_CASE("with content the windows are small", "[RFC3501:6.4.8]") {
  const events::DataWanted content{false, false, false, 32768, {}, {}, {}};
  const auto plan = plan_resync(known(), "INBOX", inbox(120, 121, 9), false, {true, true}, content);
  REQUIRE(plan.fetches.size() == 3);
  CHECK(plan.fetches[0].uids->to_string() == "2:51");
}

TEST_CASE("content that came only in part is none", "[RFC3501:6.4.5]") {
  const events::DataWanted three{false, false, false, 3, {}, {}, {}};
  auto plan = plan_resync(known(), "INBOX", std::nullopt, false, {true, true}, three);
  sources::imap::Resync resync("INBOX", std::move(plan), 0);
  resync.on_response(sources::imap::Untagged{{}, {"UIDVALIDITY", "5", ""}});
  for (const auto* text : {"abc", "abcd"}) {
    sources::imap::Fetch fetch;
    fetch.uid = events::Uid::from(text[3] == 0 ? 2 : 3);
    fetch.flags.emplace();
    fetch.content = text;
    resync.on_response(fetch);
  }
  const auto look = resync.take();
  REQUIRE(look);
  REQUIRE(look->messages.size() == 2);
  CHECK(look->messages[0].content == "abc");
  CHECK_FALSE(look->messages[1].content);
}
