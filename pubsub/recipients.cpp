#include "pubsub/recipients.hpp"

#include <algorithm>

namespace pubsub {

void Recipients::add(const Subscriptions::Pointer& subscription, std::uint32_t form) {
  if ((groups_.size() + 1) * 2 > slots_.size()) grow();
  const auto index = static_cast<std::uint32_t>(links_.size());
  links_.push_back({subscription, none});
  std::uint32_t& group = slots_[slot_of(*subscription, form)];
  if (group == none) {
    group = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({index, index, form});
    return;
  }
  links_[groups_[group].last].next = index;
  groups_[group].last = index;
}

void Recipients::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 4), none);
  for (std::uint32_t i = 0; i < groups_.size(); ++i) {
    slots_[slot_of(*links_[groups_[i].first].subscription, groups_[i].form)] = i;
  }
}

std::size_t Recipients::slot_of(const Subscription& subscription, std::uint32_t form) const {
  const std::size_t mask = slots_.size() - 1;
  const std::size_t hash = subscription.address_hash() + form * 0x9E3779B9UL;
  std::size_t slot = (hash ^ (hash >> 17U)) & mask;
  while (slots_[slot] != none) {
    const Group& group = groups_[slots_[slot]];
    const Subscription& other = *links_[group.first].subscription;
    if (group.form == form && other.address_hash() == subscription.address_hash() &&
        other.has_address_of(subscription))
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
      recipient.jid = subscription.jid();
      recipient.service = subscription.service();
      recipient.subids.emplace_back(subscription.subid());
      auto& collections = recipient.collections;
      const bool is_new = std::find(collections.begin(), collections.end(), subscription.node()) ==
                          collections.end();
      if (subscription.node() != subject && is_new) collections.push_back(subscription.node());
    });
    records.push_back(std::move(recipient));
  }
  return records;
}

}  // namespace pubsub
