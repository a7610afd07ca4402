// What only the PostgreSQL store has: a database that goes away, a commit without an answer, a
// fence.
#include "store/postgres_store.hpp"

#include "store/error.hpp"
#include "store/postgres_schema.hpp"
#include "tests/unit/store/postgres_server.hpp"

using store::errc;
using tests::close_postgres;
using tests::item;
using tests::Loop;
using tests::notice;
using tests::open_postgres;
using tests::PostgresServer;
using tests::query;
using tests::writes;

namespace {

store::Everything load(store::Store& store, Loop& loop) {
  std::optional<store::Everything> everything;
  store.load([&](auto error, store::Everything loaded) {
    CHECK_FALSE(error);
    everything = std::move(loaded);
  });
  loop.run_until([&] { return everything.has_value(); });
  return *everything;
}

boost::system::error_code commit(store::Store& store, Loop& loop, store::Transaction transaction) {
  std::optional<boost::system::error_code> verdict;
  store.commit(std::move(transaction), [&](auto error) { verdict = error; });
  loop.run_until([&] { return verdict.has_value(); });
  return *verdict;
}

std::uint64_t count_items(store::Store& store, Loop& loop, const std::string& node) {
  std::optional<std::uint64_t> count;
  store.read_items(query(node), [&](auto error, const pubsub::ItemRows& rows) {
    CHECK_FALSE(error);
    count = rows.count;
  });
  loop.run_until([&] { return count.has_value(); });
  return *count;
}

/// What an operator is told, as one line.
struct Told {
  std::string text;
  store::Observer observer() {
    store::Observer observer;
    const auto note = [this](const char* word) {
      return [this, word](boost::system::error_code error, const std::string& why) {
        CHECK_FALSE(why.empty());
        text += std::string(word) + "(" + error.message() + ") ";
      };
    };
    observer.refused = [this](auto, const std::string& why) {
      CHECK_FALSE(why.empty());
      text += "refused ";
    };
    observer.accepted = [this] { text += "accepted "; };
    observer.dropped = note("dropped");
    observer.fenced = note("fenced");
    return observer;
  }
};

}  // namespace

TEST_CASE("PostgreSQL: completions come in order, reads see what was before them", "[store]") {
  Loop loop;
  const auto postgres = open_postgres(tests::new_postgres_database(), loop);
  constexpr std::uint64_t last = 2'000;
  std::vector<std::uint64_t> done;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> reads;
  for (std::uint64_t number = 1; number <= last; ++number) {
    postgres->commit(writes({item("n", number)}), [&done, number](auto error) {
      CHECK_FALSE(error);
      done.push_back(number);
    });
    if (number % 500 == 0) {
      postgres->read_items(query("n"), [&reads, number](auto, const pubsub::ItemRows& rows) {
        reads.emplace_back(number, rows.count);
      });
    }
  }
  CHECK(postgres->pending() == last);
  loop.run_until([&] { return done.size() == last && reads.size() == 4; });
  CHECK(std::is_sorted(done.begin(), done.end()));
  for (const auto& [before, seen] : reads) CHECK(before == seen);
  CHECK(postgres->pending() == 0);
}

TEST_CASE("PostgreSQL restarts: nothing is lost, nothing is done twice", "[store][operations]") {
  Loop loop;
  Told told;
  PostgresServer server;
  const auto url = server.make_database();
  auto postgres = open_postgres(url, loop, told.observer());
  load(*postgres, loop);
  constexpr std::uint64_t last = 300;
  std::vector<std::uint64_t> done;
  for (std::uint64_t number = 1; number <= last; ++number) {
    if (number == 100) {
      loop.run_until([&] { return !done.empty(); });
      server.stop();
    }
    postgres->commit(writes({item("n", number), notice(number)}), [&done, number](auto error) {
      CHECK_FALSE(error);
      done.push_back(number);
    });
  }
  loop.run_until([&] { return !postgres->is_writable(); });
  std::optional<boost::system::error_code> read_error;
  postgres->read_items(query("n"), [&](auto error, auto) { read_error = error; });
  loop.run_until([&] { return read_error.has_value(); });
  CHECK(*read_error == errc::io);  // an answer now, not when the database is back
  CHECK(done.size() < last);
  CHECK(postgres->pending() == last - done.size());
  server.start();
  loop.run_until([&] { return done.size() == last; });
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(postgres->is_writable());
  CHECK(told.text == "refused accepted ");  // said once, however often it was tried
  CHECK(count_items(*postgres, loop, "n") == last);
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM notice") == std::to_string(last));
}

