// One connection to PostgreSQL, by libpq in pipeline mode on the event loop: no call of it blocks.
// [I/O] It reconnects by itself for ever; what was on its way when it broke is answered as lost,
// since nobody can tell whether it was carried out.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include "store/postgres_value.hpp"

struct pg_conn;

namespace store {

/// To statements that were run together.
struct PostgresAnswer {
  boost::system::error_code error;  ///< of the first statement that failed
  std::string message;
  std::size_t failed = 0;          ///< which one; those behind it were skipped
  bool is_lost = false;            ///< the connection broke: done or not, nobody knows
  std::vector<PostgresRows> rows;  ///< of each statement
};

class PostgresConnection : public std::enable_shared_from_this<PostgresConnection> {
 public:
  using Done = std::function<void(PostgresAnswer)>;
  struct Listener {
    std::function<void()> on_up;
    /// Could not connect, or broke; it is tried again.
    std::function<void(boost::system::error_code, const std::string&)> on_down;
    std::function<void()> on_notification;  ///< NOTIFY of a channel that is listened to
  };

  PostgresConnection(boost::asio::any_io_executor executor, std::string url, Listener listener);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection();

  void start();
  /// For good; nothing is told or answered after it.
  void close();
  /// Breaks it on purpose: a new connection follows.
  void restart(const std::string& why) { lose(why); }
  bool is_up() const { return is_up_; }

  /// Sends the statements at once and answers after the last one. Without BEGIN and COMMIT among
  /// them they are one transaction all the same.
  void run(std::vector<PostgresStatement> statements, Done done);

 private:
  struct Command {
    enum class Kind : std::uint8_t { prepare, statement, sync } kind;
    const char* sql = nullptr;
  };
  struct Exchange {
    Done done;
    PostgresAnswer answer;
  };
  using Options = std::vector<std::pair<std::string, std::string>>;

  void connect();
  void resolve(Options options);
  void begin(const Options& options);
  void poll();
  void wait_for_poll(boost::asio::posix::stream_descriptor::wait_type what);
  void on_established();
  void lose(const std::string& why);
  void drop();
  void wait_and_reconnect();
  void read();
  void on_readable();
  void take_results();
  void on_result(pg_result* result);
  void note_error(const pg_result* result);
  void flush();
  [[nodiscard]] bool send(const PostgresStatement& statement);
  std::string last_error() const;

  boost::asio::any_io_executor executor_;
  std::string url_;
  Listener listener_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer retry_;
  std::chrono::milliseconds retry_after_{0};

  pg_conn* connection_ = nullptr;
  bool is_up_ = false;
  bool is_closed_ = false;
  bool is_writing_ = false;
  std::unordered_map<const char*, std::string> prepared_;  // SQL -> name
  std::size_t names_ = 0;
  std::deque<Command> commands_;  // sent, not answered
  std::deque<Exchange> exchanges_;
};

}  // namespace store
