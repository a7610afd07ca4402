// Who may see and read which node. Decided on the leaf: by rule (owners, auditors), by the nearest
// grant of an owner, by the rights of the mail store, by the access model, in this order.
// Collections follow from what is beneath. XEP-0060 §4.1, §4.5; XEP-0248 §10.1; docs/protocol.md.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pubsub/access.hpp"
#include "pubsub/account.hpp"
#include "pubsub/error.hpp"
#include "pubsub/policy.hpp"
#include "pubsub/subscription.hpp"

namespace pubsub {

/// How one entity stands to one node.
struct Standing {
  Affiliation affiliation = Affiliation::none;
  bool is_auditor = false;
  /// It may read as an auditor and for no other reason.
  bool by_audit = false;
  /// False: for this entity the node is not there.
  bool is_visible = false;
  /// It may subscribe and retrieve items (of a collection: whatever it may see beneath).
  bool may_read = false;
  /// Asking to subscribe leads to a request that an owner decides.
  bool needs_approval = false;
  /// Why it may not, where it may not.
  ErrorCode refusal = ErrorCode::item_not_found;
};

/// What decides about one node, gathered once for all who ask; valid while nothing changes.
struct Gate {
  const Account& account;
  const NodeRecord& node;
  AccessModel model;
  /// Grants at the node and at the collections above it, the nearest first.
  std::vector<const Affiliations::ByJid*> grants;
  /// The node's own limit, else the nearest collection's; absent: counts.
  std::optional<Disclosure> limit;
};

class AccessControl {
 public:
  AccessControl(const Policy& policy, const Access& access, const Subscriptions& subscriptions)
      : policy_(policy), access_(access), subscriptions_(subscriptions) {}

  Gate gate_of(const Account& account, const NodeRecord& node) const;
  Standing standing(const Gate& gate, std::string_view bare) const;
  /// The same for the holder of a subscription, which is an approval itself.
  Standing standing(const Gate& gate, const Subscription& subscription) const;
  /// What an entity of that standing is shown that asked for `asked`, or for nothing in particular.
  Audience audience(const Gate& gate, const Standing& standing,
                    std::optional<Disclosure> asked) const;

  bool sees_account(const Account& account, std::string_view bare) const;
  bool sees(const Account& account, const NodeId& node, std::string_view bare) const;
  /// The state leaf that speaks for all beneath a collection where a change of sight is told once:
  /// the one for which `comes_first`, else the first by name; empty: there is none to be seen.
  template <class ComesFirst>
  NodeId speaker_of(const Account& account, const NodeId& collection, std::string_view bare,
                    ComesFirst comes_first) const;

  /// Something outside of the accounts has changed: presence, policy, owners.
  void forget() const { seen_.clear(), speakers_.clear(); }

 private:
  struct Seen {
    std::uint64_t version = 0;
    std::set<NodeId> nodes;
  };
  struct Speaker {
    std::uint64_t version = 0;
    NodeId leaf;
  };
  static constexpr std::size_t most_remembered = 1024;
  /// Account and bare JID.
  using Key = std::pair<std::string, std::string>;

  /// Of `bare` at the node itself; absent: to be looked up.
  using Approval = std::optional<SubscriptionState>;

  Standing standing(const Gate& gate, std::string_view bare, Approval approval) const;
  Affiliation granted(const Gate& gate, std::string_view bare) const;
  Standing at_leaf(const Gate& gate, std::string_view bare, Approval approval) const;
  Standing at_collection(const Gate& gate, std::string_view bare, Approval approval) const;
  Standing by_model(const Gate& gate, std::string_view bare, Approval approval) const;
  SubscriptionState approval_of(const Gate& gate, std::string_view bare) const;
  bool is_reader(const NodeSpec& leaf, std::string_view bare) const;
  /// Of a guest: everything it may see. An owner sees everything.
  const std::set<NodeId>& seen_by(const Account& account, std::string_view bare) const;
  std::set<NodeId> candidates(const Account& account, std::string_view bare) const;

  const Policy& policy_;
  const Access& access_;
  const Subscriptions& subscriptions_;
  // Remembered answers: nothing but time is lost when they are forgotten.
  mutable std::map<Key, Seen> seen_;
  mutable std::map<std::pair<Key, NodeId>, Speaker> speakers_;
};

template <class ComesFirst>
NodeId AccessControl::speaker_of(const Account& account, const NodeId& collection,
                                 std::string_view bare, ComesFirst comes_first) const {
  if (speakers_.size() > most_remembered) speakers_.clear();
  Speaker& speaker = speakers_[{{account.jid, std::string(bare)}, collection}];
  if (speaker.version == account.version) return speaker.leaf;
  speaker = {account.version, {}};
  for (const auto& step : account.tree.descendants(collection)) {
    const NodeRecord* node = account.tree.find(step.id);
    if (node == nullptr || node->spec.holding != Holding::state) continue;
    if (!sees(account, step.id, bare)) continue;
    if (comes_first(node->spec)) {
      speaker.leaf = step.id;
      break;
    }
    if (speaker.leaf.empty() || step.id < speaker.leaf) speaker.leaf = step.id;
  }
  return speaker.leaf;
}

}  // namespace pubsub
