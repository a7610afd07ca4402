#include "component/stream.hpp"

#include <random>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "component/log.hpp"
#include "component/stream_attempt.hpp"
#include "sources/imap/backoff.hpp"

namespace component {

namespace asio = boost::asio;
using boost::system::error_code;

class Stream::Impl final : public std::enable_shared_from_this<Stream::Impl>,
                           public StreamAttempt::Owner,
                           public PressureListener {
 public:
  Impl(asio::io_context& loop, StreamConfig config, StreamListener& listener, Log& log,
       StreamTiming timing, TransportLimits limits)
      : loop_(loop),
        config_(std::move(config)),
        listener_(listener),
        log_(log),
        timing_(timing),
        limits_(limits),
        deadline_(loop),
        keep_alive_(loop),
        backoff_(timing.first_retry, timing.longest_retry) {}

  void start() {
    if (stopped_ || attempt_) return;
    attempt_ = std::make_unique<StreamAttempt>(loop_, config_, limits_, *this, *this);
    wait(deadline_, timing_.handshake, [](Impl& self) {
      if (!self.attempt_ || self.up_) return;
      self.drop({"the server does not answer the handshake",
                 "is [xmpp] port the server's component port, and the server alive?"});
    });
    attempt_->begin();
  }

  void stop(std::function<void()> then) {
    stopped_ = true;
    up_ = false;
    deadline_.cancel();
    keep_alive_.cancel();
    if (!attempt_) {
      if (then) asio::post(loop_, std::move(then));
      return;
    }
    if (then) attempt_->transport().when_closed(std::move(then));
    attempt_->end_in_order();
    retire();
  }

  void declare_dead() {
    if (attempt_ && up_) drop({"the server has stopped answering", ""});
  }

  bool is_up() const { return up_; }
  void send(std::string_view stanzas) {
    if (up_) attempt_->transport().append(stanzas);
  }
  std::string& begin_append() { return up_ ? attempt_->transport().begin_append() : unsent_; }
  void end_append() {
    unsent_.clear();
    if (up_) attempt_->transport().end_append();
  }
  std::size_t queued() const { return up_ ? attempt_->transport().queued() : 0; }

 private:
  void on_attempt_up() override {
    if (stopped_) return;
    deadline_.cancel();
    up_ = true;
    up_since_ = std::chrono::steady_clock::now();
    log_.stream_up(config_.domain, config_.host, config_.port);
    keep_alive();
    listener_.on_stream_up();
  }

  void on_attempt_stanza(const gloox::Tag& stanza) override {
    if (!stopped_) listener_.on_stanza(stanza);
  }

  void on_attempt_skipped(std::string_view head, StanzaFramer::Fault why) override {
    if (up_) listener_.on_skipped(head, why);
  }

  void on_pressure(bool under_pressure) override {
    if (!up_) return;
    log_.stream_pressure(under_pressure);
    under_pressure_ = under_pressure;
    listener_.on_pressure(under_pressure);
  }

  void on_attempt_end(StreamEnd why) override {
    deadline_.cancel();
    keep_alive_.cancel();
    retire();
    if (stopped_) return;
    const bool was_up = std::exchange(up_, false);
    if (why.what_to_do.empty()) {
      log_.stream_down(why.error);
    } else {
      log_.stream_refused(why.error, why.what_to_do);
    }
    if (was_up) {
      if (std::exchange(under_pressure_, false)) listener_.on_pressure(false);
      listener_.on_stream_down();
    }
    if (!stopped_) retry(was_up, why.is_occupied);
  }

  void drop(StreamEnd why) {
    attempt_->abandon();
    on_attempt_end(std::move(why));
  }

  /// gloox must not be destroyed from inside its own callback.
  void retire() {
    asio::post(loop_, [gone = std::shared_ptr<StreamAttempt>(std::move(attempt_))]() mutable {
      gone.reset();
    });
  }

  /// At once after the loss of a stream that had proved itself; else after a growing time, so that
  /// two gateways that throw each other out, or a server that is starting, are not hammered.
  void retry(bool was_up, bool is_occupied) {
    auto after = std::chrono::milliseconds::zero();
    if (was_up && std::chrono::steady_clock::now() - up_since_ >= timing_.established) {
      backoff_.reset();
    } else {
      after = backoff_.next(std::uniform_real_distribution<double>(0, 1)(random_));
    }
    if (is_occupied) after = std::min(after, timing_.longest_retry_if_occupied);
    log_.stream_retry(after);
    wait(deadline_, after, [](Impl& self) { self.start(); });
  }

  void keep_alive() {
    wait(keep_alive_, timing_.keep_alive, [](Impl& self) {
      self.send(" ");
      self.keep_alive();
    });
  }

  template <class Then>
  void wait(asio::steady_timer& timer, std::chrono::milliseconds after, Then then) {
    timer.expires_after(after);
    timer.async_wait([weak = weak_from_this(), then](error_code ec) {
      const auto self = weak.lock();
      if (!ec && self && !self->stopped_) then(*self);
    });
  }

  asio::io_context& loop_;
  StreamConfig config_;
  StreamListener& listener_;
  Log& log_;
  StreamTiming timing_;
  TransportLimits limits_;
  asio::steady_timer deadline_;  ///< of the handshake, or of the pause before the next attempt
  asio::steady_timer keep_alive_;
  sources::imap::Backoff backoff_;
  std::random_device random_;
  std::unique_ptr<StreamAttempt> attempt_;
  std::chrono::steady_clock::time_point up_since_;
  std::string unsent_;
  bool up_ = false;
  bool under_pressure_ = false;
  bool stopped_ = false;
};

Stream::Stream(asio::io_context& loop, StreamConfig config, StreamListener& listener, Log& log,
               StreamTiming timing, TransportLimits limits)
    : impl_(std::make_shared<Impl>(loop, std::move(config), listener, log, timing, limits)) {}

Stream::~Stream() {
  impl_->stop({});
}

void Stream::start() {
  impl_->start();
}
void Stream::stop(std::function<void()> then) {
  impl_->stop(std::move(then));
}
bool Stream::is_up() const {
  return impl_->is_up();
}
void Stream::send(std::string_view whole_stanzas) {
  impl_->send(whole_stanzas);
}
std::string& Stream::begin_append() {
  return impl_->begin_append();
}
void Stream::end_append() {
  impl_->end_append();
}
std::size_t Stream::queued() const {
  return impl_->queued();
}
void Stream::declare_dead() {
  impl_->declare_dead();
}

}  // namespace component
