// One act, one event, whichever source is the first to report it.
#include "sources/shared_account.hpp"

#include "sources/push/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/listing_text.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Lines = std::vector<std::string>;
using sources::SharedAccount;
using Time = SharedAccount::Time;
using namespace std::chrono_literals;

constexpr Time start{};

/// juliet's INBOX with UIDs 1 and 2, in sight by IMAP.
class Bench {
 public:
  Bench() : account(sources::Account("juliet"), "") {
    found(account.model().apply(tests::listing("INBOX:1:2", ""), {}));
    look(3, {{1, ""}, {2, ""}});
    lines.clear();
  }

  void look(std::uint32_t uidnext, std::vector<std::pair<std::uint32_t, const char*>> messages,
            Time now = start) {
    sources::MailboxLook seen{
        "INBOX", *events::UidValidity::from(1), events::Uid::from(uidnext), std::nullopt, true, {},
        {}};
    for (const auto& [uid, flags] : messages)
      seen.messages.push_back(
          {*events::Uid::from(uid), events::FlagSet::from_text(flags), {}, {}, {{"Subject", "s"}}});
    found(account.model().apply(seen, {}), now);
  }
  void found(std::vector<events::Step> steps, Time now = start) {
    take(account.on_found({"juliet", "imap", "", std::move(steps)}, now));
  }
  void told(const std::string& body, Time now = start) {
    auto reading = sources::push::read_events(body, {});
    REQUIRE_FALSE(reading.mistake);
    std::vector<sources::Act> acts;
    for (auto& one : reading.told) acts.push_back(std::move(one.act));
    take(account.on_told(std::move(acts), "push", '/', now));
  }
  void time(Time now) { take(account.on_time(now)); }
  /// Any push, so that looks wait from now on.
  void has_push() {
    told(R"({"event":"Login","user":"juliet"})");
    lines.clear();
  }
  /// Since the last call: events, and the states that were shown.
  Lines news() { return std::exchange(lines, {}); }

  SharedAccount account;

 private:
  void take(const SharedAccount::Reports& reports) {
    for (const auto& report : reports) {
      for (const auto& state : report.shown)
        lines.push_back("shown " + state.name + " " + std::to_string(state.messages.value_or(99)));
      for (auto& event : tests::events_in(report.steps))
        lines.push_back(report.source + " " + event);
    }
  }

  Lines lines;
};

std::string arrival(const std::string& event, int uid) {
  return R"({"event":")" + event +
         R"(","user":"juliet","service":"lmtp","uri":"imap://juliet@h/INBOX;UIDVALIDITY=1/;UID=)" +
         std::to_string(uid) + "\"}";
}
std::string change(const std::string& event, const std::string& uids) {
  return R"({"event":")" + event +
         R"(","user":"juliet","uri":"imap://juliet@h/INBOX;UIDVALIDITY=1","uidset":")" + uids +
         "\"}";
}

}  // namespace

TEST_CASE("without a push nothing waits", "[RFC5423:4.1]") {
  Bench bench;
  bench.look(4, {{1, ""}, {2, ""}, {3, ""}});
  CHECK(bench.news() == Lines{"imap MessageNew INBOX;1 uid=3 messages=3 uidnext=4 Subject='s'"});
}

TEST_CASE("an event that a look alone has found waits 2 s for the push, the state does not",
          "[RFC5423:4.1]") {
  Bench bench;
  bench.has_push();
  bench.look(4, {{1, ""}, {2, ""}, {3, ""}});
  CHECK(bench.news() == Lines{"shown INBOX 3"});
  REQUIRE(bench.account.due() == start + 2s);
  bench.time(start + 1999ms);
  CHECK(bench.news().empty());
  bench.time(start + 2s);
  CHECK(bench.news() == Lines{"imap MessageNew INBOX;1 uid=3 messages=3 uidnext=4 Subject='s'"});
  CHECK_FALSE(bench.account.due());
}

TEST_CASE("a push that comes in time tells what it knows of it", "[RFC5423:4.1]") {
  Bench bench;
  bench.has_push();
  bench.look(5, {{1, ""}, {2, ""}, {3, ""}, {4, ""}});
  bench.news();
  bench.told(arrival("MessageAppend", 3), start + 10ms);
  CHECK(bench.news() == Lines{"push MessageAppend INBOX;1 uid=3 messages=3 uidnext=4 Subject='s'"});
  bench.told(arrival("MessageNew", 4), start + 20ms);
  CHECK(bench.news() == Lines{"push MessageNew INBOX;1 uid=4 messages=4 uidnext=5 Subject='s'"});
  CHECK_FALSE(bench.account.due());
  bench.time(start + 3s);
  CHECK(bench.news().empty());
}

