// [I/O] The signals of the process: SIGTERM and SIGINT end it, SIGHUP reloads, SIGPIPE is nothing.
// docs/operations.md
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace component {

class Signals {
 public:
  /// `on_stop` is told the signal's name; a second SIGTERM or SIGINT calls it again.
  Signals(boost::asio::io_context& loop, std::function<void(std::string_view)> on_stop,
          std::function<void()> on_reload);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// No signal is waited for any more, so that the loop can run out of work.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace component
