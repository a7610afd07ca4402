// [I/O] Tells systemd how the service does: one datagram to $NOTIFY_SOCKET. sd_notify(3), without
// libsystemd.
#pragma once

#include <string_view>

#include <boost/system/result.hpp>

namespace component {

/// `socket` is a path, or "@name" for an abstract socket; `state` lines like "READY=1". Never
/// waits.
boost::system::result<void> notify_service_manager(std::string_view socket, std::string_view state);
/// To $NOTIFY_SOCKET; nothing where it is not set.
boost::system::result<void> notify_service_manager(std::string_view state);

}  // namespace component
