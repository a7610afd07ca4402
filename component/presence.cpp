#include "component/presence.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "component/vcard.hpp"
#include "pubsub/data_form.hpp"
#include "pubsub/result_page.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

namespace ns = xmpp_schemas::ns;
using store::ContactState;
using xmpp_schemas::XmlWriter;

constexpr std::size_t greeted_at_once = 100;
constexpr std::chrono::milliseconds greeting_pause{50};
constexpr std::chrono::seconds telling_pause{1};

// RFC 6121 §4.7.2.1
pubsub::Show show_of(const gloox::Tag& presence) {
  const gloox::Tag* show = presence.findChild("show");
  const std::string text = show == nullptr ? std::string() : show->cdata();
  if (text == "away") return pubsub::Show::away;
  if (text == "chat") return pubsub::Show::chat;
  if (text == "dnd") return pubsub::Show::dnd;
  if (text == "xa") return pubsub::Show::xa;
  return pubsub::Show::online;
}

/// For how long it was away, if it says so; nothing is kept for longer than a year. XEP-0312 §2
std::optional<std::chrono::seconds> away_for(const gloox::Tag& presence) {
  const gloox::Tag* ago = presence.findChild("ago", "xmlns", std::string(ns::ago));
  const auto seconds =
      ago == nullptr ? std::nullopt : pubsub::parse_decimal(ago->findAttribute("secs"));
  if (!seconds) return std::nullopt;
  constexpr std::chrono::seconds longest = std::chrono::hours(366 * 24);
  return std::chrono::seconds(
      std::min<std::uint64_t>(*seconds, static_cast<std::uint64_t>(longest.count())));
}

bool may_see_presence(ContactState state) {
  return state == ContactState::from || state == ContactState::both;
}

/// Empty of a bare JID.
std::string resource_of(const pubsub::Asker& from) {
  return from.full.substr(std::min(from.full.size(), from.bare.size() + 1));
}

}  // namespace

Presence::Presence(Rooms rooms)
    : rooms_(std::move(rooms)), features_(rooms_.environment, rooms_.output) {}

void Presence::restore(const std::vector<store::ContactRecord>& contacts) {
  for (const auto& record : contacts) accounts_[record.account][record.jid].state = record.state;
}

// Who is there is not known after an interruption: everybody is asked, a few at a time.
void Presence::on_stream_up() {
  ++epoch_;
  to_greet_.clear();
  for (const auto& [account, contacts] : accounts_) {
    for (const auto& [bare, contact] : contacts) {
      if (may_see_presence(contact.state)) to_greet_.emplace_back(account, bare);
    }
  }
  greet_next();
}

void Presence::on_stream_down() {
  to_greet_.clear();
  for (auto& [account, contacts] : accounts_) {
    for (auto& [bare, contact] : contacts) {
      contact.resources.clear();
      contact.is_heard = false;
    }
  }
}

void Presence::greet_next() {
  for (std::size_t i = 0; i < greeted_at_once && !to_greet_.empty(); ++i) {
    const auto [account, bare] = std::move(to_greet_.back());
    to_greet_.pop_back();
    send("probe", account, bare);  // RFC 6121 §4.3
    if (rooms_.is_ours(account)) send_available(account, bare);
  }
  if (to_greet_.empty()) return;
  rooms_.environment.start_timer(greeting_pause, [this, epoch = epoch_] {
    if (epoch == epoch_) greet_next();
  });
}

void Presence::on_presence(const gloox::Tag& presence, const std::string& account,
                           const pubsub::Asker& from) {
  const std::string& type = presence.findAttribute("type");
  if (account.empty()) {  // the component itself is nobody's contact
    if (type == "subscribe") send("unsubscribed", presence.findAttribute("to"), from.bare);
    return;
  }
  if (type.empty()) return on_available(presence, account, from);
  if (type == "unavailable") return on_unavailable(account, from);
  if (type == "error") return on_error(account, from);
  if (type == "subscribe") return on_subscribe(account, from);
  if (type == "unsubscribe") return on_unsubscribe(account, from);
  if (type == "probe") return on_probe(account, from);
  const Contact* contact = find(account, from.bare);
  if (contact == nullptr) return;
  if (type == "subscribed" && contact->state == ContactState::from)
    set_state(account, from.bare, ContactState::both);
  if (type == "unsubscribed" && contact->state == ContactState::both)
    set_state(account, from.bare, ContactState::from);
}

// RFC 6121 §3.1. To who may see nothing of it, an account is as one that does not exist.
void Presence::on_subscribe(const std::string& account, const pubsub::Asker& from) {
  const Contact* contact = find(account, from.bare);
  const bool is_approved = contact != nullptr && may_see_presence(contact->state);
  if (!rooms_.pubsub.sees_account(account, from.bare))
    return send("unsubscribed", account, from.bare);
  if (is_approved || rooms_.pubsub.access().is_owner(account, from.bare))
    return approve(account, from.bare);
  if (contact != nullptr && contact->state == ContactState::requested) return;
  set_state(account, from.bare, ContactState::requested);
  ask_owners(account, from.bare);
}

