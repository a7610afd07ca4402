// What only the SQLite store has: a thread, a disk that fills up, a queue.
#include <fstream>

#include "store/error.hpp"
#include "tests/unit/store/subject.hpp"

using store::errc;
using tests::item;
using tests::Loop;
using tests::notice;
using tests::query;
using tests::TemporaryDirectory;
using tests::writes;

namespace {

std::int64_t value_in(const std::string& path, const char* sql) {
  auto connection = store::Connection::open(path);
  REQUIRE(connection.has_value());
  const auto value = (*connection)->value(sql);
  REQUIRE_FALSE((*connection)->has_failed());
  return value;
}

std::uint64_t count_items(store::SqliteStore& sqlite, Loop& loop, const std::string& node) {
  std::optional<std::uint64_t> count;
  sqlite.read_items(query(node), [&](auto error, const pubsub::ItemRows& rows) {
    CHECK_FALSE(error);
    count = rows.count;
  });
  loop.run_until([&] { return count.has_value(); });
  return *count;
}

}  // namespace

TEST_CASE("completions come in the order of the calls, reads see what was before them", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  const auto sqlite = tests::open_sqlite(directory.file(), loop);
  constexpr std::uint64_t last = 2'000;
  std::vector<std::uint64_t> done;
  std::vector<std::pair<std::uint64_t, std::uint64_t>>
      reads;  // what was committed before, what was seen
  for (std::uint64_t number = 1; number <= last; ++number) {
    sqlite->commit(writes({item("n", number)}), [&done, number](auto error) {
      CHECK_FALSE(error);
      done.push_back(number);
    });
    if (number % 500 == 0) {
      sqlite->read_items(query("n"), [&reads, number](auto, const pubsub::ItemRows& rows) {
        reads.emplace_back(number, rows.count);
      });
    }
  }
  loop.run_until([&] { return done.size() == last && reads.size() == 4; });
  CHECK(std::is_sorted(done.begin(), done.end()));
  for (const auto& [before, seen] : reads) CHECK(before == seen);
  CHECK(sqlite->pending() == 0);
}

