// How many transactions the SQLite store takes: one at a time and queued, with PRAGMA synchronous
// FULL and NORMAL. usage: bench_store DIRECTORY   (on the disk that is to be measured; the file is
// removed)
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>

#include "store/sqlite_store.hpp"

namespace {

class Loop {
 public:
  void post(std::function<void()> work) {
    {
      const std::scoped_lock lock(mutex_);
      posted_.push_back(std::move(work));
    }
    wake_.notify_one();
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !posted_.empty(); });
    auto work = std::move(posted_.front());
    posted_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> posted_;
};

/// What one new message costs: an item of 1 KiB, its notice, one message row.
store::Transaction new_message(std::uint64_t number) {
  const pubsub::Payload payload{{pubsub::Disclosure::counts, std::string(1'024, 'x')}};
  const auto now = std::chrono::system_clock::now();
  pubsub::Notice notice;
  notice.sequence = number;
  notice.account = "juliet@mail.example.com";
  notice.node = "mail_events/INBOX";
  notice.number = number;
  notice.at = now;
  notice.payload = payload;
  store::Transaction transaction;
  transaction.account = "juliet";
  const auto uid = *events::Uid::from(number);
  transaction.steps.emplace_back(events::MessagesAre{"INBOX", false, {}, {{uid, {}}}});
  transaction.writes.emplace_back(
      pubsub::WriteItem{{notice.account, notice.node, number, now, payload}});
  transaction.writes.emplace_back(pubsub::AppendNotice{notice});
  return transaction;
}

double per_second(const std::string& path, store::Durability durability, std::size_t in_flight,
                  std::uint64_t total) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  Loop loop;
  store::SqliteOptions options;
  options.durability = durability;
  auto opened = store::SqliteStore::open(
      path, [&loop](std::function<void()> work) { loop.post(std::move(work)); }, {}, options);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return 0;
  }
  auto& sqlite = **opened;
  std::uint64_t queued = 0;
  std::uint64_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  while (done < total) {
    while (queued < total && queued - done < in_flight) {
      sqlite.commit(new_message(++queued), [&done](boost::system::error_code) { ++done; });
    }
    loop.run_one();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return static_cast<double>(total) / took.count();
}

}  // namespace

int main(int argc, char* argv[]) {
  const auto path = (std::filesystem::path(argc > 1 ? argv[1] : ".") / "bench-store.db").string();
  for (const auto durability : {store::Durability::full, store::Durability::normal}) {
    const char* name = durability == store::Durability::full ? "FULL" : "NORMAL";
    std::printf("%-6s one at a time  %8.0f transactions/s\n", name,
                per_second(path, durability, 1, 2'000));
    std::printf("%-6s 512 in flight  %8.0f transactions/s\n", name,
                per_second(path, durability, 512, 20'000));
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}
