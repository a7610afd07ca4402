// A component::Log that remembers: tests assert its lines. A bug() fails the test.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "component/log.hpp"
#include "tests/support/catch.hpp"

namespace tests {

class RecordingLog : public component::Log {
 public:
  std::vector<std::string> lines;  ///< "stream_up mail.localhost 127.0.0.1 5347"

  /// How many lines begin like this.
  std::ptrdiff_t count(std::string_view start) const {
    return std::count_if(lines.begin(), lines.end(),
                         [start](const std::string& line) { return line.starts_with(start); });
  }
  bool has(std::string_view part) const {
    return std::any_of(lines.begin(), lines.end(), [part](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
  }

  void starting(std::string_view a, std::string_view b) override { note("starting", a, b); }
  void ready() override { note("ready"); }
  void stopping(std::string_view a) override { note("stopping", a); }
  void config_warning(std::string_view a) override { note("config_warning", a); }
  void config_refused(std::string_view a) override { note("config_refused", a); }
  void config_reloaded() override { note("config_reloaded"); }
  void needs_restart(std::string_view a) override { note("needs_restart", a); }
  void inactive_feature(std::string_view a) override { note("inactive_feature", a); }
  void bug(std::string_view a, std::string_view b) override {
    note("bug", a, b);
    FAIL_CHECK(lines.back());
  }
  void stream_up(std::string_view a, std::string_view b, std::uint16_t port) override {
    note("stream_up", a, b, std::to_string(port));
  }
  void stream_down(std::string_view a) override { note("stream_down", a); }
  void stream_refused(std::string_view a, std::string_view b) override {
    note("stream_refused", a, b);
  }
  void stream_retry(std::chrono::milliseconds after) override {
    note("stream_retry", std::to_string(after.count()));
  }
  void stream_pressure(bool on) override { note("stream_pressure", on ? "on" : "off"); }
  void stanza_skipped(std::string_view a, std::string_view b) override {
    note("stanza_skipped", a, b);
  }
  void source_up(std::string_view a, std::string_view b) override { note("source_up", a, b); }
  void source_lost(std::string_view a, std::string_view b, std::string_view c) override {
    note("source_lost", a, b, c);
  }
  void login_refused(std::string_view a, std::string_view b, std::string_view c) override {
    note("login_refused", a, b, c);
  }
  void fallback(std::string_view a, std::string_view b, std::string_view c,
                std::string_view d) override {
    note("fallback", a, b, c, d);
  }
  void malformed_imap(std::string_view a, std::string_view b, std::string_view c) override {
    note("malformed_imap", a, b, c);
  }
  void push_refused(std::string_view a, std::string_view b, std::string_view c) override {
    note("push_refused", a, b, c);
  }
  void account_left_out(std::string_view a, std::string_view b, std::string_view c) override {
    note("account_left_out", a, b, c);
  }
  void mailbox_left_out(std::string_view a, std::string_view b, std::string_view c) override {
    note("mailbox_left_out", a, b, c);
  }
  void subscribed(std::string_view a, std::string_view b, std::string_view c) override {
    note("subscribed", a, b, c);
  }
  void unsubscribed(std::string_view a, std::string_view b, std::string_view c,
                    std::string_view d) override {
    note("unsubscribed", a, b, c, d);
  }
  void auditor_access(std::string_view a, std::string_view b, std::string_view c) override {
    note("auditor_access", a, b, c);
  }
  void rate_limited(std::string_view a) override { note("rate_limited", a); }
  void notify_refused(std::string_view a, std::string_view b) override {
    note("notify_refused", a, b);
  }
  void store_refuses(std::string_view a) override { note("store_refuses", a); }
  void store_recovered() override { note("store_recovered"); }
  void listening(std::string_view a, std::string_view b) override { note("listening", a, b); }
  void http_error(std::string_view a, std::string_view b) override { note("http_error", a, b); }
  void control_error(std::string_view a) override { note("control_error", a); }
  void trace(std::string_view a) override { note("trace", a); }

 private:
  template <class... Parts>
  void note(std::string_view what, const Parts&... parts) {
    std::string line(what);
    ((line += ' ', line += parts), ...);
    lines.push_back(std::move(line));
  }
};

}  // namespace tests
