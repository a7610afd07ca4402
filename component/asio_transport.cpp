#include "component/asio_transport.hpp"

#include <netinet/tcp.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include <gloox/connectiondatahandler.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace component {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// The socket and its queue. It lives in shared_ptrs of its pending operations, so that it can
/// outlive the transport.
class TransportSocket : public std::enable_shared_from_this<TransportSocket> {
 public:
  TransportSocket(asio::io_context& loop, const TransportLimits& limits, AsioTransport* owner)
      : socket_(loop), resolver_(loop), timer_(loop), limits_(limits), owner_(owner) {}

  void open(const std::string& host, int port) {
    auto self = shared_from_this();
    resolver_.async_resolve(
        host, std::to_string(port), [self](error_code ec, tcp::resolver::results_type found) {
          if (ec) return self->fail(gloox::ConnDnsError, ec.message());
          asio::async_connect(
              self->socket_, found,
              [self](error_code failed, const tcp::endpoint&) { self->on_connect(failed); });
        });
  }

  std::string& queue() { return pending_; }
  std::size_t queued() const { return pending_.size() + in_flight_; }
  std::uint64_t octets_in() const { return in_; }
  std::uint64_t octets_out() const { return out_; }
  bool is_writable() const { return open_ && !closing_; }

  void on_appended() {
    if (!is_writable()) return pending_.clear();
    if (queued() > limits_.hard) {
      pending_.clear();
      // posted: whoever appends is not prepared to lose the stream in the middle of it
      asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->fail(gloox::ConnIoError, "the server does not read: the queue is full");
      });
      return;
    }
    if (!under_pressure_ && queued() > limits_.high) set_pressure(true);
    kick();
  }

  void when_closed(std::function<void()> then) { when_closed_ = std::move(then); }

  void close_after_flush() {
    owner_ = nullptr;
    if (!open_) return kill();
    closing_ = true;
    timer_.expires_after(std::chrono::milliseconds(limits_.flush_ms));
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->kill();
    });
    if (!writing_) half_close();
  }

  void kill() {
    owner_ = nullptr;
    open_ = false;
    error_code ignored;
    resolver_.cancel();
    timer_.cancel();
    socket_.close(ignored);
    if (when_closed_) asio::post(socket_.get_executor(), std::exchange(when_closed_, nullptr));
  }

 private:
  void on_connect(error_code ec) {
    if (ec) {
      const bool refused = ec == asio::error::connection_refused;
      return fail(refused ? gloox::ConnConnectionRefused : gloox::ConnIoError, ec.message());
    }
    if (!owner_) return kill();
    set_options();
    open_ = true;
    owner_->on_connected();
    read();
  }

  /// A peer that vanished without a word (NAT, power) is found by the kernel. RFC 6120 §4.6.1
  void set_options() {
    error_code ignored;  // each of them only makes a good link better
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    using Seconds = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    using Count = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
    using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
    socket_.set_option(Seconds(30), ignored);
    socket_.set_option(Interval(10), ignored);
    socket_.set_option(Count(3), ignored);
    socket_.set_option(UserTimeout(static_cast<int>(limits_.user_timeout_ms)), ignored);
  }

  /// Posted, so that everything which this turn of the loop appends goes out in one write.
  void kick() {
    if (writing_ || pending_.empty()) return;
    writing_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->write(); });
  }

  void write() {
    if (!open_) return;
    current_.clear();
    current_.swap(pending_);
    in_flight_ = current_.size();
    asio::async_write(socket_, asio::buffer(current_),
                      [self = shared_from_this()](error_code ec, std::size_t written) {
                        self->on_written(ec, written);
                      });
  }

  void on_written(error_code ec, std::size_t written) {
    out_ += written;
    in_flight_ = 0;
    writing_ = false;
    if (ec) return fail(gloox::ConnIoError, ec.message());
    if (under_pressure_ && queued() < limits_.low) set_pressure(false);
    if (!pending_.empty()) {
      writing_ = true;
      return write();
    }
    if (closing_) half_close();
  }

  /// Our side ends; what the peer still sends is read and dropped, since closing a socket with
  /// unread octets resets the connection and may destroy what we have just written.
  void half_close() {
    error_code ec;
    socket_.shutdown(tcp::socket::shutdown_send, ec);
    if (ec) kill();
  }

  void read() {
    if (!open_) return;
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](error_code ec, std::size_t octets) {
                              self->on_read(ec, octets);
                            });
  }

  void on_read(error_code ec, std::size_t octets) {
    if (ec)
      return fail(ec == asio::error::eof ? gloox::ConnStreamClosed : gloox::ConnIoError,
                  ec.message());
    in_ += octets;
    if (owner_) owner_->on_octets(std::string(buffer_.data(), octets));
    read();
  }

  void set_pressure(bool on) {
    under_pressure_ = on;
    if (owner_) owner_->on_pressure(on);
  }

  void fail(gloox::ConnectionError why, std::string text) {
    auto* owner = owner_;
    kill();
    if (owner) owner->on_failed(why, std::move(text));
  }

  tcp::socket socket_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  TransportLimits limits_;
  AsioTransport* owner_;
  std::function<void()> when_closed_;
  std::string pending_;  ///< collects
  std::string current_;  ///< is being written
  std::size_t in_flight_ = 0;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  std::array<char, 65536> buffer_;
  bool open_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool under_pressure_ = false;
};