TEST_CASE("a look that comes after the push finds nothing", "[RFC5423:4.1]") {
  Bench bench;
  bench.told(arrival("MessageNew", 3));
  CHECK(bench.news() == Lines{"push MessageNew INBOX;1 uid=3"});
  bench.look(4, {{1, ""}, {2, ""}, {3, ""}});
  CHECK(bench.news().empty());
}

TEST_CASE("of a change that a look has found the push may tell a part", "[RFC5423:4.2]") {
  Bench bench;
  bench.has_push();
  bench.look(3, {{1, "\\Seen"}, {2, "\\Seen"}});
  bench.news();
  bench.told(change("MessageRead", "2"));
  CHECK(bench.news() == Lines{"push MessageRead INBOX;1 uids=2"});
  bench.time(start + 2s);
  CHECK(bench.news() == Lines{"imap MessageRead INBOX;1 uids=1 messages=2 uidnext=3"});
}

TEST_CASE("an expiry is what a look calls expunged", "[RFC5423:4.1]") {
  Bench bench;
  bench.has_push();
  bench.look(3, {{2, ""}});
  bench.news();
  bench.told(change("MessageExpire", "1"));
  CHECK(bench.news() == Lines{"push MessageExpire INBOX;1 uids=1"});
}

TEST_CASE("a new mailbox that a look has found waits whole", "[RFC5423:4.4]") {
  Bench bench;
  bench.has_push();
  bench.found(bench.account.model().apply(tests::listing("INBOX:1:2 Work:7:1", ""), {}));
  bench.news();
  SECTION("until the push tells it") {
    bench.told(
        R"({"event":"MailboxCreate","user":"juliet","uri":"imap://juliet@h/Work;UIDVALIDITY=7"})");
    CHECK(bench.news() == Lines{"imap MailboxCreate Work;7"});
  }
  SECTION("until the push tells what is in it") {
    bench.told(
        R"({"event":"MessageNew","user":"juliet","uri":"imap://juliet@h/Work;UIDVALIDITY=7/;UID=1"})");
    CHECK(bench.news() == Lines{"imap MailboxCreate Work;7", "push MessageNew Work;7 uid=1"});
  }
  SECTION("no longer than 2 s") {
    bench.time(start + 2s);
    CHECK(bench.news() == Lines{"imap MailboxCreate Work;7"});
  }
}

TEST_CASE("a command that changes several messages is one event", "[RFC5423:4.2]") {
  Bench bench;
  bench.told("[" + change("MessageRead", "1") + "," + change("MessageRead", "1") + "," +
             change("MessageRead", "2") + "]");
  CHECK(bench.news() == Lines{"push MessageRead INBOX;1 uids=1:2"});
}

TEST_CASE("a session is told once within 5 minutes", "[RFC5423:4.3]") {
  Bench bench;
  const std::string login =
      R"({"event":"Login","user":"juliet","timestamp":"2026-11-22T10:00:00Z","session":"a","service":"imap"})";
  bench.told(login + login);
  CHECK(bench.news().size() == 1);
  bench.told(login, start + 299s);
  CHECK(bench.news().empty());
  bench.told(login, start + 301s);
  CHECK(bench.news().size() == 1);
  auto other = login;
  other.replace(other.find("\"a\""), 3, "\"b\"");
  bench.told(other, start + 301s);
  CHECK(bench.news().size() == 1);
}

TEST_CASE("a state is kept only with its events", "[operations]") {
  Bench bench;
  bench.has_push();
  sources::MailboxLook seen{
      "INBOX", *events::UidValidity::from(1), events::Uid::from(4), std::nullopt, false, {}, {}};
  seen.messages.push_back({*events::Uid::from(3), {}, {}, {}, {}});
  auto shown =
      bench.account.on_found({"juliet", "imap", "", bench.account.model().apply(seen, {})}, start);
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].steps.empty());  // a gateway that is killed now finds the difference again
  CHECK(shown[0].shown.size() == 1);
  const auto late = bench.account.on_time(start + 2s);
  REQUIRE(late.size() == 1);
  CHECK(tests::to_text(late[0].steps) == Lines{"messages INBOX 3()",
                                               "is INBOX;1 messages=3 unseen=3 uidnext=4",
                                               "MessageNew INBOX;1 uid=3 messages=3 uidnext=4"});
}
