// What mapping/ tells the PubSub service of one account, in order: the node graph's changes and
// what is published.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "pubsub/node.hpp"

namespace pubsub {

/// The node is there, or its name, parents or meta-data are now these. A new node is announced to
/// the subscribers of its collections by <collection><associate/></collection> (XEP-0248 §7.1).
struct PutNode {
  NodeSpec node;
  friend bool operator==(const PutNode&, const PutNode&) = default;
};

/// The node is gone: <delete/> to its subscribers, and the subscriptions end (XEP-0060 §8.4).
struct DeleteNode {
  NodeId id;
  friend bool operator==(const DeleteNode&, const DeleteNode&) = default;
};

/// The node goes on under another id: subscriptions, affiliations, configuration and history move;
/// the old id answers `gone` with a redirect (XEP-0060 §8.4.2 <redirect/>). If `node.id` exists
/// already, it must have been put just before without history; its high-water mark counts (next
/// item id = larger mark + 1).
struct MoveNode {
  NodeId from;
  NodeSpec node;
  friend bool operator==(const MoveNode&, const MoveNode&) = default;
};

/// One more item on a history leaf; the service gives the id.
struct PublishItem {
  NodeId node;
  Payload payload;
  WallTime at;
  friend bool operator==(const PublishItem&, const PublishItem&) = default;
};

/// The item "current" of a state leaf is now this. Nothing is published while `key` equals the last
/// one's.
struct PublishState {
  NodeId node;
  std::string key;
  Payload payload;
  WallTime at;
  /// Only the sight of the source changed (stale, current), not the counts: through a collection
  /// such a change is sent for one leaf only, see AccessControl::speaker_of.
  bool sight_only = false;
  friend bool operator==(const PublishState&, const PublishState&) = default;
};

using Change = std::variant<PutNode, DeleteNode, MoveNode, PublishItem, PublishState>;

struct AccountChanges {
  std::string account;  ///< the account's bare JID, prepared
  std::vector<Change> changes;
};

}  // namespace pubsub