AsioTransport::AsioTransport(asio::io_context& loop, gloox::ConnectionDataHandler* handler,
                             const std::string& host, int port, PressureListener* pressure,
                             const TransportLimits& limits)
    : ConnectionBase(handler), loop_(loop), pressure_(pressure), limits_(limits) {
  setServer(host, port);
}

AsioTransport::~AsioTransport() {
  AsioTransport::cleanup();
}

gloox::ConnectionError AsioTransport::connect() {
  if (m_state != gloox::StateDisconnected) return gloox::ConnNoError;
  m_state = gloox::StateConnecting;
  socket_ = std::make_shared<TransportSocket>(loop_, limits_, this);
  socket_->open(m_server, m_port);
  return gloox::ConnNoError;
}

gloox::ConnectionError AsioTransport::recv(int) {
  return m_state == gloox::StateDisconnected ? gloox::ConnNotConnected : gloox::ConnNoError;
}

/// The blocking way of gloox; this connection has none.
gloox::ConnectionError AsioTransport::receive() {
  return gloox::ConnNotConnected;
}

void AsioTransport::cleanup() {
  m_state = gloox::StateDisconnected;
  if (auto socket = std::exchange(socket_, nullptr)) socket->close_after_flush();
}

void AsioTransport::abandon() {
  m_state = gloox::StateDisconnected;
  if (auto socket = std::exchange(socket_, nullptr)) socket->kill();
}

void AsioTransport::getStatistics(long& in, long& out) {
  in = socket_ ? static_cast<long>(socket_->octets_in()) : 0;
  out = socket_ ? static_cast<long>(socket_->octets_out()) : 0;
}

gloox::ConnectionBase* AsioTransport::newInstance() const {
  return new AsioTransport(loop_, m_handler, m_server, m_port, pressure_, limits_);
}

void AsioTransport::when_closed(std::function<void()> then) {
  if (socket_) {
    socket_->when_closed(std::move(then));
  } else {
    asio::post(loop_, std::move(then));
  }
}

bool AsioTransport::append(std::string_view octets) {
  if (!socket_ || !socket_->is_writable()) return false;
  socket_->queue().append(octets);
  socket_->on_appended();
  return true;
}

std::string& AsioTransport::begin_append() {
  return socket_ ? socket_->queue() : unsent_;
}

void AsioTransport::end_append() {
  unsent_.clear();
  if (socket_) socket_->on_appended();
}

std::size_t AsioTransport::queued() const {
  return socket_ ? socket_->queued() : 0;
}

void AsioTransport::on_connected() {
  m_state = gloox::StateConnected;
  m_handler->handleConnect(this);
}

void AsioTransport::on_octets(const std::string& octets) {
  m_handler->handleReceivedData(this, octets);
}

void AsioTransport::on_failed(gloox::ConnectionError why, std::string text) {
  failure_ = std::move(text);
  m_state = gloox::StateDisconnected;
  socket_.reset();
  m_handler->handleDisconnect(this, why);
}

void AsioTransport::on_pressure(bool under_pressure) {
  if (pressure_) pressure_->on_pressure(under_pressure);
}

}  // namespace component
