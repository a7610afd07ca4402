// The requests that subscribers make. XEP-0060 §5.6, §5.7, chapter 6.
#include <algorithm>
#include <utility>

#include "pubsub/notifier.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

Outcome refuse(ErrorCode code, std::string text = {}) {
  return {{}, Reply(Error{code, std::move(text)}), {}};
}
Outcome refuse(Error error) {
  return {{}, Reply(std::move(error)), {}};
}

void append_subscription(xmpp_schemas::XmlWriter& writer, const SubscriptionRecord& record,
                         std::string_view state) {
  writer.open("subscription").attribute("node", record.node).attribute("jid", record.jid);
  writer.attribute("subid", record.subid).attribute("subscription", state).close();
}

std::string_view to_text(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::none:
      return "none";
    case SubscriptionState::pending:
      return "pending";
    case SubscriptionState::unconfigured:
      return "unconfigured";
    case SubscriptionState::subscribed:
      return "subscribed";
  }
  return "none";
}

// XEP-0060 §6.1.2, and §6.3.7: with the resulting options, if some were sent
std::string to_subscribe_result(const Subscription& subscription, NodeKind kind,
                                bool shows_options) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub);
  append_subscription(writer, subscription.record, to_text(subscription.record.state));
  if (shows_options) {
    writer.open("options");
    open_form(writer, "result", ns::pubsub_subscribe_options);
    for (const auto& [name, values] : to_fields(subscription.options, kind)) {
      append_field(writer, name, "", "", values);
    }
    writer.close().close();
  }
  writer.close();
  return xml;
}

Outcome make_listing(std::string_view element, const std::optional<NodeId>& node,
                     const std::vector<PageEntry>& entries, const PageRequest& request) {
  const auto page = cut_page(entries, request, entries.size(), max_answer_octets);
  if (!page) return refuse(page.error());
  // The <set/> stands beside the list, as in XEP-0060 §6.5.4.
  std::string list;
  xmpp_schemas::XmlWriter list_writer(list);
  list_writer.open(element);
  if (node) list_writer.attribute("node", *node);
  for (std::size_t i = page->begin; i < page->end; ++i) list_writer.raw(entries[i].xml);
  list_writer.close();
  std::vector<PageEntry> without_xml;
  for (const auto& entry : entries) without_xml.push_back({entry.uid, {}});
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub).raw(list);
  append_page(writer, without_xml, *page, request);
  writer.close();
  return {{}, Reply(Result{std::move(xml)}), {}};
}

}  // namespace

Outcome Service::on_request(const Target& target, const Asker& asker, const Request& request,
                            WallTime now) {
  latest_ = std::max(latest_, now);
  return std::visit([&](const auto& kind) { return on(target, asker, kind); }, request);
}

Outcome Service::on(const Target& target, const Asker& asker, const Subscribe& request) {
  if (auto error = refusal(target.account, asker.bare, request.node)) return refuse(*error);
  if (request.bare != asker.bare) return refuse(ErrorCode::invalid_jid);  // XEP-0060 §6.1.3.1
  const NodeKind kind = tree(target.account)->find(request.node)->spec.kind;
  const auto options = parse_options(request.options.value_or(FormFields()), kind);
  if (!options) return refuse(options.error());

  Outcome outcome;
  std::size_t same_jid = 0;
  Subscriptions::Pointer subscription;
  for (const auto& present : subscriptions_.at(target.account, request.node)) {
    if (present->record.jid != request.jid) continue;
    ++same_jid;
    const bool is_same = present->options == *options && present->record.service == target.service;
    if (is_same) subscription = present;
  }
  if (!subscription) {
    const bool are_too_many =
        subscriptions_.count_of(asker.bare) >= policy_.max_subscriptions_per_jid;
    if (are_too_many || same_jid >= policy_.max_subids) {
      return refuse(ErrorCode::too_many_subscriptions);  // XEP-0060 §6.1.3.9
    }
    SubscriptionRecord record;
    record.account = target.account;
    record.node = request.node;
    record.jid = request.jid;
    record.subid = ids_.random_id();
    record.service = target.service;
    record.options = to_kept_fields(*options, kind);
    subscription = subscriptions_.add(std::move(record), *options);
    outcome.writes.push_back(WriteSubscription{subscription->record});
  }
  outcome.answer =
      Reply(Result{to_subscribe_result(*subscription, kind, request.options.has_value())});
  outcome.last_items = plan_last_items(*subscription);
  return outcome;
}

