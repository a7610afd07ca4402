#include "component/sd_notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace component {
namespace {

boost::system::error_code to_error(int number) {
  return {number, boost::system::system_category()};
}

}  // namespace

boost::system::result<void> notify_service_manager(std::string_view socket,
                                                   std::string_view state) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket.size() < 2 || socket.size() >= sizeof address.sun_path) return to_error(EINVAL);
  if (socket.front() != '/' && socket.front() != '@') return to_error(EAFNOSUPPORT);
  std::copy(socket.begin(), socket.end(), address.sun_path);
  if (socket.front() == '@') address.sun_path[0] = '\0';  // unix(7): abstract, its length counts
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return to_error(errno);
  const auto sent = ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), length);
  const int failed = sent < 0 ? errno : 0;
  ::close(fd);
  if (failed != 0) return to_error(failed);
  return {};
}

boost::system::result<void> notify_service_manager(std::string_view state) {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  if (!socket || !*socket) return {};
  return notify_service_manager(socket, state);
}

}  // namespace component
