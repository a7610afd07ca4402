#include "pubsub/notifier.hpp"

#include <algorithm>

#include "pubsub/date_time.hpp"
#include "pubsub/node_uri.hpp"
#include "pubsub/rendering.hpp"
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
  void add(std::string_view name, std::string_view text) {
    if (!is_open_) out_.append("<headers xmlns='").append(ns::shim).append("'>");
    is_open_ = true;
    out_.append("<header name='").append(name).append("'>");
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

// Whatever is no item: the same for all.
void append_event(std::string& out, const Notice& notice) {
  switch (notice.kind) {
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
      return append_payload(out, notice.payload, {});
    case NoticeKind::item:
    case NoticeKind::state:
    case NoticeKind::unsubscribed:
      return;  // per recipient
  }
}

bool is_publication(const Notice& notice) {
  return notice.kind == NoticeKind::item || notice.kind == NoticeKind::state;
}

// Of a leaf that has gone since: what the notice itself tells of it.
NodeSpec to_departed_leaf(const Notice& notice) {
  NodeSpec leaf;
  leaf.id = notice.node;
  leaf.holding = notice.kind == NoticeKind::state ? Holding::state : Holding::history;
  return leaf;
}

}  // namespace

void append_delay(std::string& out, WallTime at) {
  XmlWriter(out).open("delay", ns::delay).attribute("stamp", to_stamp(at)).close();
}

FanOut::FanOut(const Service& service, const Notice& notice, bool is_delayed)
    : service_(service), notice_(notice), is_delayed_(is_delayed) {
  is_live_ = is_publication(notice) && notice.recipients.empty();
  if (is_live_) {
    collect_live(service);
  } else {
    frame_recorded(service);
  }
}

FanOut::Frame FanOut::make_frame(std::string_view type, std::string_view content) const {
  Frame frame;
  frame.after_to = "'";
  if (type != "normal") frame.after_to.append(" type='").append(type).append("'");
  // Equal origin, equal ids: a repeat after a reconnect can be told from news.
  const auto origin = notice_.origin != 0 ? notice_.origin : notice_.sequence;
  frame.after_to.append(" id='e").append(std::to_string(origin)).append("-");
  frame.body.append("'>").append(content);
  if (is_delayed_) append_delay(frame.body, notice_.at);
  return frame;
}

void FanOut::collect_live(const Service& service) {
  const NodeTree* tree = service.tree(notice_.account);
  const NodeRecord* leaf = tree == nullptr ? nullptr : tree->find(notice_.node);
  if (leaf == nullptr) return;
  Renditions renditions(service.vocabulary(), notice_, leaf->spec);
  service.for_each_recipient(
      notice_, [&](const Subscriptions::Pointer& subscription, const Audience& audience) {
        const auto form = renditions.of(subscription->options(), audience);
        if (!form) return;
        if (subscription->options().digest) {
          digested_.push_back(subscription);
        } else {
          live_.add(subscription, *form);
        }
      });
  for (Renditions::Index i = 0; i < renditions.size(); ++i) {
    const auto& form = renditions.form(i);
    frames_.push_back(make_frame(to_text(form.type), form.content));
  }
}

// Named recipients of an item: its node has gone meanwhile, and with it what they had chosen; they
// get what everybody may see who is let in at all.
void FanOut::frame_recorded(const Service& service) {
  if (!is_publication(notice_)) return frame_event();
  const NodeSpec leaf = to_departed_leaf(notice_);
  Renditions renditions(service.vocabulary(), notice_, leaf);
  const Audience owner{std::min(service.policy().disclosure, Disclosure::envelope), true};
  for (const Audience& audience : {Audience(), owner}) {
    const auto form = renditions.of(service.default_options(), audience);
    frames_.push_back(make_frame("headline", renditions.form(*form).content));
  }
  for (const auto& recipient : notice_.recipients) {
    is_second_.push_back(service.access().is_owner(notice_.account, to_bare(recipient.jid)));
  }
}

