#include "component/unsolicited.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "mapping/jid.hpp"
#include "pubsub/notifier.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

namespace ns = xmpp_schemas::ns;
using sources::sieve::Importance;
using sources::sieve::Notification;
using xmpp_schemas::XmlWriter;

struct OutcomeRow {
  Unsolicited::Outcome outcome;
  std::string_view text;
};
constexpr std::array<OutcomeRow, 3> outcomes{{
    {Unsolicited::Outcome::sent, "sent"},
    {Unsolicited::Outcome::not_now, "not now"},
    {Unsolicited::Outcome::refused, "refused"},
}};
static_assert([] {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (static_cast<std::size_t>(outcomes[i].outcome) != i) return false;
  }
  return static_cast<std::size_t>(Unsolicited::Outcome::refused) + 1 == outcomes.size();
}());

// RFC 5437 §2.4
std::string_view urgency_of(Importance importance) {
  switch (importance) {
    case Importance::high:
      return "high";
    case Importance::medium:
      return "medium";
    case Importance::low:
      return "low";
  }
  return {};
}

void append_header(XmlWriter& writer, std::string_view name, std::string_view text) {
  writer.open("header").attribute("name", name).text(text).close();
}

/// RFC 5437 §4: not to be tried again
bool is_final(const gloox::Tag& message) {
  const gloox::Tag* error = message.findChild("error");
  return error != nullptr && (error->hasChild("item-not-found") || error->hasChild("gone") ||
                              error->hasChild("forbidden"));
}

}  // namespace

bool Unsolicited::is_target(const std::string& bare) const {
  const auto domain = bare.substr(bare.find('@') + 1);
  return std::any_of(targets_.begin(), targets_.end(), [&](const std::string& target) {
    if (target == "owner") return !rooms_.access.accounts_of(bare).empty();
    return target == bare || target == domain;
  });
}

Unsolicited::Verdict Unsolicited::refuse(const std::string& to, std::string why) {
  rooms_.log.notify_refused(to, why);
  return {Outcome::refused, std::move(why)};
}

Unsolicited::Verdict Unsolicited::notify(const Notification& notification) {
  const auto to = mapping::prepare_jid(notification.address);
  if (to.has_error()) return refuse(notification.address, "this is no address");
  if (!is_target(to->bare)) return refuse(to->bare, "[policy] notify_to does not allow it");
  const Pair pair{notification.from, to->bare};
  const auto now = rooms_.environment.steady_now();
  std::erase_if(blocked_, [&](const auto& entry) { return entry.second <= now; });
  if (blocked_.contains(pair))
    return refuse(to->bare, "it came back; for a day nothing is sent there for this sender");
  if (!rooms_.output.is_up()) return {Outcome::not_now, "the XMPP server is not connected"};
  if (!rate_limit_.may_request(to->bare, now)) {
    rooms_.log.rate_limited(to->bare);
    return {Outcome::not_now, "too many notifications to this address"};
  }
  const auto id = 'n' + rooms_.environment.random_id();
  if (sent_.size() == most_remembered) sent_.pop_front();
  sent_.push_back({id, pair});
  rooms_.output.send(to_stanza(notification, to->full, id));
  return {};
}

std::string Unsolicited::on_request(std::string_view json) {
  const auto notification = sources::sieve::parse_notification(json);
  const Verdict verdict = notification.has_error()
                              ? Verdict{Outcome::refused, notification.error().text}
                              : notify(*notification);
  boost::json::object answer;
  answer["outcome"] = outcomes[static_cast<std::size_t>(verdict.outcome)].text;
  answer["why"] = verdict.why;
  return boost::json::serialize(answer);
}

// RFC 5437 §2.7: deviates - no URI of the mail: who runs while it is delivered does not know where
// it will lie
std::string Unsolicited::to_stanza(const Notification& notification, std::string_view to,
                                   std::string_view id) const {
  std::string stanza;
  XmlWriter writer(stanza);
  writer.open("message").attribute("from", domain_).attribute("to", to);
  // RFC 6121 §8.5.2.2.1: of the two types that the RFC allows this one waits for who is offline.
  writer.attribute("type", "normal").attribute("id", id);
  if (!notification.subject.empty()) writer.leaf("subject", notification.subject);
  writer.leaf("body", notification.message.empty() ? "A filter of your mail asks for your attention"
                                                   : notification.message);
  writer.open("headers", ns::shim);
  append_header(writer, "Auto-Submitted", "auto-notified");
  if (!notification.from.empty()) append_header(writer, "Resent-From", notification.from);
  append_header(writer, "Urgency", urgency_of(notification.importance));
  writer.close();
  std::string delay;
  pubsub::append_delay(delay, rooms_.environment.wall_now());
  writer.raw(delay).close();
  return stanza;
}

bool Unsolicited::on_bounce(std::string_view from, const gloox::Tag& message) {
  const std::string& id = message.findAttribute("id");
  const auto sent =
      std::find_if(sent_.begin(), sent_.end(), [&](const Sent& one) { return one.id == id; });
  const auto bare = from.substr(0, from.find('/'));
  if (sent == sent_.end() || sent->pair.second != bare) return false;
  if (is_final(message) && blocked_.size() < most_remembered)
    blocked_[sent->pair] = rooms_.environment.steady_now() + block;
  sent_.erase(sent);
  return true;
}

}  // namespace component
