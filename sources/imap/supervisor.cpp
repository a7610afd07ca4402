#include "sources/imap/supervisor.hpp"

#include <utility>

namespace sources::imap {
namespace {

/// docs/protocol.md: "stale" when the gateway has lost sight of the store for 10 s.
constexpr std::chrono::seconds sight_allowance{10};
/// A connection that lasts shorter than this has not shown that the server is well: the back-off
/// goes on, or a server that breaks at each first change would be asked for everything each second.
constexpr std::chrono::seconds steady_sight{10};

}  // namespace

Supervisor::Actions Supervisor::on_watch(Time now) {
  if (phase_ != Phase::idle) return {};
  phase_ = Phase::connecting;
  lost_at_ = now;
  reason_ = events::SightReason::timeout;
  detail_ = "the first look at the account has not succeeded yet";
  return {Connect{}, StartTimer{StartTimer::Which::sight, sight_allowance}};
}

Supervisor::Actions Supervisor::on_in_sight(Time now) {
  if (phase_ != Phase::connecting) return {};
  phase_ = Phase::in_sight;
  in_sight_at_ = now;
  refused_.reset();
  Actions actions;
  report(actions, events::Sight::current, events::SightReason::none, "");
  return actions;
}

Supervisor::Actions Supervisor::on_closed(events::SightReason reason, std::string detail,
                                          bool is_final_for_now, Time now) {
  if (phase_ != Phase::connecting && phase_ != Phase::in_sight) return {};
  Actions actions;
  if (reason == events::SightReason::none && phase_ == Phase::in_sight) {
    phase_ = Phase::connecting;
    lost_at_ = now;
    reason_ = events::SightReason::timeout;
    detail_ = std::move(detail);
    return {StartTimer{StartTimer::Which::sight, sight_allowance}, Connect{}};
  }
  if (phase_ == Phase::in_sight) {
    lost_at_ = now;
    if (now - in_sight_at_ >= steady_sight) ordinary_.reset();
    actions.push_back(StartTimer{StartTimer::Which::sight, sight_allowance});
  }
  phase_ = Phase::waiting;
  reason_ = reason;
  detail_ = std::move(detail);
  const auto after = (is_final_for_now ? refused_ : ordinary_).next(random_());
  retry_at_ = now + after;
  actions.push_back(StartTimer{StartTimer::Which::retry, after});
  if (is_final_for_now) {
    // waiting cannot help: the admin has to know now
    report(actions, events::Sight::failed, reason_, detail_);
  } else if (now - lost_at_ >= sight_allowance) {
    report(actions, events::Sight::stale, reason_, detail_);
  }
  return actions;
}

Supervisor::Actions Supervisor::on_timer(StartTimer::Which which, Time now) {
  Actions actions;
  switch (which) {
    case StartTimer::Which::retry:
      if (phase_ != Phase::waiting || now < retry_at_) break;
      phase_ = Phase::connecting;
      actions.push_back(Connect{});
      break;
    case StartTimer::Which::sight:
      if (phase_ == Phase::idle || phase_ == Phase::in_sight || now - lost_at_ < sight_allowance)
        break;
      if (reported_ && reported_->first == events::Sight::failed) break;
      report(actions, events::Sight::stale, reason_, detail_);
      break;
  }
  return actions;
}

Supervisor::Actions Supervisor::on_unwatch(Time) {
  const bool was_connected = phase_ == Phase::connecting || phase_ == Phase::in_sight;
  phase_ = Phase::idle;
  ordinary_.reset();
  refused_.reset();
  reported_.reset();
  if (!was_connected) return {};
  return {Disconnect{}};
}

void Supervisor::report(Actions& actions, events::Sight sight, events::SightReason reason,
                        const std::string& detail) {
  if (reported_ == std::pair(sight, reason)) return;
  reported_ = std::pair(sight, reason);
  actions.push_back(SightIs{sight, reason, detail});
}

}  // namespace sources::imap
