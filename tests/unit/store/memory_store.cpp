#include "store/error.hpp"
#include "tests/unit/store/subject.hpp"

using tests::item;
using tests::notice;
using tests::query;
using tests::writes;

TEST_CASE("the memory store answers only when it runs", "[store]") {
  store::MemoryStore memory;
  std::string log;
  memory.commit(writes({item("n", 1)}), [&](auto) { log += "a"; });
  memory.commit(writes({item("n", 2)}), [&](auto) { log += "b"; });
  CHECK(log.empty());
  CHECK(memory.pending() == 2);
  CHECK(memory.run(1) == 1);
  CHECK(log == "a");
  CHECK(memory.run() == 1);
  CHECK(log == "ab");
  CHECK(memory.pending() == 0);
}

TEST_CASE("a refusing memory store keeps commits and fails reads behind them", "[store]") {
  store::MemoryStore memory;
  std::string log;
  memory.refuse(store::errc::full);
  CHECK_FALSE(memory.is_writable());
  memory.read_notices(0, 1, [&](auto error, auto) { log += error ? "x" : "r"; });
  memory.commit(writes({item("n", 1)}), [&](auto error) { log += error ? "X" : "c"; });
  memory.read_items(query("n"),
                    [&](auto error, auto) { log += error == store::errc::full ? "f" : "?"; });
  memory.run();
  CHECK(log == "rf");
  CHECK(memory.pending() == 1);
  memory.accept();
  memory.run();
  CHECK(log == "rfc");
}

TEST_CASE("the memory store takes no sequence twice and prunes by age", "[store]") {
  store::MemoryStore memory;
  boost::system::error_code verdict;
  memory.commit(writes({notice(1)}), nullptr);
  memory.commit(writes({item("n", 1), notice(1)}), [&](auto error) { verdict = error; });
  std::uint64_t count = 9;
  memory.read_items(query("n"), [&](auto, const pubsub::ItemRows& rows) { count = rows.count; });
  memory.run();
  CHECK(verdict == store::errc::constraint);
  CHECK(count == 0);  // all or nothing
  CHECK(memory.prune_notices(std::chrono::system_clock::now() + std::chrono::hours(1)) == 1);
}
