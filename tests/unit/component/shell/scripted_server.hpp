// An XMPP server as far as a component sees it, told by each test what to say. On a port that is
// free.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace tests {

class ScriptedServer {
 public:
  explicit ScriptedServer(boost::asio::io_context& loop);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// Called with each connection's number, from 1, when its stream header has come.
  std::function<void(int)> on_header;
  /// Called when a <handshake> has come; set by default to accept the right hash for "secret" and
  /// id 3BF96D32.
  std::function<void(const std::string& hash)> on_handshake;

  void say(const std::string& octets);
  void say_header() {
    say("<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
        "xmlns='jabber:component:accept' from='mail.localhost' id='3BF96D32'>");
  }
  void close();
  void reset();
  void read_on();
  bool reads = true;

  std::string received;  ///< on the present connection
  int connections = 0;
  bool peer_closed = false;

 private:
  void accept();
  void read();
  void look();

  boost::asio::io_context& loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  std::string buffer_;
  bool header_seen_ = false;
  bool handshake_seen_ = false;
};

/// Runs the loop until it is so; false after 10 s.
bool run_until(boost::asio::io_context& loop, const std::function<bool()>& it_is_so);

}  // namespace tests
