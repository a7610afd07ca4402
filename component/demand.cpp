#include "component/demand.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace component {
namespace {

constexpr std::chrono::minutes sweep_every{10};

}  // namespace

Demand::Demand(Environment& environment, mapping::AddressMap& addresses,
               const pubsub::Service& service, Watcher& watcher)
    : environment_(environment),
      addresses_(addresses),
      service_(service),
      watcher_(watcher),
      held_(environment) {
  start_sweeping();
}

void Demand::configured(const mapping::AccountAddress& address) {
  auto& wanted = wanted_[address.jid];
  wanted.is_configured = true;
  wanted.last_used = environment_.steady_now();
}

bool Demand::is_configured(const std::string& jid) const {
  const auto wanted = wanted_.find(jid);
  return wanted != wanted_.end() && wanted->second.is_configured;
}

std::vector<std::string> Demand::configured_accounts() const {
  std::vector<std::string> jids;
  for (const auto& [jid, wanted] : wanted_) {
    if (wanted.is_configured) jids.push_back(jid);
  }
  return jids;
}

void Demand::resumed(const mapping::AccountAddress& address) {
  wanted_[address.jid].last_used = environment_.steady_now();
}

std::vector<std::string> Demand::forget_configured() {
  std::vector<std::string> names;
  for (auto& [jid, wanted] : wanted_) {
    wanted.is_configured = false;
    if (const auto* address = addresses_.find_by_jid(jid)) names.push_back(address->name);
  }
  return names;
}

void Demand::drop_unwanted() {
  for (auto& [jid, wanted] : wanted_) {
    if (!wanted.is_configured) wanted.last_used -= linger;  // as if nobody had asked for long
  }
  sweep();
}

Demand::State Demand::ask(const std::string& jid, const std::string& bare) {
  const auto now = environment_.steady_now();
  if (const auto wanted = wanted_.find(jid); wanted != wanted_.end()) {
    wanted->second.last_used = now;
    return service_.tree(jid) != nullptr ? State::known : State::pending;
  }
  if (const auto refused = refused_.find(jid); refused != refused_.end()) {
    if (now - refused->second < refused_for) return State::none;
    refused_.erase(refused);
  }
  if (!start(jid, bare)) return State::none;
  wanted_[jid].last_used = now;
  return service_.tree(jid) != nullptr ? State::known : State::pending;
}

/// Only its owner can make an account wanted: by an exception of the configuration, or by rule.
bool Demand::start(const std::string& jid, const std::string& bare) {
  if (const auto* known = addresses_.find_by_jid(jid)) {
    const auto& owners = known->owners;
    return std::find(owners.begin(), owners.end(), bare) != owners.end() && watcher_.watch(*known);
  }
  const auto name = addresses_.account_for_owner_by_rule(bare);
  if (!name || addresses_.account_name_at(jid) != name) return false;
  const auto address = addresses_.add_account(*name);
  return address.has_value() && watcher_.watch(*address);
}

bool Demand::hold(const std::string& jid, HeldRequests::Answer answer) {
  return held_.hold(jid, std::move(answer));
}

void Demand::on_snapshot(const std::string& jid) {
  held_.release(jid, HeldRequests::Outcome::snapshot);
}

void Demand::on_refused(const std::string& jid) {
  const auto wanted = wanted_.find(jid);
  if (wanted != wanted_.end() && !wanted->second.is_configured && service_.tree(jid) == nullptr) {
    // The store knows no such account, or does not let us in: to its would-be owner it does not
    // exist.
    if (const auto* address = addresses_.find_by_jid(jid)) watcher_.unwatch(*address);
    addresses_.remove_account(jid);
    wanted_.erase(wanted);
    refused_[jid] = environment_.steady_now();
  }
  held_.release(jid, HeldRequests::Outcome::refused);
}

void Demand::start_sweeping() {
  environment_.start_timer(sweep_every, [this] {
    sweep();
    start_sweeping();
  });
}

void Demand::sweep() {
  const auto now = environment_.steady_now();
  std::erase_if(refused_, [&](const auto& entry) { return now - entry.second >= refused_for; });
  for (auto at = wanted_.begin(); at != wanted_.end();) {
    auto& [jid, wanted] = *at;
    if (wanted.is_configured || service_.subscriptions().count_in(jid) != 0) wanted.last_used = now;
    if (now - wanted.last_used < linger) {
      ++at;
      continue;
    }
    if (const auto* address = addresses_.find_by_jid(jid)) watcher_.unwatch(*address);
    at = wanted_.erase(at);
  }
}

}  // namespace component
