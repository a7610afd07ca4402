// One IMAP connection that watches all mailboxes of one account, as a pure machine: octets and
// timer expiries in, actions out. RFC 3501, RFC 5465 (NOTIFY) in the rhythm that survives real
// servers, RFC 7162 (QRESYNC).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "events/data_wanted.hpp"
#include "sources/account.hpp"
#include "sources/imap/action.hpp"
#include "sources/imap/session_memory.hpp"
#include "sources/moment.hpp"

namespace sources::imap {

enum class Tls { implicit, starttls, none };

struct SessionConfig {
  std::string source;   ///< name in the configuration
  std::string account;  ///< as the store knows it; the SASL authorization identity
  std::string user;     ///< SASL authentication identity: the master user, or the account itself
  std::string password;
  Tls tls = Tls::starttls;
  std::chrono::seconds poll_interval{300};
  /// What is worth fetching of messages that come into that mailbox.
  std::function<events::DataWanted(const std::string& mailbox)> data_wanted =
      [](const std::string&) { return events::DataWanted{}; };
  /// Shared with the sessions before and after this one; never null.
  std::shared_ptr<SessionMemory> memory = std::make_shared<SessionMemory>();
};

class Session {
 public:
  /// `account` is the model that outlives connections.
  Session(SessionConfig config, Account& account);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Actions on_connected(const Moment& now);        ///< TCP (and implicit TLS) is up
  Actions on_tls_established(const Moment& now);  ///< after StartTls
  Actions on_octets(std::string_view octets, const Moment& now);
  Actions on_timer(Timer which, const Moment& now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sources::imap
