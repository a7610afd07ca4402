// What the writes of a transaction mean, one table of cases for every store.
#include "tests/unit/store/subject.hpp"

using tests::at;
using tests::item;
using tests::Kind;
using tests::notice;
using tests::query;
using tests::Subject;
using tests::writes;

namespace {

std::string numbers_of(const pubsub::ItemRows& rows) {
  std::string text;
  for (const auto& row : rows.items) text += std::to_string(row.number) + " ";
  return text;
}

}  // namespace

TEST_CASE("nodes, subscriptions and affiliations survive whole", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  pubsub::NodeRecord node;
  node.account = "juliet@mail.example.com";
  node.spec.id = "mail_events/a";
  node.spec.kind = pubsub::NodeKind::collection;
  node.spec.holding = pubsub::Holding::history;
  node.spec.parents = {"mail_events", "x"};
  node.spec.name = "a";
  node.spec.is_listed = false;
  node.spec.readers = {"*", "nurse@example.com"};
  node.spec.is_audited = true;
  node.spec.is_closed = true;
  node.spec.meta_data.emplace_back("{urn:xmpp:message-store:0}mdn_sent", "no");
  node.last_item = 18;
  node.exists = false;
  node.state_key = "k";
  node.redirect = "mail_events/b";
  node.redirect_until = at(5) + std::chrono::nanoseconds(7);
  node.config.emplace_back("pubsub#title", "A");
  pubsub::SubscriptionRecord subscription;
  subscription.account = node.account;
  subscription.node = node.spec.id;
  subscription.jid = "romeo@example.net/x";
  subscription.subid = "s1";
  subscription.state = pubsub::SubscriptionState::pending;
  subscription.service = "mail.example.com";
  subscription.options.emplace_back("event_types", std::vector<std::string>{"message", "flags"});
  subscription.expires = at(7) + std::chrono::nanoseconds(1);
  subscription.seen = at(8);
  subscription.parked = at(9);
  const pubsub::AffiliationRecord affiliation{node.account, node.spec.id, "nurse@example.com",
                                              pubsub::Affiliation::member};
  auto plain = node;
  plain.spec.id = "mail_events/b";
  plain.redirect = std::nullopt;
  auto gone = subscription;
  gone.subid = "s2";
  auto endless = subscription;
  endless.subid = "s3";
  endless.expires = std::nullopt;
  endless.parked = std::nullopt;
  auto revoked = affiliation;
  revoked.jid = "tybalt@example.com";
  auto no_more = revoked;
  no_more.affiliation = pubsub::Affiliation::none;
  subject.commit(writes({pubsub::WriteNode{plain}, pubsub::WriteNode{node},
                         pubsub::WriteSubscription{subscription}, pubsub::WriteSubscription{gone},
                         pubsub::WriteSubscription{endless},
                         pubsub::RemoveSubscription{gone.account, gone.node, gone.jid, gone.subid},
                         pubsub::WriteAffiliation{affiliation}, pubsub::WriteAffiliation{revoked},
                         pubsub::WriteAffiliation{no_more}}));
  subject.reopen();
  const auto loaded = subject.load().pubsub;
  REQUIRE(loaded.nodes.size() == 2);
  const auto& back = loaded.nodes[0];
  CHECK(back.spec == node.spec);
  CHECK(back.last_item == 18);
  CHECK_FALSE(back.exists);
  CHECK(back.state_key == "k");
  CHECK(back.redirect == node.redirect);
  CHECK(back.redirect_until == node.redirect_until);
  CHECK(back.config == node.config);
  CHECK_FALSE(loaded.nodes[1].redirect);
  REQUIRE(loaded.subscriptions.size() == 2);
  CHECK(loaded.subscriptions[0] == subscription);
  CHECK(loaded.subscriptions[1] == endless);
  REQUIRE(loaded.affiliations.size() == 1);
  CHECK(loaded.affiliations[0].jid == affiliation.jid);
  CHECK(loaded.affiliations[0].affiliation == pubsub::Affiliation::member);
}

TEST_CASE("contacts survive, and end with the state none", "[store][RFC6121:3]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  using store::ContactState;
  const std::string juliet = "juliet@mail.example.com";
  const std::vector<store::ContactRecord> kept{
      {juliet, "nurse@x", ContactState::both},
      {juliet, "romeo@x", ContactState::from},
      {"romeo@mail.example.com", "a@x", ContactState::requested}};
  store::Transaction first;
  first.contacts = {kept[2],
                    kept[0],
                    {juliet, "romeo@x", ContactState::requested},
                    {juliet, "tybalt@x", ContactState::from}};
  subject.commit(first);
  store::Transaction second;
  second.contacts = {
      kept[1], {juliet, "tybalt@x", ContactState::none}, {juliet, "paris@x", ContactState::none}};
  subject.commit(second);
  subject.reopen();
  CHECK(subject.load().contacts == kept);
}

