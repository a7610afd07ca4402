#include "mapping/collection.hpp"

#include <algorithm>

#include "mapping/characters.hpp"
#include "mapping/special_use.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

using pubsub::Holding;
using pubsub::NodeKind;
using pubsub::NodeSpec;

std::string field(std::string_view name) {
  return '{' + std::string(xmpp_schemas::ns::message_store) + '}' + std::string(name);
}

std::string name_for_people(const std::vector<std::string>& levels, const MailboxFacts* facts) {
  if (facts != nullptr && facts->special_use != events::SpecialUse::none) {
    return std::string(row_of(facts->special_use).word);
  }
  if (levels.size() == 1 && levels.front() == "INBOX") return "Inbox";
  return to_harmless_text(levels.back(), 255);
}

std::string parent_path(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

std::string collection_id(Tree tree, const std::string& path) {
  const std::string root(root_of(tree));
  return path.empty() ? root : root + '/' + path + '/';
}

std::string leaf_id(Tree tree, const std::string& path) {
  return std::string(root_of(tree)) + '/' + path;
}

NodeSpec root(Tree tree, NodeKind kind, Holding holding, std::string name) {
  NodeSpec spec;
  spec.id = root_of(tree);
  spec.kind = kind;
  spec.holding = holding;
  spec.name = std::move(name);
  spec.is_audited = tree != Tree::status;
  spec.is_closed = tree == Tree::account;
  return spec;
}

/// RFC 3503 §4
std::string to_mdn_sent(std::optional<bool> is_kept) {
  if (!is_kept) return "unknown";
  return *is_kept ? "yes" : "no";
}

std::vector<std::pair<std::string, std::string>> meta_data(const MailboxFacts& facts) {
  std::vector<std::pair<std::string, std::string>> fields;
  if (facts.uidvalidity) {
    fields.emplace_back(field("uidvalidity"), std::to_string(facts.uidvalidity->value()));
  }
  if (facts.special_use != events::SpecialUse::none) {
    fields.emplace_back(field("special_use"), std::string(row_of(facts.special_use).attribute));
  }
  fields.emplace_back(field("mdn_sent"), to_mdn_sent(facts.keeps_mdn_sent));
  return fields;
}

using Index = std::map<std::string_view, const NodeSpec*>;

Index index_of(const std::vector<NodeSpec>& nodes) {
  Index index;
  for (const auto& node : nodes) index.emplace(node.id, &node);
  return index;
}

/// A new mailbox is put, and so announced, before the new collection of it and what is beneath it:
/// the mailbox is what happened. XEP-0248 §5.3
std::vector<NodeSpec> mailboxes_first(std::vector<NodeSpec> nodes, const Index& old_nodes,
                                      const std::map<std::string_view, std::string_view>& origin) {
  const auto is_new = [&](const NodeSpec& node) {
    return !old_nodes.contains(node.id) && !origin.contains(node.id);
  };
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const bool is_pair = nodes[i].kind == NodeKind::leaf && nodes[i - 1].id == nodes[i].id + '/';
    if (is_pair && is_new(nodes[i]) && is_new(nodes[i - 1])) std::swap(nodes[i], nodes[i - 1]);
  }
  return nodes;
}

}  // namespace

MailboxFacts facts_of(const events::MailboxState& state) {
  // RFC 3501 §7.2.2: no separator, no children
  return {state.is_selectable,
          state.no_inferiors || state.separator == '\0',
          state.special_use,
          state.uidvalidity,
          {},
          {}};
}

std::optional<bool> keeps_mdn_sent(const NodeSpec& node) {
  for (const auto& [name, value] : node.meta_data) {
    if (name != field("mdn_sent") || value == to_mdn_sent(std::nullopt)) continue;
    return value == to_mdn_sent(true);
  }
  return std::nullopt;
}

std::vector<NodeSpec> root_nodes() {
  return {root(Tree::events, NodeKind::collection, Holding::nothing, "Mail events"),
          root(Tree::status, NodeKind::collection, Holding::nothing, "Mail waiting"),
          root(Tree::account, NodeKind::leaf, Holding::history, "Account events")};
}

std::vector<std::string> paths_to(const MailboxName& name) {
  std::vector<std::string> paths;
  for (auto path = to_path(name); !path.empty(); path = parent_path(path)) paths.push_back(path);
  std::reverse(paths.begin(), paths.end());
  return paths;
}

