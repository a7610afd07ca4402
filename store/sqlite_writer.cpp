#include "store/sqlite_writer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "store/error.hpp"

namespace store {
namespace {

constexpr std::chrono::milliseconds shutdown_retry{100};

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<Connection> connection, Post post, Observer observer,
                           SqliteOptions options)
    : connection_(std::move(connection)),
      rows_(*connection_),
      post_(std::move(post)),
      observer_(std::move(observer)),
      options_(std::move(options)),
      max_pages_(options_.max_pages),
      thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    give_up_at_ = std::chrono::steady_clock::now() + options_.shutdown_limit;
  }
  wake_.notify_one();
  thread_.join();
}

void SqliteWriter::commit(Transaction transaction, Done done) {
  ++pending_;
  queue(Commit{std::move(transaction), std::move(done), {}});
}

void SqliteWriter::read(Read read) {
  queue(std::move(read));
}

void SqliteWriter::limit_pages(std::uint32_t max_pages) {
  max_pages_ = max_pages;
  {
    const std::scoped_lock lock(mutex_);
    is_impatient_ = true;
  }
  wake_.notify_one();
}

void SqliteWriter::queue(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
}

/// No artificial delay: what comes while one commit waits for the disk makes up the next batch.
void SqliteWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    if (auto* first = std::get_if<Read>(&queue_.front())) {
      const auto read = std::move(*first);
      queue_.pop_front();
      lock.unlock();
      post_(read(rows_, {}));
    } else {
      auto batch = take_commits();
      lock.unlock();
      perform(std::move(batch));
    }
    lock.lock();
  }
}

/// Up to the next read, which must see them all.
std::vector<SqliteWriter::Commit> SqliteWriter::take_commits() {
  std::vector<Commit> batch;
  while (!queue_.empty() && batch.size() < options_.largest_batch) {
    auto* commit = std::get_if<Commit>(&queue_.front());
    if (commit == nullptr) break;
    batch.push_back(std::move(*commit));
    queue_.pop_front();
  }
  return batch;
}

void SqliteWriter::perform(std::vector<Commit> batch) {
  for (;;) {
    apply_page_limit();
    const auto outcome = try_commit(batch);
    if (outcome) break;
    refuse(outcome.error());
    if (wait_for_next_try()) continue;
    for (auto& commit : batch) commit.verdict = errc::shut_down;
    complete(std::move(batch));
    return;
  }
  accept();
  complete(std::move(batch));
}

SqliteWriter::Outcome SqliteWriter::try_commit(std::vector<Commit>& batch) {
  for (;;) {
    Commit* current = nullptr;
    auto outcome = connection_->transact([&] {
      for (auto& commit : batch) {
        if (commit.verdict) continue;
        current = &commit;
        apply(commit.transaction);
        if (connection_->has_failed()) return;
      }
      current = nullptr;
    });
    if (outcome) return outcome;
    rows_.mail.forget_ids();
    if (current == nullptr || !is_permanent(outcome.error().code)) return outcome;
    // It would fail for ever and hold up all others: a bug of the caller, which must be seen.
    assert(observer_.dropped != nullptr);
    current->verdict = outcome.error().code;
    tell(observer_.dropped, outcome.error());
  }
}

void SqliteWriter::apply(const Transaction& transaction) {
  rows_.mail.apply(transaction.account, transaction.personal_prefix, transaction.steps);
  rows_.pubsub.apply(transaction.writes);
  rows_.pubsub.apply(transaction.contacts);
  rows_.pubsub.move_cursor(transaction.cursor);
}

void SqliteWriter::complete(std::vector<Commit> batch) {
  pending_ -= batch.size();
  std::vector<std::pair<Done, boost::system::error_code>> completions;
  completions.reserve(batch.size());
  for (auto& commit : batch) {
    if (commit.done) completions.emplace_back(std::move(commit.done), commit.verdict);
  }
  post_([completions = std::move(completions)] {
    for (const auto& [done, verdict] : completions) done(verdict);
  });
}

void SqliteWriter::refuse(const Connection::Failure& failure) {
  if (is_writable_.exchange(false)) tell(observer_.refused, failure);
  answer_queued_reads(failure.code);
}

void SqliteWriter::accept() {
  if (!is_writable_.exchange(true) && observer_.accepted) post_(observer_.accepted);
}

/// They stand behind a commit that may take days; who asked gets an error now instead of an answer
/// then.
void SqliteWriter::answer_queued_reads(boost::system::error_code refused) {
  std::vector<Read> reads;
  {
    const std::scoped_lock lock(mutex_);
    std::deque<Job> commits;
    for (auto& job : queue_) {
      if (auto* read = std::get_if<Read>(&job)) {
        reads.push_back(std::move(*read));
      } else {
        commits.push_back(std::move(job));
      }
    }
    queue_ = std::move(commits);
  }
  for (const auto& read : reads) post_(read(rows_, refused));
}

/// False: the store is being closed and the database has had its time.
bool SqliteWriter::wait_for_next_try() {
  std::unique_lock lock(mutex_);
  if (is_stopping_) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= give_up_at_) return false;
    wake_.wait_for(lock, std::min<std::chrono::nanoseconds>(shutdown_retry, give_up_at_ - now),
                   [] { return false; });
    return true;
  }
  wake_.wait_for(lock, options_.retry_after, [this] { return is_stopping_ || is_impatient_; });
  is_impatient_ = false;
  return true;
}

void SqliteWriter::apply_page_limit() {
  const auto wanted = max_pages_.load();
  if (wanted == applied_max_pages_) return;
  const auto pages = wanted != 0 ? wanted : 0x7FFFFFFFU;
  connection_->run_script(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
  applied_max_pages_ = wanted;
}

void SqliteWriter::tell(const Observer::Told& told, const Connection::Failure& failure) {
  if (told) post_([told, failure] { told(failure.code, failure.message); });
}

}  // namespace store
