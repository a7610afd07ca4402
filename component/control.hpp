// [I/O] The control socket: a unix stream socket for its owner and group. One line of JSON is
// asked, one line is answered. docs/operations.md.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace component {

class Log;

class ControlServer {
 public:
  /// A line in, without its end; a line out.
  using Handler = std::function<std::string(std::string_view)>;
  static constexpr std::size_t max_line = 64UL * 1024;
  static constexpr std::size_t max_connections = 32;

  /// Listens. Throws std::runtime_error that names the path when it cannot, or when another process
  /// listens there.
  ControlServer(boost::asio::io_context& loop, const std::string& path, Handler handler, Log& log);
  ~ControlServer();
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

/// The answer to one line, asked of a running gateway; absent after 10 s, or when none is there.
std::unique_ptr<std::string> ask_control(const std::string& path, std::string_view line);

}  // namespace component