void MailboxTree::put(const MailboxName& name, MailboxFacts facts) {
  auto levels = name.levels();
  auto path = to_path(name);
  if (const auto found = levels_.find(path); found != levels_.end()) {
    found->second.mailbox = facts;
    return;
  }
  levels_[path] = {levels, facts, 0};
  // implied levels come into being with the first child
  for (levels.pop_back(), path = parent_path(path); !path.empty();
       levels.pop_back(), path = parent_path(path)) {
    const auto [level, is_new] = levels_.try_emplace(path, Level{levels, std::nullopt, 0});
    ++level->second.children;
    if (!is_new) return;
  }
}

void MailboxTree::remove(const MailboxName& name) {
  auto path = to_path(name);
  auto found = levels_.find(path);
  if (found == levels_.end()) return;
  found->second.mailbox.reset();
  while (!found->second.mailbox && found->second.children == 0) {
    levels_.erase(found);
    path = parent_path(path);
    if (path.empty()) return;
    found = levels_.find(path);
    --found->second.children;
  }
}

const MailboxFacts* MailboxTree::find(const MailboxName& name) const {
  const auto found = levels_.find(to_path(name));
  const bool is_put = found != levels_.end() && found->second.mailbox;
  return is_put ? &*found->second.mailbox : nullptr;
}

// \NoInferiors never has one; but what has children has one, whatever it says of itself
bool MailboxTree::has_collection(const Level& level) const {
  return level.children > 0 || (level.mailbox && !level.mailbox->no_inferiors);
}

std::vector<NodeSpec> MailboxTree::nodes_at(const std::string& path) const {
  const auto found = levels_.find(path);
  if (found == levels_.end()) return {};
  const auto& level = found->second;
  const auto* facts = level.mailbox ? &*level.mailbox : nullptr;
  const auto name = name_for_people(level.levels, facts);
  std::vector<NodeSpec> nodes;
  for (const auto tree : {Tree::events, Tree::status}) {
    NodeSpec node;
    node.parents = {collection_id(tree, parent_path(path))};
    node.name = name;
    node.is_audited = tree == Tree::events;
    if (has_collection(level)) {
      NodeSpec collection = node;
      collection.id = collection_id(tree, path);
      collection.kind = NodeKind::collection;
      collection.is_listed = level.children > 0;
      node.parents.push_back(collection.id);
      nodes.push_back(std::move(collection));
    }
    if (facts != nullptr && facts->is_selectable) {
      node.id = leaf_id(tree, path);
      node.holding = tree == Tree::events ? Holding::history : Holding::state;
      node.readers = facts->readers;
      node.meta_data = meta_data(*facts);
      nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

std::vector<NodeSpec> MailboxTree::all_nodes() const {
  std::vector<NodeSpec> all;
  for (const auto& [path, level] : levels_) {
    for (auto& node : nodes_at(path)) all.push_back(std::move(node));
  }
  return all;
}

std::vector<pubsub::Change> difference(const std::vector<NodeSpec>& before,
                                       const std::vector<NodeSpec>& after,
                                       const std::map<std::string, std::string>& moves) {
  const auto old_nodes = index_of(before);
  const auto new_nodes = index_of(after);
  std::map<std::string_view, std::string_view>
      origin;                       // new id -> old id, of moves that take place
  std::set<std::string_view> left;  // the old ids of those
  for (const auto& [from, to] : moves) {
    const bool takes_place = old_nodes.contains(from) && !new_nodes.contains(from) &&
                             new_nodes.contains(to) && !old_nodes.contains(to);
    if (takes_place && origin.emplace(to, from).second) left.insert(from);
  }
  std::vector<pubsub::Change> changes;
  for (const auto& node : mailboxes_first(after, old_nodes, origin)) {
    const auto old = old_nodes.find(node.id);
    if (const auto from = origin.find(node.id); from != origin.end()) {
      changes.emplace_back(pubsub::MoveNode{std::string(from->second), node});
    } else if (old == old_nodes.end() || *old->second != node) {
      changes.emplace_back(pubsub::PutNode{node});
    }
  }
  for (auto node = before.rbegin(); node != before.rend(); ++node) {
    if (!new_nodes.contains(node->id) && !left.contains(node->id)) {
      changes.emplace_back(pubsub::DeleteNode{node->id});
    }
  }
  return changes;
}

}  // namespace mapping