void Presence::approve(const std::string& account, const std::string& bare) {
  const Contact* contact = find(account, bare);
  const bool is_mutual = contact != nullptr && contact->state == ContactState::both;
  if (!is_mutual) set_state(account, bare, ContactState::from);
  send("subscribed", account, bare);
  send_available(account, bare);
  if (!is_mutual) send("subscribe", account, bare);
}

bool Presence::decide(const std::string& account, const std::string& bare, bool is_allowed) {
  const Contact* contact = find(account, bare);
  if (contact == nullptr || contact->state != ContactState::requested) return false;
  if (is_allowed) {
    approve(account, bare);
  } else {
    set_state(account, bare, ContactState::none);
    send("unsubscribed", account, bare);
  }
  return true;
}

// Like XEP-0060 §8.6, for a presence subscription.
void Presence::ask_owners(const std::string& account, const std::string& bare) {
  for (const auto& owner : rooms_.pubsub.access().owners_of(account)) {
    std::string stanza;
    XmlWriter writer(stanza);
    writer.open("message").attribute("from", account).attribute("to", owner);
    writer.attribute("id", "p" + rooms_.environment.random_id());
    writer.leaf("body", bare + " asks to see the presence of " + account);
    pubsub::open_form(writer, "form", ns::presence_authorization);
    pubsub::append_field(writer, {"subscriber_jid", "jid-single", "Who asks"}, {bare});
    pubsub::append_field(writer, {"allow", "boolean", "Allow it?"}, {"0"});
    writer.close().close();
    rooms_.output.send(stanza);
  }
}

// RFC 6121 §3.3
void Presence::on_unsubscribe(const std::string& account, const pubsub::Asker& from) {
  const Contact* contact = find(account, from.bare);
  if (contact == nullptr) return send("unsubscribed", account, from.bare);
  const bool was_seen = may_see_presence(contact->state);
  set_state(account, from.bare, ContactState::none);
  send("unsubscribed", account, from.bare);
  if (!was_seen) return;
  send("unavailable", account, from.bare);
  send("unsubscribe", account, from.bare);
  // What only the presence subscription opened is closed again.
  rooms_.committer.commit_writes(
      rooms_.pubsub.end_lost_subscriptions(account, rooms_.environment.wall_now()));
}

// RFC 6121 §4.3.2
void Presence::on_probe(const std::string& account, const pubsub::Asker& from) {
  const Contact* contact = find(account, from.bare);
  if (contact != nullptr && may_see_presence(contact->state))
    return send_available(account, from.full);
  send("unsubscribed", account, from.bare);
}

void Presence::on_available(const gloox::Tag& presence, const std::string& account,
                            const pubsub::Asker& from) {
  Contact* contact = find(account, from.bare);
  if (contact == nullptr || !may_see_presence(contact->state)) return;
  const auto resource = resource_of(from);
  contact->is_heard = true;
  const bool is_known = contact->resources.contains(resource);
  if (!is_known && contact->resources.size() >= most_resources) return;
  contact->resources[resource] = show_of(presence);
  if (is_known) return;
  for (auto& plan : rooms_.pubsub.states_for(account, from.full))
    rooms_.send_states(std::move(plan));
  if (const auto away = away_for(presence)) {  // XEP-0312 §2
    const auto since = rooms_.environment.wall_now() - *away;
    for (auto& plan : rooms_.pubsub.interim_for(account, from.full, since))
      rooms_.send_states(std::move(plan));
  }
  features_.ask(presence, account, from.full, [this, account, from](const auto& nodes) {
    const Contact* present = find(account, from.bare);
    if (present == nullptr || !present->resources.contains(resource_of(from))) return;
    for (const auto& node : nodes) {
      auto outcome =
          rooms_.pubsub.auto_subscribe(account, from, node, rooms_.environment.wall_now());
      rooms_.committer.commit_writes(std::move(outcome.writes));
      for (auto& plan : outcome.last_items) rooms_.send_states(std::move(plan));
    }
  });
}

void Presence::on_unavailable(const std::string& account, const pubsub::Asker& from) {
  Contact* contact = find(account, from.bare);
  if (contact == nullptr) return;
  contact->is_heard = true;
  if (from.full == from.bare) {  // RFC 6121 §4.3.2: its server speaks for all resources
    contact->resources.clear();
  } else {
    contact->resources.erase(resource_of(from));
  }
  rooms_.committer.commit_writes(
      rooms_.pubsub.on_unavailable(account, from.full, rooms_.environment.wall_now()));
}

// What was sent to it has come back: of a resource, that it is not there; of the rest nothing.
void Presence::on_error(const std::string& account, const pubsub::Asker& from) {
  if (from.full != from.bare) return on_unavailable(account, from);
  Contact* contact = find(account, from.bare);
  if (contact == nullptr) return;
  contact->resources.clear();
  contact->is_heard = false;
}

