// How subscriptions change, end and rest: the one place that writes them. XEP-0060 §12.3, §12.4,
// §12.14, §12.18.
#include <algorithm>
#include <utility>

#include "pubsub/service.hpp"

namespace pubsub {
namespace {

constexpr std::chrono::hours sign_of_life_every{24};  // how exactly `seen` is kept

RemoveSubscription to_removal(const Subscription& subscription) {
  return {subscription.account(), subscription.node(), std::string(subscription.jid()),
          std::string(subscription.subid())};
}

}  // namespace

void Service::schedule(const Subscriptions::Pointer& subscription) {
  if (const auto expires = subscription->expires()) leases_.insert({*expires, subscription});
  if (const auto heartbeat = subscription->options().heartbeat)
    heartbeats_.insert({latest_ + *heartbeat, subscription});
  if (subscription->parked()) bounces_.restore(subscription);
}

void Service::unschedule(const Subscriptions::Pointer& subscription) {
  if (const auto expires = subscription->expires()) leases_.erase({*expires, subscription});
  if (subscription->options().heartbeat) {
    std::erase_if(heartbeats_, [&](const auto& entry) { return entry.second == subscription; });
  }
  bounces_.forget(subscription);
}

Subscriptions::Pointer Service::add(std::vector<Write>& writes, SubscriptionRecord record,
                                    OptionsPointer options) {
  record.options = options_.to_kept_fields(*options);
  const auto subscription = subscriptions_.add(record, std::move(options));
  schedule(subscription);
  ++accounts_[record.account].version;  // it may be an approval
  writes.push_back(WriteSubscription{std::move(record)});
  return subscription;
}

void Service::change(std::vector<Write>& writes, const Subscriptions::Pointer& subscription,
                     SubscriptionRecord record, OptionsPointer options) {
  unschedule(subscription);
  record.options = options_.to_kept_fields(*options);
  subscriptions_.change(subscription, record, std::move(options));
  schedule(subscription);
  ++accounts_[record.account].version;
  writes.push_back(WriteSubscription{std::move(record)});
}

void Service::end(std::vector<Write>& writes, Subscriptions::Pointer subscription,
                  Telling telling) {
  unschedule(subscription);
  subscriptions_.end(subscription);
  ++accounts_[subscription->account()].version;
  writes.push_back(to_removal(*subscription));
  if (telling == Telling::nobody) return;
  Notice notice;
  notice.kind = NoticeKind::unsubscribed;
  notice.account = subscription->account();
  notice.node = subscription->node();
  notice.at = latest_;
  notice.recipients = {Recipient{std::string(subscription->jid()),
                                 subscription->service(),
                                 {std::string(subscription->subid())},
                                 {}}};
  append_notice(writes, std::move(notice));
}

void Service::move_subscriptions(const std::string& account, const NodeId& from, const NodeId& to) {
  for (const auto& subscription : subscriptions_.at(account, from)) unschedule(subscription);
  subscriptions_.move(account, from, to);
  for (const auto& subscription : subscriptions_.at(account, to)) schedule(subscription);
}

bool Service::may_keep(const Account& account, const Subscription& subscription) const {
  const NodeRecord* node = account.tree.find(subscription.node());
  if (node == nullptr) return false;
  const Standing standing = control_.standing(control_.gate_of(account, *node), subscription);
  const bool is_pending = subscription.state() == SubscriptionState::pending;
  return standing.may_read ||
         (is_pending && standing.is_visible && standing.affiliation != Affiliation::outcast);
}

void Service::end_lost(std::vector<Write>& writes, const std::string& account) {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return;
  // An ended approval may take another subscription's right with it: until nothing changes.
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (const auto& subscription : subscriptions_.in(account)) {
      if (access_.is_owner(account, subscription->bare())) continue;
      if (may_keep(found->second, *subscription)) continue;
      end(writes, subscription, Telling::holder);
      has_changed = true;
    }
  }
}

std::vector<Write> Service::end_lost_subscriptions(WallTime now) {
  latest_ = std::max(latest_, now);
  control_.forget();
  std::vector<Write> writes;
  for (const auto& [account, content] : accounts_) {
    if (is_ours_(account)) end_lost(writes, account);
  }
  return writes;
}

std::vector<Write> Service::end_lost_subscriptions(const std::string& account, WallTime now) {
  latest_ = std::max(latest_, now);
  const auto found = accounts_.find(account);
  if (found != accounts_.end()) ++found->second.version;
  std::vector<Write> writes;
  end_lost(writes, account);
  return writes;
}