TEST_CASE("a notice of any kind comes back as that kind", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  std::vector<pubsub::Write> list;
  for (int kind = 0; kind <= static_cast<int>(pubsub::NoticeKind::asked); ++kind) {
    auto one = notice(static_cast<std::uint64_t>(kind) + 1);
    one.notice.kind = static_cast<pubsub::NoticeKind>(kind);
    list.emplace_back(one);
  }
  subject.commit(writes(list));
  subject.reopen();
  const auto back = subject.notices();
  REQUIRE(back.size() == list.size());
  for (std::size_t i = 0; i < back.size(); ++i) CHECK(static_cast<std::size_t>(back[i].kind) == i);
}

TEST_CASE("items are read as asked, always ascending", "[store][XEP-0059:2]") {
  struct Row {
    const char* name;
    std::optional<std::uint64_t> after, before;
    std::vector<std::uint64_t> numbers;
    std::size_t limit;
    bool newest_first;
    const char* expected;
    std::uint64_t index;
  };
  constexpr auto huge = ~std::uint64_t{0};
  const auto row = GENERATE(values<Row>({
      {"all", {}, {}, {}, 100, false, "2 4 6 8 10 ", 0},
      {"the oldest", {}, {}, {}, 2, false, "2 4 ", 0},
      {"the newest", {}, {}, {}, 2, true, "8 10 ", 3},
      {"after a kept one", 4, {}, {}, 2, false, "6 8 ", 2},
      {"after a missing one", 5, {}, {}, 100, false, "6 8 10 ", 2},
      {"after the last", 10, {}, {}, 100, false, "", 0},
      {"after any number", huge, {}, {}, 100, false, "", 0},
      {"before", {}, 8, {}, 2, false, "2 4 ", 0},
      {"the newest before", {}, 8, {}, 2, true, "4 6 ", 1},
      {"before any number", {}, huge, {}, 1, true, "10 ", 4},
      {"between", 2, 10, {}, 100, false, "4 6 8 ", 1},
      {"exactly these", {}, {}, {8, 2, 3, 8}, 100, false, "2 8 ", 0},
      {"exactly these, cut", {}, {}, {8, 2, 6}, 2, true, "6 8 ", 2},
      {"these and after", 2, {}, {8, 2, 6}, 100, false, "6 8 ", 2},
      {"none wanted", {}, {}, {}, 0, false, "", 0},
  }));
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  INFO(row.name);
  subject.commit(writes(
      {item("n", 10), item("n", 4), item("n", 2), item("n", 8), item("n", 6), item("m", 3)}));
  auto asked = query("n");
  asked.after = row.after;
  asked.before = row.before;
  asked.numbers = row.numbers;
  asked.limit = row.limit;
  asked.newest_first = row.newest_first;
  const auto rows = subject.items(asked);
  CHECK(numbers_of(rows) == row.expected);
  CHECK(rows.index_of_first == row.index);
  CHECK(rows.count == 5);
  CHECK(rows.oldest == 2);
}

