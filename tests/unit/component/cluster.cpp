// Which gateway watches what, with a database that is a few maps: exact where the real one is only
// true (tests/unit/store/postgres_leases.cpp).
#include "component/cluster.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "tests/support/catch.hpp"
#include "tests/support/manual_environment.hpp"

using component::Cluster;
using store::Leases;
using namespace std::chrono_literals;

namespace {

/// What all gateways of a test share.
struct Database {
  struct Row {
    Leases::Stance stance = Leases::Stance::waiting;
    bool is_alive = true;
    std::optional<std::uint64_t> taken_by;
    std::vector<std::uint64_t> journal;  // sequences of notices
  };
  std::map<std::uint64_t, Row> gateways;
  std::map<std::string, std::uint64_t> leases;

  std::size_t count(std::uint64_t gateway) const {
    return static_cast<std::size_t>(std::count_if(
        leases.begin(), leases.end(), [&](const auto& row) { return row.second == gateway; }));
  }
};

class FakeLeases final : public Leases {
 public:
  FakeLeases(Database& database, std::uint64_t self) : database_(database), self_(self) {
    database_.gateways[self];
  }
  std::uint64_t number() const override { return self_; }
  void start(std::function<void(store::Changes)>) override {}
  void take_stance(Stance stance, store::Done done) override {
    if (!is_reachable) return done(make_error_code(boost::system::errc::io_error));
    auto& row = database_.gateways[self_];
    row.stance = stance;
    if (stance == Stance::active) row.taken_by.reset();
    done({});
  }
  void survey(store::DoneWith<store::Survey> done) override {
    if (!is_reachable) return done(make_error_code(boost::system::errc::io_error), {});
    store::Survey survey;
    for (auto& [id, row] : database_.gateways) {
      if (id == self_) continue;
      if (row.is_alive)
        survey.fellows.push_back({id, row.stance == Stance::active, database_.count(id)});
      const bool is_gone = !row.is_alive || row.stance == Stance::resting;
      const bool has_something = !row.journal.empty() || database_.count(id) != 0;
      if (database_.gateways[self_].stance != Stance::active || !is_gone || !has_something)
        continue;
      if (!row.taken_by || !database_.gateways[*row.taken_by].is_alive) row.taken_by = self_;
      if (row.taken_by == self_) survey.estates.push_back(id);
    }
    done({}, survey);
  }
  void read_held(store::DoneWith<std::vector<std::string>> done) override {
    done({}, held_by(self_));
  }
  void claim(std::vector<std::string> accounts, std::size_t most,
             store::DoneWith<std::vector<std::string>> done) override {
    if (!is_reachable) return done(make_error_code(boost::system::errc::io_error), {});
    std::vector<std::string> got;
    for (const auto& account : accounts) {
      if (got.size() < most && database_.leases.try_emplace(account, self_).second)
        got.push_back(account);
    }
    done({}, got);
  }
  void release(std::vector<std::string> accounts, store::Done done) override {
    if (!is_reachable) return done(make_error_code(boost::system::errc::io_error));
    for (const auto& account : accounts) {
      if (database_.leases.at(account) == self_) database_.leases.erase(account);
    }
    done({});
  }
  void read_estate(std::uint64_t gateway, std::size_t limit,
                   store::DoneWith<std::vector<pubsub::Notice>> done) override {
    std::vector<pubsub::Notice> notices;
    for (const auto sequence : database_.gateways[gateway].journal) {
      if (notices.size() < limit) notices.emplace_back().sequence = sequence;
    }
    done({}, notices);
  }
  void inherit(std::uint64_t gateway, store::DoneWith<std::vector<std::string>> done) override {
    if (!database_.gateways[gateway].journal.empty()) return done({}, {});
    const auto accounts = held_by(gateway);
    for (const auto& account : accounts) database_.leases[account] = self_;
    done({}, accounts);
  }
  void read_nodes(std::string, store::DoneWith<std::vector<pubsub::NodeRecord>> done) override {
    done({}, {});
  }

  bool is_reachable = true;

