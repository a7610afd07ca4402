// Whom an owner lets in: the lists of a node's subscribers and affiliates, and requests that wait
// for approval. XEP-0060 §8.6-8.9.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::XmlWriter;

constexpr std::size_t most_affiliates = 1000;  // of one node

void append_subscriber(XmlWriter& writer, const Subscription& subscription) {
  writer.open("subscription").attribute("jid", subscription.jid());
  writer.attribute("subscription", to_text(subscription.state()));
  writer.attribute("subid", subscription.subid()).close();
}

std::string to_affiliation_xml(std::string_view jid, Affiliation affiliation) {
  std::string xml;
  XmlWriter(xml)
      .open("affiliation")
      .attribute("jid", jid)
      .attribute("affiliation", to_text(affiliation))
      .close();
  return xml;
}

/// XEP-0060 §8.8.2.4, §8.9.2.4: what failed comes back as it was.
Error fail_partly(std::string_view element, const NodeId& node, const std::string& failed) {
  Error error{ErrorCode::not_acceptable, {}};
  XmlWriter writer(error.payload);
  writer.open("pubsub", ns::pubsub_owner).open(element).attribute("node", node);
  writer.raw(failed).close().close();
  return error;
}

}  // namespace

Outcome Service::on(const Target& target, const Asker& asker, const GetNodeSubscriptions& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  std::vector<Subscriptions::Pointer> listed;  // XEP-0060 §8.8.1.2
  for (const auto& subscription : subscriptions_.at(target.account, request.node)) {
    // Requests that wait are listed by the command of XEP-0060 §8.7.
    if (subscription->state() != SubscriptionState::pending) listed.push_back(subscription);
  }
  const PageList list{listed.size(), [&](std::size_t i) { return listed[i]->subid(); },
                      [&](std::string& out, std::size_t i) {
                        XmlWriter writer(out);
                        append_subscriber(writer, *listed[i]);
                      }};
  return make_listing(ns::pubsub_owner, "subscriptions", request.node, list, request.page);
}

// False: refused; `failed` grows by what is there now.
bool Service::set_subscription(Outcome& outcome, const Found& found,
                               const SetNodeSubscriptions::Entry& entry, std::string& failed) {
  std::vector<Subscriptions::Pointer> meant;
  for (const auto& subscription : subscriptions_.at(found.account.jid, found.node.spec.id)) {
    const bool is_named = entry.subid.empty() || subscription->subid() == entry.subid;
    if (subscription->jid() == entry.jid && is_named) meant.push_back(subscription);
  }
  bool is_done = !meant.empty() || entry.state == "none";
  for (const auto& subscription : meant) {
    const bool is_pending = subscription->state() == SubscriptionState::pending;
    if (entry.state.empty() || entry.state == to_text(subscription->state())) continue;
    if (entry.state == "none") {
      end(outcome.writes, subscription, Telling::holder);
    } else if (entry.state == "subscribed" && is_pending) {
      approve(outcome, subscription);
    } else {
      is_done = false;
    }
  }
  if (is_done) return true;
  XmlWriter writer(failed);
  for (const auto& subscription : meant) append_subscriber(writer, *subscription);
  if (meant.empty())
    writer.open("subscription")
        .attribute("jid", entry.jid)
        .attribute("subscription", "none")
        .close();
  return false;
}

Outcome Service::on(const Target& target, const Asker& asker, const SetNodeSubscriptions& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  Outcome outcome = succeed();
  std::string failed;
  bool is_done = true;
  for (const auto& entry : request.entries)
    is_done = set_subscription(outcome, *found, entry, failed) && is_done;
  end_lost(outcome.writes, target.account);
  if (!is_done) outcome.answer = Reply(fail_partly("subscriptions", request.node, failed));
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetNodeAffiliations& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  std::vector<PageEntry> entries;  // XEP-0060 §8.9.1.2
  for (const auto& owner : access_.owners_of(target.account))
    entries.push_back({owner, to_affiliation_xml(owner, Affiliation::owner)});
  if (const auto* granted = found->account.affiliations.at(request.node)) {
    for (const auto& [bare, affiliation] : *granted)
      entries.push_back({bare, to_affiliation_xml(bare, affiliation)});
  }
  return make_listing(ns::pubsub_owner, "affiliations", request.node, entries, request.page);
}