TEST_CASE("a full disk loses nothing", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  std::vector<boost::system::error_code> refusals;
  int accepted = 0;
  store::Observer observer;
  observer.refused = [&](auto error, const std::string& message) {
    refusals.push_back(error);
    CHECK_FALSE(message.empty());
  };
  observer.accepted = [&] { ++accepted; };
  store::SqliteOptions options;
  options.max_pages = 60;
  options.retry_after = std::chrono::milliseconds(2);
  options.largest_batch = 3;
  const auto sqlite = tests::open_sqlite(directory.file(), loop, observer, options);
  constexpr std::size_t total = 40;
  std::vector<std::size_t> done;
  for (std::size_t number = 1; number <= total; ++number) {
    sqlite->commit(writes({item("n", number, std::string(20'000, 'x'))}),
                   [&done, number](auto error) {
                     CHECK_FALSE(error);
                     done.push_back(number);
                   });
  }
  loop.run_until([&] { return !refusals.empty(); });
  CHECK_FALSE(sqlite->is_writable());
  CHECK(refusals[0] == errc::full);
  CHECK(sqlite->pending() > 0);
  boost::system::error_code read_error;
  sqlite->read_items(query("n"), [&](auto error, auto) { read_error = error; });
  loop.run_until([&] { return read_error.failed(); });
  CHECK(read_error == errc::full);  // an answer now, not when the disk has space
  CHECK(done.size() < total);
  sqlite->limit_pages(0);
  loop.run_until([&] { return done.size() == total; });
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(sqlite->is_writable());
  CHECK(sqlite->pending() == 0);
  CHECK(refusals.size() == 1);  // said once, however often it was tried
  CHECK(accepted == 1);
  CHECK(count_items(*sqlite, loop, "n") == total);
}

TEST_CASE("closing finishes what is queued", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  std::size_t done = 0;
  auto sqlite = tests::open_sqlite(directory.file(), loop);
  for (std::uint64_t number = 1; number <= 100; ++number) {
    sqlite->commit(writes({item("n", number)}), [&](auto error) { done += error ? 0U : 1U; });
  }
  sqlite.reset();
  loop.run_posted();
  CHECK(done == 100);
  CHECK(value_in(directory.file(), "SELECT count(*) FROM item") == 100);
}

TEST_CASE("closing gives a full database its time, then up", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  store::SqliteOptions options;
  options.max_pages = 1;  // never below the file's present size: nothing new fits
  options.shutdown_limit = std::chrono::milliseconds(0);
  auto sqlite = tests::open_sqlite(directory.file(), loop, {}, options);
  std::vector<boost::system::error_code> verdicts;
  for (std::uint64_t number = 1; number <= 2; ++number) {
    sqlite->commit(writes({item("n", number, std::string(20'000, 'x'))}),
                   [&](auto error) { verdicts.push_back(error); });
  }
  sqlite.reset();
  loop.run_posted();
  REQUIRE(verdicts.size() == 2);
  for (const auto& verdict : verdicts) CHECK(verdict == errc::shut_down);
}

TEST_CASE("a transaction that can never be written holds up nobody", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  int dropped = 0;
  store::Observer observer;
  observer.dropped = [&](auto, const std::string&) { ++dropped; };
  const auto sqlite = tests::open_sqlite(directory.file(), loop, observer);
  std::string log;
  const auto note = [&](const char* name) {
    return [&log, name](boost::system::error_code error) {
      log += name;
      log += error == errc::constraint ? "! " : (error ? "? " : " ");
    };
  };
  sqlite->commit(writes({item("n", 1), notice(1)}), note("a"));
  sqlite->commit(writes({item("n", 2), notice(1)}), note("b"));
  sqlite->commit(writes({item("n", 3), notice(2)}), note("c"));
  loop.run_until([&] { return log.size() >= 7; });
  CHECK(log == "a b! c ");
  CHECK(dropped == 1);
  CHECK(sqlite->is_writable());
  CHECK(count_items(*sqlite, loop, "n") == 2);  // nothing of the dropped one
}

TEST_CASE("the payload of an item and its notice lies once", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  const auto held = [&](std::vector<store::Transaction> list) {
    auto sqlite = tests::open_sqlite(directory.file(), loop);
    for (auto& transaction : list) sqlite->commit(std::move(transaction), nullptr);
    sqlite.reset();
    return value_in(directory.file(), "SELECT count(*) FROM payload");
  };
  const std::string juliet = "juliet@mail.example.com";
  store::Transaction taken;
  taken.cursor = 2;
  CHECK(held({writes({item("n", 1, "<a/>"), notice(1, "n", 1, "<a/>")})}) == 1);
  CHECK(held({writes({item("n", 2, "<a/>"), notice(2, "n", 2, "<other/>")})}) == 3);
  CHECK(held({writes({pubsub::RemoveItems{juliet, "n", {}}})}) ==
        2);  // the notices still need them
  CHECK(held({taken}) == 0);
  CHECK(held({writes({item("n", 0, "<a/>")}), writes({item("n", 0, "<b/>")})}) == 1);
  CHECK(held({writes({item("m", 0), pubsub::MoveNodeRows{juliet, "n", "m"}})}) == 1);
  CHECK(held({writes({pubsub::ForgetNodeRows{juliet, "m"}})}) == 0);
}

TEST_CASE("notices that are too old go when the store is loaded", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  std::uint64_t pruned = 0;
  store::Observer observer;
  observer.pruned = [&](std::uint64_t count) { pruned = count; };
  store::SqliteOptions options;
  auto late = std::chrono::system_clock::now() + std::chrono::hours(7 * 24);
  options.now = [late] { return late; };
  const auto sqlite = tests::open_sqlite(directory.file(), loop, observer, options);
  auto young = notice(2);
  young.notice.at = late;
  auto old = notice(1);
  old.notice.at = late - std::chrono::hours(7 * 24) - std::chrono::seconds(1);
  sqlite->commit(writes({old, young}), nullptr);
  bool is_loaded = false;
  sqlite->load([&](auto error, const store::Everything& everything) {
    CHECK_FALSE(error);
    CHECK(everything.pubsub.last_sequence == 2);
    is_loaded = true;
  });
  loop.run_until([&] { return is_loaded; });
  CHECK(pruned == 1);
  std::vector<pubsub::Notice> left;
  sqlite->read_notices(0, 10, [&](auto, auto notices) { left = std::move(notices); });
  loop.run_until([&] { return !left.empty(); });
  REQUIRE(left.size() == 1);
  CHECK(left[0].sequence == 2);
}

TEST_CASE("a damaged list is an error of that read, and of no other", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  auto sqlite = tests::open_sqlite(directory.file(), loop);
  sqlite->commit(writes({item("n", 1), item("m", 1)}), nullptr);
  sqlite.reset();
  {
    auto connection = store::Connection::open(directory.file());
    REQUIRE(connection.has_value());
    (*connection)->run_script("UPDATE payload SET content = x'FF' WHERE id = 1");
  }
  std::string told;
  store::Observer observer;
  observer.read_failed = [&](auto, const std::string& message) { told = message; };
  sqlite = tests::open_sqlite(directory.file(), loop, observer);
  boost::system::error_code verdict;
  sqlite->read_items(query("n"), [&](auto error, const auto&) { verdict = error; });
  loop.run_until([&] { return verdict.failed(); });
  CHECK(verdict == errc::corrupt);
  CHECK(told.find("payload") != std::string::npos);
  CHECK(count_items(*sqlite, loop, "m") == 1);
}

TEST_CASE("a million messages come back", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  auto sqlite = tests::open_sqlite(directory.file(), loop);
  const std::array<events::FlagSet, 3> flags{events::FlagSet{},
                                             events::FlagSet::from_text("\\Seen"),
                                             events::FlagSet::from_text("\\Flagged \\Seen work")};
  constexpr std::uint32_t mailboxes = 10;
  constexpr std::uint32_t each = 100'000;
  for (std::uint32_t mailbox = 0; mailbox < mailboxes; ++mailbox) {
    events::MessagesAre step{"m" + std::to_string(mailbox), true, {}, {}};
    step.set.reserve(each);
    for (std::uint32_t number = 1; number <= each; ++number) {
      step.set.emplace_back(*events::Uid::from(number), flags[number % flags.size()]);
    }
    store::Transaction transaction;
    transaction.account = "juliet";
    transaction.steps.emplace_back(std::move(step));
    sqlite->commit(std::move(transaction), nullptr);
  }
  sqlite.reset();
  sqlite = tests::open_sqlite(directory.file(), loop);
  std::optional<store::Everything> everything;
  sqlite->load([&](auto, store::Everything loaded) { everything = std::move(loaded); });
  loop.run_until([&] { return everything.has_value(); });
  REQUIRE(everything->accounts.size() == 1);
  std::size_t count = 0;
  std::size_t wrong = 0;
  for (const auto& [name, messages] : everything->accounts[0].messages) {
    count += messages.size();
    for (const auto& [uid, set] : messages)
      wrong += set == flags[uid.value() % flags.size()] ? 0U : 1U;
  }
  CHECK(count == std::size_t{mailboxes} * each);
  CHECK(wrong == 0);
}
