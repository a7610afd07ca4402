#include "component/sd_notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "tests/support/catch.hpp"

namespace {

/// A datagram socket as systemd has one; "@name" is an abstract one.
class ServiceManager {
 public:
  explicit ServiceManager(const std::string& name)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), length) == 0);
  }
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;
  ~ServiceManager() { ::close(fd_); }

  std::string receive() {
    char buffer[256];
    const auto octets = ::recv(fd_, buffer, sizeof buffer, 0);
    return octets < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(octets));
  }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("the service manager is told, at a path and at an abstract address", "[sd_notify]") {
  char directory[] = "/tmp/sd_notify.XXXXXX";
  REQUIRE(::mkdtemp(directory) != nullptr);
  const auto path = std::string(directory) + "/notify";
  for (const auto& name : {path, "@" + std::string(directory + 5)}) {
    INFO(name);
    ServiceManager manager(name);
    CHECK(component::notify_service_manager(name, "READY=1\nSTATUS=ready").has_value());
    CHECK(manager.receive() == "READY=1\nSTATUS=ready");
  }
  ::unlink(path.c_str());
  ::rmdir(directory);
}

TEST_CASE("a socket that is not there is an error, not the end", "[sd_notify]") {
  CHECK(component::notify_service_manager("/nonexistent/notify", "READY=1").has_error());
  CHECK(component::notify_service_manager("vsock:2:1", "READY=1").has_error());
  CHECK(component::notify_service_manager("/" + std::string(200, 'x'), "READY=1").has_error());
  CHECK(component::notify_service_manager("", "READY=1").has_error());
}
