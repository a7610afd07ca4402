#include "pubsub/bounces.hpp"

#include <algorithm>

namespace pubsub {

Bounces::Verdict Bounces::on_bounce(const Subscriptions::Pointer& subscription, WallTime now) {
  const auto [at, is_new] = records_.try_emplace(subscription);
  Record& record = at->second;
  // Who took everything for twice the longest rest has recovered; this is a new trouble.
  const bool has_recovered = record.last != WallTime() && now - record.last > 2 * longest_rest;
  if (is_new || has_recovered) record = Record{now, now, {}, first_rest};
  record.last = now;
  if (now - record.since >= patience) return Verdict::end;
  if (record.until > now) return Verdict::rest;
  record.until = now + record.rest;
  record.rest = std::min<std::chrono::minutes>(record.rest * 2, longest_rest);
  resting_.insert({record.until, subscription});
  return Verdict::rest;
}

std::vector<Subscriptions::Pointer> Bounces::awake(WallTime now) {
  std::vector<Subscriptions::Pointer> awake;
  while (!resting_.empty() && resting_.begin()->first <= now) {
    awake.push_back(resting_.begin()->second);
    resting_.erase(resting_.begin());
  }
  return awake;
}

void Bounces::forget(const Subscriptions::Pointer& subscription) {
  const auto record = records_.find(subscription);
  if (record == records_.end()) return;
  resting_.erase({record->second.until, subscription});
  records_.erase(record);
}

WallTime Bounces::since(const Subscriptions::Pointer& subscription) const {
  const auto record = records_.find(subscription);
  return record == records_.end() ? WallTime() : record->second.since;
}

std::vector<Subscriptions::Pointer> Bounces::recovered(WallTime now) {
  std::vector<Subscriptions::Pointer> recovered;
  for (auto& [subscription, record] : records_) {
    if (record.last == WallTime()) record.last = now;  // from now on it is watched
    const bool is_awake = record.until <= now;
    if (is_awake && now - record.last > 2 * longest_rest) recovered.push_back(subscription);
  }
  for (const auto& subscription : recovered) forget(subscription);
  return recovered;
}

void Bounces::restore(const Subscriptions::Pointer& subscription) {
  const WallTime since = subscription->parked().value_or(WallTime());
  records_[subscription] = Record{since, {}, since, first_rest};
  resting_.insert({since, subscription});
}

}  // namespace pubsub
