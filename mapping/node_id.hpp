// The names of the nodes at an account's address: mail_events/<path>, mail_status/<path>,
// mail_account. XEP-0060 §4.6.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/error.hpp"
#include "mapping/mailbox_name.hpp"

namespace mapping {

enum class Tree { events, status, account };

struct TreeRow {
  Tree tree;
  std::string_view root;
};
inline constexpr std::array<TreeRow, 3> trees{{
    {Tree::events, "mail_events"},
    {Tree::status, "mail_status"},
    {Tree::account, "mail_account"},
}};
static_assert([] {
  for (std::size_t i = 0; i < trees.size(); ++i) {
    if (static_cast<std::size_t>(trees[i].tree) != i) return false;
  }
  return static_cast<std::size_t>(Tree::account) + 1 == trees.size();
}());
constexpr std::string_view root_of(Tree tree) {
  return trees[static_cast<std::size_t>(tree)].root;
}

/// The levels with '/' between. Within a level `%`, `/`, U+0000-001F, U+007F, what XML 1.0 forbids
/// and octets that are no UTF-8 become %HH. XEP-0060 §4.6.2: deviates - no Unicode normalisation,
/// two mailboxes may differ by it alone.
std::string to_path(const MailboxName& name);

struct NodeRef {
  Tree tree = Tree::events;
  std::vector<std::string> levels;  ///< empty: the tree's root
  bool is_subtree = false;          ///< with the trailing slash: a mailbox and all beneath it
  friend bool operator==(const NodeRef&, const NodeRef&) = default;
};

/// Precondition: `levels` is empty or makes a MailboxName.
std::string to_node_id(const NodeRef& ref);
/// Accepts what to_node_id writes and nothing else.
result<NodeRef> parse_node_id(std::string_view id);

/// RFC 5122 §2.2: xmpp:<jid>?;node=<id>, the id percent-encoded once more.
std::string to_xmpp_uri(std::string_view bare_jid, std::string_view node_id);

}  // namespace mapping
