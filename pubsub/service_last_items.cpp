// The items that a subscriber is sent unasked: the last ones when it subscribes or becomes
// available, those that it missed, and states that are repeated. XEP-0060 §6.1.7, §12.5; XEP-0312.
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
constexpr std::size_t most_interim_nodes = 20;

ItemQuery newest_of(const std::string& account, const NodeId& node) {
  ItemQuery query;
  query.account = account;
  query.node = node;
  query.limit = 1;
  query.newest_first = true;
  return query;
}

}  // namespace

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

void Service::add_last_items(Outcome& outcome, const Subscriptions::Pointer& subscription) const {
  if (auto plan = plan_states(subscription, false)) outcome.last_items.push_back(std::move(*plan));
}

std::string Service::to_last_item(const Retrieval& retrieval, const Retrieval::Leaf& leaf,
                                  const NodeSpec& spec, const ItemRecord& item) {
  const Subscription& subscription = *retrieval.subscription;
  const SubscriptionOptions& options = subscription.options();
  std::string message, shown, content;
  const auto id = to_item_id(leaf.holding, item.number);
  if (!append_item(shown, spec, id, item.payload, options, leaf.audience)) return message;
  append_body(content, vocabulary_, spec, item.payload, options, leaf.audience);
  xmpp_schemas::XmlWriter writer(message);
  open_message(writer, subscription, retrieval.to);
  writer.raw(content).open("event", ns::pubsub_event).open("items").attribute("node", leaf.node);
  writer.raw(shown).close().close();
  if (!retrieval.is_repeat) {  // XEP-0060 §6.1.7
    std::string delay;
    append_delay(delay, item.at);
    writer.raw(delay);
  }
  append_headers(writer, subscription, leaf.node);
  writer.close();
  return message;
}

std::vector<std::string> Service::last_items(const Retrieval& retrieval,
                                             const std::vector<ItemRows>& rows) {
  std::vector<std::string> messages;
  const NodeTree* nodes = tree(retrieval.account);
  std::size_t interim = 0;
  for (std::size_t i = 0; i < std::min(retrieval.leaves.size(), rows.size()); ++i) {
    const auto& leaf = retrieval.leaves[i];
    const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(leaf.node);
    if (node == nullptr || retrieval.subscription->has_ended()) continue;
    for (const ItemRecord& item : rows[i].items) {
      if (leaf.holding == Holding::history && ++interim > max_answer_items) break;
      auto message = to_last_item(retrieval, leaf, node->spec, item);
      if (!message.empty()) messages.push_back(std::move(message));
    }
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

// The nodes with the latest news first. Of those to which nothing was published in this run it is
// not known when they had some: they are looked at last.
Retrieval Service::plan_interim(const Subscriptions::Pointer& subscription, WallTime since,
                                std::size_t most) const {
  const Account& account = accounts_.at(subscription->account());
  const SubscriptionOptions& options = subscription->options();
  auto steps = account.tree.descendants(subscription->node());
  steps.insert(steps.begin(), {subscription->node(), 0});
  std::vector<const NodeRecord*> candidates;
  for (const auto& step : steps) {
    const NodeRecord* node = account.tree.find(step.id);
    const bool is_too_deep = options.depth && step.depth > *options.depth;
    if (node == nullptr || node->spec.holding != Holding::history || is_too_deep) continue;
    const bool is_old = node->last_at != WallTime() && node->last_at < since;
    if (node->last_item > 0 && !is_old) candidates.push_back(node);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto* a, const auto* b) { return a->last_at > b->last_at; });
  Retrieval retrieval;
  retrieval.account = account.jid;
  retrieval.subscription = subscription;
  for (const NodeRecord* node : candidates) {
    if (retrieval.queries.size() == most) break;
    if (!control_.sees(account, node->spec.id, subscription->bare())) continue;
    const Gate gate = control_.gate_of(account, *node);
    const Standing standing = control_.standing(gate, *subscription);
    if (!standing.may_read) continue;
    ItemQuery query;
    query.account = account.jid;
    query.node = node->spec.id;
    query.since = since;
    query.newest_first = true;
    query.limit = max_answer_items;
    retrieval.queries.push_back(std::move(query));
    retrieval.leaves.push_back(to_leaf(gate, standing, options.disclosure));
  }
  return retrieval;
}

// XEP-0312 §2: limited, as its rule 5 allows; who asked for digests is sent no single items.
std::vector<Retrieval> Service::interim_for(const std::string& account, std::string_view full_jid,
                                            WallTime since) const {
  std::vector<Retrieval> plans;
  std::size_t left = most_interim_nodes;
  for (const auto& subscription : subscriptions_.of(to_bare(full_jid))) {
    const SubscriptionOptions& options = subscription->options();
    const bool is_its_own = !subscription->is_full() || subscription->jid() == full_jid;
    const bool wants_items =
        subscription->is_delivered() && !options.digest && options.type != SubscriptionType::nodes;
    if (subscription->account() != account || !is_its_own || !wants_items) continue;
    if (!is_shown(*subscription) || !accounts_.contains(account)) continue;
    auto plan = plan_interim(subscription, since, left);
    if (plan.queries.empty()) continue;
    left -= plan.queries.size();
    plan.to = full_jid;
    plans.push_back(std::move(plan));
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
