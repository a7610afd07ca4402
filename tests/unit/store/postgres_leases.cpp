// Two gateways on one real database: who holds what, what a dead one leaves, what one hears of the
// other.
#include "store/postgres_leases.hpp"

#include "store/error.hpp"
#include "store/postgres_store.hpp"
#include "tests/unit/store/postgres_server.hpp"

using store::errc;
using store::Leases;
using tests::close_postgres;
using tests::Loop;
using tests::notice;
using tests::open_postgres;
using tests::PostgresServer;
using tests::writes;

namespace {

const std::string a = "a@mail.example.com", b = "b@mail.example.com", c = "c@mail.example.com";
using Accounts = std::vector<std::string>;

/// One gateway, its calls turned into answers.
struct Gateway {
  Gateway(const std::string& url, Loop& of) : loop(of) {
    observer.fenced = [this](auto, const std::string&) { is_fenced = true; };
    observer.dropped = [](auto, const std::string& what) { FAIL(what); };
    engine = open_postgres(url, loop, observer);
    wait<store::Everything>([&](auto done) { engine->load(std::move(done)); });
    const auto ask = [&](auto done) { leases().survey(std::move(done)); };
    while (wait<store::Survey>(ask).first) loop.run_for(std::chrono::milliseconds(10));
  }
  template <class T, class Ask>
  std::pair<boost::system::error_code, T> wait(Ask ask) {
    std::optional<std::pair<boost::system::error_code, T>> answer;
    ask([&](boost::system::error_code error, T value) { answer.emplace(error, std::move(value)); });
    loop.run_until([&] { return answer.has_value(); });
    return std::move(*answer);
  }
  boost::system::error_code commit(store::Transaction transaction) {
    std::optional<boost::system::error_code> verdict;
    engine->commit(std::move(transaction), [&](auto error) { verdict = error; });
    loop.run_until([&] { return verdict.has_value(); });
    return *verdict;
  }
  boost::system::error_code stand(Leases::Stance stance) {
    std::optional<boost::system::error_code> verdict;
    leases().take_stance(stance, [&](auto error) { verdict = error; });
    loop.run_until([&] { return verdict.has_value(); });
    return *verdict;
  }
  Accounts claim(const Accounts& accounts, std::size_t most = 100) {
    return wait<Accounts>([&](auto done) { leases().claim(accounts, most, std::move(done)); })
        .second;
  }
  Accounts held() {
    auto accounts = wait<Accounts>([&](auto done) { leases().read_held(std::move(done)); }).second;
    std::sort(accounts.begin(), accounts.end());
    return accounts;
  }
  store::Survey survey() {
    return wait<store::Survey>([&](auto done) { leases().survey(std::move(done)); }).second;
  }
  Accounts inherit(std::uint64_t gateway) {
    return wait<Accounts>([&](auto done) { leases().inherit(gateway, std::move(done)); }).second;
  }
  std::vector<pubsub::Notice> estate(std::uint64_t gateway, std::size_t limit = 100) {
    return wait<std::vector<pubsub::Notice>>(
               [&](auto done) { leases().read_estate(gateway, limit, std::move(done)); })
        .second;
  }
  Leases& leases() { return engine->leases(); }
  std::uint64_t id() const { return static_cast<std::uint64_t>(engine->gateway()); }

  Loop& loop;
  bool is_fenced = false;
  store::Observer observer;
  std::unique_ptr<store::PostgresStore> engine;
};

struct World {
  Loop loop;
  std::string url = tests::new_postgres_database();
  Gateway one{url, loop}, two{url, loop};
};

store::Transaction adoption(const std::vector<pubsub::Notice>& notices, std::uint64_t from,
                            std::uint64_t first) {
  store::Transaction transaction;
  for (auto entry : notices) {
    entry.sequence = first++;
    transaction.writes.emplace_back(pubsub::AppendNotice{entry});
  }
  transaction.adopted = store::ForeignNotices{from, notices.back().sequence};
  return transaction;
}

pubsub::NodeRecord node(std::uint64_t last_item, const std::string& model) {
  pubsub::NodeRecord record;
  record.account = a;
  record.spec.id = "mail_events/INBOX";
  record.last_item = last_item;
  record.config = {{"pubsub#access_model", model}};
  return record;
}

pubsub::SubscriptionRecord subscription() {
  pubsub::SubscriptionRecord record;
  record.account = a;
  record.node = "mail_events/INBOX";
  record.jid = "romeo@example.net";
  record.subid = "1";
  record.service = a;
  return record;
}

}  // namespace

