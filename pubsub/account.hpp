// What the service holds of one account: its nodes, those that were, what its owners granted, and
// the indexes that make it cheap to say what a guest may see.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "pubsub/affiliations.hpp"
#include "pubsub/node_tree.hpp"

namespace pubsub {

struct Account {
  std::string jid;  ///< bare, prepared
  NodeTree tree;
  /// Names that were nodes: their high-water marks are kept for ever, redirects for a while.
  std::unordered_map<NodeId, NodeRecord> former;
  Affiliations affiliations;
  /// Nodes whose owner chose another access model than "whitelist".
  std::set<NodeId> opened;
  /// NodeSpec::readers, turned round: the leaves of each reader.
  std::map<std::string, std::set<NodeId>, std::less<>> read_by;
  /// Grows with every change after which somebody may see more or less.
  std::uint64_t version = 1;
};

}  // namespace pubsub
