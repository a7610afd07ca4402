// [I/O] gloox's connection on Asio: everything asynchronous on the one event loop, writes of one
// turn coalesced, the queue bounded and its fill told as pressure. gloox's own socket blocks the
// thread and dies of SIGPIPE.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <gloox/connectionbase.h>

namespace boost::asio {
class io_context;
}

namespace component {

class TransportSocket;

struct TransportLimits {
  std::size_t low = 256 * 1024;          ///< pressure ends below it ...
  std::size_t high = 1024 * 1024;        ///< ... and begins above it
  std::size_t hard = 64u * 1024 * 1024;  ///< beyond it the link is given up
  unsigned user_timeout_ms =
      30'000;                 ///< how long sent octets may stay unacknowledged (TCP_USER_TIMEOUT)
  unsigned flush_ms = 5'000;  ///< how long the rest may take after disconnect()
};

class PressureListener {
 public:
  virtual void on_pressure(bool under_pressure) = 0;

 protected:
  ~PressureListener() = default;
};

class AsioTransport final : public gloox::ConnectionBase {
 public:
  AsioTransport(boost::asio::io_context& loop, gloox::ConnectionDataHandler* handler,
                const std::string& host, int port, PressureListener* pressure,
                const TransportLimits& limits);
  ~AsioTransport() override;

  /// Returns at once; the outcome comes to the ConnectionDataHandler.
  gloox::ConnectionError connect() override;
  bool send(const std::string& octets) override { return append(octets); }
  gloox::ConnectionError recv(int timeout) override;
  gloox::ConnectionError receive() override;
  /// What is queued is still written: the socket outlives this object until then.
  void disconnect() override { cleanup(); }
  /// Called once when the present socket has ended, after what was queued is out.
  void when_closed(std::function<void()> then);
  void cleanup() override;
  void getStatistics(long& in, long& out) override;
  gloox::ConnectionBase* newInstance() const override;

  bool append(std::string_view octets);
  /// The queue itself, to append without a copy; end_append() after each use.
  std::string& begin_append();
  void end_append();
  std::size_t queued() const;
  /// The peer is dead: nothing is flushed. The handler is not told.
  void abandon();
  /// What the operating system said when the link failed; empty if it did not.
  const std::string& failure() const { return failure_; }

 private:
  friend class TransportSocket;
  void on_connected();
  void on_octets(const std::string& octets);
  void on_failed(gloox::ConnectionError why, std::string text);
  void on_pressure(bool under_pressure);

  boost::asio::io_context& loop_;
  PressureListener* pressure_;
  TransportLimits limits_;
  std::shared_ptr<TransportSocket> socket_;
  std::string unsent_;  ///< what is appended without a connection goes nowhere
  std::string failure_;
};

}  // namespace component