 private:
  std::vector<std::string> held_by(std::uint64_t gateway) const {
    std::vector<std::string> accounts;
    for (const auto& [account, holder] : database_.leases) {
      if (holder == gateway) accounts.push_back(account);
    }
    return accounts;
  }
  Database& database_;
  std::uint64_t self_;
};

/// A gateway that keeps a record of what it is told.
struct Gateway final : component::ClusterListener {
  Gateway(tests::ManualEnvironment& of, Database& shared, std::uint64_t number)
      : environment(of), database(shared), id(number), leases(shared, number) {
    cluster.start();
  }
  void up() {
    cluster.on_stream_up([this] { log += "up "; });
  }
  void want(std::initializer_list<const char*> accounts) {
    for (const auto* account : accounts) cluster.want(account);
  }
  std::string take() { return std::exchange(log, {}); }
  std::string held() const {
    std::string all;
    for (const auto& account : cluster.held()) all += account;
    return all;
  }

  void on_granted(const std::string& account) override { log += "+" + account + " "; }
  void on_withdrawn(const std::string& account) override { log += "-" + account + " "; }
  void on_first_claim() override { log += "claimed "; }
  void after_commits(std::function<void()> then) override { then(); }
  void after_journal(std::function<void()> then) override {
    if (is_journal_sent) return then();
    waiting.push_back(std::move(then));
  }
  void adopt(std::vector<pubsub::Notice> notices, store::ForeignNotices from,
             std::function<void()> then) override {
    for (const auto& notice : notices) log += std::to_string(notice.sequence) + " ";
    auto& row = database.gateways[from.gateway];
    if (row.taken_by == id)
      std::erase_if(row.journal, [&](auto sequence) { return sequence <= from.up_to; });
    then();
  }

  tests::ManualEnvironment& environment;
  Database& database;
  std::uint64_t id;
  FakeLeases leases;
  std::string log;
  bool is_journal_sent = true;
  std::deque<std::function<void()>> waiting;
  Cluster cluster{environment, &leases, *this};
};

struct World {
  tests::ManualEnvironment environment;
  Database database;
  Gateway one{environment, database, 1};
  Gateway two{environment, database, 2};
  /// The other one has not begun yet.
  void without_two() { database.gateways[2].is_alive = false; }
};

}  // namespace

TEST_CASE("a gateway alone is granted at once what it wants", "[operations]") {
  tests::ManualEnvironment environment;
  Database database;
  struct Alone final : component::ClusterListener {
    std::string log;
    void on_granted(const std::string& account) override { log += "+" + account + " "; }
    void on_withdrawn(const std::string& account) override { log += "-" + account + " "; }
    void on_first_claim() override {}
    void after_commits(std::function<void()> then) override { then(); }
    void after_journal(std::function<void()> then) override { then(); }
    void adopt(std::vector<pubsub::Notice>, store::ForeignNotices, std::function<void()>) override {
    }
  } listener;
  Cluster cluster(environment, nullptr, listener);
  cluster.start();
  cluster.want("a");
  CHECK(cluster.holds("a"));
  bool is_up = false;
  cluster.on_stream_up([&] { is_up = true; });
  CHECK(is_up);
  cluster.unwant("a");
  CHECK(listener.log == "+a -a ");
}

TEST_CASE("nothing is watched without a stream", "[operations]") {
  World world;
  world.one.want({"a", "b"});
  world.environment.advance(30s);
  CHECK(world.one.take().empty());
  world.without_two();
  world.one.up();
  world.environment.advance(1s);
  CHECK(world.one.take() == "up +a +b claimed ");
}

TEST_CASE("each account is held by one gateway, each gateway has its share", "[operations]") {
  World world;
  world.one.want({"a", "b", "c", "d", "e"});
  world.two.want({"a", "b", "c", "d", "e"});
  world.one.up();
  world.two.up();
  world.environment.advance(10s);
  CHECK(world.one.held().size() + world.two.held().size() == 5);
  CHECK(world.database.leases.size() == 5);
  CHECK(std::max(world.one.held().size(), world.two.held().size()) == 3);
}

