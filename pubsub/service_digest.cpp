// Several items of one leaf in one message, for a subscriber that wants no more than one in a
// while. XEP-0060 §16.4.2 (pubsub#digest), docs/protocol.md "Subscription options".
#include "pubsub/policy.hpp"
#include "pubsub/renditions.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::size_t most_body_lines = 10;

}  // namespace

Service::Digest Service::digest(const Subscriptions::Pointer& subscription, const NodeId& leaf,
                                const ItemRows& rows) {
  Digest digest;
  const NodeTree* nodes = tree(subscription->account());
  const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(leaf);
  if (node == nullptr || subscription->has_ended() || !subscription->is_delivered()) return digest;
  const Gate gate = control_.gate_of(accounts_.at(subscription->account()), *node);
  const Standing standing = control_.standing(gate, *subscription);
  if (!standing.may_read) return digest;
  const SubscriptionOptions& options = subscription->options();
  const Audience audience = control_.audience(gate, standing, options.disclosure);
  std::string items, body;
  std::size_t shown = 0;
  for (const ItemRecord& item : rows.items) {
    std::string xml;
    const auto id = to_item_id(node->spec.holding, item.number);
    if (append_item(xml, node->spec, id, item.payload, options, audience)) {
      if (shown > 0 && items.size() + xml.size() > max_answer_octets) break;  // in the next one
      items += xml;
      if (++shown <= most_body_lines && options.include_body)
        body +=
            (body.empty() ? "" : "\n") + vocabulary_.body_of(node->spec, item.payload, audience);
    }
    digest.until = item.number;
  }
  if (shown == 0) return digest;
  if (shown > most_body_lines && options.include_body)
    body += "\n+ " + std::to_string(shown - most_body_lines);
  xmpp_schemas::XmlWriter writer(digest.message);
  open_message(writer, *subscription, std::string(subscription->jid()));
  if (!body.empty()) writer.leaf("body", body);
  writer.open("event", ns::pubsub_event).open("items").attribute("node", leaf);
  writer.raw(items).close().close();
  append_headers(writer, *subscription, leaf);
  writer.close();
  return digest;
}

void Service::open_message(xmpp_schemas::XmlWriter& writer, const Subscription& subscription,
                           const std::string& to) {
  const MessageType type = subscription.options().message_type;
  writer.open("message").attribute("from", subscription.service()).attribute("to", to);
  if (type != MessageType::normal) writer.attribute("type", to_text(type));
  writer.attribute(
      "id", "l" + std::to_string(++last_item_messages_) + "-" + std::string(subscription.subid()));
}

void Service::append_headers(xmpp_schemas::XmlWriter& writer, const Subscription& subscription,
                             const NodeId& leaf) {
  writer.open("headers", ns::shim);
  if (leaf != subscription.node())  // XEP-0248 §5.3.1.1
    writer.open("header").attribute("name", "Collection").text(subscription.node()).close();
  writer.open("header").attribute("name", "SubID").text(subscription.subid()).close();
  writer.close();
}

}  // namespace pubsub
