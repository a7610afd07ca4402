#include "sources/imap/connection.hpp"

#include <openssl/crypto.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <utility>
#include <variant>

namespace sources::imap {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using events::SightReason;

/// What this client has to say is small; more that is not taken means that the server has stopped
/// reading.
constexpr std::size_t most_unsent = std::size_t{1024} * 1024;
constexpr std::size_t read_size = std::size_t{16} * 1024;
/// Reads in a row before the other connections have their turn.
constexpr unsigned reads_in_a_row = 8;

IoResult to_result(const error_code& error, std::size_t octets, IoResult::Outcome wait) {
  if (!error) return {IoResult::Outcome::done, octets};
  if (error == asio::error::would_block || error == asio::error::try_again) return {wait, 0};
  return {error == asio::error::eof ? IoResult::Outcome::closed : IoResult::Outcome::failed, 0};
}

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace

Connection::Connection(asio::any_io_executor executor, Endpoint endpoint, SessionConfig session,
                       Account& model, ConnectionOwner& owner, std::function<Moment()> now)
    : executor_(executor),
      endpoint_(std::move(endpoint)),
      session_(std::move(session), model),
      owner_(&owner),
      now_(std::move(now)),
      socket_(executor),
      resolver_(executor),
      deadline_(executor),
      resumed_(executor, asio::steady_timer::time_point::max()) {}

void Connection::start(bool paused) {
  is_paused_ = paused;
  auto self = shared_from_this();
  auto done = [self](const std::exception_ptr& error) { self->on_exception(error); };
  asio::co_spawn(executor_, run(self), done);
}

void Connection::pause(bool paused) {
  if (is_paused_ == paused || is_ended_) return;
  is_paused_ = paused;
  if (paused) return;
  resumed_.cancel();
  resume_timers();
}

void Connection::detach() {
  owner_ = nullptr;
  if (!is_ended_) close();
}

// The life of a connection
// -------------------------------------------------------------------------------------------

asio::awaitable<void> Connection::run([[maybe_unused]] std::shared_ptr<Connection> self) {
  const bool is_connected = co_await connect();
  if (!is_connected) co_return;
  if (endpoint_.tls == Tls::implicit) {
    const bool is_secure = co_await handshake();
    if (!is_secure) co_return;
  }
  owner_->on_connected();
  if (is_ended_) co_return;
  perform(session_.on_connected(now_()));
  co_await read_until_ended();
}

asio::awaitable<std::vector<asio::ip::tcp::endpoint>> Connection::resolve() {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  error_code error;
  const auto address = asio::ip::make_address(endpoint_.host, error);
  if (!error) {
    endpoints.emplace_back(address, endpoint_.port);
    co_return endpoints;
  }
  const auto service = std::to_string(endpoint_.port);
  const auto found = co_await resolver_.async_resolve(
      endpoint_.host, service, asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    end_with(SightReason::connect, "cannot find host " + endpoint_.host + ": " + error.message());
    co_return endpoints;
  }
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

asio::awaitable<bool> Connection::connect() {
  arm_deadline(endpoint_.connect_deadline, Errc::connect_timeout);
  const auto endpoints = co_await resolve();
  error_code error = asio::error::host_not_found;
  for (const auto& endpoint : endpoints) {
    if (is_ended_) co_return false;
    if (endpoint_.tls == Tls::none && !endpoint.address().is_loopback()) {
      error = Errc::plain_text_refused;
      continue;
    }
    error_code ignored;
    socket_.close(ignored);
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (is_ended_) co_return false;
    if (error) continue;
    socket_.non_blocking(true);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    disarm_deadline();
    co_return true;
  }
  end_with(SightReason::connect, "cannot connect to " + endpoint_.host + ":" +
                                     std::to_string(endpoint_.port) + ": " + error.message());
  co_return false;
}

asio::awaitable<bool> Connection::handshake() {
  const auto& name = endpoint_.tls_name.empty() ? endpoint_.host : endpoint_.tls_name;
  tls_.emplace(*endpoint_.tls_context, socket_.native_handle(), name);
  arm_deadline(endpoint_.tls_deadline, Errc::tls_timeout);
  for (;;) {
    const auto result = tls_->handshake();
    if (result.outcome == Outcome::done) break;
    if (result.outcome == Outcome::closed || result.outcome == Outcome::failed) {
      end_untrusted();
      co_return false;
    }
    const bool may_go_on = co_await wait_for(result.outcome);
    if (!may_go_on) co_return false;
  }
  disarm_deadline();
  co_return true;
}

asio::awaitable<void> Connection::read_until_ended() {
  unsigned reads = 0;
  while (!is_ended_) {
    if (is_paused_) {
      co_await wait_while_paused();
      continue;
    }
    if (std::exchange(is_starttls_due_, false)) {
      const bool is_secure = co_await handshake();
      if (!is_secure) co_return;
      perform(session_.on_tls_established(now_()));
      continue;
    }
    const auto result = read_some();
    if (is_ended_) co_return;
    switch (result.outcome) {
      case Outcome::done:
        if (++reads % reads_in_a_row == 0) co_await give_way();
        break;
      case Outcome::want_read:
      case Outcome::want_write:
        co_await wait_for(result.outcome);
        break;
      case Outcome::closed:
        end_with(SightReason::connect, "server closed the connection");
        break;
      case Outcome::failed:
        end_with(SightReason::connect, "connection to the server broke");
        break;
    }
  }
}

asio::awaitable<bool> Connection::wait_for(Outcome outcome) {
  const auto what = outcome == Outcome::want_write ? Socket::wait_write : Socket::wait_read;
  error_code error;
  co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  if (!is_ended_ && error)
    end_with(SightReason::connect, "connection to the server broke: " + error.message());
  co_return !is_ended_;
}

asio::awaitable<void> Connection::wait_while_paused() {
  error_code cancelled;
  co_await resumed_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> Connection::give_way() {
  co_await asio::post(executor_, asio::use_awaitable);
}

IoResult Connection::read_some() {
  std::array<char, read_size>
      buffer;  // not in a coroutine's frame: an idle connection holds no buffer
  IoResult result;
  if (tls_) {
    result = tls_->read(buffer.data(), buffer.size());
  } else {
    error_code error;
    const auto size = socket_.read_some(asio::buffer(buffer), error);
    result = to_result(error, size, Outcome::want_read);
  }
  if (result.outcome == Outcome::done) {
    perform(session_.on_octets(std::string_view(buffer.data(), result.octets), now_()));
  }
  return result;
}

// What the session asks for
// ------------------------------------------------------------------------------------------

void Connection::perform(Actions actions) {
  const auto act = Overloaded{
      [this](Send& action) { send(action); },
      [this](StartTls&) { is_starttls_due_ = true; },
      [this](SetTimer& action) { set_timer(action); },
      [this](Emit& action) { owner_->on_report(std::move(action.report)); },
      [this](InSight&) { owner_->on_in_sight(); },
      [this](Close& action) {
        end({Ending::Kind::session, action.reason, std::move(action.detail),
             action.is_final_for_now});
      },
  };
  for (auto& action : actions) {
    if (is_ended_) break;
    std::visit(act, action);
    if (auto* sent = std::get_if<Send>(&action); sent != nullptr && sent->secret) {
      OPENSSL_cleanse(sent->octets.data(), sent->octets.size());
    }
  }
}

void Connection::send(const Send& action) {
  if (out_.size() - written_ + action.octets.size() > most_unsent) {
    end_with(SightReason::timeout, "server does not read what it is sent");
    return;
  }
  out_ += action.octets;
  if (is_writing_) return;
  is_writing_ = true;
  auto self = shared_from_this();
  auto done = [self](const std::exception_ptr& error) { self->on_exception(error); };
  asio::co_spawn(executor_, write_all(self), done);
}

asio::awaitable<void> Connection::write_all([[maybe_unused]] std::shared_ptr<Connection> self) {
  while (!is_ended_ && written_ < out_.size()) {
    const auto result = write_some();
    if (result.outcome == Outcome::closed || result.outcome == Outcome::failed) {
      end_with(SightReason::connect, "connection to the server broke");
    } else if (result.outcome != Outcome::done) {
      co_await wait_for(result.outcome);
    }
  }
  is_writing_ = false;
}

IoResult Connection::write_some() {
  const auto left = std::string_view(out_).substr(written_);
  IoResult result;
  if (tls_) {
    result = tls_->write(left.data(), left.size());
  } else {
    error_code error;
    const auto size = socket_.write_some(asio::buffer(left), error);
    result = to_result(error, size, Outcome::want_write);
  }
  written_ += result.octets;
  if (written_ == out_.size()) {
    OPENSSL_cleanse(out_.data(), out_.size());  // it may have held a password
    out_.clear();
    written_ = 0;
  }
  return result;
}

// Timers
// -------------------------------------------------------------------------------------------------------------

void Connection::set_timer(const SetTimer& action) {
  auto& state = timers_[static_cast<std::size_t>(action.which)];
  const auto generation = ++state.generation;
  state.after = action.after;
  state.is_overdue = false;
  state.is_running = action.after >= std::chrono::milliseconds::zero();
  if (!state.timer) state.timer.emplace(executor_);
  state.timer->cancel();
  if (!state.is_running) return;
  state.timer->expires_after(action.after);
  state.timer->async_wait(
      [weak = weak_from_this(), which = action.which, generation](const error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->on_timer(which, generation);
      });
}

void Connection::on_timer(Timer which, unsigned generation) {
  auto& state = timers_[static_cast<std::size_t>(which)];
  if (is_ended_ || generation != state.generation) return;
  state.is_running = false;
  state.is_overdue = is_paused_;
  if (is_paused_) return;
  try {
    perform(session_.on_timer(which, now_()));
  } catch (...) {
    on_exception(std::current_exception());
  }
}

/// The server may have answered long ago; what it is owed runs anew from here.
void Connection::resume_timers() {
  for (std::size_t i = 0; i < timer_count; ++i) {
    const auto which = static_cast<Timer>(i);
    const auto& state = timers_[i];
    const bool is_deadline = which == Timer::deadline;
    if (state.is_overdue || (is_deadline && state.is_running)) {
      set_timer({which, is_deadline ? state.after : std::chrono::milliseconds::zero()});
    }
  }
}

void Connection::arm_deadline(std::chrono::milliseconds after, Errc expired) {
  const auto generation = ++deadline_generation_;
  deadline_.expires_after(after);
  deadline_.async_wait([weak = weak_from_this(), generation, expired](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->deadline_generation_ != generation) return;
    self->end_with(SightReason::timeout, error_code(expired).message());
  });
}

void Connection::disarm_deadline() {
  ++deadline_generation_;
  deadline_.cancel();
}

// The end
// ------------------------------------------------------------------------------------------------------------

void Connection::end(Ending ending) {
  if (is_ended_) return;
  close();
  if (auto* owner = std::exchange(owner_, nullptr)) owner->on_ended(ending);
}

void Connection::end_with(SightReason reason, std::string detail) {
  end({Ending::Kind::transport, reason, std::move(detail), false});
}

/// A certificate that is not trusted will not be so in a second: that is for a person to mend.
void Connection::end_untrusted() {
  const auto failure = tls_->failure();
  const bool is_final = failure == Errc::tls_untrusted || failure == Errc::tls_wrong_name;
  end({Ending::Kind::tls, SightReason::connect, failure.message() + ": " + tls_->detail(),
       is_final});
}

void Connection::close() {
  is_ended_ = true;
  error_code ignored;
  socket_.close(ignored);
  resolver_.cancel();
  disarm_deadline();
  resumed_.cancel();
  for (auto& state : timers_) {
    if (state.timer) state.timer->cancel();
  }
}

void Connection::on_exception(const std::exception_ptr& error) {
  if (!error || is_ended_) return;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& failure) {
    const bool is_tls = failure.code() == Errc::tls_configuration;
    end({is_tls ? Ending::Kind::tls : Ending::Kind::bug, SightReason::connect, failure.what(),
         true});
  } catch (const std::exception& failure) {
    end({Ending::Kind::bug, SightReason::protocol, failure.what(), true});
  }
}

}  // namespace sources::imap
