// The <query/> of a disco#items result: accounts, nodes, or the ids of a leaf's items, in pages.
// XEP-0030 §4, XEP-0060 §5.2, §5.5; XEP-0059.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pubsub/reply.hpp"
#include "pubsub/result_page.hpp"

namespace disco {

struct Item {
  std::string_view jid;
  std::string_view node;  ///< empty: none
  std::string_view name;
};

/// What the items name must outlive the call. The uid of an entry in a page is its node, else its
/// JID.
pubsub::Reply make_items_reply(const std::string& node, const std::vector<Item>& items,
                               const pubsub::PageRequest& page, std::size_t most);

}  // namespace disco
