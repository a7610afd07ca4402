// [I/O] The unix sockets of the push sources: which are open now, and the way of what they bring.
// docs/operations.md "Push sources".
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "component/config.hpp"
#include "component/log.hpp"
#include "sources/push/unix_listener.hpp"

namespace component {

class PushSockets {
 public:
  using Take = std::function<void(const std::string& source, std::string_view body,
                                  std::function<void(bool kept)> then)>;

  PushSockets(boost::asio::any_io_executor executor, Log& log, Take take)
      : executor_(std::move(executor)), log_(log), take_(std::move(take)) {}

  /// Opens what is new, closes what is gone. One that cannot be opened is logged; false: there is
  /// one.
  bool configure(const Config& config);
  void close() { open_.clear(); }

 private:
  struct Open {
    SourceConfig source;
    std::unique_ptr<sources::push::UnixListener> datagrams, dlist;
  };

  void open(const SourceConfig& source);
  sources::push::OnMessage to_source(const std::string& name, SocketFormat format) const;

  boost::asio::any_io_executor executor_;
  Log& log_;
  Take take_;
  std::map<std::string, Open> open_;  // by source
};

}  // namespace component
