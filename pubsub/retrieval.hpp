// Retrieving items: what to read from the store for a request, and the answer made of what was
// read. XEP-0060 §6.5, XEP-0059, XEP-0248 §6.2; item ids as docs/protocol says: decimal, order is
// age, "current" on a state leaf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pubsub/node_tree.hpp"
#include "pubsub/rendering.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/request.hpp"

namespace pubsub {

/// A request whose answer needs items. The caller reads `queries`, in their order, and gives all
/// rows back.
struct Retrieval {
  struct Leaf {
    NodeId node;
    Holding holding = Holding::nothing;
    std::uint64_t last_item = 0;
  };

  std::string account;
  GetItems request;
  Audience audience;
  std::vector<ItemQuery> queries;  ///< one per leaf
  std::vector<Leaf> leaves;
  bool is_collection = false;
  /// Of a collection: how many leaves it has, and how many of them come before the first of these.
  std::size_t all_leaves = 0;
  std::size_t leaves_before = 0;

  // For last published items: who gets them.
  std::string service, jid, subid;
  NodeId subscribed_node;
};

boost::system::result<Retrieval, Error> plan_leaf(const std::string& account,
                                                  const NodeRecord& leaf, const GetItems& request,
                                                  const Audience& audience);
/// `leaves`: those that the asker may see, in a fixed order.
boost::system::result<Retrieval, Error> plan_collection(
    const std::string& account, const std::vector<const NodeRecord*>& leaves,
    const GetItems& request, const Audience& audience);
Reply make_items_reply(const Retrieval& retrieval, const std::vector<ItemRows>& rows);

/// The id of an item on the wire.
std::string to_item_id(const Retrieval::Leaf& leaf, std::uint64_t number);

}  // namespace pubsub
