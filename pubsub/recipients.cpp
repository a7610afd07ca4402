#include "pubsub/recipients.hpp"

#include <algorithm>

namespace pubsub {

void Recipients::add(const Subscriptions::Pointer& subscription) {
  if ((groups_.size() + 1) * 2 > slots_.size()) grow();
  const auto index = static_cast<std::uint32_t>(links_.size());
  links_.push_back({subscription, none});
  std::uint32_t& group = slots_[slot_of(*subscription)];
  if (group == none) {
    group = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({index, index});
    return;
  }
  links_[groups_[group].last].next = index;
  groups_[group].last = index;
}

void Recipients::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 4), none);
  for (std::uint32_t i = 0; i < groups_.size(); ++i) {
    slots_[slot_of(*links_[groups_[i].first].subscription)] = i;
  }
}

std::size_t Recipients::slot_of(const Subscription& subscription) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (subscription.address_hash ^ (subscription.address_hash >> 17U)) & mask;
  while (slots_[slot] != none) {
    const Subscription& other = *links_[groups_[slots_[slot]].first].subscription;
    if (other.address_hash == subscription.address_hash && other.has_address_of(subscription))
      break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

std::vector<Recipient> Recipients::to_records(const NodeId& subject) const {
  std::vector<Recipient> records;
  records.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    Recipient recipient;
    visit(i, [&](const Subscription& subscription) {
      const SubscriptionRecord& record = subscription.record;
      recipient.jid = record.jid;
      recipient.service = record.service;
      recipient.subids.push_back(record.subid);
      auto& collections = recipient.collections;
      const bool is_new =
          std::find(collections.begin(), collections.end(), record.node) == collections.end();
      if (record.node != subject && is_new) collections.push_back(record.node);
    });
    records.push_back(std::move(recipient));
  }
  return records;
}

}  // namespace pubsub
