#include "component/push_sockets.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

#include "sources/push/cyrus_notify.hpp"

namespace component {
namespace {

namespace push = sources::push;

unsigned to_mode(std::string_view octal) {
  unsigned mode = 0;
  std::from_chars(octal.data(), octal.data() + octal.size(), mode, 8);
  return mode;
}

push::UnixAddress address_of(const SourceConfig& source, const std::string& path) {
  return {path, to_mode(source.socket_mode), source.socket_group};
}

bool is_same(const SourceConfig& one, const SourceConfig& other) {
  return one.socket == other.socket && one.dlist_socket == other.dlist_socket &&
         one.socket_format == other.socket_format && one.socket_mode == other.socket_mode &&
         one.socket_group == other.socket_group;
}

}  // namespace

bool PushSockets::configure(const Config& config) {
  std::map<std::string, Open> kept;
  bool is_complete = true;
  for (const auto& source : config.sources) {
    const auto found = open_.find(source.name);
    if (found != open_.end() && is_same(found->second.source, source))
      kept.insert(open_.extract(found));
  }
  open_ = std::move(kept);
  for (const auto& source : config.sources) {
    if (source.type != SourceType::push || open_.contains(source.name)) continue;
    if (source.socket.empty() && source.dlist_socket.empty()) continue;
    try {
      open(source);
    } catch (const std::runtime_error& error) {
      log_.push_refused(source.name, "", error.what());
      is_complete = false;
    }
  }
  return is_complete;
}

void PushSockets::open(const SourceConfig& source) {
  Open open{source, nullptr, nullptr};
  if (!source.socket.empty()) {
    open.datagrams = push::listen_for_datagrams(
        executor_, address_of(source, source.socket), to_source(source.name, source.socket_format),
        [this, name = source.name](std::size_t count) {
          log_.push_refused(name, "socket",
                            std::to_string(count) + " messages came faster than they can be kept");
        });
    log_.listening("events of " + source.name, source.socket);
  }
  if (!source.dlist_socket.empty()) {
    open.dlist = push::listen_for_dlist(executor_, address_of(source, source.dlist_socket),
                                        to_source(source.name, SocketFormat::json));
    log_.listening("events of " + source.name, source.dlist_socket);
  }
  open_.insert_or_assign(source.name, std::move(open));
}

push::OnMessage PushSockets::to_source(const std::string& name, SocketFormat format) const {
  return [this, name, format](std::string_view message, push::Kept kept) {
    switch (format) {
      case SocketFormat::json:
        return take_(name, message, std::move(kept));
      case SocketFormat::cyrus:
        break;
    }
    const auto body = push::message_of_datagram(message);
    if (body) return take_(name, *body, std::move(kept));
    log_.push_refused(name, "socket", "a datagram is not as Cyrus writes it");
    kept(true);
  };
}

}  // namespace component
