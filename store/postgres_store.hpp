// The store in PostgreSQL, for one gateway or several that share one state: Store's calls become a
// queue that one connection works off, its commits in batches. [I/O] Everything runs on the event
// loop; nothing blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "store/error.hpp"
#include "store/observer.hpp"
#include "store/postgres_batch.hpp"
#include "store/postgres_connection.hpp"
#include "store/postgres_leases.hpp"
#include "store/postgres_load.hpp"
#include "store/store.hpp"

namespace store {

struct PostgresOptions {
  std::chrono::milliseconds retry_after{1'000};
  std::chrono::milliseconds shutdown_limit{5'000};
  std::chrono::hours notice_life{7 * 24};
  std::size_t largest_batch = 512;  ///< transactions in one commit of the database
  std::function<pubsub::WallTime()> now = [] { return std::chrono::system_clock::now(); };
};

class PostgresStore final : public Store {
 public:
  /// Connects and goes on trying; what is asked before waits. `url`: as libpq takes it.
  PostgresStore(boost::asio::any_io_executor executor, std::string url, Observer observer = {},
                PostgresOptions options = {});
  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;
  /// Without close(): as if the process had been killed.
  ~PostgresStore() override;

  /// Finishes what is queued, gives the gateway's place up and calls `done`; gives up itself after
  /// `shutdown_limit`.
  void close(std::function<void()> done);

  /// Also removes notices older than `notice_life`. Waits until there is a database.
  void load(DoneWith<Everything> done) override;
  void commit(Transaction transaction, Done done) override;
  /// While the database refuses a commit that was queued before, or is gone, reads are answered
  /// with its error.
  void read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) override;
  void read_notices(std::uint64_t after, std::size_t limit,
                    DoneWith<std::vector<pubsub::Notice>> done) override;
  void load_account(std::vector<std::string> names,
                    DoneWith<std::optional<events::KnownAccount>> done) override;
  bool is_writable() const override { return is_writable_; }
  std::size_t pending() const override { return pending_; }

  /// Who watches what; to be used after load().
  Leases& leases() { return leases_; }
  /// Which row of table `gateway` this one is; 0 before it has one.
  std::int64_t gateway() const { return self_.id; }

 private:
  struct Commit {
    Transaction transaction;
    Done done;
    boost::system::error_code verdict;  ///< set: can never be written
  };
  struct Read {
    /// Asked when its turn comes: only then it is known which gateway this one is.
    std::function<std::vector<PostgresStatement>()> statements;
    std::function<void(const PostgresAnswer&)> done;
  };
  struct Load {
    DoneWith<Everything> done;
  };
  using Job = std::variant<Commit, Read, Load>;

  PostgresLeases::Listener lease_listener();
  void on_up();
  void on_down(boost::system::error_code error, const std::string& why);
  void on_version(const PostgresAnswer& answer);
  void claim();
  void resume();
  void set_up(bool is_batch_done);
  void set_up_later(boost::system::error_code error, const std::string& why);

  void pump();
  void take_batch();
  void send_batch();
  void on_batch(const PostgresAnswer& answer, const PostgresBatch& batch,
                const std::vector<std::size_t>& sent);
  void on_batch_failed(const PostgresAnswer& answer, std::size_t culprit);
  void complete_batch();
  void post_completions(std::vector<Commit> commits);
  void send_read(Read read);
  void send_load();
  void on_loaded(PostgresLoad::Outcome outcome);
  void read(std::function<std::vector<PostgresStatement>()> statements,
            std::function<void(const PostgresAnswer&)> done);

  void refuse(boost::system::error_code error, const std::string& why);
  void accept();
  void answer_queued_reads(boost::system::error_code error, const std::string& why);
  void end_commits(errc verdict);
  void be_fenced(const std::string& why);
  void try_again_in(std::chrono::milliseconds wait, void (PostgresStore::*what)());
  void say_goodbye();
  void finish_closing();

  boost::asio::any_io_executor executor_;
  const Observer observer_;
  const PostgresOptions options_;
  std::shared_ptr<PostgresConnection> connection_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer closing_limit_;

  GatewayIdentity self_;
  std::int64_t batch_number_ = 0;
  std::int64_t seen_ = 0;
  std::deque<Job> queue_;
  std::vector<Commit> batch_;  // sent or to be sent again
  std::size_t pending_ = 0;
  bool is_ready_ = false;  // connected, with a row of table `gateway`
  bool is_busy_ = false;
  bool is_writable_ = true;
  bool is_fenced_ = false;
  std::function<void()> on_closed_;
  PostgresLeases leases_;
};

}  // namespace store
