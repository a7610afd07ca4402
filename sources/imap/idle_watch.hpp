// IDLE on INBOX between two STATUS rounds, where the server has no NOTIFY: in which state the
// connection is, and what may be sent in it. RFC 2177 §3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sources::imap {

class IdleWatch {
 public:
  enum class Phase : std::uint8_t {
    off,
    opening,  ///< EXAMINE is under way
    asked,    ///< IDLE is sent; until "+" nothing else may be
    idling,   ///< only DONE may be sent
  };

  Phase phase() const { return phase_; }
  bool may_start() const { return phase_ == Phase::off && !is_refused_; }
  void on_opening() { phase_ = Phase::opening; }
  void on_asked() { phase_ = Phase::asked; }
  void on_idling() { phase_ = Phase::idling; }
  void on_left() { phase_ = Phase::off; }
  /// The server does not want it, or ends it by itself: rounds alone, for as long as the connection
  /// lasts.
  void refuse() {
    phase_ = Phase::off;
    is_refused_ = true;
  }

  /// Commands that wait for the "+".
  void hold(std::string_view octets) { held_ += octets; }
  bool holds() const { return !held_.empty(); }
  std::string take_held() { return std::exchange(held_, {}); }

  /// True once per round: what EXAMINE says differs from what is known, so look before idling. Not
  /// more often, or a server whose EXAMINE and STATUS never agree would be asked without end.
  bool may_catch_up() { return !std::exchange(has_caught_up_, true); }
  void on_round() { has_caught_up_ = false; }

 private:
  Phase phase_ = Phase::off;
  bool is_refused_ = false;
  bool has_caught_up_ = false;
  std::string held_;
};

}  // namespace sources::imap