// Absent: done. Owners are known by rule, and nobody publishes here.
std::optional<Error> Service::set_affiliation(Outcome& outcome, Found& found,
                                              const SetNodeAffiliations::Entry& entry) {
  if (entry.affiliation.empty()) return std::nullopt;
  Affiliations& affiliations = found.account.affiliations;
  const NodeId& node = found.node.spec.id;
  const auto wanted = parse_affiliation(entry.affiliation);
  const bool is_owner = access_.is_owner(found.account.jid, entry.bare);
  const auto present = is_owner ? Affiliation::owner : affiliations.at(node, entry.bare);
  const bool is_grantable = wanted && *wanted <= Affiliation::member && !is_owner;
  if (wanted == present) return std::nullopt;
  const auto* granted = affiliations.at(node);
  const bool is_full = granted != nullptr && granted->size() >= most_affiliates;
  // XEP-0060 §8.9.2.3: deviates - the entry comes back, as for every other that cannot be done
  if (!is_grantable || (is_full && present == Affiliation::none))
    return Error{ErrorCode::not_acceptable, {}, to_affiliation_xml(entry.bare, present)};
  affiliations.set(node, entry.bare, *wanted);
  ++found.account.version;
  outcome.writes.push_back(WriteAffiliation{{found.account.jid, node, entry.bare, *wanted}});
  // XEP-0060 §8.7.4: requests that this decides
  const auto here = subscriptions_.at(found.account.jid, node);
  const std::vector<Subscriptions::Pointer> all(here.begin(), here.end());
  for (const auto& subscription : all) {
    const bool is_pending = subscription->state() == SubscriptionState::pending;
    if (subscription->bare() != entry.bare || !is_pending) continue;
    if (*wanted == Affiliation::member) approve(outcome, subscription);
    if (*wanted == Affiliation::outcast) end(outcome.writes, subscription, Telling::holder);
  }
  return std::nullopt;
}

Outcome Service::on(const Target& target, const Asker& asker, const SetNodeAffiliations& request) {
  auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  Outcome outcome = succeed();
  std::string failed;
  for (const auto& entry : request.entries) {
    if (const auto error = set_affiliation(outcome, *found, entry)) failed += error->payload;
  }
  index_guests(found->account);
  end_lost(outcome.writes, target.account);
  if (!failed.empty()) outcome.answer = Reply(fail_partly("affiliations", request.node, failed));
  return outcome;
}

// Approval
// ---------------------------------------------------------------------------------------------

void Service::approve(Outcome& outcome, const Subscriptions::Pointer& subscription) {
  SubscriptionRecord record = to_record(*subscription, {});
  record.state = SubscriptionState::subscribed;
  change(outcome.writes, subscription, std::move(record), subscription->shared_options());
  Notice notice;  // XEP-0060 §12.14
  notice.kind = NoticeKind::told;
  notice.account = subscription->account();
  notice.node = subscription->node();
  notice.at = latest_;
  std::string xml;
  XmlWriter writer(xml);
  writer.open("event", ns::pubsub_event);
  append_subscription(writer, *subscription, SubscriptionState::subscribed);
  writer.close();
  notice.payload = {{Disclosure::counts, std::move(xml)}};
  notice.recipients = {Recipient{std::string(subscription->jid()),
                                 subscription->service(),
                                 {std::string(subscription->subid())},
                                 {}}};
  append_notice(outcome.writes, std::move(notice));
  add_last_items(outcome, subscription);
}

