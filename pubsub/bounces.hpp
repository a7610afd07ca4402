// Subscriptions whose notifications come back with an error that may pass: they rest, first for a
// minute, then longer, at most a day; after a week of this they end. XEP-0060 §12.3,
// docs/architecture.md "Errors that come back". Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "pubsub/subscription.hpp"

namespace pubsub {

class Bounces {
 public:
  static constexpr std::chrono::minutes first_rest{1};
  static constexpr std::chrono::hours longest_rest{24};
  static constexpr std::chrono::hours patience{7 * 24};

  enum class Verdict : std::uint8_t { rest, end };
  /// One more has come back. While it rests, what was under way comes back too and says nothing
  /// new.
  Verdict on_bounce(const Subscriptions::Pointer& subscription, WallTime now);
  /// Those whose rest is over: what is published next is sent again.
  std::vector<Subscriptions::Pointer> awake(WallTime now);
  /// It gave a sign of life, or has ended.
  void forget(const Subscriptions::Pointer& subscription);
  /// Since when it comes back; only of one that does.
  WallTime since(const Subscriptions::Pointer& subscription) const;
  /// Those of which nothing has come back for long: they are forgotten. Looks at all.
  std::vector<Subscriptions::Pointer> recovered(WallTime now);
  /// It rested when the program ended, or another gateway says so.
  void restore(const Subscriptions::Pointer& subscription);

 private:
  struct Record {
    WallTime since;
    WallTime last;   ///< the epoch: in an earlier run
    WallTime until;  ///< rests; the epoch: not at the moment
    std::chrono::minutes rest = first_rest;
  };
  std::map<Subscriptions::Pointer, Record> records_;
  std::set<std::pair<WallTime, Subscriptions::Pointer>> resting_;
};

}  // namespace pubsub
