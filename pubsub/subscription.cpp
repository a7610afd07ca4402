#include "pubsub/subscription.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pubsub {
namespace {

constexpr std::size_t first_buckets = 64;

}  // namespace

std::string to_bare(std::string_view prepared_jid) {
  return std::string(prepared_jid.substr(0, prepared_jid.find('/')));
}

Subscription::Subscription(boost::intrusive_ptr<const SubscribedNode> node, const std::string& jid,
                           const std::string& subid, const std::string& service,
                           OptionsPointer options)
    : node_(std::move(node)),
      options_(std::move(options)),
      service_(&service),
      text_(new char[jid.size() + subid.size()]),
      address_hash_(static_cast<std::uint32_t>(std::hash<std::string>()(jid) * 31 +
                                               std::hash<std::string>()(service))),
      jid_length_(static_cast<std::uint16_t>(jid.size())),
      bare_length_(static_cast<std::uint16_t>(std::min(jid.find('/'), jid.size()))),
      subid_length_(static_cast<std::uint16_t>(subid.size())) {
  std::copy(jid.begin(), jid.end(), text_.get());
  std::copy(subid.begin(), subid.end(), text_.get() + jid.size());
}

SubscriptionRecord to_record(const Subscription& subscription, FormFields options) {
  SubscriptionRecord record;
  record.account = subscription.account();
  record.node = subscription.node();
  record.jid = subscription.jid();
  record.subid = subscription.subid();
  record.state = subscription.state();
  record.service = subscription.service();
  record.options = std::move(options);
  record.expires = subscription.expires();
  record.seen = subscription.seen();
  record.parked = subscription.parked();
  return record;
}

Subscriptions::Subscriptions()
    : buckets_(first_buckets), by_bare_(ByBare::bucket_traits(buckets_.data(), buckets_.size())) {}

Subscriptions::~Subscriptions() {
  by_bare_.clear();
  // Nodes and their subscriptions hold on to each other.
  for (auto& [account, nodes] : by_account_) {
    for (auto& [id, node] : nodes) node->subscriptions.clear();
  }
}

Subscriptions::NodePointer Subscriptions::node_at(const std::string& account, const NodeId& id) {
  NodePointer& node = by_account_[account][id];
  if (!node) {
    node.reset(new SubscribedNode);
    node->account = account;
    node->id = id;
  }
  return node;
}

void Subscriptions::index(Subscription& subscription) {
  if (by_bare_.size() >= 2 * buckets_.size()) {
    std::vector<ByBare::bucket_type> more(buckets_.size() * 2);
    by_bare_.rehash(ByBare::bucket_traits(more.data(), more.size()));
    buckets_.swap(more);
  }
  by_bare_.insert(subscription);
}

Subscriptions::Pointer Subscriptions::add(const SubscriptionRecord& record,
                                          OptionsPointer options) {
  const NodePointer node = node_at(record.account, record.node);
  const std::string& service = *services_.insert(record.service).first;
  boost::intrusive_ptr<Subscription> subscription(
      new Subscription(node, record.jid, record.subid, service, options));
  // Most nodes have few: growing by doubling would waste more than it saves.
  auto& all = node->subscriptions;
  if (all.size() == all.capacity()) all.reserve(all.size() + 1 + all.size() / 4);
  all.push_back(subscription);
  index(*subscription);
  ++size_;
  change(subscription, record, std::move(options));
  return subscription;
}

void Subscriptions::change(const Pointer& subscription, const SubscriptionRecord& record,
                           OptionsPointer options) {
  auto& changed = const_cast<Subscription&>(*subscription);
  changed.options_ = std::move(options);
  changed.state_ = record.state;
  changed.expires_ = record.expires.value_or(WallTime());
  changed.parked_ = record.parked.value_or(WallTime());
  changed.seen_ = record.seen;
}

void Subscriptions::end(const Pointer& subscription) {
  const Pointer kept = subscription;  // the argument may be an element of what is erased from here
  if (kept->has_ended()) return;
  const auto account = by_account_.find(kept->account());
  if (account == by_account_.end()) return;
  const auto node = account->second.find(kept->node());
  if (node == account->second.end() || std::erase(node->second->subscriptions, kept) == 0) return;
  if (node->second->subscriptions.empty()) account->second.erase(node);
  if (account->second.empty()) by_account_.erase(account);
  auto& ended = const_cast<Subscription&>(*kept);
  by_bare_.erase(by_bare_.iterator_to(ended));
  ended.has_ended_ = true;
  --size_;
}

std::vector<Subscriptions::Pointer> Subscriptions::end_node(const std::string& account,
                                                            const NodeId& node) {
  const auto present = at(account, node);
  std::vector<Pointer> ended(present.begin(), present.end());
  for (auto last = ended.rbegin(); last != ended.rend(); ++last) end(*last);
  return ended;
}

void Subscriptions::move(const std::string& account, const NodeId& from, const NodeId& to) {
  // A fan-out under way goes on with the old objects and with the old name: so it was when it
  // began.
  const std::vector<Pointer> moved = end_node(account, from);
  for (const Pointer& old : moved) {
    const_cast<Subscription&>(*old).has_ended_ = false;
    SubscriptionRecord record = to_record(*old, {});
    record.node = to;
    add(record, old->options_);
  }
}

std::span<const Subscriptions::Pointer> Subscriptions::at(const std::string& account,
                                                          const NodeId& node) const {
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return {};
  const auto found = nodes->second.find(node);
  if (found == nodes->second.end()) return {};
  return found->second->subscriptions;
}

std::vector<Subscriptions::Pointer> Subscriptions::of(std::string_view bare) const {
  std::vector<Pointer> sorted;
  const auto [begin, end] = by_bare_.equal_range(bare);
  for (auto at = begin; at != end; ++at) sorted.emplace_back(&*at);
  std::sort(sorted.begin(), sorted.end(), [](const Pointer& a, const Pointer& b) {
    const auto key = [](const Subscription& each) {
      return std::tuple<const std::string&, const NodeId&, std::string_view, std::string_view>(
          each.account(), each.node(), each.jid(), each.subid());
    };
    return key(*a) < key(*b);
  });
  return sorted;
}

std::size_t Subscriptions::count_of(std::string_view bare) const {
  return by_bare_.count(bare);
}

std::size_t Subscriptions::count_in(const std::string& account) const {
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return 0;
  std::size_t count = 0;
  for (const auto& [id, node] : nodes->second) count += node->subscriptions.size();
  return count;
}

std::vector<Subscriptions::Pointer> Subscriptions::in(const std::string& account) const {
  std::vector<Pointer> all;
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return all;
  for (const auto& [id, node] : nodes->second) {
    all.insert(all.end(), node->subscriptions.begin(), node->subscriptions.end());
  }
  return all;
}

}  // namespace pubsub
