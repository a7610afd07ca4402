// Subscribing, unsubscribing, and the options of a subscription. XEP-0060 §6.1-6.4.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::XmlWriter;

}  // namespace

Outcome Service::on_request(const Target& target, const Asker& asker, const Request& request,
                            WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> signs;
  note_sign_of_life(signs, asker);
  Outcome outcome = std::visit([&](const auto& kind) { return on(target, asker, kind); }, request);
  outcome.writes.insert(outcome.writes.begin(), std::make_move_iterator(signs.begin()),
                        std::make_move_iterator(signs.end()));
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker, const Subscribe& request) {
  const auto found = find(target.account, asker.bare, request.node);
  if (!found) return refuse(found.error());
  if (request.bare != asker.bare) return refuse(ErrorCode::invalid_jid);  // XEP-0060 §6.1.3.1
  const auto& [account, node, gate, standing] = *found;
  const bool is_request = standing.needs_approval;
  if (!standing.may_read && !is_request) return refuse(standing.refusal);
  const NodeKind kind = node.spec.kind;
  const auto submitted =
      options_.submit(default_options(), request.options.value_or(FormFields()), kind, latest_);
  if (!submitted) return refuse(submitted.error());

  Outcome outcome;
  std::size_t same_jid = 0;
  Subscriptions::Pointer subscription;
  for (const auto& present : subscriptions_.at(target.account, request.node)) {
    if (present->jid() != request.jid) continue;
    ++same_jid;
    const bool is_same =
        &present->options() == submitted->options.get() && present->service() == target.service;
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
    record.state = is_request ? SubscriptionState::pending : SubscriptionState::subscribed;
    record.expires = submitted->expires;
    record.seen = latest_;
    subscription = add(outcome.writes, std::move(record), submitted->options);
    if (is_request) {
      ask_owners(outcome.writes, *subscription, access_.owners_of(target.account));
    } else {
      tell_owners(outcome.writes, account, node, *subscription, subscription->state());
    }
  } else if (submitted->has_expire || subscription->state() == SubscriptionState::pending) {
    SubscriptionRecord record = to_record(*subscription, {});
    if (submitted->has_expire) record.expires = submitted->expires;  // the lease is renewed
    if (!is_request) record.state = SubscriptionState::subscribed;   // what it waited for has come
    change(outcome.writes, subscription, std::move(record), submitted->options);
  }
  outcome.answer =
      Reply(Result{to_subscribe_result(*subscription, kind, request.options.has_value())});
  if (!is_request) add_last_items(outcome, subscription);
  return outcome;
}

// XEP-0060 §6.1.2, and §6.3.7: with the resulting options, if some were sent
std::string Service::to_subscribe_result(const Subscription& subscription, NodeKind kind,
                                         bool shows_options) const {
  std::string xml;
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub);
  append_subscription(writer, subscription, subscription.state());
  if (shows_options) {
    writer.open("options");
    append_options_form(writer, subscription.options(), subscription.expires(), kind, "result");
    writer.close();
  }
  writer.close();
  return xml;
}

void Service::append_options_form(XmlWriter& writer, const SubscriptionOptions& options,
                                  const std::optional<WallTime>& expires, NodeKind kind,
                                  std::string_view type) const {
  open_form(writer, type, ns::pubsub_subscribe_options);
  options_.append_fields(writer, options, expires, kind, type == "form");
  writer.close();
}

boost::system::result<Subscriptions::Pointer, Error> Service::find_subscription(
    const Target& target, const Asker& asker, const SubscriptionKey& key, ErrorCode none) const {
  if (auto error = refusal(target.account, asker.bare, key.node)) return *error;
  if (key.bare != asker.bare)
    return Error{ErrorCode::forbidden, {}};  // XEP-0060 §6.2.3.3, §6.3.4.1
  std::vector<Subscriptions::Pointer> present;
  for (const auto& subscription : subscriptions_.at(target.account, key.node)) {
    if (subscription->jid() == key.jid) present.push_back(subscription);
  }
  if (present.empty()) return Error{none, {}};  // XEP-0060 §6.2.3.2, §6.3.4.2
  if (key.subid.empty() && present.size() > 1)
    return Error{ErrorCode::subid_required, {}};  // XEP-0060 §6.2.3.1, §6.3.4.4
  for (const auto& subscription : present) {
    if (key.subid.empty() || subscription->subid() == key.subid) return subscription;
  }
  return Error{ErrorCode::invalid_subid, {}};  // XEP-0060 §6.2.3.5, §6.3.4.5
}

Outcome Service::on(const Target& target, const Asker& asker, const Unsubscribe& request) {
  const auto subscription = find_subscription(target, asker, request.of, ErrorCode::not_subscribed);
  if (!subscription) return refuse(subscription.error());
  Outcome outcome;
  end(outcome.writes, *subscription, Telling::nobody);
  std::string xml;  // XEP-0060 §6.2.2
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub);
  append_subscription(writer, **subscription, SubscriptionState::none);
  writer.close();
  outcome.answer = Reply(Result{std::move(xml)});
  const auto found = find(target.account, asker.bare, request.of.node);
  if (found) {
    tell_owners(outcome.writes, found->account, found->node, **subscription,
                SubscriptionState::none);
  }
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetOptions& request) {
  const auto subscription = find_subscription(target, asker, request.of, ErrorCode::no_subscriber);
  if (!subscription) return refuse(subscription.error());
  const NodeKind kind = tree(target.account)->find(request.of.node)->spec.kind;
  std::string xml;  // XEP-0060 §6.3.3
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub).open("options").attribute("node", request.of.node);
  writer.attribute("jid", (*subscription)->jid()).attribute("subid", (*subscription)->subid());
  append_options_form(writer, (*subscription)->options(), (*subscription)->expires(), kind, "form");
  writer.close().close();
  return succeed(std::move(xml));
}

Outcome Service::on(const Target& target, const Asker& asker, const SetOptions& request) {
  const auto subscription = find_subscription(target, asker, request.of, ErrorCode::no_subscriber);
  if (!subscription) return refuse(subscription.error());
  if (request.form.is_cancel) return succeed();
  const NodeKind kind = tree(target.account)->find(request.of.node)->spec.kind;
  const auto submitted =
      options_.submit((*subscription)->options(), request.form.fields, kind, latest_);
  if (!submitted) return refuse(submitted.error());  // XEP-0060 §6.3.6.2
  Outcome outcome = succeed();
  SubscriptionRecord record = to_record(**subscription, {});
  if (submitted->has_expire) record.expires = submitted->expires;
  change(outcome.writes, *subscription, std::move(record), submitted->options);
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetDefaultOptions& request) {
  NodeKind kind = NodeKind::leaf;
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
    kind = tree(target.account)->find(*request.node)->spec.kind;
  } else if (accounts_for(target, asker).empty()) {
    return refuse(ErrorCode::item_not_found);
  }
  std::string xml;  // XEP-0060 §6.4.2
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub).open("default");
  if (request.node) writer.attribute("node", *request.node);
  append_options_form(writer, default_options(), std::nullopt, kind, "result");
  writer.close().close();
  return succeed(std::move(xml));
}

Outcome Service::auto_subscribe(const std::string& account, const Asker& asker, const NodeId& node,
                                WallTime now) {
  latest_ = std::max(latest_, now);
  const auto found = find(account, asker.bare, node);
  if (!found || !found->standing.may_read) return succeed();
  const FormFields temporary{{"pubsub#expire", {"presence"}}};  // XEP-0060 §12.4
  return on({account, account}, asker, Subscribe{node, asker.full, asker.bare, temporary});
}

}  // namespace pubsub
