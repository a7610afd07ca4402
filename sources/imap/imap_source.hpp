// [I/O] The IMAP source: one connection per watched account, its pure session and supervisor driven
// by real sockets, timers and TLS. docs/architecture.md "Sources".
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/sink.hpp"
#include "sources/account_registry.hpp"
#include "sources/imap/session.hpp"
#include "sources/moment.hpp"
#include "sources/source.hpp"

namespace sources::imap {

struct ImapConfig {
  std::string name;  ///< of the source in the configuration
  std::string host;
  std::uint16_t port = 143;
  Tls tls = Tls::starttls;
  std::string tls_name;  ///< name in the certificate; empty: host
  std::string ca_file;   ///< empty: the system's trust store
  std::string master_user, master_password;
  std::map<std::string, std::string>
      passwords;  ///< account -> its own password; it overrules the master user
  std::chrono::seconds poll_interval{300};
  std::size_t max_connecting = 16;  ///< connections on their way to their first complete look
};

/// What an operator wants to know of an IMAP source. No text holds a secret; texts of the server
/// are made printable.
class ImapLog {
 public:
  virtual void imap_connected(std::string_view source, std::string_view account) = 0;
  /// The account is seen completely: first snapshot or resynchronisation done.
  virtual void imap_in_sight(std::string_view source, std::string_view account) = 0;
  virtual void imap_login_refused(std::string_view source, std::string_view account,
                                  std::string_view detail) = 0;
  virtual void imap_tls_failed(std::string_view source, std::string_view account,
                               std::string_view detail) = 0;
  /// The server broke the protocol; `detail` has an excerpt.
  virtual void imap_malformed(std::string_view source, std::string_view account,
                              std::string_view detail) = 0;
  /// The connection ended, or could not be made, for another reason; it is tried again.
  virtual void imap_lost(std::string_view source, std::string_view account,
                         std::string_view detail) = 0;
  /// A bug: one account's connection ended with an exception.
  virtual void imap_failed(std::string_view source, std::string_view account,
                           std::string_view what) = 0;

 protected:
  ~ImapLog() = default;
};

struct ImapHealth {
  std::size_t watched = 0;
  std::size_t in_sight = 0;
};

class ImapSource final : public sources::Source {
 public:
  /// Throws boost::system::system_error if `ca_file` cannot be used, std::invalid_argument for tls
  /// none to an address that is not loopback. `registry`, `sink` and `log` must outlive this
  /// object.
  ImapSource(boost::asio::any_io_executor executor, ImapConfig config, AccountRegistry& registry,
             events::Sink& sink, ImapLog& log, std::function<Moment()> now);
  ~ImapSource() override;
  ImapSource(const ImapSource&) = delete;
  ImapSource& operator=(const ImapSource&) = delete;

  void watch(std::string account, std::optional<events::KnownAccount> known) override;
  void unwatch(const std::string& account) override;
  void pause(bool paused) override;

  /// Closes every connection; nothing is reported any more.
  void stop();
  ImapHealth health() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sources::imap
