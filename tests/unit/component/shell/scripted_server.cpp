#include "tests/unit/component/shell/scripted_server.hpp"

#include <chrono>

#include <boost/asio/write.hpp>

namespace tests {

namespace asio = boost::asio;
using asio::ip::tcp;

ScriptedServer::ScriptedServer(asio::io_context& loop)
    : loop_(loop), acceptor_(loop, {asio::ip::make_address("127.0.0.1"), 0}) {
  on_header = [this](int) { say_header(); };
  on_handshake = [this](const std::string& hash) {
    // SHA-1 of "3BF96D32secret"
    say(hash == "b09ea9b3b7f586be8a08d0a3dd7466f110aeb136"
            ? "<handshake/>"
            : "<stream:error><not-authorized "
              "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
              "</stream:stream>");
  };
  buffer_.resize(65536);
  accept();
}

void ScriptedServer::accept() {
  auto socket = std::make_shared<tcp::socket>(loop_);
  acceptor_.async_accept(*socket, [this, socket](boost::system::error_code ec) {
    if (ec) return;
    socket_ = socket;
    received.clear();
    header_seen_ = handshake_seen_ = peer_closed = false;
    ++connections;
    if (reads) read();
    accept();
  });
}

void ScriptedServer::read_on() {
  reads = true;
  read();
}

void ScriptedServer::read() {
  auto socket = socket_;
  socket->async_read_some(asio::buffer(buffer_),
                          [this, socket](boost::system::error_code ec, std::size_t octets) {
                            if (socket != socket_) return;
                            if (ec) {
                              peer_closed = true;
                              return;
                            }
                            received.append(buffer_, 0, octets);
                            look();
                            if (reads) read();
                          });
}

void ScriptedServer::look() {
  if (!header_seen_ && received.find("<stream:stream") != std::string::npos) {
    header_seen_ = true;
    on_header(connections);
  }
  const auto start = received.find("<handshake");
  const auto end = received.find("</handshake>");
  if (handshake_seen_ || end == std::string::npos) return;
  handshake_seen_ = true;
  const auto text = received.find('>', start) + 1;
  on_handshake(received.substr(text, end - text));
}

void ScriptedServer::say(const std::string& octets) {
  boost::system::error_code ignored;
  asio::write(*socket_, asio::buffer(octets), ignored);
}

void ScriptedServer::close() {
  boost::system::error_code ignored;
  socket_->shutdown(tcp::socket::shutdown_both, ignored);
  socket_->close(ignored);
}

void ScriptedServer::reset() {
  boost::system::error_code ignored;
  socket_->set_option(asio::socket_base::linger(true, 0), ignored);
  socket_->close(ignored);
}

bool run_until(asio::io_context& loop, const std::function<bool()>& it_is_so) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!it_is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace tests
