#include "component/log.hpp"

#include <initializer_list>
#include <ostream>
#include <string>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

constexpr std::size_t value_limit = 1024;

/// A part of a line: its key, and a value that may come from anywhere.
using Field = std::pair<std::string_view, std::string_view>;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// sd-daemon(3), the numbers of syslog.
std::string_view to_priority(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
    case LogLevel::debug:
      return "<7>";
    case LogLevel::info:
      return "<6>";
    case LogLevel::warning:
      return "<4>";
    case LogLevel::error:
      return "<3>";
  }
  return "<6>";
}

/// One line stays one line, and a terminal is not steered by what a peer sent.
std::string to_harmless(std::string_view value) {
  std::string text = xmpp_schemas::to_xml_characters(value.substr(0, value_limit));
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::string to_text_line(std::string_view event, std::string_view message,
                         std::initializer_list<Field> fields) {
  std::string line = std::string(event) + ": " + std::string(message);
  for (const auto& [key, value] : fields) {
    line += ' ';
    line += key;
    const auto text = to_harmless(value);
    const bool plain = !text.empty() && text.find_first_of(" \"=") == std::string::npos;
    line += plain ? "=" + text : "=" + boost::json::serialize(boost::json::value(text));
  }
  return line;
}

std::string to_json_members(std::string_view event, std::string_view message,
                            std::initializer_list<Field> fields) {
  const auto quoted = [](std::string_view text) {
    return boost::json::serialize(boost::json::value(boost::json::string(to_harmless(text))));
  };
  std::string members = "\"event\":" + quoted(event) + ",\"message\":" + quoted(message);
  for (const auto& [key, value] : fields) members += "," + quoted(key) + ":" + quoted(value);
  return members;
}

class SpdlogLog final : public LogWriter {
 public:
  SpdlogLog(const LogConfig& config, bool journal, std::ostream& to)
      : logger_("mailnode", std::make_shared<spdlog::sinks::ostream_sink_mt>(to, true)),
        json_(config.format == LogFormat::json),
        journal_(journal && !json_) {
    if (json_) {
      logger_.set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
    } else {
      logger_.set_pattern(journal_ ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    }
    set_level(config.level);
  }

  void set_level(LogLevel level) override { logger_.set_level(to_spdlog(level)); }

  void starting(std::string_view version, std::string_view config_file) override {
    info("starting", "mailnode starts", {{"version", version}, {"config", config_file}});
  }
  void ready() override { info("ready", "ready", {}); }
  void stopping(std::string_view why) override {
    info("stopping", "mailnode ends", {{"why", why}});
  }
  void config_warning(std::string_view line) override { warning("config_warning", line, {}); }
  void config_refused(std::string_view line) override { error("config_refused", line, {}); }
  void config_reloaded() override {
    info("config_reloaded", "the configuration was read again", {});
  }
  void needs_restart(std::string_view key) override {
    warning("needs_restart", "a changed key takes effect at the next start only", {{"key", key}});
  }
  void inactive_feature(std::string_view feature) override {
    warning("inactive_feature", feature, {});
  }
  void bug(std::string_view where, std::string_view what) override {
    error("bug", "this must not happen; please report it", {{"where", where}, {"what", what}});
  }

  void stream_up(std::string_view domain, std::string_view host, std::uint16_t port) override {
    info("stream_up", "connected to the XMPP server",
         {{"domain", domain}, {"host", host}, {"port", std::to_string(port)}});
  }
  void stream_down(std::string_view why) override {
    warning("stream_down", "the stream to the XMPP server is lost", {{"why", why}});
  }
  void stream_refused(std::string_view what, std::string_view what_to_do) override {
    error("stream_refused", "no stream to the XMPP server",
          {{"error", what}, {"what_to_do", what_to_do}});
  }
  void stream_retry(std::chrono::milliseconds after) override {
    info("stream_retry", "connecting again", {{"after_ms", std::to_string(after.count())}});
  }
  void stream_pressure(bool under_pressure) override {
    write(LogLevel::debug, "stream_pressure",
          under_pressure ? "the XMPP server reads slowly: holding back"
                         : "the XMPP server has caught up",
          {});
  }
  void stanza_skipped(std::string_view fault, std::string_view head) override {
    warning("stanza_skipped", "a stanza from the XMPP server is not acceptable",
            {{"fault", fault}, {"head", head.substr(0, 200)}});
  }

  void source_up(std::string_view source, std::string_view account) override {
    info("source_up", "watching", {{"source", source}, {"account", account}});
  }
  void source_lost(std::string_view source, std::string_view account,
                   std::string_view why) override {
    warning("source_lost", "lost sight of an account",
            {{"source", source}, {"account", account}, {"why", why}});
  }
  void login_refused(std::string_view source, std::string_view account,
                     std::string_view what_to_do) override {
    error("login_refused", "the mail store refuses the login",
          {{"source", source}, {"account", account}, {"what_to_do", what_to_do}});
  }
  void fallback(std::string_view source, std::string_view account, std::string_view what,
                std::string_view instead) override {
    info("fallback", "the mail store lacks something",
         {{"source", source}, {"account", account}, {"what", what}, {"instead", instead}});
  }
  void malformed_imap(std::string_view source, std::string_view account,
                      std::string_view excerpt) override {
    warning("malformed_imap", "the mail store sent what is no IMAP",
            {{"source", source}, {"account", account}, {"excerpt", excerpt.substr(0, 200)}});
  }
  void push_refused(std::string_view source, std::string_view peer, std::string_view why) override {
    warning("push_refused", "events were not taken",
            {{"source", source}, {"peer", peer}, {"why", why}});
  }
  void account_left_out(std::string_view source, std::string_view account,
                        std::string_view why) override {
    warning("account_left_out", "an account is left out",
            {{"source", source}, {"account", account}, {"why", why}});
  }
  void mailbox_left_out(std::string_view account, std::string_view mailbox,
                        std::string_view why) override {
    warning("mailbox_left_out", "a mailbox is left out",
            {{"account", account}, {"mailbox", mailbox}, {"why", why}});
  }

  void subscribed(std::string_view jid, std::string_view account, std::string_view node) override {
    info("subscribed", "subscribed", {{"jid", jid}, {"account", account}, {"node", node}});
  }
  void unsubscribed(std::string_view jid, std::string_view account, std::string_view node,
                    std::string_view why) override {
    info("unsubscribed", "a subscription has ended",
         {{"jid", jid}, {"account", account}, {"node", node}, {"why", why}});
  }
  void auditor_access(std::string_view jid, std::string_view account,
                      std::string_view what) override {
    info("auditor_access", "an auditor looks",
         {{"jid", jid}, {"account", account}, {"what", what}});
  }
  void rate_limited(std::string_view jid) override {
    warning("rate_limited", "too many requests are refused", {{"jid", jid}});
  }
  void notify_refused(std::string_view jid, std::string_view why) override {
    warning("notify_refused", "a notification is not sent", {{"jid", jid}, {"why", why}});
  }

  void store_refuses(std::string_view why) override {
    error("store_refuses", "the store does not take anything", {{"why", why}});
  }
  void store_recovered() override { info("store_recovered", "the store takes again", {}); }
  void listening(std::string_view what, std::string_view where) override {
    info("listening", "listening", {{"what", what}, {"where", where}});
  }
  void http_error(std::string_view peer, std::string_view what) override {
    write(LogLevel::debug, "http_error", "an HTTP connection failed",
          {{"peer", peer}, {"what", what}});
  }
  void control_error(std::string_view what) override {
    warning("control_error", "the control socket", {{"what", what}});
  }
  void trace(std::string_view what) override { write(LogLevel::debug, "trace", what, {}); }

 private:
  void info(std::string_view event, std::string_view message, std::initializer_list<Field> fields) {
    write(LogLevel::info, event, message, fields);
  }
  void warning(std::string_view event, std::string_view message,
               std::initializer_list<Field> fields) {
    write(LogLevel::warning, event, message, fields);
  }
  void error(std::string_view event, std::string_view message,
             std::initializer_list<Field> fields) {
    write(LogLevel::error, event, message, fields);
  }

  void write(LogLevel level, std::string_view event, std::string_view message,
             std::initializer_list<Field> fields) {
    if (!logger_.should_log(to_spdlog(level))) return;
    const auto harmless = to_harmless(message);
    auto line =
        json_ ? to_json_members(event, harmless, fields) : to_text_line(event, harmless, fields);
    if (journal_) line.insert(0, to_priority(level));
    logger_.log(to_spdlog(level), line);
  }

  spdlog::logger logger_;
  bool json_;
  bool journal_;
};

}  // namespace

std::unique_ptr<LogWriter> make_log(const LogConfig& config, bool journal, std::ostream& to) {
  return std::make_unique<SpdlogLog>(config, journal, to);
}

}  // namespace component
