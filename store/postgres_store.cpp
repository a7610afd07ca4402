#include "store/postgres_store.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cassert>
#include <utility>

#include "store/columns.hpp"
#include "store/error.hpp"
#include "store/postgres_reads.hpp"
#include "store/postgres_schema.hpp"

namespace store {
namespace {

/// After a deadlock or the like: the other one has what it wanted.
constexpr std::chrono::milliseconds soon{20};
constexpr const char* keep_durable =
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";
/// A process that stands still in a commit holds up who would take its place no longer than this.
constexpr const char* limit_standstill =
    "SELECT set_config('idle_in_transaction_session_timeout', '15s', false)";

}  // namespace

PostgresStore::PostgresStore(boost::asio::any_io_executor executor, std::string url,
                             Observer observer, PostgresOptions options)
    : executor_(executor),
      observer_(std::move(observer)),
      options_(std::move(options)),
      retry_(executor),
      closing_limit_(executor),
      leases_(executor, url, lease_listener()) {
  PostgresConnection::Listener listener;
  listener.on_up = [this] { on_up(); };
  listener.on_down = [this](auto error, const std::string& why) { on_down(error, why); };
  connection_ = std::make_shared<PostgresConnection>(executor, std::move(url), listener);
  boost::asio::post(executor, [connection = std::weak_ptr(connection_)] {
    if (const auto alive = connection.lock()) alive->start();
  });
}

PostgresStore::~PostgresStore() {
  connection_->close();
}

PostgresLeases::Listener PostgresStore::lease_listener() {
  PostgresLeases::Listener listener;
  listener.on_fenced = [this](const std::string& why) {
    if (!is_fenced_) be_fenced(why);
  };
  listener.on_failed = [this](boost::system::error_code error, const std::string& why) {
    if (observer_.read_failed) observer_.read_failed(error, why);
  };
  listener.on_seen = [this](std::int64_t seen) { seen_ = std::max(seen_, seen); };
  return listener;
}

void PostgresStore::on_up() {
  if (self_.id != 0) return resume();
  connection_->run(to_version_query(),
                   [this](const PostgresAnswer& answer) { on_version(answer); });
}

void PostgresStore::on_version(const PostgresAnswer& answer) {
  if (answer.error) return set_up_later(answer.error, answer.message);
  const auto version = answer.rows.back()[0].integer(0);
  if (version > postgres_schema_version()) {
    return set_up_later(errc::newer_schema, "its version is " + std::to_string(version) +
                                                ", this program knows " +
                                                std::to_string(postgres_schema_version()));
  }
  connection_->run(to_migration(version), [this](const PostgresAnswer& migrated) {
    if (migrated.error) return set_up_later(migrated.error, migrated.message);
    claim();
  });
}

void PostgresStore::claim() {
  connection_->run({to_statement("SELECT got, its_fence, its_batch FROM claim_gateway()"),
                    to_statement(keep_durable), to_statement(limit_standstill)},
                   [this](const PostgresAnswer& answer) {
                     if (answer.error) return set_up_later(answer.error, answer.message);
                     const auto row = answer.rows[0][0];
                     self_ = {row.integer(0), row.integer(1)};
                     batch_number_ = row.integer(2) + 1;
                     leases_.begin(self_);
                     set_up(false);
                   });
}

/// The connection is another one, the place is ours still, if nobody took it.
void PostgresStore::resume() {
  connection_->run(
      {to_statement("SELECT fence, committed FROM gateway WHERE id = $1", self_.id),
       to_statement("SELECT pg_try_advisory_lock(1835954020, $1::BIGINT::INTEGER)", self_.id),
       to_statement(keep_durable), to_statement(limit_standstill)},
      [this](const PostgresAnswer& answer) {
        if (answer.error) return set_up_later(answer.error, answer.message);
        if (answer.rows[0].size() == 0 || answer.rows[0][0].integer(0) != self_.fence) {
          return be_fenced(
              "another gateway has taken the place of this one while the database "
              "was out of reach");
        }
        set_up(answer.rows[0][0].integer(1) >= batch_number_);
      });
}

/// `is_batch_done`: the commit whose answer was lost had been carried out.
void PostgresStore::set_up(bool is_batch_done) {
  is_ready_ = true;
  if (is_batch_done && !batch_.empty()) complete_batch();
  if (batch_.empty()) accept();
  pump();
}

void PostgresStore::set_up_later(boost::system::error_code error, const std::string& why) {
  refuse(error, why);
  try_again_in(options_.retry_after, &PostgresStore::on_up);
  if (connection_->is_up()) connection_->run({to_statement("ROLLBACK")}, [](const auto&) {});
}

void PostgresStore::on_down(boost::system::error_code error, const std::string& why) {
  is_ready_ = false;
  is_busy_ = false;
  retry_.cancel();  // on_up() comes by itself
  refuse(error, why);
}

void PostgresStore::try_again_in(std::chrono::milliseconds wait, void (PostgresStore::*what)()) {
  retry_.expires_after(wait);
  retry_.async_wait([this, what](boost::system::error_code cancelled) {
    if (!cancelled && connection_->is_up()) (this->*what)();
  });
}

void PostgresStore::commit(Transaction transaction, Done done) {
  ++pending_;
  queue_.emplace_back(Commit{std::move(transaction), std::move(done), {}});
  if (is_fenced_) return end_commits(errc::fenced);
  pump();
}

void PostgresStore::load(DoneWith<Everything> done) {
  if (is_fenced_) return done(errc::fenced, {});
  queue_.emplace_back(Load{std::move(done)});
  pump();
}

void PostgresStore::read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) {
  auto ask = [query] { return to_statements(query); };
  read(std::move(ask),
       [this, query = std::move(query), done = std::move(done)](const PostgresAnswer& answer) {
         if (answer.error) return done(answer.error, {});
         auto rows = to_item_rows(query, answer);
         if (rows) return done({}, std::move(*rows));
         if (observer_.read_failed) observer_.read_failed(rows.error(), "a stored item is damaged");
         done(rows.error(), {});
       });
}

