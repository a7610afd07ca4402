// The addresses that one notice reaches, each once per form of it, with the subscriptions by which
// it is reached. XEP-0060 §6.1.6, XEP-0248 §5.2. Grows without an allocation per recipient.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pubsub/subscription.hpp"

namespace pubsub {

class Recipients {
 public:
  /// A second subscription of one JID at one service address joins the first, if it gets the same
  /// form (see Renditions; 0 where there is but one).
  void add(const Subscriptions::Pointer& subscription, std::uint32_t form = 0);

  std::size_t size() const { return groups_.size(); }
  std::uint32_t form(std::size_t recipient) const { return groups_[recipient].form; }
  /// Calls `visit` with each subscription of that recipient, in the order in which they were added.
  template <class Visit>
  void visit(std::size_t recipient, Visit visit) const {
    for (std::uint32_t i = groups_[recipient].first; i != none; i = links_[i].next)
      visit(*links_[i].subscription);
  }

  /// As a journal entry keeps them; subscriptions to other nodes than `subject` go through
  /// collections.
  std::vector<Recipient> to_records(const NodeId& subject) const;

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  struct Link {
    Subscriptions::Pointer subscription;
    std::uint32_t next = none;
  };
  struct Group {
    std::uint32_t first, last, form;
  };
  void grow();
  std::size_t slot_of(const Subscription& subscription, std::uint32_t form) const;

  std::vector<Link> links_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> slots_;  // open addressing: address -> group
};

}  // namespace pubsub
