// The control socket, with real sockets. docs/operations.md.
#include "component/control.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "component/log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/recording_log.hpp"

namespace {

struct Folder {
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "mailnode-control-XXXXXX").string();
    REQUIRE(::mkdtemp(form.data()) != nullptr);
    path = form;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string socket() const { return (path / "control").string(); }
  std::filesystem::path path;
};

/// A server whose loop runs beside the test.
struct Served {
  explicit Served(const std::string& path) {
    server = std::make_unique<component::ControlServer>(
        loop, path, [](std::string_view line) { return "got " + std::string(line); }, log);
    runner = std::thread([this] { loop.run(); });
  }
  ~Served() {
    boost::asio::post(loop, [this] { server->stop(); });
    loop.stop();
    runner.join();
  }
  boost::asio::io_context loop{1};
  tests::RecordingLog log;
  std::unique_ptr<component::ControlServer> server;
  std::thread runner;
};

int connect_to(const std::string& path) {
  const int handle = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return handle;
}

}  // namespace

TEST_CASE("a line is answered by a line, for owner and group", "[operations]") {
  const Folder folder;
  const Served served(folder.socket());
  const auto answer = component::ask_control(folder.socket(), "{}");
  REQUIRE(answer);
  CHECK(*answer == "got {}");
  struct stat found {};
  REQUIRE(::stat(folder.socket().c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0660);
}

TEST_CASE("nobody answers where nobody listens", "[operations]") {
  const Folder folder;
  CHECK(!component::ask_control(folder.socket(), "{}"));
}

TEST_CASE("a socket that was left behind is replaced, another's is not", "[operations]") {
  const Folder folder;
  tests::RecordingLog log;
  boost::asio::io_context loop;
  const auto listen = [&] {
    return component::ControlServer(
        loop, folder.socket(), [](std::string_view) { return std::string(); }, log);
  };
  SECTION("left behind") {
    const int handle = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    folder.socket().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(handle);
    CHECK_NOTHROW(listen());
  }
  SECTION("another's") {
    const Served served(folder.socket());
    CHECK_THROWS_WITH(listen(), Catch::Contains("another process listens there"));
  }
  SECTION("a file") {
    std::ofstream(folder.socket()) << "precious";
    CHECK_THROWS_WITH(listen(), Catch::Contains("no socket"));
    CHECK(std::filesystem::file_size(folder.socket()) == 8);
  }
}

TEST_CASE("who says too much is cut off, and others are still served", "[operations]") {
  const Folder folder;
  const Served served(folder.socket());
  const int handle = connect_to(folder.socket());
  const std::string much(component::ControlServer::max_line + 4096, 'x');
  // The end of the connection may come while this is still being sent.
  (void)!::send(handle, much.data(), much.size(), MSG_NOSIGNAL);
  char octet = 0;
  CHECK(::recv(handle, &octet, 1, 0) <= 0);
  ::close(handle);
  CHECK(component::ask_control(folder.socket(), "again"));
}
