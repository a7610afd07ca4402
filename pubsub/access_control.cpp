#include "pubsub/access_control.hpp"

#include <algorithm>

#include "pubsub/disclosure.hpp"
#include "pubsub/node_config.hpp"

namespace pubsub {
namespace {

Standing readable(Affiliation affiliation) {
  Standing standing;
  standing.affiliation = affiliation;
  standing.is_visible = standing.may_read = true;
  return standing;
}

Standing refused(ErrorCode why) {
  Standing standing;
  standing.is_visible = true;
  standing.refusal = why;
  return standing;
}

/// The collections above a node, the nearest first: what lies beneath another is nearer.
std::vector<NodeId> nearest_first(const NodeTree& tree, const NodeId& node) {
  std::vector<std::pair<std::size_t, NodeId>> above;
  for (const auto& step : tree.ancestors(node))
    above.emplace_back(tree.ancestors(step.id).size(), step.id);
  std::sort(above.begin(), above.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<NodeId> ids;
  for (auto& [height, id] : above) ids.push_back(std::move(id));
  return ids;
}

}  // namespace

Gate AccessControl::gate_of(const Account& account, const NodeRecord& node) const {
  Gate gate{account, node, access_model_of(node, policy_), {}, disclosure_of(node)};
  if (const auto* own = account.affiliations.at(node.spec.id)) gate.grants.push_back(own);
  for (const NodeId& id : nearest_first(account.tree, node.spec.id)) {
    if (const auto* inherited = account.affiliations.at(id)) gate.grants.push_back(inherited);
    if (!gate.limit) gate.limit = disclosure_of(*account.tree.find(id));
  }
  return gate;
}

Standing AccessControl::standing(const Gate& gate, std::string_view bare) const {
  return standing(gate, bare, std::nullopt);
}

Standing AccessControl::standing(const Gate& gate, const Subscription& subscription) const {
  const bool is_here = subscription.node() == gate.node.spec.id;
  return standing(gate, subscription.bare(),
                  is_here ? Approval(subscription.state()) : std::nullopt);
}

Standing AccessControl::standing(const Gate& gate, std::string_view bare, Approval approval) const {
  if (access_.is_owner(gate.account.jid, bare)) return readable(Affiliation::owner);
  if (!access_.is_welcome(bare)) return {};
  Standing standing = gate.node.spec.kind == NodeKind::leaf ? at_leaf(gate, bare, approval)
                                                            : at_collection(gate, bare, approval);
  if (gate.node.spec.is_audited && access_.is_auditor(bare)) {
    standing.by_audit = !standing.may_read;
    standing.is_auditor = standing.is_visible = standing.may_read = true;
    standing.needs_approval = false;
  }
  return standing;
}

// The nearest wins.
Affiliation AccessControl::granted(const Gate& gate, std::string_view bare) const {
  for (const auto* grants : gate.grants) {
    const auto entry = grants->find(bare);
    if (entry != grants->end()) return entry->second;
  }
  return Affiliation::none;
}

bool AccessControl::is_reader(const NodeSpec& leaf, std::string_view bare) const {
  return std::any_of(leaf.readers.begin(), leaf.readers.end(),
                     [&](const auto& reader) { return reader == bare || reader == everybody; });
}

Standing AccessControl::at_leaf(const Gate& gate, std::string_view bare, Approval approval) const {
  if (gate.node.spec.is_closed) return {};
  const Affiliation affiliation = granted(gate, bare);
  if (affiliation == Affiliation::outcast) {
    Standing outcast = refused(ErrorCode::forbidden);  // XEP-0060 §6.1.3.8
    outcast.affiliation = affiliation;
    outcast.is_visible = gate.model != AccessModel::whitelist;
    return outcast;
  }
  const bool is_granted = affiliation == Affiliation::member || is_reader(gate.node.spec, bare);
  return is_granted ? readable(Affiliation::member) : by_model(gate, bare, approval);
}

Standing AccessControl::by_model(const Gate& gate, std::string_view bare, Approval approval) const {
  switch (gate.model) {
    case AccessModel::whitelist:
      return {};
    case AccessModel::open:
      return readable(Affiliation::none);
    case AccessModel::presence:
      if (access_.shares_presence(gate.account.jid, bare)) return readable(Affiliation::none);
      return refused(ErrorCode::presence_required);  // XEP-0060 §6.1.3.2
    case AccessModel::authorize:
      break;
  }
  const SubscriptionState state = approval ? *approval : approval_of(gate, bare);
  if (state == SubscriptionState::subscribed) return readable(Affiliation::none);
  const bool is_pending = state == SubscriptionState::pending;
  Standing standing =
      refused(is_pending ? ErrorCode::pending_subscription : ErrorCode::not_subscribed_yet);
  standing.needs_approval = !is_pending;
  return standing;
}

/// The best of its subscriptions at the node.
SubscriptionState AccessControl::approval_of(const Gate& gate, std::string_view bare) const {
  SubscriptionState best = SubscriptionState::none;
  for (const auto& subscription : subscriptions_.at(gate.account.jid, gate.node.spec.id)) {
    if (subscription->bare() == bare) best = std::max(best, subscription->state());
  }
  return best;
}

// Visible to whoever may see a leaf beneath it, or by its own access model, which opens no leaf.
Standing AccessControl::at_collection(const Gate& gate, std::string_view bare,
                                      Approval approval) const {
  const bool is_seen = seen_by(gate.account, bare).contains(gate.node.spec.id);
  const Affiliation affiliation = granted(gate, bare);
  if (affiliation == Affiliation::outcast) {
    Standing outcast = refused(ErrorCode::forbidden);
    outcast.affiliation = affiliation;
    outcast.is_visible = is_seen;
    return outcast;
  }
  if (!is_seen) return {};
  Standing standing = by_model(gate, bare, approval);
  if (gate.model == AccessModel::whitelist || affiliation == Affiliation::member)
    standing = readable(Affiliation::none);
  standing.affiliation = affiliation;
  return standing;
}

Audience AccessControl::audience(const Gate& gate, const Standing& standing,
                                 std::optional<Disclosure> asked) const {
  const bool is_owner = standing.affiliation == Affiliation::owner;
  DisclosureTerms terms{policy_.disclosure, asked, gate.limit, is_owner};
  // An auditor's own right goes as far as counts.
  if (standing.by_audit) terms.limit = Disclosure::counts;
  return {effective_disclosure(terms), is_owner || standing.is_auditor};
}

bool AccessControl::sees(const Account& account, const NodeId& node, std::string_view bare) const {
  if (access_.is_owner(account.jid, bare)) return account.tree.find(node) != nullptr;
  return seen_by(account, bare).contains(node);
}

bool AccessControl::sees_account(const Account& account, std::string_view bare) const {
  return access_.is_owner(account.jid, bare) || !seen_by(account, bare).empty();
}

/// Leaves that a guest may see for some reason, and collections that are open by themselves.
std::set<NodeId> AccessControl::candidates(const Account& account, std::string_view bare) const {
  std::set<NodeId> candidates = account.opened;
  for (const std::string_view reader : {bare, everybody}) {
    const auto leaves = account.read_by.find(reader);
    if (leaves != account.read_by.end())
      candidates.insert(leaves->second.begin(), leaves->second.end());
  }
  for (const NodeId& node : account.affiliations.nodes_of(bare)) {
    candidates.insert(node);
    for (const auto& step : account.tree.descendants(node)) candidates.insert(step.id);
  }
  if (access_.is_auditor(bare)) {
    for (const auto& [id, node] : account.tree.nodes()) {
      if (node.spec.is_audited) candidates.insert(id);
    }
  }
  return candidates;
}

const std::set<NodeId>& AccessControl::seen_by(const Account& account,
                                               std::string_view bare) const {
  if (seen_.size() > most_remembered) seen_.clear();
  const auto [at, is_new] = seen_.try_emplace({account.jid, std::string(bare)});
  Seen& seen = at->second;
  if (!is_new && seen.version == account.version) return seen.nodes;
  seen = {account.version, {}};
  if (!access_.is_welcome(bare)) return seen.nodes;
  for (const NodeId& id : candidates(account, bare)) {
    const NodeRecord* node = account.tree.find(id);
    if (node == nullptr) continue;
    if (node->spec.kind == NodeKind::collection) {
      const bool is_audited = node->spec.is_audited && access_.is_auditor(bare);
      if (is_audited || access_model_of(*node, policy_) != AccessModel::whitelist)
        seen.nodes.insert(id);
      continue;
    }
    if (!standing(gate_of(account, *node), bare).is_visible) continue;
    seen.nodes.insert(id);
    for (const auto& step : account.tree.ancestors(id)) seen.nodes.insert(step.id);
  }
  return seen.nodes;
}

}  // namespace pubsub