// The second form of a move tells nothing of where the node went: for whom it is not there.
void FanOut::frame_event() {
  std::string content;
  append_event(content, notice_);
  frames_.push_back(make_frame(notice_.kind == NoticeKind::asked ? "normal" : "headline", content));
  is_second_.assign(notice_.recipients.size(), false);
  if (notice_.kind != NoticeKind::redirect) return;
  Notice plain;
  plain.kind = NoticeKind::remove;
  plain.node = notice_.node;
  content.clear();
  append_event(content, plain);
  frames_.push_back(make_frame("headline", content));
  for (std::size_t i = 0; i < notice_.recipients.size(); ++i) {
    const auto bare = to_bare(notice_.recipients[i].jid);
    const auto refusal = service_.refusal(notice_.account, bare, notice_.target);
    is_second_[i] = refusal && refusal->code != ErrorCode::gone;
  }
}

/// Who has lost sight of a node since is told nothing more of it, but that it lost it.
bool FanOut::may_hear(const Recipient& recipient) const {
  const bool is_about_end = notice_.kind == NoticeKind::unsubscribed ||
                            notice_.kind == NoticeKind::remove ||
                            notice_.kind == NoticeKind::redirect || is_publication(notice_);
  if (is_about_end) return true;
  const NodeTree* tree = service_.tree(notice_.account);
  const auto is_hidden = [&](const NodeId& node) {
    return tree != nullptr && tree->find(node) != nullptr &&
           !service_.sees_node(notice_.account, node, to_bare(recipient.jid));
  };
  return !is_hidden(notice_.node) && !is_hidden(notice_.target);
}

bool FanOut::step(std::string& out, std::size_t max_stanzas) {
  const std::size_t count = is_live_ ? live_.size() : notice_.recipients.size();
  std::size_t appended = 0;
  for (; next_ < count && appended < max_stanzas; ++next_) {
    if (is_live_) {
      if (!append_live(out)) continue;
    } else {
      if (!may_hear(notice_.recipients[next_])) continue;
      append_recorded(out, notice_.recipients[next_]);
    }
    ++appended;
  }
  sent_ += appended;
  return next_ == count;
}

// The hot path: nothing but copies into `out`. False: all its subscriptions have ended.
bool FanOut::append_live(std::string& out) {
  const Frame& frame = frames_[live_.form(next_)];
  bool is_begun = false;
  live_.visit(next_, [&](const Subscription& subscription) {
    if (subscription.has_ended() || is_begun) return;
    is_begun = true;
    out.append("<message from='");
    append_attribute_value(out, subscription.service());
    out.append("' to='");
    append_attribute_value(out, subscription.jid());
    out.append(frame.after_to);
    append_attribute_value(out, subscription.subid());
    out.append(frame.body);
  });
  if (!is_begun) return false;
  // XEP-0248 §5.3.1.1: Collection; XEP-0060 §7.1.2.4: SubID, in the last child of the message
  Headers headers(out);
  const std::string* last_collection = nullptr;
  live_.visit(next_, [&](const Subscription& subscription) {
    const std::string& node = subscription.node();
    // Subscriptions come node by node, so equal collections are neighbours.
    const bool is_again = last_collection != nullptr && *last_collection == node;
    if (subscription.has_ended() || node == notice_.node || is_again) return;
    last_collection = &node;
    headers.add("Collection", node);
  });
  live_.visit(next_, [&](const Subscription& subscription) {
    if (!subscription.has_ended()) headers.add("SubID", subscription.subid());
  });
  headers.close();
  out.append("</message>");
  return true;
}

void FanOut::append_recorded(std::string& out, const Recipient& recipient) {
  const Frame& frame = frames_[is_second_[next_] ? 1 : 0];
  out.append("<message from='");
  append_attribute_value(out, recipient.service);
  out.append("' to='");
  append_attribute_value(out, recipient.jid);
  out.append(frame.after_to);
  if (recipient.subids.empty()) {
    out.append(std::to_string(next_));
  } else {
    append_attribute_value(out, recipient.subids.front());
  }
  if (notice_.kind == NoticeKind::unsubscribed) {
    out.append("'>");
    append_end_of_subscription(out, notice_, recipient);
    out.append(frame.body, 2);  // the delay, if any
  } else {
    out.append(frame.body);
  }
  const bool is_about_itself = notice_.kind == NoticeKind::unsubscribed ||
                               notice_.kind == NoticeKind::told ||
                               notice_.kind == NoticeKind::asked;
  if (!is_about_itself) {
    Headers headers(out);
    for (const auto& collection : recipient.collections) headers.add("Collection", collection);
    for (const auto& subid : recipient.subids) headers.add("SubID", subid);
    headers.close();
  }
  out.append("</message>");
}

}  // namespace pubsub
