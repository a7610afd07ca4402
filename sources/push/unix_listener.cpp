#include "sources/push/unix_listener.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <deque>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "sources/push/cyrus_notify.hpp"

namespace sources::push {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Datagram = asio::local::datagram_protocol;
using Stream = asio::local::stream_protocol;

constexpr std::size_t max_datagram = 256 * 1024;
constexpr int receive_buffer = 4 * 1024 * 1024;
constexpr std::size_t batch = 64;  // messages between two looks at the socket
constexpr std::size_t max_connections = 256;
constexpr std::chrono::milliseconds retry_after{100};

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw std::runtime_error("socket " + path + ": " + why);
}

/// A file that a killed process left is removed; anything else at the path stays.
template <class Protocol>
void make_way(const asio::any_io_executor& executor, const std::string& path) {
  struct stat found = {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    fail(path, std::generic_category().message(errno));
  }
  if (!S_ISSOCK(found.st_mode)) fail(path, "there is a file that is no socket; move it away");
  typename Protocol::socket probe(executor);
  error_code error;
  probe.open(Protocol(), error);
  probe.connect(typename Protocol::endpoint(path), error);
  if (!error) fail(path, "another program listens there; stop it, or choose another path");
  if (error != asio::error::connection_refused) fail(path, error.message());
  if (::unlink(path.c_str()) != 0) fail(path, std::generic_category().message(errno));
}

/// Linux gives the file the mode of the socket, so that there is no moment at which others may
/// write.
template <class Socket>
void bind(Socket& socket, const UnixAddress& address) {
  const auto mode = static_cast<mode_t>(address.mode & 0775U);
  const auto check = [&](bool is_done) {
    if (!is_done) fail(address.path, std::generic_category().message(errno));
  };
  check(::fchmod(socket.native_handle(), mode) == 0);
  error_code error;
  socket.bind({address.path}, error);
  if (error) fail(address.path, error.message());
  check(::chmod(address.path.c_str(), mode) == 0);
  if (address.group.empty()) return;
  const auto* group = ::getgrnam(address.group.c_str());
  if (group == nullptr) fail(address.path, "there is no group " + address.group);
  check(::chown(address.path.c_str(), static_cast<uid_t>(-1), group->gr_gid) == 0);
}

class DatagramListener final : public UnixListener {
 public:
  DatagramListener(const asio::any_io_executor& executor, UnixAddress address, OnMessage on_message,
                   OnLost on_lost)
      : state_(std::make_shared<State>(executor, std::move(address), std::move(on_message),
                                       std::move(on_lost))) {
    make_way<Datagram>(executor, state_->address.path);
    state_->socket.open();
    state_->socket.non_blocking(true);
    error_code ignored;
    state_->socket.set_option(asio::socket_base::receive_buffer_size(receive_buffer), ignored);
    bind(state_->socket, state_->address);
    state_->wait();
  }
  ~DatagramListener() override {
    state_->is_stopped = true;
    error_code ignored;
    state_->socket.close(ignored);
    state_->retry.cancel();
    ::unlink(state_->address.path.c_str());
  }
  DatagramListener(const DatagramListener&) = delete;
  DatagramListener& operator=(const DatagramListener&) = delete;

 private:
  struct State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor, UnixAddress address_in, OnMessage on_message_in,
          OnLost on_lost_in)
        : socket(executor),
          retry(executor),
          address(std::move(address_in)),
          on_message(std::move(on_message_in)),
          on_lost(std::move(on_lost_in)) {}

    void wait() {
      socket.async_wait(Datagram::socket::wait_read,
                        [self = shared_from_this()](const error_code& error) {
                          if (error || self->is_stopped) return;
                          self->drain();
                          self->work();
                          self->wait();
                        });
    }

    void drain() {
      std::size_t lost = 0;
      for (;;) {
        error_code error;
        const auto size = socket.receive(asio::buffer(buffer), 0, error);
        if (error) break;
        if (queue.size() >= max_queued || queued + size > max_queued_octets) {
          ++lost;
          continue;
        }
        queued += size;
        queue.emplace_back(buffer.data(), size);
      }
      if (lost != 0) on_lost(lost);
    }

    void work() {
      for (std::size_t i = 0; i < batch && !queue.empty() && !is_waiting; ++i) {
        auto message = std::move(queue.front());
        queue.pop_front();
        queued -= message.size();
        on_message(message, [weak = weak_from_this(), message](bool kept) mutable {
          if (const auto self = weak.lock(); self && !kept) self->put_back(std::move(message));
        });
      }
      if (queue.empty() || is_waiting) return;
      asio::post(socket.get_executor(), [self = shared_from_this()] {
        if (self->is_stopped) return;
        self->drain();
        self->work();
      });
    }

    /// Not now: in a moment, in its old place.
    void put_back(std::string message) {
      queued += message.size();
      queue.push_front(std::move(message));
      if (std::exchange(is_waiting, true)) return;
      retry.expires_after(retry_after);
      retry.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->is_stopped) return;
        self->is_waiting = false;
        self->work();
      });
    }

    Datagram::socket socket;
    asio::steady_timer retry;
    UnixAddress address;
    OnMessage on_message;
    OnLost on_lost;
    std::deque<std::string> queue;
    std::size_t queued = 0;  // octets
    std::vector<char> buffer = std::vector<char>(max_datagram);
    bool is_waiting = false;
    bool is_stopped = false;
  };

  std::shared_ptr<State> state_;
};

