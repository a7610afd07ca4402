// [I/O] One IMAP connection: socket, TLS, timers and the session that decides what to say. One
// coroutine reads, one writes while there is something to write. docs/architecture.md: an account
// is lost, never the gateway.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/report.hpp"
#include "sources/imap/session.hpp"
#include "sources/imap/tls_stream.hpp"
#include "sources/moment.hpp"

namespace sources::imap {

/// Where to connect, shared by all connections of a source.
struct Endpoint {
  std::string host;
  std::uint16_t port = 143;
  Tls tls = Tls::starttls;
  std::string tls_name;
  std::chrono::milliseconds connect_deadline{std::chrono::seconds(10)};  ///< name, address and TCP
  std::chrono::milliseconds tls_deadline{std::chrono::seconds(10)};
  std::shared_ptr<const TlsContext> tls_context;  ///< may be absent with tls none only
};

/// What became of a connection, told once.
struct Ending {
  enum class Kind { session, transport, tls, bug };
  Kind kind = Kind::transport;
  events::SightReason reason = events::SightReason::connect;
  std::string detail;
  bool is_final_for_now = false;
};

class ConnectionOwner {
 public:
  virtual void on_connected() = 0;  ///< TCP (and implicit TLS) is up
  virtual void on_report(events::Report report) = 0;
  virtual void on_in_sight() = 0;
  virtual void on_ended(const Ending& ending) = 0;

 protected:
  ~ConnectionOwner() = default;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `owner` and `model` must stay until on_ended or detach().
  Connection(boost::asio::any_io_executor executor, Endpoint endpoint, SessionConfig session,
             Account& model, ConnectionOwner& owner, std::function<Moment()> now);

  void start(bool paused);
  void pause(bool paused);
  /// Closes; the owner hears nothing more.
  void detach();

 private:
  using Socket = boost::asio::ip::tcp::socket;
  using Outcome = IoResult::Outcome;
  static constexpr std::size_t timer_count = static_cast<std::size_t>(Timer::mdn_sent) + 1;
  struct TimerState {
    std::optional<boost::asio::steady_timer> timer;
    std::chrono::milliseconds after{-1};
    unsigned generation = 0;
    bool is_running = false;
    bool is_overdue = false;  ///< expired while paused
  };

  boost::asio::awaitable<void> run(std::shared_ptr<Connection> self);
  boost::asio::awaitable<bool> connect();
  boost::asio::awaitable<std::vector<boost::asio::ip::tcp::endpoint>> resolve();
  boost::asio::awaitable<bool> handshake();
  boost::asio::awaitable<void> read_until_ended();
  boost::asio::awaitable<void> write_all(std::shared_ptr<Connection> self);
  boost::asio::awaitable<bool> wait_for(Outcome outcome);
  boost::asio::awaitable<void> wait_while_paused();
  boost::asio::awaitable<void> give_way();

  IoResult read_some();
  IoResult write_some();
  void perform(Actions actions);
  void send(const Send& action);
  void set_timer(const SetTimer& action);
  void on_timer(Timer which, unsigned generation);
  void resume_timers();
  void arm_deadline(std::chrono::milliseconds after, Errc expired);
  void disarm_deadline();
  void end(Ending ending);
  void end_with(events::SightReason reason, std::string detail);
  void end_untrusted();
  void close();
  void on_exception(const std::exception_ptr& error);

  boost::asio::any_io_executor executor_;
  Endpoint endpoint_;
  Session session_;
  ConnectionOwner* owner_;
  std::function<Moment()> now_;
  Socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer deadline_;  ///< of connecting and of the TLS handshake
  boost::asio::steady_timer resumed_;   ///< cancelled when reading goes on
  std::optional<TlsStream> tls_;
  std::array<TimerState, timer_count> timers_;
  std::string out_;
  std::size_t written_ = 0;
  unsigned deadline_generation_ = 0;
  bool is_writing_ = false;
  bool is_paused_ = false;
  bool is_starttls_due_ = false;
  bool is_ended_ = false;
};

}  // namespace sources::imap