// XEP-0060 §8.6
void Service::ask_owners(std::vector<Write>& writes, const Subscription& subscription,
                         const std::vector<std::string>& owners) {
  Notice notice;
  notice.kind = NoticeKind::asked;
  notice.account = subscription.account();
  notice.node = subscription.node();
  notice.at = latest_;
  std::string xml;
  XmlWriter writer(xml);
  writer.leaf("body", std::string(subscription.bare()) + " asks to be told of " +
                          title_of(*tree(notice.account)->find(notice.node)) + " of " +
                          notice.account);
  open_form(writer, "form", ns::pubsub_subscribe_authorization);
  const std::vector<std::string> jid{std::string(subscription.jid())};
  append_field(writer, {"pubsub#subid", "hidden"}, {std::string(subscription.subid())});
  append_field(writer, {"pubsub#node", "text-single", "Node ID"}, {subscription.node()});
  append_field(writer, {"pubsub#subscriber_jid", "jid-single", "Subscriber Address"}, jid);
  append_field(writer,
               {"pubsub#allow", "boolean", "Allow this JID to subscribe to this pubsub node?"},
               {"0"});
  writer.close();
  notice.payload = {{Disclosure::counts, std::move(xml)}};
  for (const auto& owner : owners)
    notice.recipients.push_back({owner, subscription.account(), {}, {}});
  if (!notice.recipients.empty()) append_notice(writes, std::move(notice));
}

// pubsub#notify_sub
void Service::tell_owners(std::vector<Write>& writes, const Account& account,
                          const NodeRecord& node, const Subscription& subscription,
                          SubscriptionState state) {
  if (!notifies_of_subscriptions(node)) return;
  Notice notice;
  notice.kind = NoticeKind::told;
  notice.account = account.jid;
  notice.node = node.spec.id;
  notice.at = latest_;
  std::string xml;
  XmlWriter writer(xml);
  writer.open("event", ns::pubsub_event);
  append_subscription(writer, subscription, state);
  writer.close();
  notice.payload = {{Disclosure::counts, std::move(xml)}};
  for (const auto& owner : access_.owners_of(account.jid)) {
    if (owner != subscription.bare()) notice.recipients.push_back({owner, account.jid, {}, {}});
  }
  if (!notice.recipients.empty()) append_notice(writes, std::move(notice));
}

Outcome Service::on_authorization(const Target& target, const Asker& asker, const gloox::Tag& form,
                                  WallTime now) {
  latest_ = std::max(latest_, now);
  Outcome outcome = succeed();
  const auto submission = parse_submission(form, ns::pubsub_subscribe_authorization);
  // XEP-0060 §8.6: a cancelled form leaves the request pending
  if (!submission || submission->is_cancel) return outcome;
  const auto value_of = [&](std::string_view var) {
    for (const auto& [name, values] : submission->fields) {
      if (name == var && values.size() == 1) return values.front();
    }
    return std::string();
  };
  const auto allow = parse_boolean(value_of("pubsub#allow"));
  const auto found = find_owned(target, asker, value_of("pubsub#node"));
  if (!allow || !found) return outcome;
  const auto subscription =
      find_exactly(target.account, value_of("pubsub#node"), value_of("pubsub#subid"));
  const bool is_meant = subscription && subscription->state() == SubscriptionState::pending &&
                        subscription->jid() == value_of("pubsub#subscriber_jid");
  if (!is_meant) return outcome;  // another owner has decided already
  if (!*allow) {
    end(outcome.writes, subscription, Telling::holder);
    return outcome;
  }
  approve(outcome, subscription);
  return outcome;
}

std::vector<NodeId> Service::pending_nodes(const Target& target, const Asker& asker) const {
  std::set<NodeId> nodes;
  if (!access_.is_owner(target.account, asker.bare)) return {};
  for (const auto& subscription : subscriptions_.in(target.account)) {
    if (subscription->state() == SubscriptionState::pending) nodes.insert(subscription->node());
  }
  return {nodes.begin(), nodes.end()};
}

std::vector<Write> Service::ask_again(const Target& target, const Asker& asker, const NodeId& node,
                                      WallTime now) {
  latest_ = std::max(latest_, now);
  std::vector<Write> writes;
  if (!access_.is_owner(target.account, asker.bare)) return writes;
  for (const auto& subscription : subscriptions_.at(target.account, node)) {
    if (subscription->state() == SubscriptionState::pending)
      ask_owners(writes, *subscription, {asker.full});
  }
  return writes;
}

}  // namespace pubsub
