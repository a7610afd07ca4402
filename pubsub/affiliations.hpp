// What the owners of one account have granted and denied, node by node: members and outcasts. The
// owners themselves are known by rule and never listed here. XEP-0060 §4.1, §8.9.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/store.hpp"

namespace pubsub {

class Affiliations {
 public:
  using ByJid = std::map<std::string, Affiliation, std::less<>>;

  /// `none` removes the entry.
  void set(const NodeId& node, const std::string& bare, Affiliation affiliation);
  void forget(const NodeId& node);
  void move(const NodeId& from, const NodeId& to);

  Affiliation at(const NodeId& node, std::string_view bare) const;
  /// Null: nothing was granted there.
  const ByJid* at(const NodeId& node) const;
  /// The nodes at which somebody has an entry.
  const std::set<NodeId>& nodes_of(std::string_view bare) const;
  /// Who has an entry anywhere.
  std::vector<std::string> jids() const;
  bool empty() const { return by_node_.empty(); }

 private:
  std::map<NodeId, ByJid> by_node_;
  std::map<std::string, std::set<NodeId>, std::less<>> by_jid_;
};

std::string_view to_text(Affiliation affiliation);
/// XEP-0060 §4.1; absent: no such affiliation. "publish-only" is publisher here: neither is given.
std::optional<Affiliation> parse_affiliation(std::string_view text);

}  // namespace pubsub