TEST_CASE("an account is held by one gateway at a time", "[store][operations]") {
  World world;
  CHECK(world.one.claim({a, b, c}, 2) == Accounts{a, b});
  CHECK(world.two.claim({a, b, c}) == Accounts{c});
  CHECK(world.one.claim({a, b, c}).empty());
  CHECK(world.one.held() == Accounts{a, b});
  std::optional<boost::system::error_code> verdict;
  world.two.leases().release({a, c}, [&](auto error) { verdict = error; });  // a is not its own
  world.loop.run_until([&] { return verdict.has_value(); });
  CHECK_FALSE(*verdict);
  CHECK(world.two.claim({a, b, c}) == Accounts{c});
  CHECK_FALSE(world.one.stand(Leases::Stance::active));
  const auto fellows = world.two.survey().fellows;
  REQUIRE(fellows.size() == 1);
  CHECK(fellows[0].gateway == world.one.id());
  CHECK(fellows[0].is_active);
  CHECK(fellows[0].held == 2);
  CHECK_FALSE(world.one.survey().fellows[0].is_active);
}

TEST_CASE("a dead gateway's journal and accounts are taken over within 10 s",
          "[store][operations]") {
  World world;
  CHECK_FALSE(world.two.stand(Leases::Stance::active));
  CHECK(world.one.claim({a, b}) == Accounts{a, b});
  CHECK_FALSE(world.one.commit(writes({notice(1), notice(2), notice(3)})));
  CHECK_FALSE(world.two.commit(writes({notice(1)})));
  const auto dead = world.one.id();
  world.one.engine.reset();  // as by kill -9
  const auto began = std::chrono::steady_clock::now();
  while (world.two.survey().estates.empty()) {
    world.loop.run_for(std::chrono::milliseconds(200));
    REQUIRE(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
  }
  CHECK(world.two.survey().estates == std::vector{dead});
  CHECK(world.two.inherit(dead).empty());  // first its journal
  const auto first = world.two.estate(dead, 2);
  REQUIRE(first.size() == 2);
  CHECK_FALSE(world.two.commit(adoption(first, dead, 2)));
  const auto rest = world.two.estate(dead);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].sequence == 3);
  CHECK_FALSE(world.two.commit(adoption(rest, dead, 4)));
  auto inherited = world.two.inherit(dead);
  std::sort(inherited.begin(), inherited.end());
  CHECK(inherited == Accounts{a, b});
  CHECK(world.two.held() == Accounts{a, b});
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
  CHECK(world.two.survey().estates.empty());
  CHECK(PostgresServer::ask(world.url,
                            "SELECT string_agg(sequence::text, ' ' ORDER BY sequence) "
                            "FROM notice") == "1 2 3 4");
}

TEST_CASE("who was taken for dead writes nothing any more", "[store][operations]") {
  World world;
  CHECK_FALSE(world.two.stand(Leases::Stance::active));
  CHECK(world.one.claim({a}) == Accounts{a});
  PostgresServer::ask(world.url, "UPDATE gateway_alive SET alive_at = '-infinity' WHERE id = " +
                                     std::to_string(world.one.id()));
  CHECK(world.two.survey().estates == std::vector{world.one.id()});
  CHECK(world.two.inherit(world.one.id()) == Accounts{a});
  CHECK(world.one.commit(writes({notice(1)})) == errc::fenced);
  CHECK(world.one.is_fenced);
  CHECK(PostgresServer::ask(world.url, "SELECT count(*) FROM notice") == "0");
}

TEST_CASE("a gateway that rests gives way, and takes back what nobody took",
          "[store][operations]") {
  World world;
  CHECK(world.one.claim({a}) == Accounts{a});
  CHECK_FALSE(world.one.commit(writes({notice(1), notice(2)})));
  CHECK_FALSE(world.one.stand(Leases::Stance::resting));
  CHECK(world.two.survey().estates.empty());  // it has no stream either
  CHECK_FALSE(world.two.stand(Leases::Stance::active));
  CHECK(world.two.survey().estates == std::vector{world.one.id()});
  const auto notices = world.two.estate(world.one.id(), 1);
  CHECK_FALSE(world.one.stand(Leases::Stance::active));
  CHECK(world.two.survey().estates.empty());
  CHECK(world.two.commit(adoption(notices, world.one.id(), 1)) == errc::constraint);
  CHECK(world.two.inherit(world.one.id()).empty());
  CHECK(world.one.held() == Accounts{a});
  CHECK_FALSE(world.one.is_fenced);
  CHECK_FALSE(world.one.commit(writes({notice(3)})));
  CHECK(PostgresServer::ask(world.url, "SELECT count(*) FROM notice WHERE gateway = " +
                                           std::to_string(world.one.id())) == "3");
}

