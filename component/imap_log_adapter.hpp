// What the IMAP sources have to say, in the words of the operator's log. Health itself (lost,
// found, refused) is told by Accounts, once per change; here is what an admin needs to find the
// cause.
#pragma once

#include <string>
#include <string_view>

#include "component/log.hpp"
#include "sources/imap/imap_source.hpp"

namespace component {

class ImapLogAdapter final : public sources::imap::ImapLog {
 public:
  explicit ImapLogAdapter(Log& log) : log_(log) {}

  void imap_connected(std::string_view source, std::string_view account) override {
    log_.trace(line(source, account, "connected"));
  }
  void imap_in_sight(std::string_view source, std::string_view account) override {
    log_.trace(line(source, account, "seen completely"));
  }
  void imap_login_refused(std::string_view source, std::string_view account,
                          std::string_view detail) override {
    log_.trace(line(source, account, detail));
  }
  void imap_tls_failed(std::string_view source, std::string_view account,
                       std::string_view detail) override {
    log_.trace(line(source, account, detail));
  }
  void imap_malformed(std::string_view source, std::string_view account,
                      std::string_view detail) override {
    log_.malformed_imap(source, account, detail);
  }
  void imap_lost(std::string_view source, std::string_view account,
                 std::string_view detail) override {
    log_.trace(line(source, account, detail));
  }
  void imap_failed(std::string_view source, std::string_view account,
                   std::string_view what) override {
    log_.bug("imap", line(source, account, what));
  }

 private:
  static std::string line(std::string_view source, std::string_view account,
                          std::string_view text) {
    return "source " + std::string(source) + ", account " + std::string(account) + ": " +
           std::string(text);
  }

  Log& log_;
};

}  // namespace component