TEST_CASE("items are read by when they were published, both ends included",
          "[store][XEP-0313:4.1.2]") {
  struct Row {
    const char* name;
    std::optional<int> since, until;  ///< seconds, as the numbers of the items
    std::vector<std::uint64_t> numbers;
    std::size_t limit;
    bool newest_first;
    const char* expected;
    std::uint64_t index;
  };
  const auto row = GENERATE(values<Row>({
      {"since", 1'004, {}, {}, 100, false, "4 6 8 10 ", 1},
      {"until", {}, 1'006, {}, 100, false, "2 4 6 ", 0},
      {"between", 1'003, 1'007, {}, 100, false, "4 6 ", 1},
      {"the newest until", {}, 1'008, {}, 1, true, "8 ", 3},
      {"the oldest since", 1'003, {}, {}, 1, false, "4 ", 1},
      {"exactly these, between", 1'003, 1'007, {2, 6, 8}, 100, false, "6 ", 2},
      {"none so late", 1'011, {}, {}, 100, false, "", 0},
      {"none so early", {}, 1'001, {}, 100, true, "", 0},
      {"turned round", 1'008, 1'004, {}, 100, false, "", 0},
  }));
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  INFO(row.name);
  subject.commit(writes({item("n", 10), item("n", 4), item("n", 2), item("n", 8), item("n", 6)}));
  auto asked = query("n");
  if (row.since) asked.since = at(*row.since);
  if (row.until) asked.until = at(*row.until);
  asked.numbers = row.numbers;
  asked.limit = row.limit;
  asked.newest_first = row.newest_first;
  const auto rows = subject.items(asked);
  CHECK(numbers_of(rows) == row.expected);
  CHECK(rows.index_of_first == row.index);
  CHECK(rows.count == 5);
  CHECK(rows.oldest == 2);
}

TEST_CASE("writes to items do what they say", "[store]") {
  const std::string juliet = "juliet@mail.example.com";
  struct Row {
    const char* name;
    std::vector<pubsub::Write> given;
    const char* expected;        ///< node n, which held 0 1 2 3 4
    const char* expected_other;  ///< node m, which held 3
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", {}, "0 1 2 3 4 ", "3 "},
      {"trim below, not the state", {pubsub::TrimItems{juliet, "n", 3, {}}}, "0 3 4 ", "3 "},
      {"trim by age, not the state",
       {pubsub::TrimItems{juliet, "n", 0, at(1'002)}},
       "0 2 3 4 ",
       "3 "},
      {"remove some", {pubsub::RemoveItems{juliet, "n", {1, 3, 9}}}, "0 2 4 ", "3 "},
      {"remove all", {pubsub::RemoveItems{juliet, "n", {}}}, "", "3 "},
      {"forget", {pubsub::ForgetNodeRows{juliet, "n"}}, "", "3 "},
      {"move", {pubsub::MoveNodeRows{juliet, "n", "m"}}, "", "0 1 2 3 4 "},
      {"move to itself", {pubsub::MoveNodeRows{juliet, "n", "n"}}, "0 1 2 3 4 ", "3 "},
      {"move nothing", {pubsub::MoveNodeRows{juliet, "x", "n"}}, "0 1 2 3 4 ", "3 "},
      {"another account",
       {pubsub::ForgetNodeRows{"romeo@mail.example.com", "n"}},
       "0 1 2 3 4 ",
       "3 "},
  }));
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  INFO(row.name);
  subject.commit(
      writes({item("n", 0), item("n", 1), item("n", 2), item("n", 3), item("n", 4), item("m", 3)}));
  subject.commit(writes(row.given));
  subject.reopen();
  CHECK(numbers_of(subject.items(query("n"))) == row.expected);
  CHECK(numbers_of(subject.items(query("m"))) == row.expected_other);
}

TEST_CASE("subscriptions and affiliations move and end with their node", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  const std::string juliet = "juliet@mail.example.com";
  const auto subscription = [&](const char* node, const char* subid) {
    return pubsub::WriteSubscription{{juliet, node, "r@x", subid, {}, juliet, {}, {}, {}, {}}};
  };
  subject.commit(
      writes({subscription("n", "1"), subscription("n", "2"), subscription("m", "1"),
              subscription("o", "3"),
              pubsub::WriteAffiliation{{juliet, "n", "r@x", pubsub::Affiliation::member}},
              pubsub::WriteAffiliation{{juliet, "n", "s@x", pubsub::Affiliation::outcast}},
              pubsub::WriteAffiliation{{juliet, "o", "r@x", pubsub::Affiliation::member}}}));
  subject.commit(
      writes({pubsub::MoveNodeRows{juliet, "n", "m"}, pubsub::ForgetNodeRows{juliet, "o"}}));
  subject.reopen();
  const auto loaded = subject.load().pubsub;
  REQUIRE(loaded.subscriptions.size() == 2);
  CHECK(loaded.subscriptions[0].node == "m");
  CHECK(loaded.subscriptions[1].subid == "2");
  REQUIRE(loaded.affiliations.size() == 2);
  CHECK(loaded.affiliations[0].node == "m");
}

TEST_CASE("a rewritten item has the new payload and time", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  subject.commit(writes({item("n", 0, "<old/>")}));
  subject.commit(writes({item("n", 0, "<new/>")}));
  const auto rows = subject.items(query("n"));
  REQUIRE(rows.items.size() == 1);
  CHECK(rows.items[0].payload[0].xml == "<new/>");
  CHECK(rows.items[0].at == at(1'000));
}

TEST_CASE("notices wait until the cursor passes them", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  auto full = notice(3, "n", 7, "<y/>");
  full.notice.kind = pubsub::NoticeKind::redirect;
  full.notice.target = "m";
  full.notice.sight_only = true;
  full.notice.recipients = {{"r@x", "juliet@mail.example.com", {"1"}, {"mail_events"}}};
  subject.commit(writes({notice(1), notice(2), full, notice(4)}));
  CHECK(subject.notices(1, 2).size() == 2);
  store::Transaction taken;
  taken.cursor = 2;
  subject.commit(taken);
  taken.cursor = 1;  // late; does not go back
  subject.commit(taken);
  subject.reopen();
  CHECK(subject.load().cursor == 2);
  const auto left = subject.notices();
  REQUIRE(left.size() == 2);
  CHECK(left[0].sequence == 3);
  CHECK(left[0].kind == pubsub::NoticeKind::redirect);
  CHECK(left[0].number == 7);
  CHECK(left[0].target == "m");
  CHECK(left[0].sight_only);
  CHECK(left[0].at == full.notice.at);
  CHECK(left[0].payload == full.notice.payload);
  CHECK(left[0].recipients == full.notice.recipients);
}

TEST_CASE("the last sequence is known when all notices are gone", "[store]") {
  Subject subject(GENERATE(Kind::sqlite, Kind::postgres, Kind::memory));
  subject.commit(writes({notice(41)}));
  store::Transaction taken;
  taken.cursor = 41;
  subject.commit(taken);
  subject.reopen();
  CHECK(subject.notices().empty());
  CHECK(subject.load().pubsub.last_sequence == 41);
}
