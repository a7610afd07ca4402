// What an operator wants to know, one function each; nobody else formats log lines. Tests record
// them.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string_view>

#include "component/config.hpp"

namespace component {

class Log {
 public:
  virtual ~Log() = default;

  // the gateway as a whole
  virtual void starting(std::string_view version, std::string_view config_file) = 0;
  virtual void ready() = 0;
  virtual void stopping(std::string_view why) = 0;
  virtual void config_warning(std::string_view line) = 0;
  virtual void config_refused(std::string_view line) = 0;
  virtual void config_reloaded() = 0;
  /// A changed key that a running gateway cannot take over.
  virtual void needs_restart(std::string_view key) = 0;
  /// Configured, known, but not yet done by this version.
  virtual void inactive_feature(std::string_view feature) = 0;
  /// Something that must not happen did; the gateway goes on.
  virtual void bug(std::string_view where, std::string_view what) = 0;

  // the XMPP server
  virtual void stream_up(std::string_view domain, std::string_view host, std::uint16_t port) = 0;
  virtual void stream_down(std::string_view why) = 0;
  virtual void stream_refused(std::string_view error, std::string_view what_to_do) = 0;
  virtual void stream_retry(std::chrono::milliseconds after) = 0;
  virtual void stream_pressure(bool under_pressure) = 0;
  virtual void stanza_skipped(std::string_view fault, std::string_view head) = 0;

  // mail stores
  virtual void source_up(std::string_view source, std::string_view account) = 0;
  virtual void source_lost(std::string_view source, std::string_view account,
                           std::string_view why) = 0;
  virtual void login_refused(std::string_view source, std::string_view account,
                             std::string_view what_to_do) = 0;
  virtual void fallback(std::string_view source, std::string_view account, std::string_view what,
                        std::string_view instead) = 0;
  virtual void malformed_imap(std::string_view source, std::string_view account,
                              std::string_view excerpt) = 0;
  virtual void push_refused(std::string_view source, std::string_view peer,
                            std::string_view why) = 0;
  virtual void account_left_out(std::string_view source, std::string_view account,
                                std::string_view why) = 0;
  virtual void mailbox_left_out(std::string_view account, std::string_view mailbox,
                                std::string_view why) = 0;

  // subscribers
  virtual void subscribed(std::string_view jid, std::string_view account,
                          std::string_view node) = 0;
  virtual void unsubscribed(std::string_view jid, std::string_view account, std::string_view node,
                            std::string_view why) = 0;
  virtual void auditor_access(std::string_view jid, std::string_view account,
                              std::string_view what) = 0;
  virtual void rate_limited(std::string_view jid) = 0;
  /// Somebody wanted it to be told something that nobody subscribed to.
  virtual void notify_refused(std::string_view jid, std::string_view why) = 0;

  // the store and the listeners
  virtual void store_refuses(std::string_view why) = 0;
  virtual void store_recovered() = 0;
  virtual void listening(std::string_view what, std::string_view where) = 0;
  virtual void http_error(std::string_view peer, std::string_view what) = 0;
  virtual void control_error(std::string_view what) = 0;
  /// For whoever looks for a fault: shown at level debug only.
  virtual void trace(std::string_view what) = 0;
};

/// Writes lines. Values are made harmless: no control characters, at most 1 KiB each.
class LogWriter : public Log {
 public:
  virtual void set_level(LogLevel level) = 0;
};
/// `to`: std::cerr. With `journal` (systemd has set $JOURNAL_STREAM) text lines carry the priority
/// as "<N>" (sd-daemon) and no time.
std::unique_ptr<LogWriter> make_log(const LogConfig& config, bool journal, std::ostream& to);

}  // namespace component
