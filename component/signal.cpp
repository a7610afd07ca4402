#include "component/signal.hpp"

#include <csignal>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace component {

class Signals::Impl final : public std::enable_shared_from_this<Signals::Impl> {
 public:
  Impl(boost::asio::io_context& loop, std::function<void(std::string_view)> on_stop,
       std::function<void()> on_reload)
      : signals_(loop, SIGTERM, SIGINT, SIGHUP),
        on_stop_(std::move(on_stop)),
        on_reload_(std::move(on_reload)) {}

  void wait() {
    signals_.async_wait([self = shared_from_this()](boost::system::error_code ec, int number) {
      if (ec || self->stopped_) return;
      self->wait();
      if (number == SIGHUP) {
        self->on_reload_();
      } else {
        self->on_stop_(number == SIGTERM ? "SIGTERM" : "SIGINT");
      }
    });
  }

  void stop() {
    stopped_ = true;
    signals_.cancel();
  }

 private:
  boost::asio::signal_set signals_;
  std::function<void(std::string_view)> on_stop_;
  std::function<void()> on_reload_;
  bool stopped_ = false;
};

Signals::Signals(boost::asio::io_context& loop, std::function<void(std::string_view)> on_stop,
                 std::function<void()> on_reload)
    : impl_(std::make_shared<Impl>(loop, std::move(on_stop), std::move(on_reload))) {
  // OpenSSL writes without MSG_NOSIGNAL: a peer that goes away must not end the process
  std::signal(SIGPIPE, SIG_IGN);
  impl_->wait();
}

Signals::~Signals() {
  impl_->stop();
}

void Signals::stop() {
  impl_->stop();
}

}  // namespace component