void Presence::set_state(const std::string& account, const std::string& bare, ContactState state) {
  if (state == ContactState::none) {
    accounts_[account].erase(bare);
  } else {
    accounts_[account][bare].state = state;
  }
  store::Transaction transaction;
  transaction.contacts.push_back({account, bare, state});
  rooms_.committer.commit(std::move(transaction));
}

void Presence::send(std::string_view type, const std::string& account, std::string_view to) {
  std::string stanza;
  XmlWriter(stanza)
      .open("presence")
      .attribute("from", account)
      .attribute("to", to)
      .attribute("type", type)
      .close();
  rooms_.output.send(stanza);
}

// RFC 6121 §4.7.2: available while the counts are right, else extended away
std::string Presence::to_availability_xml(const std::string& account,
                                          const std::string& bare) const {
  const auto waiting = rooms_.waiting(account);
  std::string xml;
  XmlWriter writer(xml);
  if (!waiting || !waiting->is_current) writer.leaf("show", "xa");
  const auto unread = waiting ? count_unread(account, bare, *waiting) : std::nullopt;
  if (unread) writer.leaf("status", std::to_string(*unread) + " unread");
  return xml;
}

/// Of the mailboxes that the contact may see; absent: of none of them it is known.
std::optional<std::uint64_t> Presence::count_unread(const std::string& account,
                                                    const std::string& bare,
                                                    const mapping::AccountWaiting& waiting) const {
  const bool is_owner = rooms_.pubsub.access().is_owner(account, bare);
  std::optional<std::uint64_t> unread;
  for (const auto& [node, unseen] : waiting.unseen) {
    const bool may_read = is_owner || (rooms_.pubsub.sees_node(account, node, bare) &&
                                       rooms_.pubsub.readable_leaf(account, bare, node));
    if (may_read) unread = unread.value_or(0) + unseen;
  }
  return unread;
}

void Presence::send_available(const std::string& account, std::string_view to) {
  const auto bare = pubsub::to_bare(to);
  const auto availability = to_availability_xml(account, bare);
  if (Contact* contact = find(account, bare)) contact->shown = availability;
  std::string stanza;
  XmlWriter(stanza)
      .open("presence")
      .attribute("from", account)
      .attribute("to", to)
      .raw(availability)
      .raw(rooms_.capabilities(account))
      .raw(to_avatar_update_xml())  // XEP-0153 §4.1
      .close();
  rooms_.output.send(stanza);
}

void Presence::on_waiting_changed(const std::string& account) {
  const auto contacts = accounts_.find(account);
  if (contacts == accounts_.end() || contacts->second.empty()) return;
  Telling& telling = tellings_[account];
  if (telling.is_due) return;
  const auto now = rooms_.environment.steady_now();
  if (!telling.last || now - *telling.last >= telling_pause) return tell_waiting(account);
  telling.is_due = true;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*telling.last + telling_pause - now);
  rooms_.environment.start_timer(left, [this, account] { tell_waiting(account); });
}

// Who is greeted after an interruption is told then.
void Presence::tell_waiting(const std::string& account) {
  tellings_[account] = {rooms_.environment.steady_now(), false};
  const auto contacts = accounts_.find(account);
  if (contacts == accounts_.end() || !rooms_.output.is_up()) return;
  for (const auto& [bare, contact] : contacts->second) {
    if (!may_see_presence(contact.state)) continue;
    if (to_availability_xml(account, bare) != contact.shown) send_available(account, bare);
  }
}

Presence::Contact* Presence::find(const std::string& account, std::string_view bare) {
  const auto contacts = accounts_.find(account);
  if (contacts == accounts_.end()) return nullptr;
  const auto contact = contacts->second.find(bare);
  return contact == contacts->second.end() ? nullptr : &contact->second;
}

const Presence::Contact* Presence::find(const std::string& account, std::string_view bare) const {
  return const_cast<Presence&>(*this).find(account, bare);
}

bool Presence::shares_presence(const std::string& account, std::string_view bare) const {
  const Contact* contact = find(account, bare);
  return contact != nullptr && may_see_presence(contact->state);
}

std::optional<pubsub::Shows> Presence::shows_of(const std::string& account,
                                                std::string_view jid) const {
  const auto slash = jid.find('/');
  const Contact* contact = find(account, jid.substr(0, slash));
  const bool is_known =
      contact != nullptr && contact->state == ContactState::both && contact->is_heard;
  if (!is_known) return std::nullopt;
  pubsub::Shows shows = 0;
  for (const auto& [resource, show] : contact->resources) {
    const bool is_meant = slash == std::string_view::npos || resource == jid.substr(slash + 1);
    if (is_meant) shows = static_cast<pubsub::Shows>(shows | static_cast<pubsub::Shows>(show));
  }
  return shows;
}

}  // namespace component
