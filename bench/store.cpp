// How many transactions a store takes, one at a time and queued, and how long it takes to read
// 1,000,000 subscriptions at the start.
// usage: bench_store DIRECTORY [POSTGRESQL_URL]   SQLite's file in DIRECTORY is removed; the
// database of the URL must be empty.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"

namespace {

constexpr std::uint64_t subscriptions = 1'000'000;
const std::string account = "juliet@mail.example.com";
const std::string node = "mail_events/INBOX";
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What one new message costs: an item of 1 KiB, its notice, one message row.
store::Transaction new_message(std::uint64_t number) {
  const pubsub::Payload payload{{pubsub::Disclosure::counts, std::string(1'024, 'x')}};
  pubsub::Notice notice;
  notice.sequence = number;
  notice.account = account;
  notice.node = node;
  notice.number = number;
  notice.at = std::chrono::system_clock::now();
  notice.payload = payload;
  store::Transaction transaction;
  transaction.account = "juliet";
  transaction.steps.emplace_back(
      events::MessagesAre{"INBOX", false, {}, {{*events::Uid::from(number), {}}}});
  transaction.writes.emplace_back(pubsub::WriteItem{{account, node, number, notice.at, payload}});
  transaction.writes.emplace_back(pubsub::AppendNotice{notice});
  return transaction;
}

/// Ten subscribers to each of 100,000 nodes.
store::Transaction new_subscriptions(std::uint64_t number) {
  store::Transaction transaction;
  for (std::uint64_t i = 0; i < 10; ++i) {
    pubsub::SubscriptionRecord record;
    record.account = "user" + std::to_string(number % 10'000) + "@mail.example.com";
    record.node = "mail_status/box" + std::to_string(number / 10'000);
    record.jid = "reader" + std::to_string(i) + "@example.com";
    record.subid = std::to_string(number) + "-" + std::to_string(i);
    record.service = record.account;
    transaction.writes.emplace_back(pubsub::WriteSubscription{std::move(record)});
  }
  return transaction;
}

class Bench {
 public:
  using Make = std::function<store::Transaction(std::uint64_t)>;

  boost::asio::io_context& loop() { return loop_; }
  double per_second(store::Store& store, std::size_t in_flight, std::uint64_t total,
                    const Make& make) {
    std::uint64_t queued = 0, done = 0;
    const auto start = Clock::now();
    while (done < total) {
      while (queued < total && queued - done < in_flight) {
        store.commit(make(queued++), [&done](boost::system::error_code) { ++done; });
      }
      loop_.run_one();
    }
    return static_cast<double>(total) / seconds_since(start);
  }
  void transactions(const char* name, store::Store& store) {
    constexpr std::uint64_t alone = 2'000;
    std::printf("%-12s one at a time  %8.0f transactions/s\n", name,
                per_second(store, 1, alone, [](auto number) { return new_message(number + 1); }));
    std::printf("%-12s 512 in flight  %8.0f transactions/s\n", name,
                per_second(store, 512, 20'000,
                           [](auto number) { return new_message(alone + number + 1); }));
  }
  void start(const char* name, store::Store& store) {
    per_second(store, 512, subscriptions / 10, new_subscriptions);
    bool is_loaded = false;
    const auto start = Clock::now();
    store.load([&](boost::system::error_code error, const store::Everything& everything) {
      is_loaded = true;
      std::printf("%-12s load of %zu subscriptions  %6.2f s %s\n", name,
                  everything.pubsub.subscriptions.size(), seconds_since(start),
                  error ? error.message().c_str() : "");
    });
    while (!is_loaded) loop_.run_one();
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      loop_.get_executor()};
};

void remove_database(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

bool measure_sqlite(const std::string& path, store::Durability durability, const char* name) {
  remove_database(path);
  Bench bench;
  store::SqliteOptions options;
  options.durability = durability;
  auto opened = store::SqliteStore::open(
      path,
      [&bench](std::function<void()> work) { boost::asio::post(bench.loop(), std::move(work)); },
      {}, options);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return false;
  }
  bench.transactions(name, **opened);
  if (durability == store::Durability::full) bench.start(name, **opened);
  return true;
}

void measure_postgres(const std::string& url) {
  Bench bench;
  store::PostgresStore postgres(bench.loop().get_executor(), url);
  bench.transactions("PostgreSQL", postgres);
  bench.start("PostgreSQL", postgres);
}

}  // namespace

int main(int argc, char* argv[]) {
  const auto path = (std::filesystem::path(argc > 1 ? argv[1] : ".") / "bench-store.db").string();
  const bool is_open = measure_sqlite(path, store::Durability::full, "FULL") &&
                       measure_sqlite(path, store::Durability::normal, "NORMAL");
  if (argc > 2) measure_postgres(argv[2]);
  remove_database(path);
  return is_open ? 0 : 1;
}
