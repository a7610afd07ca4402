// The thread that owns the SQLite connection: it takes everything that is queued, commits it as one
// transaction of the database, and posts the completions in order; while the database refuses, it
// tries again and drops nothing. [I/O]
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "store/mail_rows.hpp"
#include "store/observer.hpp"
#include "store/pubsub_rows.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_open.hpp"
#include "store/store.hpp"

namespace store {

struct SqliteOptions {
  Durability durability = Durability::full;
  std::chrono::milliseconds retry_after{1'000};
  std::chrono::milliseconds shutdown_limit{5'000};
  std::chrono::milliseconds lock_wait{2'000};
  std::chrono::hours notice_life{7 * 24};
  std::size_t largest_batch = 512;  ///< transactions in one commit of the database
  std::uint32_t max_pages = 0;      ///< PRAGMA max_page_count; 0: SQLite's own limit
  std::function<pubsub::WallTime()> now = [] { return std::chrono::system_clock::now(); };
};

/// The connection with what writes and reads its rows.
struct Rows {
  explicit Rows(Connection& used) : connection(used), mail(used), pubsub(used) {}
  Connection& connection;
  MailRows mail;
  PubsubRows pubsub;
};

class SqliteWriter {
 public:
  using Completion = std::function<void()>;
  /// On the writer's thread; `refused` is set when the reads before it cannot see what was queued
  /// before them.
  using Read = std::function<Completion(Rows&, boost::system::error_code refused)>;

  SqliteWriter(std::unique_ptr<Connection> connection, Post post, Observer observer,
               SqliteOptions options);
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;
  /// Finishes what is queued; gives up after `shutdown_limit` if the database refuses.
  ~SqliteWriter();

  void commit(Transaction transaction, Done done);
  void read(Read read);
  void limit_pages(std::uint32_t max_pages);
  bool is_writable() const { return is_writable_; }
  std::size_t pending() const { return pending_; }

 private:
  struct Commit {
    Transaction transaction;
    Done done;
    boost::system::error_code verdict;  ///< set: can never be written
  };
  using Job = std::variant<Commit, Read>;
  using Outcome = boost::system::result<void, Connection::Failure>;

  void queue(Job job);
  void run();
  std::vector<Commit> take_commits();
  void perform(std::vector<Commit> batch);
  Outcome try_commit(std::vector<Commit>& batch);
  void apply(const Transaction& transaction);
  void complete(std::vector<Commit> batch);
  void refuse(const Connection::Failure& failure);
  void accept();
  void answer_queued_reads(boost::system::error_code refused);
  bool wait_for_next_try();
  void apply_page_limit();
  void tell(const Observer::Told& told, const Connection::Failure& failure);

  std::unique_ptr<Connection> connection_;
  Rows rows_;
  const Post post_;
  const Observer observer_;
  const SqliteOptions options_;

  std::atomic<bool> is_writable_{true};
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::uint32_t> max_pages_;
  std::uint32_t applied_max_pages_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool is_stopping_ = false;
  bool is_impatient_ = false;
  std::chrono::steady_clock::time_point give_up_at_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace store