TEST_CASE("a commit whose answer is lost is not done again", "[store][operations]") {
  Loop loop;
  Told told;
  auto& server = PostgresServer::shared();
  const auto url = server.make_database();
  tests::Relay relay(loop, server);
  const auto name = url.substr(14, url.find('?') - 14);
  auto postgres = open_postgres(server.url_of(name, relay.host()), loop, told.observer());
  CHECK_FALSE(commit(*postgres, loop, writes({notice(1)})));
  relay.mute();
  std::optional<boost::system::error_code> verdict;
  postgres->commit(writes({notice(2)}), [&](auto error) { verdict = error; });
  loop.run_until([&] {
    loop.run_for(std::chrono::milliseconds(10));
    return PostgresServer::ask(url, "SELECT count(*) FROM notice") == "2";
  });
  CHECK_FALSE(verdict);
  relay.cut();
  loop.run_until([&] { return verdict.has_value(); });
  CHECK_FALSE(*verdict);  // doing it again would have met its own sequence
  CHECK(told.text == "refused accepted ");
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM notice") == "2");
  CHECK_FALSE(commit(*postgres, loop, writes({notice(3)})));
}

TEST_CASE("a commit that did not arrive is done after the reconnect", "[store][operations]") {
  Loop loop;
  Told told;
  auto& server = PostgresServer::shared();
  const auto url = server.make_database();
  tests::Relay relay(loop, server);
  const auto name = url.substr(14, url.find('?') - 14);
  auto postgres = open_postgres(server.url_of(name, relay.host()), loop, told.observer());
  CHECK_FALSE(commit(*postgres, loop, writes({notice(1)})));
  std::optional<boost::system::error_code> verdict;
  postgres->commit(writes({notice(2)}), [&](auto error) { verdict = error; });
  relay.cut();
  loop.run_until([&] { return verdict.has_value(); });
  CHECK_FALSE(*verdict);
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM notice") == "2");
}

TEST_CASE("PostgreSQL: a transaction that can never be written holds up nobody", "[store]") {
  Loop loop;
  Told told;
  const auto postgres = open_postgres(tests::new_postgres_database(), loop, told.observer());
  std::string log;
  const auto note = [&](const char* name) {
    return [&log, name](boost::system::error_code error) {
      log += name;
      log += error == errc::constraint ? "! " : (error ? "? " : " ");
    };
  };
  postgres->commit(writes({item("n", 1), notice(1)}), note("a"));
  postgres->commit(writes({item("n", 2), notice(1)}), note("b"));
  postgres->commit(writes({item("n", 3), notice(2)}), note("c"));
  loop.run_until([&] { return log.size() >= 7; });
  CHECK(log == "a b! c ");
  CHECK(told.text == "dropped(the transaction contradicts what is stored) ");
  CHECK(postgres->is_writable());
  CHECK(count_items(*postgres, loop, "n") == 2);  // nothing of the dropped one
}

TEST_CASE("a fenced gateway writes nothing any more", "[store][operations]") {
  Loop loop;
  Told told;
  const auto url = tests::new_postgres_database();
  const auto postgres = open_postgres(url, loop, told.observer());
  CHECK_FALSE(commit(*postgres, loop, writes({notice(1)})));
  PostgresServer::ask(url, "UPDATE gateway SET fence = fence + 1");
  CHECK(commit(*postgres, loop, writes({notice(2)})) == errc::fenced);
  CHECK(told.text == "fenced(another gateway has taken over from this one) ");
  CHECK_FALSE(postgres->is_writable());
  CHECK(commit(*postgres, loop, writes({notice(3)})) == errc::fenced);
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM notice") == "1");
  std::optional<boost::system::error_code> read_error;
  postgres->read_notices(0, 9, [&](auto error, auto) { read_error = error; });
  loop.run_until([&] { return read_error.has_value(); });
  CHECK(*read_error == errc::fenced);
}

TEST_CASE("a database of a newer version is refused, not touched", "[store][operations]") {
  Loop loop;
  const auto url = tests::new_postgres_database();
  {
    auto postgres = open_postgres(url, loop);
    load(*postgres, loop);
    close_postgres(postgres, loop);
  }
  CHECK(PostgresServer::ask(url, "SELECT version FROM schema_version") ==
        std::to_string(store::postgres_schema_version()));
  PostgresServer::ask(url, "UPDATE schema_version SET version = 99");
  std::string why;
  store::Observer observer;
  observer.refused = [&](auto error, const std::string& message) {
    CHECK(error == errc::newer_schema);
    why = message;
  };
  store::PostgresOptions options;
  options.shutdown_limit = std::chrono::milliseconds(0);
  auto postgres = open_postgres(url, loop, observer, options);
  std::optional<boost::system::error_code> verdict;
  postgres->commit(writes({notice(1)}), [&](auto error) { verdict = error; });
  loop.run_until([&] { return !why.empty(); });
  CHECK(why.find("99") != std::string::npos);
  close_postgres(postgres, loop);
  loop.run_posted();
  REQUIRE(verdict.has_value());
  CHECK(*verdict == errc::shut_down);
}

