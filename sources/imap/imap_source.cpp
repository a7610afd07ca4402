#include "sources/imap/imap_source.hpp"

#include <boost/asio/ip/address.hpp>
#include <stdexcept>
#include <utility>

#include "sources/imap/watched_account.hpp"

namespace sources::imap {
namespace {

namespace asio = boost::asio;

/// RFC 3501 §11.1: a password goes in plain text over the machine's own loopback only. A name is
/// checked again when it is resolved (Connection).
void refuse_plain_text_abroad(const ImapConfig& config) {
  if (config.tls != Tls::none) return;
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(config.host, no_address);
  if (!no_address && !address.is_loopback()) {
    throw std::invalid_argument("source " + config.name + ": tls = \"none\" to " + config.host +
                                ", which is no loopback address");
  }
}

Endpoint to_endpoint(const ImapConfig& config) {
  refuse_plain_text_abroad(config);
  Endpoint endpoint;
  endpoint.host = config.host;
  endpoint.port = config.port;
  endpoint.tls = config.tls;
  endpoint.tls_name = config.tls_name;
  if (config.tls != Tls::none)
    endpoint.tls_context = std::make_shared<const TlsContext>(config.ca_file);
  return endpoint;
}

}  // namespace

struct ImapSource::State {
  explicit State(SourceContext context_in) : context(std::move(context_in)) {}

  SourceContext context;
  std::map<std::string, std::shared_ptr<WatchedAccount>> accounts;
};

ImapSource::ImapSource(asio::any_io_executor executor, ImapConfig config, AccountRegistry& registry,
                       events::Sink& sink, ImapLog& log, std::function<Moment()> now) {
  auto endpoint = to_endpoint(config);
  SourceContext context(std::move(executor), std::move(config), registry, sink, log, std::move(now),
                        std::move(endpoint));
  state_ = std::make_shared<State>(std::move(context));
}

ImapSource::~ImapSource() {
  stop();
}

void ImapSource::watch(std::string account, std::optional<events::KnownAccount> known) {
  if (state_->accounts.contains(account)) return;
  auto watched = std::make_shared<WatchedAccount>(state_->context, account, known);
  state_->accounts.emplace(std::move(account), watched);
  watched->start();
}

void ImapSource::unwatch(const std::string& account) {
  const auto found = state_->accounts.find(account);
  if (found == state_->accounts.end()) return;
  const auto watched = found->second;  // it may be what is calling
  state_->accounts.erase(found);
  watched->stop();
}

void ImapSource::pause(bool paused) {
  state_->context.is_paused = paused;
  for (const auto& [name, watched] : state_->accounts) watched->pause(paused);
}

void ImapSource::stop() {
  const auto accounts = std::exchange(state_->accounts, {});
  for (const auto& [name, watched] : accounts) watched->stop();
}

ImapHealth ImapSource::health() const {
  ImapHealth health;
  for (const auto& [name, watched] : state_->accounts) {
    ++health.watched;
    if (watched->is_in_sight()) ++health.in_sight;
  }
  return health;
}

}  // namespace sources::imap
