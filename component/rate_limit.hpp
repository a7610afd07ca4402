// How many requests one bare JID may make: [policy] requests_per_second, averaged over 10 s. Pure,
// bounded memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace component {

class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit RateLimit(double per_second) : per_second_(per_second) {}
  void set_rate(double per_second) { per_second_ = per_second; }

  /// Counts one request; false: beyond the limit.
  [[nodiscard]] bool may_request(const std::string& bare_jid, TimePoint now);

 private:
  struct Bucket {
    double tokens;
    TimePoint filled;
  };
  double burst() const { return per_second_ * 10; }
  void forget_full(TimePoint now);

  double per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace component
