// Retrieving items, and the last items that a subscriber is sent. XEP-0060 §6.1.7, §6.5, §12.5;
// XEP-0248 §6.2.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/notifier.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::size_t most_states_sent = 20;  // then the client must fetch

// XEP-0060 §6.5.9.3: who waits for approval is not subscribed
ErrorCode retrieval_refusal(ErrorCode refusal) {
  return refusal == ErrorCode::pending_subscription ? ErrorCode::not_subscribed_yet : refusal;
}

ItemQuery newest_of(const std::string& account, const NodeId& node) {
  ItemQuery query;
  query.account = account;
  query.node = node;
  query.limit = 1;
  query.newest_first = true;
  return query;
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
  const bool is_owner = access_.is_owner(account.jid, bare);  // no grant and no limit is its own
  for (const auto& step : account.tree.descendants(collection)) {
    const NodeRecord* node = account.tree.find(step.id);
    if (node == nullptr || node->spec.kind != NodeKind::leaf) continue;
    if (!is_owner && !control_.sees(account, step.id, bare)) continue;
    const Gate gate = is_owner ? Gate{account, *node, AccessModel::whitelist, {}, {}}
                               : control_.gate_of(account, *node);
    const Standing standing = control_.standing(gate, bare);
    if (standing.may_read) leaves.push_back(to_leaf(gate, standing, asked));
  }
  std::sort(leaves.begin(), leaves.end(),
            [](const auto& a, const auto& b) { return a.node < b.node; });
  return leaves;
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
              : plan_collection(target.account,
                                readable_leaves(found->account, request.node, asker.bare, *asked),
                                request);
  if (!plan) return refuse(plan.error());
  return {{}, std::move(*plan), {}};
}

Reply Service::finish(const Retrieval& retrieval, const std::vector<ItemRows>& rows) const {
  return make_items_reply(retrieval, rows);
}

// XEP-0060 §6.1.7: of what is a state; a history is fetched by who wants it.
std::optional<Retrieval> Service::plan_states(const Subscriptions::Pointer& subscription,
                                              bool is_repeat) const {
  const SubscriptionOptions& options = subscription->options();
  const auto found = accounts_.find(subscription->account());
  const bool wants_items = subscription->is_delivered() && options.type != SubscriptionType::nodes;
  if (!wants_items || found == accounts_.end()) return std::nullopt;
  const Account& account = found->second;
  Retrieval retrieval;
  retrieval.account = account.jid;
  retrieval.subscription = subscription;
  retrieval.to = subscription->jid();
  retrieval.is_repeat = is_repeat;
  auto steps = account.tree.descendants(subscription->node());
  steps.insert(steps.begin(), {subscription->node(), 0});
  // A repeat through a collection is told of one leaf, like a change of sight.
  const NodeId speaker =
      is_repeat && steps.size() > 1
          ? control_.speaker_of(
                account, subscription->node(), subscription->bare(),
                [&](const NodeSpec& leaf) { return vocabulary_.speaks_first(leaf); })
          : NodeId();
  for (const auto& step : steps) {
    const NodeRecord* node = account.tree.find(step.id);
    const bool is_too_deep = options.depth && step.depth > *options.depth;
    if (node == nullptr || node->spec.holding != Holding::state || is_too_deep) continue;
    if (!speaker.empty() && step.id != speaker) continue;
    if (!control_.sees(account, step.id, subscription->bare())) continue;
    const Gate gate = control_.gate_of(account, *node);
    const Standing standing = control_.standing(gate, *subscription);
    if (!standing.may_read) continue;
    retrieval.queries.push_back(newest_of(account.jid, step.id));
    retrieval.leaves.push_back(to_leaf(gate, standing, options.disclosure));
  }
  if (retrieval.queries.empty()) return std::nullopt;
  return retrieval;
}

std::vector<std::string> Service::last_items(const Retrieval& retrieval,
                                             const std::vector<ItemRows>& rows) {
  std::vector<std::string> messages;
  const Subscription& subscription = *retrieval.subscription;
  const SubscriptionOptions& options = subscription.options();
  const NodeTree* nodes = tree(retrieval.account);
  for (std::size_t i = 0; i < std::min(retrieval.leaves.size(), rows.size()); ++i) {
    const auto& leaf = retrieval.leaves[i];
    const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(leaf.node);
    if (rows[i].items.empty() || node == nullptr || subscription.has_ended()) continue;
    const ItemRecord& item = rows[i].items.back();
    std::string shown;
    const auto id = to_item_id(leaf.holding, item.number);
    if (!append_item(shown, node->spec, id, item.payload, options, leaf.audience)) continue;
    std::string message;
    xmpp_schemas::XmlWriter writer(message);
    open_message(writer, subscription, retrieval.to);
    std::string content;
    append_body(content, vocabulary_, node->spec, item.payload, options, leaf.audience);
    writer.raw(content).open("event", ns::pubsub_event).open("items").attribute("node", leaf.node);
    writer.raw(shown).close().close();
    if (!retrieval.is_repeat) {  // XEP-0060 §6.1.7
      std::string delay;
      append_delay(delay, item.at);
      writer.raw(delay);
    }
    append_headers(writer, subscription, leaf.node);
    writer.close();
    messages.push_back(std::move(message));
  }
  return messages;
}

std::vector<Retrieval> Service::states_for(const std::string& account,
                                           std::string_view full_jid) const {
  std::vector<Retrieval> plans;
  std::size_t states = 0;
  for (const auto& subscription : subscriptions_.of(to_bare(full_jid))) {
    if (subscription->account() != account) continue;
    if (subscription->is_full() && subscription->jid() != full_jid) continue;
    if (!is_shown(*subscription)) continue;
    auto plan = plan_states(subscription, false);
    if (!plan || states == most_states_sent) continue;
    const std::size_t left = most_states_sent - states;
    if (plan->queries.size() > left) {
      plan->queries.resize(left);
      plan->leaves.resize(left);
    }
    states += plan->queries.size();
    plan->to = full_jid;
    plans.push_back(std::move(*plan));
  }
  return plans;
}

std::vector<Retrieval> Service::heartbeats(WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Retrieval> plans;
  while (!heartbeats_.empty() && heartbeats_.begin()->first <= now) {
    const Subscriptions::Pointer subscription = heartbeats_.begin()->second;
    heartbeats_.erase(heartbeats_.begin());
    heartbeats_.insert({now + *subscription->options().heartbeat, subscription});
    if (!is_ours_(subscription->account()) || !is_shown(*subscription)) continue;
    if (auto plan = plan_states(subscription, true)) plans.push_back(std::move(*plan));
  }
  return plans;
}

}  // namespace pubsub
