// Who was subscribed to nodes that are gone: a notice that was made before its node went, and is
// sent after it, still goes to them. Filled from the journal, so it outlives a restart. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pubsub/store.hpp"

namespace component {

class Departures {
 public:
  /// Takes note of a deleted or renamed node (NoticeKind::remove, redirect); other kinds say
  /// nothing.
  void note(const pubsub::Notice& notice);
  /// The subscribers at the first departure of the notice's node after the notice; null: it has not
  /// gone since.
  const std::vector<pubsub::Recipient>* find(const pubsub::Notice& notice) const;
  /// Nothing up to `sequence` will be sent again.
  void forget_until(std::uint64_t sequence);

 private:
  using Key = std::pair<std::string, std::string>;  // account, node
  std::map<Key, std::map<std::uint64_t, std::vector<pubsub::Recipient>>> by_node_;
};

}  // namespace component
