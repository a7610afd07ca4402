#include "pubsub/notifier.hpp"

#include <algorithm>

#include "pubsub/node_uri.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::append_attribute_value;
using xmpp_schemas::append_text;
using xmpp_schemas::XmlWriter;

// XEP-0131: one <header/> after the other, the element opened by the first of them.
class Headers {
 public:
  explicit Headers(std::string& out) : out_(out) {}
  void add(std::string_view name, std::string_view escaped) {
    if (!is_open_) out_.append("<headers xmlns='").append(ns::shim).append("'>");
    is_open_ = true;
    out_.append("<header name='").append(name).append("'>").append(escaped).append("</header>");
  }
  void add_raw_text(std::string_view name, std::string_view text) {
    add(name, {});
    out_.resize(out_.size() - std::string_view("</header>").size());
    append_text(out_, text);
    out_.append("</header>");
  }
  void close() {
    if (is_open_) out_.append("</headers>");
  }

 private:
  std::string& out_;
  bool is_open_ = false;
};

void append_retract(std::string& out, const Notice& notice) {
  XmlWriter event(out);
  event.open("event", ns::pubsub_event).open("items").attribute("node", notice.node);
  event.open("retract").attribute("id", std::to_string(notice.number)).close().close().close();
}

void append_removal(std::string& out, const Notice& notice) {
  XmlWriter event(out);
  event.open("event", ns::pubsub_event).open("delete").attribute("node", notice.node);
  if (notice.kind == NoticeKind::redirect) {  // XEP-0060 §8.4.2
    event.open("redirect").attribute("uri", to_node_uri(notice.account, notice.target)).close();
  }
  event.close().close();
}

void append_association(std::string& out, const Notice& notice) {  // XEP-0248 §5.3
  XmlWriter event(out);
  event.open("event", ns::pubsub_event).open("collection").attribute("node", notice.node);
  event.open("associate").attribute("node", notice.target).close().close().close();
}

void append_purge(std::string& out, const Notice& notice) {  // XEP-0060 §8.5.2
  XmlWriter event(out);
  event.open("event", ns::pubsub_event)
      .open("purge")
      .attribute("node", notice.node)
      .close()
      .close();
}

// XEP-0060 §12.14: a subscription that ended without its holder's doing; the one event that names
// its recipient.
void append_end_of_subscription(std::string& out, const Notice& notice,
                                const Recipient& recipient) {
  XmlWriter event(out);
  event.open("event", ns::pubsub_event).open("subscription").attribute("node", notice.node);
  event.attribute("jid", recipient.jid).attribute("subscription", "none");
  if (!recipient.subids.empty()) event.attribute("subid", recipient.subids.front());
  event.close().close();
}

void append_event(std::string& out, const Notice& notice, const Audience& audience) {
  switch (notice.kind) {
    case NoticeKind::item:
      return append_item_event(out, notice.node, std::to_string(notice.number), notice.payload,
                               audience);
    case NoticeKind::state:
      return append_item_event(out, notice.node, current_item, notice.payload, audience);
    case NoticeKind::remove:
    case NoticeKind::redirect:
      return append_removal(out, notice);
    case NoticeKind::associate:
      return append_association(out, notice);
    case NoticeKind::retract:
      return append_retract(out, notice);
    case NoticeKind::purge:
      return append_purge(out, notice);
    case NoticeKind::told:
    case NoticeKind::asked:
      return append_payload(out, notice.payload, audience);
    case NoticeKind::unsubscribed:
      return;  // per recipient
  }
}

}  // namespace

void append_item_event(std::string& out, const NodeId& node, std::string_view item_id,
                       const Payload& payload, const Audience& audience) {
  XmlWriter event(out);
  event.open("event", ns::pubsub_event).open("items").attribute("node", node);
  event.open("item").attribute("id", item_id);
  std::string shown;
  append_payload(shown, payload, audience);
  event.raw(shown).close().close().close();
}

void append_delay(std::string& out, WallTime at) {
  XmlWriter(out).open("delay", ns::delay).attribute("stamp", to_stamp(at)).close();
}

FanOut::FanOut(const Service& service, const Notice& notice, bool is_delayed) : notice_(notice) {
  const bool is_publication = notice.kind == NoticeKind::item || notice.kind == NoticeKind::state;
  is_live_ = is_publication && notice.recipients.empty();
  if (is_live_) service.collect_recipients(notice, live_);
  // Equal sequence, equal ids: a repeat after a reconnect can be told from news.
  after_to_ = "' type='headline' id='e" + std::to_string(notice.sequence) + "-";
  body_ = "'>";
  append_event(body_, notice, owner_audience(service.policy()));
  if (is_delayed) append_delay(body_, notice.at);
}

bool FanOut::step(std::string& out, std::size_t max_stanzas) {
  const std::size_t count = is_live_ ? live_.size() : notice_.recipients.size();
  std::size_t appended = 0;
  for (; next_ < count && appended < max_stanzas; ++next_) {
    if (is_live_) {
      if (!append_live(out)) continue;
    } else {
      append_recorded(out, notice_.recipients[next_]);
    }
    ++appended;
  }
  sent_ += appended;
  return next_ == count;
}

// The hot path: nothing but copies into `out`. False: all its subscriptions have ended.
bool FanOut::append_live(std::string& out) {
  bool is_begun = false;
  live_.visit(next_, [&](const Subscription& subscription) {
    if (subscription.has_ended || is_begun) return;
    is_begun = true;
    out.append("<message from='").append(subscription.escaped_service).append("' to='");
    out.append(subscription.escaped_jid)
        .append(after_to_)
        .append(subscription.escaped_subid)
        .append(body_);
  });
  if (!is_begun) return false;
  // XEP-0248 §5.3.1.1: Collection; XEP-0060 §7.1.2.4: SubID, in the last child of the message
  Headers headers(out);
  const std::string* last_collection = nullptr;
  live_.visit(next_, [&](const Subscription& subscription) {
    const std::string& node = subscription.record.node;
    // Subscriptions come node by node, so equal collections are neighbours.
    const bool is_again = last_collection != nullptr && *last_collection == node;
    if (subscription.has_ended || node == notice_.node || is_again) return;
    last_collection = &node;
    headers.add("Collection", subscription.escaped_node);
  });
  live_.visit(next_, [&](const Subscription& subscription) {
    if (!subscription.has_ended) headers.add("SubID", subscription.escaped_subid);
  });
  headers.close();
  out.append("</message>");
  return true;
}

void FanOut::append_recorded(std::string& out, const Recipient& recipient) {
  out.append("<message from='");
  append_attribute_value(out, recipient.service);
  out.append("' to='");
  append_attribute_value(out, recipient.jid);
  out.append(after_to_);
  if (recipient.subids.empty()) {
    out.append(std::to_string(next_));
  } else {
    append_attribute_value(out, recipient.subids.front());
  }
  if (notice_.kind == NoticeKind::unsubscribed) {
    out.append("'>");
    append_end_of_subscription(out, notice_, recipient);
    out.append(body_, 2);  // the delay, if any
  } else {
    out.append(body_);
  }
  Headers headers(out);
  for (const auto& collection : recipient.collections)
    headers.add_raw_text("Collection", collection);
  if (notice_.kind != NoticeKind::unsubscribed) {
    for (const auto& subid : recipient.subids) headers.add_raw_text("SubID", subid);
  }
  headers.close();
  out.append("</message>");
}

}  // namespace pubsub
