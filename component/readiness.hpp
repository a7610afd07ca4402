// When the gateway may say `ready`: the handshake is done, and every account of the configuration
// has its first snapshot or failed its first attempt; at the latest 30 s after the handshake.
// docs/operations.md. Pure.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>

#include "component/environment.hpp"

namespace component {

class Readiness {
 public:
  static constexpr std::chrono::seconds longest_wait{30};

  Readiness(Environment& environment, std::function<void()> on_ready);

  void expect(const std::string& account_jid) { awaited_.insert(account_jid); }
  void on_settled(const std::string& account_jid);
  void on_stream_up();
  bool is_ready() const { return is_ready_; }

 private:
  void check();

  Environment& environment_;
  std::function<void()> on_ready_;
  std::set<std::string> awaited_;
  bool stream_was_up_ = false;
  bool is_ready_ = false;
};

}  // namespace component
