#include "mapping/message_waiting.hpp"

#include "mapping/date_time.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

struct SightRow {
  events::Sight sight;
  std::string_view text;
};
constexpr std::array<SightRow, 3> sights{{
    {events::Sight::current, "current"},
    {events::Sight::stale, "stale"},
    {events::Sight::failed, "failed"},
}};
static_assert(static_cast<std::size_t>(events::Sight::failed) + 1 == sights.size());

struct ReasonRow {
  events::SightReason reason;
  std::string_view text;
};
constexpr std::array<ReasonRow, 6> reasons{{
    {events::SightReason::none, ""},
    {events::SightReason::connect, "connect"},
    {events::SightReason::auth, "auth"},
    {events::SightReason::timeout, "timeout"},
    {events::SightReason::overflow, "overflow"},
    {events::SightReason::protocol, "protocol"},
}};
static_assert([] {
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (static_cast<std::size_t>(reasons[i].reason) != i) return false;
    if (i < sights.size() && static_cast<std::size_t>(sights[i].sight) != i) return false;
  }
  return static_cast<std::size_t>(events::SightReason::protocol) + 1 == reasons.size();
}());

/// Attribute names with their values, in the order of the schema; what is unknown is left out.
using Attributes = std::vector<std::pair<std::string_view, std::string>>;

template <class Number>
void add(Attributes& attributes, std::string_view name, const std::optional<Number>& number) {
  if (!number) return;
  if constexpr (requires { number->value(); }) {
    attributes.emplace_back(name, std::to_string(number->value()));
  } else {
    attributes.emplace_back(name, std::to_string(*number));
  }
}

pubsub::Payload to_payload(std::string_view element, const Attributes& attributes) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open(element, xmpp_schemas::ns::message_store);
  for (const auto& [name, value] : attributes) writer.attribute(name, value);
  writer.close();
  return {{pubsub::Disclosure::counts, std::move(xml)}};
}

}  // namespace

pubsub::PublishState to_publish_state(std::string node, const events::MailboxState& mailbox,
                                      WaitingState state, pubsub::WallTime at) {
  Attributes attributes;
  attributes.emplace_back("state", waiting_states[static_cast<std::size_t>(state)].text);
  add(attributes, "messages", mailbox.messages);
  add(attributes, "unseen", mailbox.unseen);
  add(attributes, "uidnext", mailbox.uidnext);
  add(attributes, "uidvalidity", mailbox.uidvalidity);
  add(attributes, "highestmodseq", mailbox.highestmodseq);
  pubsub::PublishState publish;
  publish.node = std::move(node);
  for (const auto& [name, value] : attributes) {
    publish.key += std::string(name) + '=' + value + ' ';
  }
  attributes.emplace_back("stamp", to_utc_date_time(at));
  publish.payload = to_payload("status", attributes);
  publish.at = at;
  return publish;
}

pubsub::Payload to_source_payload(const events::SightChange& change) {
  Attributes attributes;
  attributes.emplace_back("name", change.source);
  attributes.emplace_back("state", sights[static_cast<std::size_t>(change.sight)].text);
  if (change.reason != events::SightReason::none) {
    attributes.emplace_back("reason", reasons[static_cast<std::size_t>(change.reason)].text);
  }
  attributes.emplace_back("since", to_utc_date_time(change.since));
  return to_payload("source", attributes);
}

}  // namespace mapping