TEST_CASE("who joins is given a share, after the journal has been sent", "[operations]") {
  World world;
  world.one.want({"a", "b", "c", "d"});
  world.one.up();
  world.environment.advance(6s);
  CHECK(world.one.held() == "abcd");
  world.one.is_journal_sent = false;
  world.two.want({"a", "b", "c", "d"});
  world.two.up();
  world.environment.advance(10s);
  CHECK(world.one.held() == "cd");
  CHECK(world.two.held().empty());  // what "one" has published of them is on its way still
  for (const auto& then : world.one.waiting) then();
  world.environment.advance(10s);
  CHECK(world.two.held() == "ab");
  CHECK(world.one.held() == "cd");
}

TEST_CASE("what nobody else wants comes back, and stays", "[operations]") {
  World world;
  world.one.want({"a", "b", "c", "d"});
  world.one.up();
  world.two.up();
  world.environment.advance(1s);
  world.environment.advance(20s);
  CHECK(world.one.held() == "abcd");
  world.one.take();
  world.environment.advance(60s);
  CHECK(world.one.take().empty());
}

TEST_CASE("a dead gateway's journal comes before its accounts", "[operations]") {
  World world;
  world.one.want({"a", "b"});
  world.one.up();
  world.environment.advance(6s);
  world.two.want({"a", "b"});
  world.two.up();
  world.environment.advance(10s);
  REQUIRE(world.two.held().size() == 1);
  auto& dead = world.database.gateways[1];
  dead.journal = {7, 8, 12};
  dead.is_alive = false;
  world.one.leases.is_reachable = false;
  world.two.take();
  world.environment.advance(1s);
  CHECK(world.two.take() == "7 8 12 +b ");
  CHECK(world.two.held() == "ab");
  CHECK(dead.journal.empty());
}

TEST_CASE("a gateway whose stream is down for long gives way to one that has one", "[operations]") {
  World world;
  world.one.want({"a"});
  world.two.want({"a"});
  world.one.up();
  world.environment.advance(6s);
  REQUIRE(world.one.held() == "a");
  world.one.cluster.on_stream_down();
  world.one.take();
  SECTION("not while the others have none either") {
    world.environment.advance(60s);
    CHECK(world.one.take().empty());
    CHECK(world.one.held() == "a");
    world.one.up();
    CHECK(world.one.take() == "up ");
  }
  SECTION("not at once") {
    world.two.up();
    world.environment.advance(9s);
    CHECK(world.one.take().empty());
    world.one.up();
    world.environment.advance(9s);
    CHECK(world.one.held() == "a");
  }
  SECTION("after ten seconds") {
    world.two.up();
    world.database.gateways[1].journal = {3};
    world.two.take();
    world.environment.advance(12s);
    CHECK(world.one.take() == "-a ");
    CHECK(world.two.take() == "claimed 3 +a ");
    world.one.up();
    world.environment.advance(9s);
    CHECK(world.one.take() == "up ");  // it is the other's now
    CHECK(world.two.held() == "a");
  }
  SECTION("it has its accounts again if nobody has taken them over") {
    world.two.up();
    world.two.leases.is_reachable = false;
    world.environment.advance(12s);
    CHECK(world.one.take() == "-a ");
    world.one.up();
    CHECK(world.one.take() == "up +a ");
  }
}

TEST_CASE("what is asked for is claimed at once", "[operations]") {
  World world;
  world.one.up();
  world.environment.advance(2s);
  world.one.take();
  world.one.want({"a"});
  CHECK(world.one.take() == "+a ");
  world.one.cluster.unwant("a");
  CHECK(world.one.take() == "-a ");
  CHECK(world.database.leases.empty());
}

TEST_CASE("a database out of reach is asked again", "[operations]") {
  World world;
  world.one.want({"a"});
  world.one.leases.is_reachable = false;
  world.one.up();
  world.environment.advance(5s);
  CHECK(world.one.take().empty());  // whether the journal is ours alone is not known
  world.one.leases.is_reachable = true;
  world.environment.advance(7s);
  CHECK(world.one.take().find("up ") == 0);
  CHECK(world.one.held() == "a");
  world.one.leases.is_reachable = false;
  world.one.cluster.unwant("a");
  CHECK(world.database.leases.size() == 1);
  world.one.leases.is_reachable = true;
  world.environment.advance(2s);
  CHECK(world.database.leases.empty());
}
