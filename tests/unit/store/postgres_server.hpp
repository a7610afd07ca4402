// A PostgreSQL of our own in a temporary folder, as an account without rights, on a unix socket;
// and a relay before it that can swallow answers.
#pragma once

#include <sys/types.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "tests/unit/store/subject.hpp"

namespace tests {

class PostgresServer {
 public:
  /// The one that most cases share, each with a database of its own.
  static PostgresServer& shared();

  PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  void start();
  /// Without a farewell to anybody.
  void stop();
  /// The URL of a new, empty database.
  std::string make_database();
  std::string url_of(const std::string& database, const std::string& host) const;
  /// Runs it on a connection of its own; the first column of the first row.
  static std::string ask(const std::string& url, const std::string& sql);
  const std::filesystem::path& folder() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::string bin_;
  pid_t process_ = -1;
  int databases_ = 0;
};

/// Passes octets between its own socket and the server's.
class Relay {
 public:
  Relay(Loop& loop, const PostgresServer& server);
  std::string host() const { return directory_.path().string(); }
  /// From now on the client hears nothing.
  void mute() { is_mute_ = true; }
  /// Ends all connections; new ones work.
  void cut();

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  struct Pair {
    Socket client, server;
  };
  void accept();
  void pass(std::shared_ptr<Pair> pair, bool is_answer);

  TemporaryDirectory directory_;
  std::string target_;
  boost::asio::io_context& context_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::list<std::weak_ptr<Pair>> pairs_;
  bool is_mute_ = false;
};

}  // namespace tests