void PostgresStore::read_notices(std::uint64_t after, std::size_t limit,
                                 DoneWith<std::vector<pubsub::Notice>> done) {
  auto ask = [this, after, limit] { return std::vector{to_notices_query(self_.id, after, limit)}; };
  read(std::move(ask), [this, done = std::move(done)](const PostgresAnswer& answer) {
    if (answer.error) return done(answer.error, {});
    auto notices = to_notices(answer.rows[0]);
    if (notices) return done({}, std::move(*notices));
    if (observer_.read_failed) {
      observer_.read_failed(notices.error(), "a stored notice is damaged");
    }
    done(notices.error(), {});
  });
}

void PostgresStore::load_account(std::vector<std::string> names,
                                 DoneWith<std::optional<events::KnownAccount>> done) {
  auto ask = [names = std::move(names)] { return to_account_query(names); };
  read(std::move(ask), [done = std::move(done)](const PostgresAnswer& answer) {
    if (answer.error) return done(answer.error, {});
    done({}, to_known_account(answer));
  });
}

void PostgresStore::read(std::function<std::vector<PostgresStatement>()> statements,
                         std::function<void(const PostgresAnswer&)> done) {
  queue_.emplace_back(Read{std::move(statements), std::move(done)});
  if (!is_writable_ || is_fenced_) {
    boost::asio::post(executor_, [this, alive = std::weak_ptr(connection_)] {
      if (!alive.lock() || is_writable_) return;
      answer_queued_reads(is_fenced_ ? errc::fenced : errc::io, "the database is out of reach");
    });
  }
  pump();
}

void PostgresStore::pump() {
  if (!is_ready_ || is_busy_) return;
  if (batch_.empty() && queue_.empty()) {
    if (on_closed_) say_goodbye();
    return;
  }
  is_busy_ = true;
  if (batch_.empty()) take_batch();
  if (!batch_.empty()) return send_batch();
  if (std::holds_alternative<Load>(queue_.front())) return send_load();
  auto read = std::move(std::get<Read>(queue_.front()));
  queue_.pop_front();
  send_read(std::move(read));
}

/// Up to the next read, which must see them all.
void PostgresStore::take_batch() {
  while (!queue_.empty() && batch_.size() < options_.largest_batch) {
    auto* commit = std::get_if<Commit>(&queue_.front());
    if (commit == nullptr) return;
    batch_.push_back(std::move(*commit));
    queue_.pop_front();
  }
}

void PostgresStore::send_batch() {
  std::vector<const Transaction*> transactions;
  std::vector<std::size_t> sent;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (batch_[i].verdict) continue;
    transactions.push_back(&batch_[i].transaction);
    sent.push_back(i);
  }
  if (transactions.empty()) {
    is_busy_ = false;
    complete_batch();
    return pump();
  }
  PostgresBatch batch(self_, batch_number_, seen_);
  batch.add(transactions);
  auto statements = batch.take();
  connection_->run(std::move(statements),
                   [this, batch = std::move(batch), sent = std::move(sent)](
                       const PostgresAnswer& answer) { on_batch(answer, batch, sent); });
}

