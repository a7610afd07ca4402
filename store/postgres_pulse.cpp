#include "store/postgres_pulse.hpp"

#include <utility>

namespace store {
namespace {

constexpr std::chrono::seconds rhythm{2};  // dead after three times that: view `living`

}  // namespace

PostgresPulse::PostgresPulse(boost::asio::any_io_executor executor, std::string url,
                             GatewayIdentity self)
    : self_(self), next_(executor) {
  PostgresConnection::Listener listener;
  listener.on_up = [this] { beat(); };
  connection_ = std::make_shared<PostgresConnection>(executor, std::move(url), listener);
  connection_->start();
}

void PostgresPulse::beat() {
  connection_->run({to_statement("UPDATE gateway_alive a SET alive_at = clock_timestamp() "
                                 "FROM gateway g WHERE a.id = $1 AND g.id = $1 AND g.fence = $2",
                                 self_.id, self_.fence)},
                   [](const PostgresAnswer&) {});
  next_.expires_after(rhythm);
  next_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && connection_->is_up()) beat();
  });
}

}  // namespace store
