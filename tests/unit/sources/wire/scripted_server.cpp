#include "tests/unit/sources/wire/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace wire_test {
namespace {

struct Gone {};  // the client closed the connection, or the test is over

}  // namespace

ScriptedServer::ScriptedServer(Script script, const Authority& authority)
    : script_(std::move(script)),
      key_(make_key()),
      certificate_(authority.sign(*key_, script_.certificate_name)) {
  std::signal(SIGPIPE, SIG_IGN);  // as main does: OpenSSL writes without MSG_NOSIGNAL
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port_ = ntohs(address.sin_port);
  context_ = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context_, certificate_.get());
  SSL_CTX_use_PrivateKey(context_, key_.get());
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  is_stopping_ = true;
  thread_.join();
  ::close(listener_);
  SSL_CTX_free(context_);
}

std::vector<std::string> ScriptedServer::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

void ScriptedServer::serve() {
  while (!is_stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    connection_ = ::accept(listener_, nullptr, nullptr);
    try {
      converse();
    } catch (const Gone&) {
    }
    if (ssl_ != nullptr) SSL_free(std::exchange(ssl_, nullptr));
    received_.clear();
    ::close(connection_);
  }
}

void ScriptedServer::converse() {
  if (script_.is_silent) {
    while (true) read_line();
  }
  if (script_.security == Script::Security::implicit) start_tls();
  send(script_.greeting);
  has_greeted_ = true;
  while (true) answer(read_line());
}

void ScriptedServer::answer(const std::string& line) {
  const auto tag = line.substr(0, line.find(' '));
  const auto rest = line.substr(tag.size() + 1);
  const auto name = rest.substr(0, rest.find(' '));
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(rest);
  }
  const auto found = script_.answers.find(name);
  auto said = found == script_.answers.end() ? std::string() : found->second;
  if (said.starts_with("NO") || said.starts_with("BAD")) {
    send(tag + " " + said);
    return;
  }
  send(said + tag + " OK done\r\n");
  if (name == "STARTTLS") start_tls();
}

void ScriptedServer::start_tls() {
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, connection_);
  if (SSL_accept(ssl_) != 1) throw Gone();
}

std::string ScriptedServer::read_line() {
  for (;;) {
    const auto end = received_.find("\r\n");
    if (end != std::string::npos) {
      auto line = received_.substr(0, end);
      received_.erase(0, end + 2);
      return line;
    }
    char buffer[4096];
    pollfd waiting{connection_, POLLIN, 0};
    while ((ssl_ == nullptr || SSL_pending(ssl_) == 0) && ::poll(&waiting, 1, 20) == 0) {
      if (is_stopping_) throw Gone();
    }
    const auto size = ssl_ != nullptr
                          ? SSL_read(ssl_, buffer, sizeof buffer)
                          : static_cast<int>(::recv(connection_, buffer, sizeof buffer, 0));
    if (size <= 0) throw Gone();
    received_.append(buffer, static_cast<std::size_t>(size));
  }
}

void ScriptedServer::send(const std::string& octets) {
  const std::size_t step = script_.octet_by_octet ? 1 : octets.size();
  for (std::size_t at = 0; at < octets.size(); at += step) {
    const auto size = static_cast<int>(step);
    const auto sent =
        ssl_ != nullptr
            ? SSL_write(ssl_, octets.data() + at, size)
            : static_cast<int>(::send(connection_, octets.data() + at, step, MSG_NOSIGNAL));
    if (sent != size) throw Gone();
  }
}

}  // namespace wire_test
