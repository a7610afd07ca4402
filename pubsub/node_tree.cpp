#include "pubsub/node_tree.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace pubsub {
namespace {

const std::set<NodeId> no_nodes;

// Breadth first, so the first visit is by the shortest path.
template <class NeighboursOf>
std::vector<NodeTree::Step> walk(const NodeId& start, NeighboursOf neighbours_of) {
  std::vector<NodeTree::Step> steps{{start, 0}};
  std::set<NodeId> seen{start};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t depth = steps[i].depth + 1;
    for (const NodeId& next : neighbours_of(NodeId(steps[i].id))) {
      if (seen.insert(next).second) steps.push_back({next, depth});
    }
  }
  steps.erase(steps.begin());
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) {
    return std::tie(a.depth, a.id) < std::tie(b.depth, b.id);
  });
  return steps;
}

}  // namespace

void NodeTree::put(NodeRecord record) {
  leaves_of_.reset();
  const NodeId id = record.spec.id;
  if (const NodeRecord* former = find(id)) unlink(*former);
  nodes_.erase(id);
  auto& parents = record.spec.parents;
  // XEP-0248 §4.1: collections MUST NOT be linked so as to produce a cyclic graph.
  const auto beneath = descendants(id);
  std::erase_if(parents, [&](const NodeId& parent) {
    const bool is_beneath = std::any_of(beneath.begin(), beneath.end(),
                                        [&](const Step& step) { return step.id == parent; });
    return parent == id || is_beneath;
  });
  for (const NodeId& parent : parents) children_[parent].insert(id);
  if (parents.empty()) roots_.insert(id);
  nodes_.insert_or_assign(id, std::move(record));
}

void NodeTree::unlink(const NodeRecord& record) {
  roots_.erase(record.spec.id);
  for (const NodeId& parent : record.spec.parents) {
    const auto children = children_.find(parent);
    if (children == children_.end()) continue;
    children->second.erase(record.spec.id);
    if (children->second.empty()) children_.erase(children);
  }
}

void NodeTree::erase(const NodeId& id) {
  const auto node = nodes_.find(id);
  if (node == nodes_.end()) return;
  leaves_of_.reset();
  unlink(node->second);
  nodes_.erase(node);
}

const NodeRecord* NodeTree::find(const NodeId& id) const {
  const auto node = nodes_.find(id);
  return node == nodes_.end() ? nullptr : &node->second;
}

NodeRecord* NodeTree::find(const NodeId& id) {
  const auto node = nodes_.find(id);
  return node == nodes_.end() ? nullptr : &node->second;
}

const std::set<NodeId>& NodeTree::children(const NodeId& id) const {
  const auto children = children_.find(id);
  return children == children_.end() ? no_nodes : children->second;
}

bool NodeTree::has_children(const NodeId& id) const {
  return children_.contains(id);
}

std::vector<NodeTree::Step> NodeTree::ancestors(const NodeId& id) const {
  auto steps = walk(id, [this](const NodeId& at) {
    const NodeRecord* record = find(at);
    return record == nullptr ? std::vector<NodeId>() : record->spec.parents;
  });
  std::erase_if(steps, [this](const Step& step) { return find(step.id) == nullptr; });
  return steps;
}

std::vector<NodeTree::Step> NodeTree::descendants(const NodeId& id) const {
  return walk(id, [this](const NodeId& at) -> const std::set<NodeId>& { return children(at); });
}

// What holds something is a collection; what does not is looked up, once for each parent.
const std::vector<const NodeRecord*>& NodeTree::leaves(const NodeId& id) const {
  if (leaves_of_ == id) return leaves_;
  leaves_.clear();
  std::unordered_set<std::string_view> seen{id};
  std::vector<const std::set<NodeId>*> open{&children(id)};
  while (!open.empty()) {
    const auto& held = *open.back();
    open.pop_back();
    for (const NodeId& child : held) {
      const auto beneath = children_.find(child);
      if (beneath != children_.end()) {
        if (seen.insert(child).second) open.push_back(&beneath->second);
      } else if (const NodeRecord* node = find(child); node && node->spec.kind == NodeKind::leaf) {
        leaves_.push_back(node);
      }
    }
  }
  std::sort(leaves_.begin(), leaves_.end(),
            [](const auto* a, const auto* b) { return a->spec.id < b->spec.id; });
  leaves_.erase(std::unique(leaves_.begin(), leaves_.end()), leaves_.end());
  leaves_of_ = id;
  return leaves_;
}

}  // namespace pubsub