void PostgresStore::on_batch(const PostgresAnswer& answer, const PostgresBatch& batch,
                             const std::vector<std::size_t>& sent) {
  if (answer.is_lost) return;  // resume() finds out what became of it
  if (!answer.error) {
    is_busy_ = false;
    accept();
    complete_batch();
    return pump();
  }
  const auto owner = batch.owner(answer.failed);
  const auto culprit = owner == PostgresBatch::nobody ? owner : sent[owner];
  connection_->run({to_statement("ROLLBACK")},
                   [this, answer, culprit](const PostgresAnswer& rolled_back) {
                     if (!rolled_back.is_lost) on_batch_failed(answer, culprit);
                   });
}

void PostgresStore::on_batch_failed(const PostgresAnswer& answer, std::size_t culprit) {
  is_busy_ = false;
  if (answer.error == errc::fenced) return be_fenced(answer.message);
  if (culprit != PostgresBatch::nobody && is_permanent(answer.error)) {
    // It would fail for ever and hold up all others: a bug of the caller, which must be seen. The
    // one exception is a journal that came back to life.
    const bool is_adoption = batch_[culprit].transaction.adopted.has_value();
    batch_[culprit].verdict = answer.error;
    if (!is_adoption) {
      assert(observer_.dropped != nullptr);
      if (observer_.dropped) observer_.dropped(answer.error, answer.message);
    }
    return pump();
  }
  is_busy_ = true;  // until the next try
  const bool is_passing = answer.error == errc::busy;
  if (!is_passing) refuse(answer.error, answer.message);
  try_again_in(is_passing ? soon : options_.retry_after, &PostgresStore::send_batch);
}

void PostgresStore::complete_batch() {
  ++batch_number_;
  post_completions(std::exchange(batch_, {}));
}

void PostgresStore::post_completions(std::vector<Commit> commits) {
  pending_ -= commits.size();
  std::vector<std::pair<Done, boost::system::error_code>> completions;
  for (auto& commit : commits) {
    if (commit.done) completions.emplace_back(std::move(commit.done), commit.verdict);
  }
  boost::asio::post(executor_, [completions = std::move(completions)] {
    for (const auto& [done, verdict] : completions) done(verdict);
  });
}

void PostgresStore::send_read(Read read) {
  connection_->run(read.statements(),
                   [this, done = std::move(read.done)](const PostgresAnswer& answer) {
                     if (!answer.is_lost) is_busy_ = false;
                     if (answer.error && observer_.read_failed) {
                       observer_.read_failed(answer.error, answer.message);
                     }
                     const std::weak_ptr alive(connection_);
                     done(answer);
                     if (alive.lock()) pump();
                   });
}

void PostgresStore::send_load() {
  const auto before = to_column(options_.now() - options_.notice_life);
  connection_->run(
      {to_statement("DELETE FROM notice WHERE gateway = $1 AND at < $2", self_.id, before)},
      [this](const PostgresAnswer& answer) {
        if (answer.is_lost) return;
        // a full disk is no reason not to start: the old notices stay until the next time
        if (!answer.error && answer.rows[0].affected() > 0 && observer_.pruned) {
          observer_.pruned(static_cast<std::uint64_t>(answer.rows[0].affected()));
        }
        std::make_shared<PostgresLoad>(
            connection_, self_.id,
            [this](PostgresLoad::Outcome outcome) { on_loaded(std::move(outcome)); })
            ->start();
      });
}

void PostgresStore::on_loaded(PostgresLoad::Outcome outcome) {
  if (outcome.is_lost) return;  // it is first in the queue still
  auto load = std::move(std::get<Load>(queue_.front()));
  queue_.pop_front();
  is_busy_ = false;
  if (outcome.error && observer_.read_failed) observer_.read_failed(outcome.error, outcome.message);
  seen_ = std::max(seen_, outcome.seen);
  leases_.set_seen(seen_);
  const std::weak_ptr alive(connection_);
  load.done(outcome.error, std::move(outcome.everything));
  if (alive.lock()) pump();
}

void PostgresStore::refuse(boost::system::error_code error, const std::string& why) {
  if (std::exchange(is_writable_, false) && observer_.refused) observer_.refused(error, why);
  answer_queued_reads(error, why);
}

void PostgresStore::accept() {
  if (!std::exchange(is_writable_, true) && observer_.accepted) observer_.accepted();
}

/// Who asked gets an error now instead of an answer some day; a load is worth waiting for.
void PostgresStore::answer_queued_reads(boost::system::error_code error, const std::string& why) {
  std::vector<Read> reads;
  std::deque<Job> others;
  for (auto& job : queue_) {
    if (auto* read = std::get_if<Read>(&job)) {
      reads.push_back(std::move(*read));
    } else {
      others.push_back(std::move(job));
    }
  }
  queue_ = std::move(others);
  PostgresAnswer answer;
  answer.error = error;
  answer.message = why;
  for (auto& read : reads) {
    boost::asio::post(executor_, [done = std::move(read.done), answer] { done(answer); });
  }
}

}  // namespace store
