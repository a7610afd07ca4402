// Retrieving items. XEP-0060 §6.5, XEP-0248 §6.2.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/service.hpp"

namespace pubsub {
namespace {

// XEP-0060 §6.5.9.3: who waits for approval is not subscribed
ErrorCode retrieval_refusal(ErrorCode refusal) {
  return refusal == ErrorCode::pending_subscription ? ErrorCode::not_subscribed_yet : refusal;
}

}  // namespace

Retrieval::Leaf Service::to_leaf(const Gate& gate, const Standing& standing,
                                 std::optional<Disclosure> asked) const {
  const NodeRecord& node = gate.node;
  return {node.spec.id, node.spec.holding, node.last_item,
          control_.audience(gate, standing, asked)};
}

boost::system::result<Retrieval::Leaf, Error> Service::readable_leaf(const std::string& account,
                                                                     std::string_view bare,
                                                                     const NodeId& node) const {
  const auto found = const_cast<Service&>(*this).find(account, bare, node);
  if (!found) return found.error();
  if (!found->standing.may_read) return Error{retrieval_refusal(found->standing.refusal), {}};
  if (found->node.spec.kind != NodeKind::leaf) return Error{ErrorCode::feature_not_implemented, {}};
  return to_leaf(found->gate, found->standing, std::nullopt);
}

// Access is decided on each leaf.
std::vector<Retrieval::Leaf> Service::readable_leaves(const Account& account,
                                                      const NodeId& collection,
                                                      std::string_view bare,
                                                      std::optional<Disclosure> asked) const {
  std::vector<Retrieval::Leaf> leaves;
  for (const NodeRecord* node : account.tree.leaves(collection)) {
    if (!control_.sees(account, node->spec.id, bare)) continue;
    const Gate gate = control_.gate_of(account, *node);
    const Standing standing = control_.standing(gate, bare);
    if (standing.may_read) leaves.push_back(to_leaf(gate, standing, asked));
  }
  return leaves;
}

boost::system::result<Retrieval, Error> Service::plan_leaves(const Account& account,
                                                             std::string_view bare,
                                                             std::optional<Disclosure> asked,
                                                             const GetItems& request) const {
  if (!access_.is_owner(account.jid, bare)) {
    const auto leaves = readable_leaves(account, request.node, bare, asked);
    return plan_collection(
        account.jid,
        {leaves.size(), [&](std::size_t i) { return std::string_view(leaves[i].node); },
         [&](std::size_t i) { return leaves[i]; }},
        request);
  }
  const auto& leaves = account.tree.leaves(request.node);
  const auto to_own_leaf = [&](std::size_t i) {
    // No grant and no limit is the owner's own.
    const Gate gate{account, *leaves[i], AccessModel::whitelist, {}, {}};
    return to_leaf(gate, control_.standing(gate, bare), asked);
  };
  const auto id_of = [&](std::size_t i) { return std::string_view(leaves[i]->spec.id); };
  return plan_collection(account.jid, {leaves.size(), id_of, to_own_leaf}, request);
}

boost::system::result<std::optional<Disclosure>, Error> Service::asked_disclosure(
    const Target& target, const Asker& asker, const GetItems& request) const {
  std::size_t of_full = 0, of_bare = 0, of_entity = 0;
  Subscriptions::Pointer meant;
  for (const auto& subscription : subscriptions_.of(asker.bare)) {
    if (subscription->account() != target.account || subscription->node() != request.node) continue;
    ++of_entity;
    if (subscription->jid() == asker.full) ++of_full;
    if (subscription->jid() == asker.bare) ++of_bare;
    const bool is_named = request.subid == subscription->subid();
    const bool may_be_meant = request.subid.empty() && (subscription->jid() == asker.full ||
                                                        subscription->jid() == asker.bare);
    const bool is_nearer = !meant || subscription->jid() == asker.full;
    if (is_named || (may_be_meant && is_nearer)) meant = subscription;
  }
  const bool is_ambiguous = of_full > 1 || (of_full == 0 && of_bare > 1);
  if (request.subid.empty() && is_ambiguous)
    return Error{ErrorCode::subid_required, {}};  // XEP-0060 §6.5.9.1
  if (!request.subid.empty() && of_entity > 0 && !meant)
    return Error{ErrorCode::invalid_subid, {}};  // XEP-0060 §6.5.9.2
  return meant ? meant->options().disclosure : std::nullopt;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetItems& request) {
  const auto found = find(target.account, asker.bare, request.node);
  if (!found) return refuse(found.error());
  if (!found->standing.may_read) return refuse(retrieval_refusal(found->standing.refusal));
  const auto asked = asked_disclosure(target, asker, request);
  if (!asked) return refuse(asked.error());
  const bool is_leaf = found->node.spec.kind == NodeKind::leaf;
  auto plan =
      is_leaf ? plan_leaf(target.account, to_leaf(found->gate, found->standing, *asked), request)
              : plan_leaves(found->account, asker.bare, *asked, request);
  if (!plan) return refuse(plan.error());
  return {{}, std::move(*plan), {}};
}

Reply Service::finish(const Retrieval& retrieval, const std::vector<ItemRows>& rows) const {
  return make_items_reply(retrieval, rows);
}

}  // namespace pubsub
