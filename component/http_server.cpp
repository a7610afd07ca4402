#include "component/http_server.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "component/http_routes.hpp"
#include "component/log.hpp"

namespace component {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// What the connections share; it outlives the server while they end.
struct Shared {
  std::vector<HttpRoute> routes;
  HttpLimits limits;
  Log& log;
  std::optional<asio::ssl::context> tls;
  std::size_t connections = 0;
  std::map<unsigned, std::uint64_t> answered;
  bool stopped = false;
};

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void close() = 0;
};

/// One connection: requests one after the other, each with the same time limit for each of its
/// steps.
template <class Stream>
class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  HttpConnection(Stream stream, std::string peer, std::shared_ptr<Shared> shared)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        peer_(std::move(peer)),
        shared_(std::move(shared)) {
    ++shared_->connections;
  }
  ~HttpConnection() override { --shared_->connections; }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      limit_time();
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code ec) {
                                if (ec) return self->fail("TLS handshake: " + ec.message());
                                self->read_header();
                              });
    } else {
      read_header();
    }
  }

  void close() override {
    timer_.cancel();
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

 private:
  void limit_time() { beast::get_lowest_layer(stream_).expires_after(shared_->limits.time_limit); }

  void read_header() {
    if (shared_->stopped) return close();
    parser_.emplace();
    parser_->header_limit(shared_->limits.header_octets);
    parser_->body_limit(shared_->limits.body_octets);
    limit_time();
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](error_code ec, std::size_t) {
                              if (ec) return self->refuse(ec);
                              self->on_header();
                            });
  }

  void on_header() {
    const auto& message = parser_->get();
    if (to_lower(message[http::field::expect]) == "100-continue") return send_continue();
    read_body();
  }

  /// RFC 9110 §10.1.1
  void send_continue() {
    continue_.emplace(http::status::continue_, parser_->get().version());
    limit_time();
    http::async_write(stream_, *continue_,
                      [self = this->shared_from_this()](error_code ec, std::size_t) {
                        if (ec) return self->fail(ec.message());
                        self->read_body();
                      });
  }

  void read_body() {
    limit_time();
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code ec, std::size_t) {
                       if (ec) return self->refuse(ec);
                       self->on_request();
                     });
  }

  void on_request() {
    auto& message = parser_->get();
    HttpRequest request;
    request.method = message.method_string();
    const std::string_view target = message.target();
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    request.peer = peer_;
    request.body = std::move(message.body());
    for (const auto& field : message)
      request.headers.emplace(to_lower(field.name_string()), field.value());
    is_head_ = message.method() == http::verb::head;
    auto choice = choose_route(shared_->routes, is_head_ ? "GET" : std::string_view(request.method),
                               request.path);
    if (!choice.route) return send(std::move(choice.refusal), message.keep_alive());
    request.rest = std::move(choice.rest);
    ask(*choice.route, request, message.keep_alive());
  }

  void ask(const HttpRoute& route, const HttpRequest& request, bool keep_alive) {
    beast::get_lowest_layer(stream_).expires_never();
    const auto turn = ++turn_;
    const std::weak_ptr<HttpConnection> weak = this->shared_from_this();
    timer_.expires_after(shared_->limits.time_limit);
    // the timer keeps the connection while the handler thinks
    timer_.async_wait([self = this->shared_from_this(), turn, keep_alive](error_code ec) {
      if (!ec)
        self->answer(turn, make_problem(503, "Service Unavailable", "no answer in time"),
                     keep_alive);
    });
    try {
      route.handle(request, [weak, turn, keep_alive](HttpResponse response) {
        if (const auto self = weak.lock()) self->answer(turn, std::move(response), keep_alive);
      });
    } catch (const std::exception& error) {
      shared_->log.bug("HTTP handler of " + route.path, error.what());
      answer(turn, make_problem(500, "Internal Server Error"), keep_alive);
    }
  }

  void answer(std::uint64_t turn, HttpResponse response, bool keep_alive) {
    if (turn != turn_) return;
    ++turn_;
    timer_.cancel();
    send(std::move(response), keep_alive);
  }

  /// The request could not be read: an answer where the peer can make use of one, then the end.
  void refuse(error_code ec) {
    if (ec == http::error::body_limit) return send(make_problem(413, "Content Too Large"), false);
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
      return send(make_problem(431, "Request Header Fields Too Large"), false);
    }
    if (ec == http::error::end_of_stream || ec == asio::error::operation_aborted) return close();
    if (ec.category() == http::make_error_code(http::error::bad_method).category() &&
        ec != http::error::partial_message) {
      return send(make_problem(400, "Bad Request", ec.message()), false);
    }
    fail(ec.message());
  }

  void send(HttpResponse response, bool keep_alive) {
    ++shared_->answered[response.status];
    response_ = {};
    response_.result(response.status);
    response_.version(11);
    response_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) response_.set(name, value);
    response_.keep_alive(keep_alive);
    response_.body() = std::move(response.body);
    response_.prepare_payload();
    if (is_head_) response_.body().clear();  // RFC 9110 §9.3.2: the length stays
    is_head_ = false;
    limit_time();
    http::async_write(stream_, response_,
                      [self = this->shared_from_this(), keep_alive](error_code ec, std::size_t) {
                        if (ec) return self->fail(ec.message());
                        keep_alive ? self->read_header() : self->end();
                      });
  }

  /// What the peer still sends is left unread for a moment, else the answer is lost in a reset.
  void end() {
    error_code ignored;
    auto& lowest = beast::get_lowest_layer(stream_);
    lowest.socket().shutdown(tcp::socket::shutdown_send, ignored);
    lowest.expires_after(
        std::min<std::chrono::milliseconds>(shared_->limits.time_limit, std::chrono::seconds(2)));
    drain();
  }

  void drain() {
    drained_.resize(16384);
    beast::get_lowest_layer(stream_).async_read_some(
        asio::buffer(drained_), [self = this->shared_from_this()](error_code ec, std::size_t) {
          ec ? self->close() : self->drain();
        });
  }

  void fail(const std::string& why) {
    shared_->log.http_error(peer_, why);
    close();
  }

  Stream stream_;
  asio::steady_timer timer_;
  std::string peer_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_{1024 * 1024 + 64 * 1024};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::empty_body>> continue_;
  http::response<http::string_body> response_;
  std::string drained_;
  std::uint64_t turn_ = 0;  ///< of the request that is being answered
  bool is_head_ = false;
};

}  // namespace

