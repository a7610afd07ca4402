// What the gateway's pure parts need of the world, passed in: time, timers, randomness and a way to
// send stanzas. The I/O shell (main, stream) implements it; tests implement it by hand.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace component {

class Environment {
 public:
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  virtual std::chrono::system_clock::time_point wall_now() const = 0;
  /// Runs `then` once, no earlier than `after` from now, never from inside this call.
  virtual void start_timer(std::chrono::milliseconds after, std::function<void()> then) = 0;
  /// 128 random bits from the operating system, as 32 hexadecimal digits.
  virtual std::string random_id() = 0;

 protected:
  ~Environment() = default;
};

/// The way to the XMPP server. Stanzas given while the stream is down are dropped: what must not be
/// lost is in the journal.
class StanzaOutput {
 public:
  virtual bool is_up() const = 0;
  virtual void send(std::string_view whole_stanzas) = 0;
  /// The queue itself, to append whole stanzas without a copy; end_append() after each use.
  virtual std::string& begin_append() = 0;
  virtual void end_append() = 0;
  /// The server does not answer any more: drop the link and connect anew.
  virtual void declare_dead() = 0;

 protected:
  ~StanzaOutput() = default;
};

}  // namespace component
