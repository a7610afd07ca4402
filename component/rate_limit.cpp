#include "component/rate_limit.hpp"

#include <algorithm>

namespace component {
namespace {

constexpr std::size_t bucket_limit = 10000;

}  // namespace

bool RateLimit::may_request(const std::string& bare_jid, TimePoint now) {
  if (buckets_.size() >= bucket_limit) forget_full(now);
  auto& bucket = buckets_.try_emplace(bare_jid, Bucket{burst(), now}).first->second;
  const std::chrono::duration<double> elapsed = now - bucket.filled;
  bucket.tokens = std::min(burst(), bucket.tokens + elapsed.count() * per_second_);
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

// A full bucket says no more than none; if all are in use, the limits start anew.
void RateLimit::forget_full(TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    return now - entry.second.filled > std::chrono::seconds(10);
  });
  if (buckets_.size() >= bucket_limit) buckets_.clear();
}

}  // namespace component
