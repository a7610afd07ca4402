// Leases in PostgreSQL, on a connection of their own that no commit holds up: signs of life every
// 2 s by the clock of the database, who holds which account, and what other gateways have changed.
// [I/O]
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "store/leases.hpp"
#include "store/postgres_batch.hpp"
#include "store/postgres_connection.hpp"

namespace store {

class PostgresLeases final : public Leases {
 public:
  struct Listener {
    std::function<void(const std::string& why)> on_fenced;
    std::function<void(boost::system::error_code, const std::string& why)> on_failed;
    std::function<void(std::int64_t)> on_seen;  ///< the last change that was read
  };

  PostgresLeases(boost::asio::any_io_executor executor, std::string url, Listener listener);
  PostgresLeases(const PostgresLeases&) = delete;
  PostgresLeases& operator=(const PostgresLeases&) = delete;
  ~PostgresLeases() { close(); }

  /// Signs of life from now on.
  void begin(GatewayIdentity self);
  void close();
  /// What the program has loaded holds every change up to this one.
  void set_seen(std::int64_t seen) { seen_ = seen; }

  std::uint64_t number() const override { return static_cast<std::uint64_t>(self_.id); }
  void start(std::function<void(Changes)> on_changes) override;
  void take_stance(Stance stance, Done done) override;
  void survey(DoneWith<Survey> done) override;
  void read_held(DoneWith<std::vector<std::string>> done) override;
  void claim(std::vector<std::string> accounts, std::size_t most,
             DoneWith<std::vector<std::string>> done) override;
  void release(std::vector<std::string> accounts, Done done) override;
  void read_estate(std::uint64_t gateway, std::size_t limit,
                   DoneWith<std::vector<pubsub::Notice>> done) override;
  void inherit(std::uint64_t gateway, DoneWith<std::vector<std::string>> done) override;
  void read_nodes(std::string account, DoneWith<std::vector<pubsub::NodeRecord>> done) override;

 private:
  void beat();
  void tick();
  void read_changes();
  void on_changes(const PostgresAnswer& answer);
  /// `take` makes the answer of the rows.
  template <class T, class Take>
  void ask(std::vector<PostgresStatement> statements, DoneWith<T> done, Take take);
  bool is_usable(const PostgresAnswer& answer);

  Listener listener_;
  std::shared_ptr<PostgresConnection> connection_;
  boost::asio::steady_timer next_beat_;
  boost::asio::steady_timer next_look_;
  GatewayIdentity self_;
  bool is_active_ = false;
  std::int64_t seen_ = 0;
  bool is_reading_ = false;
  bool has_news_ = false;  // came while reading
  std::function<void(Changes)> on_changes_;
};

}  // namespace store
