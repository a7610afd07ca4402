// [I/O] Unix sockets of a push source: datagrams, which are taken out of the socket before anything
// is looked at because a full one stops the mail server, and Cyrus' acknowledged stream.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sources::push {

struct UnixAddress {
  std::string path;
  unsigned mode = 0660;  ///< others never may write
  std::string group;     ///< empty: as it is
};

/// `message` was kept, or would be no better the next time; false: not now.
using Kept = std::function<void(bool)>;
using OnMessage = std::function<void(std::string_view message, Kept kept)>;
/// So many messages were lost, because they came faster than they could be kept.
using OnLost = std::function<void(std::size_t count)>;

class UnixListener {
 public:
  virtual ~UnixListener() = default;
};

inline constexpr std::size_t max_queued = 20'000;  // datagrams
inline constexpr std::size_t max_queued_octets = 64 * 1024 * 1024;

/// Both throw std::runtime_error that says what the admin must change. A socket file that nobody
/// listens to is replaced.
std::unique_ptr<UnixListener> listen_for_datagrams(boost::asio::any_io_executor executor,
                                                   const UnixAddress& address, OnMessage on_message,
                                                   OnLost on_lost);
/// Each command is answered when its message is kept (cyrus-imapd: notifysocket "dlist:").
std::unique_ptr<UnixListener> listen_for_dlist(boost::asio::any_io_executor executor,
                                               const UnixAddress& address, OnMessage on_message);

}  // namespace sources::push
