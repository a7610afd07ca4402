// Unix sockets for events: how the file is made, and that a flood is taken before it is looked at.
#include "sources/push/unix_listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/catch.hpp"

using namespace sources::push;
namespace asio = boost::asio;
using Datagram = asio::local::datagram_protocol;
using Stream = asio::local::stream_protocol;
using namespace std::chrono_literals;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/mailnode-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
  std::string at(const char* name) const { return path + "/" + name; }
};

std::unique_ptr<UnixListener> datagrams(asio::io_context& loop, const UnixAddress& address,
                                        std::vector<std::string>& messages) {
  return listen_for_datagrams(
      loop.get_executor(), address,
      [&messages](std::string_view message, const Kept& kept) {
        messages.emplace_back(message);
        kept(true);
      },
      [](std::size_t) {});
}

void send(asio::io_context& loop, const std::string& path, const std::string& text) {
  Datagram::socket socket(loop);
  socket.open();
  socket.send_to(asio::buffer(text), Datagram::endpoint(path));
}

}  // namespace

TEST_CASE("the socket has its mode from the first moment, and nobody else may write",
          "[operations]") {
  const Folder folder;
  asio::io_context loop;
  std::vector<std::string> messages;
  const auto listener = datagrams(loop, {folder.at("s"), 0666, ""}, messages);
  struct stat found = {};
  REQUIRE(::stat(folder.at("s").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0664U);
}

TEST_CASE("a socket file that nobody listens to is replaced", "[operations]") {
  const Folder folder;
  asio::io_context loop;
  std::vector<std::string> messages;
  {
    Datagram::socket dead(loop);
    dead.open();
    dead.bind(Datagram::endpoint(folder.at("s")));
  }
  REQUIRE(std::filesystem::exists(folder.at("s")));
  const auto listener = datagrams(loop, {folder.at("s"), 0660, ""}, messages);
  send(loop, folder.at("s"), "hello");
  loop.run_for(100ms);
  CHECK(messages == std::vector<std::string>{"hello"});
}

TEST_CASE("a socket that is in use, and a file that is none, stay", "[operations]") {
  const Folder folder;
  asio::io_context loop;
  std::vector<std::string> messages;
  const auto first = datagrams(loop, {folder.at("s"), 0660, ""}, messages);
  CHECK_THROWS_WITH(datagrams(loop, {folder.at("s"), 0660, ""}, messages),
                    Catch::Matchers::Contains("another program listens"));
  std::ofstream(folder.at("f")) << "x";
  CHECK_THROWS_WITH(datagrams(loop, {folder.at("f"), 0660, ""}, messages),
                    Catch::Matchers::Contains("no socket"));
  CHECK_THROWS_WITH(datagrams(loop, {folder.at("g"), 0660, "no-such-group"}, messages),
                    Catch::Matchers::Contains("no group"));
}

TEST_CASE("a message that cannot be kept now is offered again, in its place", "[operations]") {
  const Folder folder;
  asio::io_context loop;
  std::vector<std::string> offered;
  int refusals = 2;
  const auto listener = listen_for_datagrams(
      loop.get_executor(), {folder.at("s"), 0660, ""},
      [&](std::string_view message, const Kept& kept) {
        offered.emplace_back(message);
        kept(refusals-- <= 0);
      },
      [](std::size_t) {});
  send(loop, folder.at("s"), "a");
  send(loop, folder.at("s"), "b");
  loop.run_for(500ms);
  CHECK(offered == std::vector<std::string>{"a", "a", "a", "b"});
}

TEST_CASE("Cyrus' stream is answered when the message is kept", "[operations]") {
  const Folder folder;
  asio::io_context loop;
  std::vector<std::string> messages;
  std::vector<Kept> waiting;
  const auto listener = listen_for_dlist(loop.get_executor(), {folder.at("s"), 0660, ""},
                                         [&](std::string_view message, const Kept& kept) {
                                           messages.emplace_back(message);
                                           waiting.push_back(kept);
                                         });
  Stream::socket client(loop);
  client.connect(Stream::endpoint(folder.at("s")));
  asio::write(client, asio::buffer(std::string("NOTIFY %(MESSAGE {2+}\r\n{} FILEPATH NIL)\r\n")));
  std::string answer;
  bool has_answer = false;
  const auto on_answer = [&has_answer](auto, std::size_t) { has_answer = true; };
  asio::async_read_until(client, asio::dynamic_buffer(answer), "\r\n", on_answer);
  loop.run_for(100ms);
  CHECK(messages == std::vector<std::string>{"{}"});
  CHECK_FALSE(has_answer);
  REQUIRE(waiting.size() == 1);
  waiting[0](true);
  loop.restart();
  loop.run_for(100ms);
  CHECK(answer == "OK ()\r\n");
  asio::write(client, asio::buffer(std::string(")")));
  answer.clear();
  asio::async_read_until(client, asio::dynamic_buffer(answer), "\r\n", on_answer);
  loop.restart();
  loop.run_for(100ms);
  CHECK(answer == "BAD ()\r\n");
}
