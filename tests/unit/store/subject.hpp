// A store under test, any engine, with an event loop of its own: the same cases run against all.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/memory_store.hpp"
#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/catch.hpp"

namespace tests {

/// The event loop: what is posted from any thread runs where run_until() is called.
class Loop {
 public:
  boost::asio::io_context& context() { return context_; }
  void post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }
  /// Fails the test when nothing makes it true for ten minutes (a million rows under a sanitizer).
  void run_until(const std::function<bool()>& is_reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
    while (!is_reached()) {
      if (std::chrono::steady_clock::now() > deadline) FAIL("the store never answers");
      context_.run_one_for(std::chrono::seconds(1));
    }
  }
  void run_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) context_.run_one_until(end);
  }
  void run_posted() { context_.poll(); }
  store::Post poster() {
    return [this](std::function<void()> work) { post(std::move(work)); };
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      context_.get_executor()};
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
                                                       store::Observer observer = {},
                                                       store::SqliteOptions options = {}) {
  options.lock_wait = std::chrono::milliseconds(0);
  auto opened =
      store::SqliteStore::open(path, loop.poster(), std::move(observer), std::move(options));
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

std::unique_ptr<store::PostgresStore> open_postgres(const std::string& url, Loop& loop,
                                                    store::Observer observer = {},
                                                    store::PostgresOptions options = {});
/// As at the end of the program.
void close_postgres(std::unique_ptr<store::PostgresStore>& postgres, Loop& loop);
std::string new_postgres_database();

enum class Kind { sqlite, postgres, memory };

class Subject {
 public:
  explicit Subject(Kind kind) : kind_(kind) {
    if (kind == Kind::memory) memory_ = std::make_unique<store::MemoryStore>();
    if (kind == Kind::postgres) url_ = new_postgres_database();
    reopen();
  }
  /// As after a restart of the process.
  void reopen() {
    switch (kind_) {
      case Kind::memory:
        return;
      case Kind::sqlite:
        sqlite_.reset();
        sqlite_ = open_sqlite(directory_.file(), loop_);
        return;
      case Kind::postgres:
        if (postgres_) close_postgres(postgres_, loop_);
        postgres_ = open_postgres(url_, loop_);
        return;
    }
  }
  store::Store& store() {
    if (memory_) return *memory_;
    if (postgres_) return *postgres_;
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
  std::optional<events::KnownAccount> account(const std::vector<std::string>& names) {
    return read<std::optional<events::KnownAccount>>(
        [&](auto done) { store().load_account(names, std::move(done)); });
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
  std::string url_;
  std::unique_ptr<store::PostgresStore> postgres_;
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
