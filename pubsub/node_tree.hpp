// The nodes of one account and the directed acyclic graph that collections make of them. XEP-0248
// §4.1.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "pubsub/node.hpp"
#include "pubsub/store.hpp"

namespace pubsub {

class NodeTree {
 public:
  struct Step {
    NodeId id;
    std::size_t depth;  ///< edges on the shortest path; 0 is the node itself
    friend bool operator==(const Step&, const Step&) = default;
  };

  /// Adds or replaces. A parent that would close a cycle is left out of the record. Parents may
  /// come later.
  void put(NodeRecord record);
  void erase(const NodeId& id);

  const NodeRecord* find(const NodeId& id) const;
  /// Only for what does not touch the graph: high-water mark, state key, configuration.
  NodeRecord* find(const NodeId& id);

  /// In the order of their ids; only those that are there.
  const std::set<NodeId>& roots() const { return roots_; }
  const std::set<NodeId>& children(const NodeId& id) const;
  bool has_children(const NodeId& id) const;
  /// Every collection above, nearest first, without the node itself; equal depths by id.
  std::vector<Step> ancestors(const NodeId& id) const;
  /// Every node beneath, by depth and id, without the node itself.
  std::vector<Step> descendants(const NodeId& id) const;

  /// Every leaf beneath, by id; valid until the graph changes.
  const std::vector<const NodeRecord*>& leaves(const NodeId& id) const;

  const std::map<NodeId, NodeRecord>& nodes() const { return nodes_; }

 private:
  void unlink(const NodeRecord& record);

  std::map<NodeId, NodeRecord> nodes_;
  std::set<NodeId> roots_;
  std::unordered_map<NodeId, std::set<NodeId>> children_;  // also of parents that are not there yet
  /// The latest answer of leaves(), since pages of one collection are asked for one after another.
  mutable std::optional<NodeId> leaves_of_;
  mutable std::vector<const NodeRecord*> leaves_;
};

}  // namespace pubsub
