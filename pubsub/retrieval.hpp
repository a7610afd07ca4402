// Retrieving items: what to read from the store for a request, and the answer made of what was
// read. XEP-0060 §6.5, XEP-0059, XEP-0248 §6.2; item ids as docs/protocol says: decimal, order is
// age, "current" on a state leaf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/reply.hpp"
#include "pubsub/request.hpp"
#include "pubsub/subscription.hpp"

namespace pubsub {

/// A request whose answer needs items. The caller reads `queries`, in their order, and gives all
/// rows back.
struct Retrieval {
  struct Leaf {
    NodeId node;
    Holding holding = Holding::nothing;
    std::uint64_t last_item = 0;
    Audience audience;  ///< how much of its items is shown
  };

  std::string account;
  GetItems request;
  std::vector<ItemQuery> queries;  ///< one per leaf
  std::vector<Leaf> leaves;
  bool is_collection = false;
  /// Of a collection: how many leaves it has, and how many of them come before the first of these.
  std::size_t all_leaves = 0;
  std::size_t leaves_before = 0;

  // For last items: what they are sent for.
  Subscriptions::Pointer subscription;
  std::string to;          ///< its JID, or the resource that has become available
  bool is_repeat = false;  ///< of a state that its holder has seen (heartbeat)
};

boost::system::result<Retrieval, Error> plan_leaf(const std::string& account,
                                                  const Retrieval::Leaf& leaf,
                                                  const GetItems& request);
/// The leaves that the asker may see, in a fixed order, of which only the page is ever made.
struct LeafList {
  std::size_t count = 0;
  std::function<std::string_view(std::size_t)> node;
  std::function<Retrieval::Leaf(std::size_t)> leaf;
};
boost::system::result<Retrieval, Error> plan_collection(const std::string& account,
                                                        const LeafList& leaves,
                                                        const GetItems& request);
Reply make_items_reply(const Retrieval& retrieval, const std::vector<ItemRows>& rows);

/// A history whose items directly after `uid` are not kept any more cannot be continued: the client
/// must look at the state instead.
bool has_gap_after(std::uint64_t uid, const Retrieval::Leaf& leaf, const ItemRows& rows);

}  // namespace pubsub
