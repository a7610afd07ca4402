// How long to wait before the next attempt: doubling between two bounds, with jitter so that a
// thousand accounts do not come back at the same moment. Pure: the random number is passed in.
#pragma once

#include <algorithm>
#include <chrono>

namespace sources::imap {

class Backoff {
 public:
  constexpr Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most)
      : first_(first), most_(most) {}

  /// The next delay; `random` in [0, 1) takes up to a half off it.
  constexpr std::chrono::milliseconds next(double random) {
    const auto full = next_ == std::chrono::milliseconds::zero() ? first_ : next_;
    next_ = std::min(full * 2, most_);
    const double fraction = 1.0 - 0.5 * std::clamp(random, 0.0, 1.0);
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(static_cast<double>(full.count()) * fraction));
  }
  constexpr void reset() { next_ = std::chrono::milliseconds::zero(); }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds most_;
  std::chrono::milliseconds next_{0};
};

}  // namespace sources::imap