// XEP-0060 §6.1.7: of what is a state; a history is fetched by who wants it.
std::optional<Retrieval> Service::plan_last_items(const Subscription& subscription) const {
  const SubscriptionRecord& record = subscription.record;
  const std::string& account = record.account;
  const NodeId& node = record.node;
  const bool wants_items =
      subscription.options.deliver && subscription.options.type != SubscriptionType::nodes;
  if (!wants_items) return std::nullopt;
  Retrieval retrieval;
  retrieval.account = account;
  retrieval.service = record.service;
  retrieval.jid = record.jid;
  retrieval.subid = record.subid;
  retrieval.subscribed_node = node;
  retrieval.audience = owner_audience(policy_);
  const NodeTree& nodes = *tree(account);
  auto steps = nodes.descendants(node);
  steps.insert(steps.begin(), {node, 0});
  for (const auto& step : steps) {
    const NodeRecord* found = nodes.find(step.id);
    const bool is_too_deep = subscription.options.depth && step.depth > *subscription.options.depth;
    if (found == nullptr || found->spec.holding != Holding::state || is_too_deep) continue;
    ItemQuery query;
    query.account = account;
    query.node = step.id;
    query.limit = 1;
    query.newest_first = true;
    retrieval.queries.push_back(std::move(query));
    retrieval.leaves.push_back({step.id, Holding::state, 0});
  }
  if (retrieval.queries.empty()) return std::nullopt;
  return retrieval;
}

std::vector<std::string> Service::last_items(const Retrieval& retrieval,
                                             const std::vector<ItemRows>& rows) const {
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < std::min(retrieval.leaves.size(), rows.size()); ++i) {
    if (rows[i].items.empty()) continue;
    const auto& leaf = retrieval.leaves[i];
    const ItemRecord& item = rows[i].items.back();
    std::string content;
    append_item_event(content, leaf.node, to_item_id(leaf, item.number), item.payload,
                      retrieval.audience);
    append_delay(content, item.at);  // XEP-0060 §6.1.7
    std::string message;
    xmpp_schemas::XmlWriter writer(message);
    writer.open("message").attribute("from", retrieval.service).attribute("to", retrieval.jid);
    writer.attribute("type", "headline")
        .attribute("id", "l" + std::to_string(i) + "-" + retrieval.subid);
    writer.raw(content).open("headers", ns::shim);
    if (leaf.node != retrieval.subscribed_node) {  // XEP-0248 §5.3.1.1
      writer.open("header").attribute("name", "Collection").text(retrieval.subscribed_node).close();
    }
    writer.open("header").attribute("name", "SubID").text(retrieval.subid).close();
    writer.close().close();
    messages.push_back(std::move(message));
  }
  return messages;
}

Outcome Service::on(const Target& target, const Asker& asker, const Unsubscribe& request) {
  if (auto error = refusal(target.account, asker.bare, request.node)) return refuse(*error);
  if (request.bare != asker.bare) return refuse(ErrorCode::forbidden);  // XEP-0060 §6.2.3.3
  std::vector<Subscriptions::Pointer> present;
  for (const auto& subscription : subscriptions_.at(target.account, request.node)) {
    if (subscription->record.jid == request.jid) present.push_back(subscription);
  }
  if (present.empty()) return refuse(ErrorCode::not_subscribed);  // XEP-0060 §6.2.3.2
  if (request.subid.empty() && present.size() > 1)
    return refuse(ErrorCode::subid_required);  // XEP-0060 §6.2.3.1
  const auto ended = std::find_if(present.begin(), present.end(), [&](const auto& subscription) {
    return request.subid.empty() || subscription->record.subid == request.subid;
  });
  if (ended == present.end()) return refuse(ErrorCode::invalid_subid);  // XEP-0060 §6.2.3.5
  const SubscriptionRecord& record = (*ended)->record;
  Outcome outcome;
  outcome.writes.push_back(
      RemoveSubscription{record.account, record.node, record.jid, record.subid});
  std::string xml;  // XEP-0060 §6.2.2
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub);
  append_subscription(writer, record, to_text(SubscriptionState::none));
  writer.close();
  outcome.answer = Reply(Result{std::move(xml)});
  subscriptions_.end(*ended);
  return outcome;
}