std::vector<Write> Service::expire(WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> writes;
  std::vector<Subscriptions::Pointer> over;
  for (auto at = leases_.begin(); at != leases_.end() && at->first <= now; ++at) {
    if (is_ours_(at->second->account())) over.push_back(at->second);
  }
  for (auto& subscription : over) end(writes, std::move(subscription), Telling::holder);
  for (const auto& subscription : bounces_.awake(now)) {
    SubscriptionRecord record = to_record(*subscription, {});
    record.parked.reset();
    const OptionsPointer options = subscription->shared_options();
    subscriptions_.change(subscription, record, options);  // what is kept stays: a trial
  }
  return writes;
}

std::vector<Write> Service::end_silent(WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> writes;
  for (const auto& [account, content] : accounts_) {
    if (!is_ours_(account)) continue;
    for (const auto& subscription : subscriptions_.in(account)) {
      const bool is_bound = subscription->is_full() && !subscription->expires();
      if (!is_bound || now - subscription->seen() < policy_.full_jid_age) continue;
      const bool is_there = access_.shows_of(account, subscription->jid()).value_or(0) != 0;
      if (!is_there) end(writes, subscription, Telling::holder);
    }
  }
  for (const auto& subscription : bounces_.recovered(now)) {
    const OptionsPointer options = subscription->shared_options();
    SubscriptionRecord record = to_record(*subscription, options_.to_kept_fields(*options));
    record.parked.reset();
    writes.push_back(WriteSubscription{std::move(record)});
  }
  return writes;
}

std::vector<Write> Service::on_unavailable(const std::string& account, std::string_view jid,
                                           WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> writes;
  const std::string bare = to_bare(jid);
  for (const auto& subscription : subscriptions_.of(bare)) {
    if (subscription->account() != account) continue;
    const bool has_gone = subscription->is_full() && (subscription->jid() == jid || jid == bare);
    const bool is_over = has_gone && !subscription->expires();
    const bool is_temporary =
        subscription->options().is_temporary &&
        (has_gone ||
         (!subscription->is_full() && access_.shows_of(account, subscription->jid()) == Shows{0}));
    if (is_over || is_temporary) end(writes, subscription, Telling::nobody);
  }
  return writes;
}

// The id of a notification ends in "-" and the subid of one of its subscriptions: nobody else knows
// it, so nobody else's bounce counts.
std::vector<Write> Service::on_bounce(std::string_view from, std::string_view id, bool is_final,
                                      WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> writes;
  const auto dash = id.find('-');
  if (dash == std::string_view::npos) return writes;
  const auto subid = id.substr(dash + 1);
  Subscriptions::Pointer bounced;
  for (const auto& subscription : subscriptions_.of(to_bare(from))) {
    if (subscription->jid() == from && subscription->subid() == subid) bounced = subscription;
  }
  if (!bounced) return writes;
  const std::vector<Subscriptions::Pointer> all = subscriptions_.of(bounced->bare());
  for (const auto& subscription : all) {
    const bool is_same_address = subscription->jid() == from &&
                                 subscription->account() == bounced->account() &&
                                 subscription->node() == bounced->node();
    if (!is_same_address) continue;
    if (is_final || bounces_.on_bounce(subscription, now) == Bounces::Verdict::end) {
      end(writes, subscription, Telling::nobody);
      continue;
    }
    if (subscription->parked()) continue;
    const OptionsPointer options = subscription->shared_options();
    SubscriptionRecord record = to_record(*subscription, options_.to_kept_fields(*options));
    record.parked = bounces_.since(subscription);
    subscriptions_.change(subscription, record, options);
    writes.push_back(WriteSubscription{std::move(record)});
  }
  return writes;
}

void Service::note_sign_of_life(std::vector<Write>& writes, const Asker& asker) {
  for (const auto& subscription : subscriptions_.of(asker.bare)) {
    const bool is_its_own = subscription->jid() == asker.full || !subscription->is_full();
    const bool is_due =
        subscription->is_full() && latest_ - subscription->seen() >= sign_of_life_every;
    if (!is_its_own || (!subscription->parked() && !is_due)) continue;
    bounces_.forget(subscription);
    const OptionsPointer options = subscription->shared_options();
    SubscriptionRecord record = to_record(*subscription, options_.to_kept_fields(*options));
    record.parked.reset();
    record.seen = latest_;
    subscriptions_.change(subscription, record, options);
    writes.push_back(WriteSubscription{std::move(record)});
  }
}

}  // namespace pubsub