TEST_CASE("who takes a place again has its leases again", "[store][operations]") {
  World world;
  CHECK(world.one.claim({a, b}) == Accounts{a, b});
  const auto place = world.one.id();
  close_postgres(world.one.engine, world.loop);
  Gateway again(world.url, world.loop);
  CHECK(again.id() == place);
  CHECK(again.held() == Accounts{a, b});
  CHECK(world.two.claim({a, b, c}) == Accounts{c});
}

TEST_CASE("a write of one gateway is heard by the other within a second", "[store][operations]") {
  World world;
  store::Changes heard, echo;
  world.two.leases().start([&](store::Changes changes) {
    for (auto& write : changes.writes) heard.writes.push_back(std::move(write));
    for (auto& contact : changes.contacts) heard.contacts.push_back(std::move(contact));
  });
  world.one.leases().start([&](store::Changes changes) { echo = std::move(changes); });
  auto transaction = writes(
      {pubsub::WriteNode{node(7, "open")}, pubsub::WriteSubscription{subscription()}, notice(1)});
  transaction.contacts.push_back({a, "romeo@example.net", store::ContactState::from});
  CHECK_FALSE(world.one.commit(std::move(transaction)));
  const auto began = std::chrono::steady_clock::now();
  world.loop.run_until([&] { return heard.writes.size() >= 2 && !heard.contacts.empty(); });
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(1));
  REQUIRE(heard.writes.size() == 2);  // notices are each gateway's own
  const auto* written = std::get_if<pubsub::WriteNode>(&heard.writes[0]);
  REQUIRE(written != nullptr);
  CHECK(written->record.last_item == 7);
  CHECK(written->record.config == node(7, "open").config);
  const auto* subscribed = std::get_if<pubsub::WriteSubscription>(&heard.writes[1]);
  REQUIRE(subscribed != nullptr);
  CHECK(subscribed->record == subscription());
  CHECK(heard.contacts[0] ==
        store::ContactRecord{a, "romeo@example.net", store::ContactState::from});
  world.loop.run_for(std::chrono::milliseconds(1'200));
  CHECK(echo.writes.empty());
  CHECK(heard.writes.size() == 2);
}

TEST_CASE("more changes than one portion are heard in order", "[store][operations]") {
  World world;
  std::vector<std::string> heard;
  world.two.leases().start([&](const store::Changes& changes) {
    for (const auto& write : changes.writes) {
      if (const auto* row = std::get_if<pubsub::WriteSubscription>(&write))
        heard.push_back(row->record.subid);
    }
  });
  std::vector<std::string> made;
  for (int number = 1; number <= 2'500; ++number) {
    auto record = subscription();
    record.subid = std::to_string(number);
    made.push_back(record.subid);
    world.one.engine->commit(writes({pubsub::WriteSubscription{record}}), {});
  }
  world.loop.run_until([&] { return heard.size() >= made.size(); });
  CHECK(heard == made);
}

TEST_CASE("of two writers of one node, each keeps its part", "[store][operations]") {
  World world;
  CHECK(world.two.claim({a}) == Accounts{a});
  CHECK_FALSE(world.two.commit(writes({pubsub::WriteNode{node(5, "whitelist")}})));
  // "one" answers the owner's request; what it knows of items is old
  CHECK_FALSE(world.one.commit(writes({pubsub::WriteNode{node(3, "open")}})));
  // "two" has not heard of it
  CHECK_FALSE(world.two.commit(writes({pubsub::WriteNode{node(6, "whitelist")}})));
  const auto rows = world.one.wait<std::vector<pubsub::NodeRecord>>(
      [&](auto done) { world.one.leases().read_nodes(a, std::move(done)); });
  REQUIRE(rows.second.size() == 1);
  CHECK(rows.second[0].last_item == 6);
  CHECK(rows.second[0].config == node(0, "open").config);
}
