#include "pubsub/bounces.hpp"

#include <algorithm>

namespace pubsub {

Bounces::Verdict Bounces::on_bounce(const Subscriptions::Pointer& subscription, WallTime now) {
  const auto [at, is_new] = records_.try_emplace(subscription);
  Record& record = at->second;
  // Who took everything for twice the longest rest has recovered; this is a new trouble.
  if (is_new || now - record.last > 2 * longest_rest) record = Record{now, now, {}, first_rest};
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

void Bounces::restore(const Subscriptions::Pointer& subscription, WallTime now) {
  if (!subscription->parked()) return;
  records_[subscription] = Record{*subscription->parked(), now, now, first_rest};
  resting_.insert({now, subscription});
}

}  // namespace pubsub