TEST_CASE("two gateways that start at once on an empty database make one schema", "[store]") {
  Loop loop;
  const auto url = tests::new_postgres_database();
  auto one = open_postgres(url, loop);
  auto other = open_postgres(url, loop);
  CHECK_FALSE(commit(*one, loop, writes({notice(1)})));
  CHECK_FALSE(commit(*other, loop, writes({notice(1)})));  // each has a journal of its own
  CHECK(one->gateway() != other->gateway());
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM schema_version") == "1");
}

TEST_CASE("a process that was killed has its place again at once", "[store][operations]") {
  Loop loop;
  const auto url = tests::new_postgres_database();
  auto postgres = open_postgres(url, loop);
  CHECK_FALSE(commit(*postgres, loop, writes({notice(1)})));
  const auto place = postgres->gateway();
  postgres.reset();
  loop.run_until([&] {
    return PostgresServer::ask(url,
                               "SELECT count(*) FROM pg_locks WHERE objid = 1 AND "
                               "locktype = 'advisory'") == "0";
  });
  postgres = open_postgres(url, loop);
  CHECK(load(*postgres, loop).pubsub.last_sequence == 1);
  CHECK(postgres->gateway() == place);
}

TEST_CASE("a gateway that gives signs of life keeps its place", "[store][operations]") {
  Loop loop;
  const auto url = tests::new_postgres_database();
  auto one = open_postgres(url, loop);
  CHECK_FALSE(commit(*one, loop, writes({notice(1)})));
  PostgresServer::ask(url, "UPDATE gateway_alive SET alive_at = '-infinity'");  // long ago
  loop.run_for(std::chrono::milliseconds(2'500));
  auto other = open_postgres(url, loop);
  CHECK_FALSE(commit(*other, loop, writes({notice(1)})));
  CHECK(other->gateway() != one->gateway());
  CHECK_FALSE(commit(*one, loop, writes({notice(2)})));
}

TEST_CASE("PostgreSQL: closing finishes what is queued", "[store]") {
  Loop loop;
  const auto url = tests::new_postgres_database();
  std::size_t done = 0;
  auto postgres = open_postgres(url, loop);
  for (std::uint64_t number = 1; number <= 100; ++number) {
    postgres->commit(writes({item("n", number)}), [&](auto error) { done += error ? 0U : 1U; });
  }
  close_postgres(postgres, loop);
  loop.run_posted();
  CHECK(done == 100);
  CHECK(PostgresServer::ask(url, "SELECT count(*) FROM item") == "100");
}

TEST_CASE("a load waits for a database that is not there yet", "[store][operations]") {
  Loop loop;
  Told told;
  PostgresServer server;
  const auto url = server.make_database();
  server.stop();
  const auto postgres = open_postgres(url, loop, told.observer());
  bool is_loaded = false;
  postgres->load([&](auto error, auto) {
    CHECK_FALSE(error);
    is_loaded = true;
  });
  loop.run_until([&] { return !told.text.empty(); });
  CHECK_FALSE(is_loaded);
  CHECK_FALSE(postgres->is_writable());
  server.start();
  loop.run_until([&] { return is_loaded; });
  CHECK(told.text == "refused accepted ");
}

TEST_CASE("PostgreSQL: notices that are too old go when the store is loaded", "[store]") {
  Loop loop;
  std::uint64_t pruned = 0;
  store::Observer observer;
  observer.pruned = [&](std::uint64_t count) { pruned = count; };
  store::PostgresOptions options;
  const auto late = std::chrono::system_clock::now() + std::chrono::hours(7 * 24);
  options.now = [late] { return late; };
  const auto postgres = open_postgres(tests::new_postgres_database(), loop, observer, options);
  auto young = notice(2);
  young.notice.at = late;
  auto old = notice(1);
  old.notice.at = late - std::chrono::hours(7 * 24) - std::chrono::seconds(1);
  CHECK_FALSE(commit(*postgres, loop, writes({old, young})));
  CHECK(load(*postgres, loop).pubsub.last_sequence == 2);
  CHECK(pruned == 1);
}
