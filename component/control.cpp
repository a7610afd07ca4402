#include "component/control.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <istream>
#include <stdexcept>
#include <utility>

#include "component/log.hpp"

namespace component {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds patience{5};  // with one connection
constexpr std::chrono::seconds longest{10};  // that an answer may take
constexpr mode_t owner_and_group = 0660;

std::string take_line(asio::streambuf& buffer) {
  std::istream in(&buffer);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

class ControlServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, std::string path, Handler handler, Log& log)
      : path_(std::move(path)),
        handler_(std::move(handler)),
        log_(log),
        acceptor_(loop),
        pause_(loop) {
    bind(loop);
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code ec, auto socket) {
      if (self->is_stopped_) return;
      if (ec) return self->wait_and_accept(ec);
      if (self->connections_ < max_connections) self->serve(std::move(socket));
      self->accept();
    });
  }

  void stop() {
    if (is_stopped_) return;
    is_stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    ::unlink(path_.c_str());
  }

 private:
  /// One question and its answer.
  struct Connection {
    Connection(stream_protocol::socket with, std::size_t& among)
        : socket(std::move(with)), timer(socket.get_executor()), buffer(max_line), count(among) {
      ++count;
    }
    ~Connection() { --count; }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    stream_protocol::socket socket;
    asio::steady_timer timer;
    asio::streambuf buffer;
    std::string answer;
    std::size_t& count;
  };

  // Between bind and listen nobody can connect: the mode is right before anybody does.
  void bind(asio::io_context& loop) {
    const auto fail = [this](const std::string& why) {
      throw std::runtime_error("[control] socket " + path_ + ": " + why);
    };
    stream_protocol::socket other(loop);
    error_code ec;
    other.connect(stream_protocol::endpoint(path_), ec);
    if (!ec) fail("another process listens there");
    struct stat found {};
    if (::lstat(path_.c_str(), &found) == 0) {
      if (!S_ISSOCK(found.st_mode)) fail("there is something that is no socket");
      ::unlink(path_.c_str());
    }
    acceptor_.open(stream_protocol(), ec);
    if (!ec) acceptor_.bind(stream_protocol::endpoint(path_), ec);
    if (!ec && ::chmod(path_.c_str(), owner_and_group) != 0)
      ec.assign(errno, boost::system::system_category());
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) fail(ec.message());
  }

  /// Out of file descriptors, most likely: not an endless loop.
  void wait_and_accept(const error_code& why) {
    log_.control_error("accept: " + why.message());
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->is_stopped_) self->accept();
    });
  }

  void serve(stream_protocol::socket socket) {
    const auto connection = std::make_shared<Connection>(std::move(socket), connections_);
    connection->timer.expires_after(patience);
    connection->timer.async_wait([self = shared_from_this(), connection](error_code ec) {
      error_code ignored;
      if (!ec) connection->socket.close(ignored);
    });
    asio::async_read_until(connection->socket, connection->buffer, '\n',
                           [self = shared_from_this(), connection](error_code ec, std::size_t) {
                             if (ec) return self->end(connection, ec);
                             connection->answer =
                                 self->handler_(take_line(connection->buffer)) + '\n';
                             asio::async_write(connection->socket, asio::buffer(connection->answer),
                                               [self, connection](error_code failed, std::size_t) {
                                                 self->end(connection, failed);
                                               });
                           });
  }

  void end(const std::shared_ptr<Connection>& connection, error_code why) {
    connection->timer.cancel();
    if (why && why != asio::error::eof && !is_stopped_) log_.control_error(why.message());
  }

  std::string path_;
  Handler handler_;
  Log& log_;
  stream_protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  std::size_t connections_ = 0;
  bool is_stopped_ = false;
};

ControlServer::ControlServer(asio::io_context& loop, const std::string& path, Handler handler,
                             Log& log)
    : impl_(std::make_shared<Impl>(loop, path, std::move(handler), log)) {
  impl_->accept();
}

ControlServer::~ControlServer() {
  impl_->stop();
}

void ControlServer::stop() {
  impl_->stop();
}

std::unique_ptr<std::string> ask_control(const std::string& path, std::string_view line) {
  asio::io_context loop;
  stream_protocol::socket socket(loop);
  error_code ec;
  socket.connect(stream_protocol::endpoint(path), ec);
  if (ec) return nullptr;
  const timeval limit{longest.count(), 0};
  for (const int what : {SO_RCVTIMEO, SO_SNDTIMEO})
    ::setsockopt(socket.native_handle(), SOL_SOCKET, what, &limit, sizeof limit);
  asio::write(socket, asio::buffer(std::string(line) + '\n'), ec);
  asio::streambuf buffer(ControlServer::max_line);
  if (!ec) asio::read_until(socket, buffer, '\n', ec);
  if (ec) return nullptr;
  return std::make_unique<std::string>(take_line(buffer));
}

}  // namespace component
