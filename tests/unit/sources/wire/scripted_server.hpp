// An IMAP server of a few lines on a free loopback port, in a thread of its own: answers each
// command by its name.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/sources/wire/certificates.hpp"

namespace wire_test {

struct Script {
  enum class Security { none, starttls, implicit };
  Security security = Security::none;
  std::string certificate_name = "imap.example.com";
  std::string greeting =
      "* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR UNSELECT STARTTLS] ready\r\n";
  /// Untagged responses per command name; "NO"/"BAD" at the start of the last line replaces the
  /// tagged OK.
  std::map<std::string, std::string> answers;
  bool is_silent = false;       ///< accepts and says nothing at all
  bool octet_by_octet = false;  ///< sends each octet alone
};

class ScriptedServer {
 public:
  ScriptedServer(Script script, const Authority& authority);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// The command lines received, tags cut off.
  std::vector<std::string> commands() const;
  bool has_greeted() const { return has_greeted_; }

 private:
  void serve();
  void converse();
  void answer(const std::string& line);
  void start_tls();
  std::string read_line();
  void send(const std::string& octets);

  Script script_;
  Key key_;
  Certificate certificate_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  int listener_ = -1;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  std::string received_;
  std::vector<std::string> commands_;
  mutable std::mutex mutex_;
  std::atomic<bool> has_greeted_ = false;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace wire_test