class HttpServer::Impl final : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(asio::io_context& loop, const HttpAddress& address, std::vector<HttpRoute> routes, Log& log,
       const HttpLimits& limits)
      : acceptor_(loop),
        pause_(loop),
        shared_(new Shared{std::move(routes), limits, log, std::nullopt, 0, {}, false}) {
    load_certificate(address);
    bind(address);
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code ec, tcp::socket socket) {
      if (self->shared_->stopped) return;
      if (ec) return self->wait_and_accept(ec);
      self->take(std::move(socket));
      self->accept();
    });
  }

  std::uint16_t port() const { return port_; }
  const std::map<unsigned, std::uint64_t>& answered() const { return shared_->answered; }

  void stop() {
    shared_->stopped = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& weak : open_) {
      if (const auto connection = weak.lock()) connection->close();
    }
    open_.clear();
  }

 private:
  void load_certificate(const HttpAddress& address) {
    if (address.tls_cert.empty()) return;
    auto& tls = shared_->tls.emplace(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    error_code ec;
    tls.use_certificate_chain_file(address.tls_cert, ec);
    if (ec) throw std::runtime_error("[http] tls_cert " + address.tls_cert + ": " + ec.message());
    tls.use_private_key_file(address.tls_key, asio::ssl::context::pem, ec);
    if (ec) throw std::runtime_error("[http] tls_key " + address.tls_key + ": " + ec.message());
  }

  void bind(const HttpAddress& address) {
    const auto fail = [&address](const error_code& ec) {
      throw std::runtime_error("[http] listen " + address.host + ":" +
                               std::to_string(address.port) + ": " + ec.message());
    };
    error_code ec;
    tcp::resolver resolver(acceptor_.get_executor());
    const auto found =
        resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, ec);
    if (ec) fail(ec);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) fail(ec);
    port_ = acceptor_.local_endpoint().port();
  }

  /// Out of file descriptors, most likely: not an endless loop.
  void wait_and_accept(const error_code& why) {
    shared_->log.http_error("", "accept: " + why.message());
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->shared_->stopped) self->accept();
    });
  }

  void take(tcp::socket socket) {
    error_code ec;
    const auto remote = socket.remote_endpoint(ec);
    const auto peer = ec ? std::string() : remote.address().to_string();
    if (shared_->connections >= shared_->limits.connections) {
      return shared_->log.http_error(peer, "too many connections");  // closed with the socket
    }
    socket.set_option(tcp::no_delay(true), ec);
    if (shared_->tls) {
      start<TlsStream>(TlsStream(beast::tcp_stream(std::move(socket)), *shared_->tls), peer);
    } else {
      start<PlainStream>(PlainStream(std::move(socket)), peer);
    }
  }

  template <class Stream>
  void start(Stream stream, const std::string& peer) {
    auto connection = std::make_shared<HttpConnection<Stream>>(std::move(stream), peer, shared_);
    std::erase_if(open_, [](const std::weak_ptr<Connection>& weak) { return weak.expired(); });
    open_.emplace_back(connection);
    connection->start();
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::shared_ptr<Shared> shared_;
  std::vector<std::weak_ptr<Connection>> open_;
  std::uint16_t port_ = 0;
};

HttpServer::HttpServer(asio::io_context& loop, const HttpAddress& address,
                       std::vector<HttpRoute> routes, Log& log, const HttpLimits& limits)
    : impl_(std::make_shared<Impl>(loop, address, std::move(routes), log, limits)) {
  impl_->accept();
}

HttpServer::~HttpServer() {
  impl_->stop();
}

std::uint16_t HttpServer::port() const {
  return impl_->port();
}
const std::map<unsigned, std::uint64_t>& HttpServer::answered() const {
  return impl_->answered();
}
void HttpServer::stop() {
  impl_->stop();
}

}  // namespace component
