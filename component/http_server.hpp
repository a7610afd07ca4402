// [I/O] The HTTP listener: a table of routes, limits, time-outs and TLS. What the routes do is
// decided by their handlers, which may answer later. docs/operations.md
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace component {

class Log;

struct HttpRequest {
  std::string method;
  std::string path;   ///< without the query
  std::string query;  ///< without the "?"
  std::string rest;   ///< of the path, after the route's prefix
  std::string peer;
  std::map<std::string, std::string> headers;  ///< names in lower case; of repeated ones the first
  std::string body;

  /// Empty if there is none.
  std::string_view header(const std::string& lower_case_name) const;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< further ones
};

/// RFC 7807: application/problem+json.
HttpResponse make_problem(unsigned status, std::string_view title, std::string_view detail = {});

/// Called once, now or later, on the loop's thread; a second call and one after the time-out do
/// nothing.
using HttpAnswer = std::function<void(HttpResponse)>;

struct HttpRoute {
  std::vector<std::string> methods;
  std::string path;  ///< "/healthz"; one that ends with "/" and is not "/" itself is a prefix
  std::function<void(const HttpRequest&, HttpAnswer)> handle;
};

struct HttpLimits {
  std::uint32_t header_octets = 16 * 1024;
  std::uint64_t body_octets = 1024 * 1024;
  std::chrono::milliseconds time_limit{
      30'000};  ///< for a request to arrive, for its answer, for its sending
  std::size_t connections = 256;
};

struct HttpAddress {
  std::string host;
  std::uint16_t port = 0;  ///< 0: any that is free
  std::string tls_cert;    ///< PEM files; empty: no TLS
  std::string tls_key;
};

class HttpServer {
 public:
  /// Binds and listens at once. Throws std::runtime_error that says what the admin must change.
  HttpServer(boost::asio::io_context& loop, const HttpAddress& address,
             std::vector<HttpRoute> routes, Log& log, const HttpLimits& limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// How many requests were answered, by status.
  const std::map<unsigned, std::uint64_t>& answered() const;
  /// No new connections; the present ones are closed.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace component