/// One of Cyrus' processes: a command, its answer, the next one.
class DlistConnection : public std::enable_shared_from_this<DlistConnection> {
 public:
  DlistConnection(Stream::socket socket, OnMessage on_message)
      : socket_(std::move(socket)),
        retry_(socket_.get_executor()),
        on_message_(std::move(on_message)) {}

  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](const error_code& error, std::size_t size) {
                              if (error) return self->close();
                              if (!self->reader_.feed({self->buffer_.data(), size}))
                                return self->answer("BAD ()\r\n", true);
                              self->on_octets();
                            });
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
    retry_.cancel();
  }

 private:
  void on_octets() {
    auto message = reader_.next();
    if (!message) return read();
    if (message->empty()) return answer("NO ()\r\n", false);
    take(std::move(*message));
  }

  void take(std::string message) {
    on_message_(message, [self = shared_from_this(), message](bool kept) mutable {
      if (kept) return self->answer("OK ()\r\n", false);
      self->retry_.expires_after(retry_after);
      self->retry_.async_wait([self, again = std::move(message)](const error_code& error) mutable {
        if (!error) self->take(std::move(again));
      });
    });
  }

  void answer(std::string text, bool is_last) {
    answer_ = std::move(text);
    asio::async_write(socket_, asio::buffer(answer_),
                      [self = shared_from_this(), is_last](const error_code& error, std::size_t) {
                        if (error || is_last) return self->close();
                        self->on_octets();
                      });
  }

  Stream::socket socket_;
  asio::steady_timer retry_;
  OnMessage on_message_;
  DlistReader reader_;
  std::vector<char> buffer_ = std::vector<char>(16 * 1024);
  std::string answer_;
};

class DlistListener final : public UnixListener {
 public:
  DlistListener(const asio::any_io_executor& executor, UnixAddress address, OnMessage on_message)
      : state_(std::make_shared<State>(executor, std::move(address), std::move(on_message))) {
    make_way<Stream>(executor, state_->address.path);
    state_->acceptor.open();
    bind(state_->acceptor, state_->address);
    state_->acceptor.listen();
    state_->accept();
  }
  ~DlistListener() override {
    error_code ignored;
    state_->is_stopped = true;
    state_->acceptor.close(ignored);
    for (const auto& weak : state_->connections) {
      if (const auto connection = weak.lock()) connection->close();
    }
    ::unlink(state_->address.path.c_str());
  }
  DlistListener(const DlistListener&) = delete;
  DlistListener& operator=(const DlistListener&) = delete;

 private:
  struct State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor, UnixAddress address_in, OnMessage on_message_in)
        : acceptor(executor),
          address(std::move(address_in)),
          on_message(std::move(on_message_in)) {}

    void accept() {
      acceptor.async_accept(
          [self = shared_from_this()](const error_code& error, Stream::socket socket) {
            if (self->is_stopped || error == asio::error::operation_aborted) return;
            if (!error) self->take(std::move(socket));
            self->accept();
          });
    }

    void take(Stream::socket socket) {
      std::erase_if(connections, [](const auto& weak) { return weak.expired(); });
      if (connections.size() >= max_connections) return;  // closed: Cyrus logs it
      const auto connection = std::make_shared<DlistConnection>(std::move(socket), on_message);
      connections.push_back(connection);
      connection->read();
    }

    Stream::acceptor acceptor;
    UnixAddress address;
    OnMessage on_message;
    std::vector<std::weak_ptr<DlistConnection>> connections;
    bool is_stopped = false;
  };

  std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<UnixListener> listen_for_datagrams(asio::any_io_executor executor,
                                                   const UnixAddress& address, OnMessage on_message,
                                                   OnLost on_lost) {
  return std::make_unique<DatagramListener>(executor, address, std::move(on_message),
                                            std::move(on_lost));
}

std::unique_ptr<UnixListener> listen_for_dlist(asio::any_io_executor executor,
                                               const UnixAddress& address, OnMessage on_message) {
  return std::make_unique<DlistListener>(executor, address, std::move(on_message));
}

}  // namespace sources::push
