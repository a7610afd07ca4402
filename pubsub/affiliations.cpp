#include "pubsub/affiliations.hpp"

#include <array>
#include <utility>

namespace pubsub {
namespace {

constexpr std::array<std::pair<Affiliation, std::string_view>, 6> words{{
    {Affiliation::none, "none"},
    {Affiliation::outcast, "outcast"},
    {Affiliation::member, "member"},
    {Affiliation::publisher, "publisher"},
    {Affiliation::owner, "owner"},
    {Affiliation::publisher, "publish-only"},
}};
static_assert(static_cast<std::size_t>(Affiliation::owner) + 2 == words.size());

const std::set<NodeId> no_nodes;

}  // namespace

std::string_view to_text(Affiliation affiliation) {
  return words[static_cast<std::size_t>(affiliation)].second;
}

std::optional<Affiliation> parse_affiliation(std::string_view text) {
  for (const auto& [affiliation, word] : words) {
    if (word == text) return affiliation;
  }
  return std::nullopt;
}

void Affiliations::set(const NodeId& node, const std::string& bare, Affiliation affiliation) {
  if (affiliation != Affiliation::none) {
    by_node_[node][bare] = affiliation;
    by_jid_[bare].insert(node);
    return;
  }
  const auto entries = by_node_.find(node);
  if (entries == by_node_.end() || entries->second.erase(bare) == 0) return;
  if (entries->second.empty()) by_node_.erase(entries);
  const auto nodes = by_jid_.find(bare);
  nodes->second.erase(node);
  if (nodes->second.empty()) by_jid_.erase(nodes);
}

void Affiliations::forget(const NodeId& node) {
  const auto entries = by_node_.find(node);
  if (entries == by_node_.end()) return;
  const ByJid former = entries->second;
  for (const auto& [bare, affiliation] : former) set(node, bare, Affiliation::none);
}

void Affiliations::move(const NodeId& from, const NodeId& to) {
  const auto entries = by_node_.find(from);
  if (entries == by_node_.end()) return;
  const ByJid moved = entries->second;
  forget(from);
  for (const auto& [bare, affiliation] : moved) set(to, bare, affiliation);
}

Affiliation Affiliations::at(const NodeId& node, std::string_view bare) const {
  const ByJid* entries = at(node);
  if (entries == nullptr) return Affiliation::none;
  const auto entry = entries->find(bare);
  return entry == entries->end() ? Affiliation::none : entry->second;
}

const Affiliations::ByJid* Affiliations::at(const NodeId& node) const {
  const auto entries = by_node_.find(node);
  return entries == by_node_.end() ? nullptr : &entries->second;
}

const std::set<NodeId>& Affiliations::nodes_of(std::string_view bare) const {
  const auto nodes = by_jid_.find(bare);
  return nodes == by_jid_.end() ? no_nodes : nodes->second;
}

std::vector<std::string> Affiliations::jids() const {
  std::vector<std::string> jids;
  for (const auto& [bare, nodes] : by_jid_) jids.push_back(bare);
  return jids;
}

}  // namespace pubsub