std::optional<Error> Service::check_subid(const Target& target, const Asker& asker,
                                          const GetItems& request) const {
  std::size_t of_full = 0, of_bare = 0, of_entity = 0;
  bool is_known = false;
  for (const auto& subscription : subscriptions_.of(asker.bare)) {
    const auto& record = subscription->record;
    if (record.account != target.account || record.node != request.node) continue;
    ++of_entity;
    if (record.jid == asker.full) ++of_full;
    if (record.jid == asker.bare) ++of_bare;
    if (record.subid == request.subid) is_known = true;
  }
  if (request.subid.empty()) {
    const bool is_ambiguous = of_full > 1 || (of_full == 0 && of_bare > 1);
    if (is_ambiguous) return Error{ErrorCode::subid_required, {}};  // XEP-0060 §6.5.9.1
    return std::nullopt;
  }
  if (of_entity > 0 && !is_known) return Error{ErrorCode::invalid_subid, {}};  // XEP-0060 §6.5.9.2
  return std::nullopt;
}

std::vector<const NodeRecord*> Service::leaves_of(const std::string& account,
                                                  const NodeId& collection) const {
  std::vector<const NodeRecord*> leaves;
  const NodeTree& nodes = *tree(account);
  for (const auto& step : nodes.descendants(collection)) {
    const NodeRecord* record = nodes.find(step.id);
    if (record != nullptr && record->spec.kind == NodeKind::leaf) leaves.push_back(record);
  }
  std::sort(leaves.begin(), leaves.end(),
            [](const auto* a, const auto* b) { return a->spec.id < b->spec.id; });
  return leaves;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetItems& request) {
  if (auto error = refusal(target.account, asker.bare, request.node)) return refuse(*error);
  if (auto error = check_subid(target, asker, request)) return refuse(*error);
  const NodeRecord& node = *tree(target.account)->find(request.node);
  const Audience audience = owner_audience(policy_);
  auto plan = node.spec.kind == NodeKind::leaf
                  ? plan_leaf(target.account, node, request, audience)
                  : plan_collection(target.account, leaves_of(target.account, request.node),
                                    request, audience);
  if (!plan) return refuse(plan.error());
  return {{}, std::move(*plan), {}};
}

Reply Service::finish(const Retrieval& retrieval, const std::vector<ItemRows>& rows) const {
  return make_items_reply(retrieval, rows);
}

// The accounts that a request about no node in particular is about.
std::vector<std::string> Service::accounts_for(const Target& target, const Asker& asker) const {
  if (target.account.empty()) return access_.accounts_of(asker.bare);
  if (may_see(target.account, asker.bare)) return {target.account};
  return {};
}

Outcome Service::on(const Target& target, const Asker& asker, const GetSubscriptions& request) {
  const auto accounts = accounts_for(target, asker);
  if (accounts.empty()) return refuse(ErrorCode::item_not_found);
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  }
  std::vector<PageEntry> entries;
  for (const auto& subscription : subscriptions_.of(asker.bare)) {
    const SubscriptionRecord& record = subscription->record;
    const bool is_here =
        std::find(accounts.begin(), accounts.end(), record.account) != accounts.end();
    if (!is_here || (request.node && record.node != *request.node)) continue;
    PageEntry entry{record.subid, {}};
    xmpp_schemas::XmlWriter writer(entry.xml);
    append_subscription(writer, record, to_text(record.state));
    entries.push_back(std::move(entry));
  }
  return make_listing("subscriptions", request.node, entries, request.page);
}

Outcome Service::on(const Target& target, const Asker& asker, const GetAffiliations& request) {
  const auto accounts = accounts_for(target, asker);
  if (accounts.empty()) return refuse(ErrorCode::item_not_found);
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  }
  // XEP-0060 §4.1: todo - the other affiliations; who gets as far as here owns every node of the
  // account
  std::vector<PageEntry> entries;
  for (const auto& account : accounts) {
    const NodeTree* nodes = tree(account);
    if (nodes == nullptr) continue;
    for (const auto& [id, record] : nodes->nodes()) {
      if (request.node && id != *request.node) continue;
      PageEntry entry{account + "/" + id, {}};
      xmpp_schemas::XmlWriter(entry.xml)
          .open("affiliation")
          .attribute("node", id)
          .attribute("affiliation", "owner")
          .close();
      entries.push_back(std::move(entry));
    }
  }
  return make_listing("affiliations", request.node, entries, request.page);
}

Outcome Service::on(const Target& target, const Asker& asker, const Unsupported& request) {
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  } else if (accounts_for(target, asker).empty()) {
    return refuse(ErrorCode::item_not_found);
  }
  return refuse(ErrorCode::unsupported, std::string(request.feature));
}

}  // namespace pubsub
