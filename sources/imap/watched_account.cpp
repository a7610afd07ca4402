#include "sources/imap/watched_account.hpp"

#include <boost/asio/post.hpp>
#include <utility>
#include <variant>

namespace sources::imap {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace

void SourceContext::ask_for_slot(std::weak_ptr<WatchedAccount> account) {
  waiting_.push_back(std::move(account));
  fill_slots();
}

void SourceContext::free_slot() {
  --connecting_;
  fill_slots();
}

void SourceContext::fill_slots() {
  while (connecting_ < config.max_connecting && !waiting_.empty()) {
    const auto account = waiting_.front().lock();
    waiting_.pop_front();
    if (!account) continue;
    ++connecting_;
    if (!account->connect()) --connecting_;
  }
}

WatchedAccount::WatchedAccount(SourceContext& context, std::string name,
                               const std::optional<events::KnownAccount>& known)
    : context_(context),
      name_(std::move(name)),
      model_(context.registry.open(name_, known)),
      supervisor_(
          [&context] { return std::uniform_real_distribution<double>(0, 1)(context.random); }),
      retry_(context.executor),
      sight_(context.executor) {}

WatchedAccount::~WatchedAccount() {
  if (connection_) connection_->detach();
}

void WatchedAccount::start() {
  apply(supervisor_.on_watch(context_.now().steady));
}

void WatchedAccount::stop() {
  is_stopped_ = true;
  apply(supervisor_.on_unwatch(context_.now().steady));
  retry_.cancel();
  sight_.cancel();
  leave_slot();
}

void WatchedAccount::pause(bool paused) {
  if (connection_) connection_->pause(paused);
}

/// The account's own password overrules the master user (docs/operations.md: [[account]]
/// "exceptions to the rules").
std::optional<SessionConfig> WatchedAccount::credentials() const {
  const auto& config = context_.config;
  SessionConfig session;
  session.source = config.name;
  session.account = name_;
  session.tls = config.tls;
  session.poll_interval = config.poll_interval;
  session.memory = memory_;
  session.data_wanted = [&sink = context_.sink, name = name_](const std::string& mailbox) {
    return sink.data_wanted(name, mailbox);
  };
  const auto own = config.passwords.find(name_);
  if (own != config.passwords.end()) {
    session.user = name_;
    session.password = own->second;
  } else if (!config.master_user.empty()) {
    session.user = config.master_user;
    session.password = config.master_password;
  } else {
    return std::nullopt;
  }
  return session;
}

bool WatchedAccount::connect() {
  if (is_stopped_ || !std::exchange(is_waiting_, false)) return false;
  auto session = credentials();
  if (!session) {
    on_ended({Ending::Kind::session, events::SightReason::auth,
              "no password: set master_user for source " + context_.config.name +
                  ", or a password for the account",
              true});
    return false;
  }
  has_slot_ = true;
  connection_ = std::make_shared<Connection>(context_.executor, context_.endpoint,
                                             std::move(*session), *model_, *this, context_.now);
  connection_->start(context_.is_paused);
  return true;
}

void WatchedAccount::on_connected() {
  context_.log.imap_connected(context_.config.name, name_);
}

void WatchedAccount::on_report(events::Report report) {
  context_.sink.on_report(std::move(report));
}

void WatchedAccount::on_in_sight() {
  leave_slot();
  if (supervisor_.is_in_sight()) return;
  context_.log.imap_in_sight(context_.config.name, name_);
  apply(supervisor_.on_in_sight(context_.now().steady));
}

void WatchedAccount::on_ended(const Ending& ending) {
  connection_.reset();
  log_ending(ending);
  leave_slot();  // the next connection may begin at once
  apply(supervisor_.on_closed(ending.reason, ending.detail, ending.is_final_for_now,
                              context_.now().steady));
}

void WatchedAccount::log_ending(const Ending& ending) {
  const auto& source = context_.config.name;
  switch (ending.kind) {
    case Ending::Kind::tls:
      context_.log.imap_tls_failed(source, name_, ending.detail);
      return;
    case Ending::Kind::bug:
      context_.log.imap_failed(source, name_, ending.detail);
      return;
    case Ending::Kind::transport:
      context_.log.imap_lost(source, name_, ending.detail);
      return;
    case Ending::Kind::session:
      break;
  }
  if (ending.reason == events::SightReason::auth) {
    context_.log.imap_login_refused(source, name_, ending.detail);
  } else if (ending.reason == events::SightReason::protocol) {
    context_.log.imap_malformed(source, name_, ending.detail);
  } else {
    context_.log.imap_lost(source, name_, ending.detail);
  }
}

void WatchedAccount::leave_slot() {
  if (std::exchange(has_slot_, false)) context_.free_slot();
}

void WatchedAccount::apply(const Supervisor::Actions& actions) {
  const auto act = Overloaded{
      [this](const Supervisor::Connect&) {
        is_waiting_ = true;
        context_.ask_for_slot(weak_from_this());
      },
      [this](const Supervisor::Disconnect&) {
        if (const auto connection = std::exchange(connection_, nullptr)) connection->detach();
      },
      [this](const Supervisor::StartTimer& action) { start_timer(action); },
      [this](const Supervisor::SightIs& sight) {
        context_.sink.on_sight({name_, context_.config.name, sight.sight, sight.reason,
                                context_.now().wall.at, sight.detail});
      },
  };
  for (const auto& action : actions) std::visit(act, action);
}

void WatchedAccount::start_timer(const Supervisor::StartTimer& action) {
  auto& timer = action.which == Which::retry ? retry_ : sight_;
  timer.expires_after(action.after);
  timer.async_wait(
      [weak = weak_from_this(), which = action.which](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->is_stopped_) return;
        self->apply(self->supervisor_.on_timer(which, self->context_.now().steady));
      });
}

}  // namespace sources::imap
