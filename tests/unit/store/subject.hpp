// A store under test, SQLite or memory, with an event loop of its own: the same cases run against
// both.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "store/memory_store.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/catch.hpp"

namespace tests {

/// The event loop: what is posted from any thread runs where run_until() is called.
class Loop {
 public:
  void post(std::function<void()> work) {
    {
      const std::scoped_lock lock(mutex_);
      posted_.push_back(std::move(work));
    }
    wake_.notify_one();
  }
  /// Fails the test when nothing makes it true for ten minutes (a million rows under a sanitizer).
  void run_until(const std::function<bool()>& is_reached) {
    while (!is_reached()) {
      std::unique_lock lock(mutex_);
      if (!wake_.wait_for(lock, std::chrono::minutes(10), [this] { return !posted_.empty(); })) {
        FAIL("the store never answers");
      }
      auto work = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      work();
    }
  }
  void run_posted() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (posted_.empty()) return;
      auto work = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      work();
    }
  }
  store::Post poster() {
    return [this](std::function<void()> work) { post(std::move(work)); };
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> posted_;
};

/// A directory of its own, gone with its content at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string form = (std::filesystem::temp_directory_path() / "mailnode-store-XXXXXX").string();
    REQUIRE(::mkdtemp(form.data()) != nullptr);
    path_ = form;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file() const { return (path_ / "mailnode.db").string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<store::SqliteStore> open_sqlite(const std::string& path, Loop& loop,
                                                       store::SqliteObserver observer = {},
                                                       store::SqliteOptions options = {}) {
  options.lock_wait = std::chrono::milliseconds(0);
  auto opened =
      store::SqliteStore::open(path, loop.poster(), std::move(observer), std::move(options));
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

enum class Kind { sqlite, memory };

class Subject {
 public:
  explicit Subject(Kind kind) : kind_(kind) {
    if (kind == Kind::memory) memory_ = std::make_unique<store::MemoryStore>();
    reopen();
  }
  /// As after a restart of the process.
  void reopen() {
    if (kind_ == Kind::memory) return;
    sqlite_.reset();
    sqlite_ = open_sqlite(directory_.file(), loop_);
  }
  store::Store& store() {
    if (memory_) return *memory_;
    return *sqlite_;
  }
  void commit(store::Transaction transaction) {
    boost::system::error_code verdict;
    bool is_done = false;
    store().commit(std::move(transaction), [&](boost::system::error_code error) {
      verdict = error;
      is_done = true;
    });
    settle(is_done);
    REQUIRE_FALSE(verdict);
  }
  store::Everything load() {
    return read<store::Everything>([&](auto done) { store().load(std::move(done)); });
  }
  pubsub::ItemRows items(const pubsub::ItemQuery& query) {
    return read<pubsub::ItemRows>([&](auto done) { store().read_items(query, std::move(done)); });
  }
  std::vector<pubsub::Notice> notices(std::uint64_t after = 0, std::size_t limit = 100) {
    return read<std::vector<pubsub::Notice>>(
        [&](auto done) { store().read_notices(after, limit, std::move(done)); });
  }

 private:
  template <class T, class Ask>
  T read(Ask ask) {
    T answer;
    bool is_done = false;
    ask([&](boost::system::error_code error, T value) {
      CHECK_FALSE(error);
      answer = std::move(value);
      is_done = true;
    });
    settle(is_done);
    return answer;
  }
  void settle(const bool& is_done) {
    if (memory_) {
      memory_->run();
      REQUIRE(is_done);
    } else {
      loop_.run_until([&] { return is_done; });
    }
  }

  Kind kind_;
  TemporaryDirectory directory_;
  Loop loop_;
  std::unique_ptr<store::MemoryStore> memory_;
  std::unique_ptr<store::SqliteStore> sqlite_;
};

inline pubsub::WallTime at(std::int64_t seconds) {
  return pubsub::WallTime(std::chrono::seconds(seconds));
}

inline store::Transaction writes(std::vector<pubsub::Write> list) {
  store::Transaction transaction;
  transaction.writes = std::move(list);
  return transaction;
}

inline pubsub::WriteItem item(const std::string& node, std::uint64_t number,
                              std::string xml = "<x/>") {
  return {{"juliet@mail.example.com",
           node,
           number,
           at(1'000 + static_cast<std::int64_t>(number)),
           {{pubsub::Disclosure::counts, std::move(xml)}}}};
}

inline pubsub::AppendNotice notice(std::uint64_t sequence, const std::string& node = "n",
                                   std::uint64_t number = 0, std::string xml = "<x/>") {
  pubsub::Notice entry;
  entry.sequence = sequence;
  entry.account = "juliet@mail.example.com";
  entry.node = node;
  entry.number = number;
  entry.at = std::chrono::system_clock::now();
  entry.payload = {{pubsub::Disclosure::counts, std::move(xml)}};
  return {entry};
}

inline pubsub::ItemQuery query(const std::string& node) {
  pubsub::ItemQuery all;
  all.account = "juliet@mail.example.com";
  all.node = node;
  return all;
}

}  // namespace tests
