#include "component/http_server.hpp"

#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "component/http_routes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/recording_log.hpp"

using namespace component;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A server with a few routes, and a client that sends octets and reads until the server closes.
class World {
 public:
  explicit World(const HttpLimits& limits = {})
      : server(loop, {"127.0.0.1", 0, {}, {}}, routes(), log, limits) {}

  /// What came back until the connection ended; `request` should ask for that.
  std::string exchange(const std::string& request) {
    tcp::socket socket(loop);
    std::string answer;
    bool done = false;
    socket.connect({asio::ip::make_address("127.0.0.1"), server.port()});
    asio::async_write(socket, asio::buffer(request), [](auto, std::size_t) {});
    asio::async_read(socket, asio::dynamic_buffer(answer),
                     [&done](auto, std::size_t) { done = true; });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done && std::chrono::steady_clock::now() < deadline)
      loop.run_one_for(std::chrono::milliseconds(100));
    CHECK(done);
    boost::system::error_code ignored;
    socket.close(ignored);
    loop.poll();
    return answer;
  }

  std::vector<HttpRoute> routes() {
    return {
        {{"GET"},
         "/",
         [](const HttpRequest&, HttpAnswer answer) {
           answer({200, "text/html", "<p/>", {}});
         }},
        {{"POST", "PUT"},
         "/v1/events/",
         [](const HttpRequest& request, HttpAnswer answer) {
           answer({202,
                   "text/plain",
                   request.method + " " + request.rest + " " +
                       std::string(request.header("authorization")) + " " +
                       std::to_string(request.body.size()),
                   {}});
         }},
        {{"GET"},
         "/later",
         [this](const HttpRequest&, HttpAnswer answer) {
           asio::post(loop, [answer] {
             answer({200, "text/plain", "first", {}});
             answer({200, "text/plain", "second", {}});
           });
         }},
        {{"GET"},
         "/never",
         [this](const HttpRequest&, HttpAnswer answer) { kept = std::move(answer); }},
        {{"GET"},
         "/throws",
         [](const HttpRequest&, HttpAnswer) { throw std::runtime_error("oops"); }},
    };
  }

  asio::io_context loop;
  tests::RecordingLog log;
  HttpAnswer kept;
  HttpServer server;
};

std::string get(const std::string& target, const std::string& method = "GET") {
  return method + " " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
}

std::string status_of(const std::string& answer) {
  return answer.substr(0, 12);
}

}  // namespace

TEST_CASE("a route answers, now or later, once", "[http][RFC9110:9.3]") {
  World world;
  CHECK(world.exchange(get("/?x=1")).ends_with("\r\n\r\n<p/>"));
  CHECK(world.exchange(get("/later")).ends_with("\r\n\r\nfirst"));
  const auto head = world.exchange(get("/", "HEAD"));
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(head.find("Content-Length: 4\r\n") != std::string::npos);
  CHECK(world
            .exchange("PUT /v1/events/dovecot HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                      "t\r\nContent-Length: 3\r\n"
                      "Connection: close\r\n\r\n{ }")
            .ends_with("\r\n\r\nPUT dovecot Bearer t 3"));
}

TEST_CASE("two requests on one connection, octets arriving together", "[http]") {
  World world;
  const auto answer = world.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/later"));
  CHECK(answer.find("<p/>HTTP/1.1 200") != std::string::npos);
  CHECK(answer.ends_with("first"));
}

TEST_CASE("what cannot be answered is refused with a problem", "[http][RFC9110:15.5]") {
  World world;
  struct Row {
    std::string name, request, status;
  };
  const std::vector<Row> rows = {
      {"no route", get("/nothing"), "HTTP/1.1 404"},
      {"a prefix alone is no route", get("/v1/events/", "POST"), "HTTP/1.1 404"},
      {"another method", get("/v1/events/x"), "HTTP/1.1 405"},
      {"a large body",
       "POST /v1/events/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n" +
           std::string(1000, 'x'),
       "HTTP/1.1 413"},
      {"a large header", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
       "HTTP/1.1 431"},
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto answer = world.exchange(row.request);
    CHECK(status_of(answer) == row.status);
    CHECK(answer.find("Content-Type: application/problem+json\r\n") != std::string::npos);
  }
  CHECK(world.exchange(get("/v1/events/x")).find("Allow: POST, PUT\r\n") != std::string::npos);
}

TEST_CASE("a body of exactly 1 MiB is taken, after 100-continue", "[http][RFC9110:10.1.1]") {
  World world;
  const std::string body(1024 * 1024, 'x');
  const auto answer = world.exchange(
      "POST /v1/events/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1048576\r\n"
      "Connection: close\r\n\r\n" +
      body);
  CHECK(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202"));
  CHECK(answer.ends_with(" 1048576"));
}

TEST_CASE("who sends nothing or is never answered does not stay", "[http]") {
  HttpLimits limits;
  limits.time_limit = std::chrono::milliseconds(100);
  World world(limits);
  CHECK(world.exchange("GET / HT") == "");
  CHECK(status_of(world.exchange(get("/never"))) == "HTTP/1.1 503");
  world.kept({200, "text/plain", "too late", {}});
}

TEST_CASE("beyond the limit connections are closed at once", "[http]") {
  HttpLimits limits;
  limits.connections = 1;
  World world(limits);
  tcp::socket first(world.loop);
  first.connect({asio::ip::make_address("127.0.0.1"), world.server.port()});
  world.loop.run_one_for(std::chrono::seconds(5));
  CHECK(world.exchange(get("/")) == "");
  CHECK(world.log.has("too many connections"));
}

TEST_CASE("an address in use is said at start", "[http]") {
  World world;
  CHECK_THROWS_WITH(
      HttpServer(world.loop, {"127.0.0.1", world.server.port(), {}, {}}, {}, world.log),
      Catch::Contains("Address already in use"));
}
