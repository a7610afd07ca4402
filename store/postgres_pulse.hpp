// The sign of life of a gateway, every 2 s by the clock of the database, on a connection of its own
// that no commit holds up. [I/O]
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "store/postgres_batch.hpp"
#include "store/postgres_connection.hpp"

namespace store {

class PostgresPulse {
 public:
  PostgresPulse(boost::asio::any_io_executor executor, std::string url, GatewayIdentity self);
  PostgresPulse(const PostgresPulse&) = delete;
  PostgresPulse& operator=(const PostgresPulse&) = delete;
  ~PostgresPulse() { connection_->close(); }

 private:
  void beat();

  GatewayIdentity self_;
  std::shared_ptr<PostgresConnection> connection_;
  boost::asio::steady_timer next_;
};

}  // namespace store
