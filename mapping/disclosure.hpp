// Who may see which parameter of RFC 5423 §5.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "events/parameter.hpp"
#include "pubsub/node.hpp"

namespace mapping {

struct ParameterDisclosure {
  events::Parameter parameter;
  pubsub::Disclosure disclosure;
};

inline constexpr std::array<ParameterDisclosure, 27> parameter_disclosures{{
    {events::Parameter::admin, pubsub::Disclosure::actor},
    {events::Parameter::body_structure, pubsub::Disclosure::envelope},
    {events::Parameter::client_ip, pubsub::Disclosure::actor},
    {events::Parameter::client_port, pubsub::Disclosure::actor},
    {events::Parameter::disk_quota, pubsub::Disclosure::counts},
    {events::Parameter::disk_used, pubsub::Disclosure::counts},
    {events::Parameter::envelope, pubsub::Disclosure::actor},
    {events::Parameter::flag_names, pubsub::Disclosure::counts},
    {events::Parameter::mailbox_id, pubsub::Disclosure::counts},
    {events::Parameter::max_messages, pubsub::Disclosure::counts},
    {events::Parameter::message_content, pubsub::Disclosure::content},
    {events::Parameter::message_size, pubsub::Disclosure::counts},
    {events::Parameter::messages, pubsub::Disclosure::counts},
    {events::Parameter::modseq, pubsub::Disclosure::counts},
    {events::Parameter::old_mailbox_id, pubsub::Disclosure::counts},
    {events::Parameter::pid, pubsub::Disclosure::actor},
    {events::Parameter::process, pubsub::Disclosure::actor},
    {events::Parameter::server_domain, pubsub::Disclosure::actor},
    {events::Parameter::server_port, pubsub::Disclosure::actor},
    {events::Parameter::server_fqdn, pubsub::Disclosure::actor},
    {events::Parameter::service, pubsub::Disclosure::actor},
    {events::Parameter::tags, pubsub::Disclosure::counts},
    {events::Parameter::timestamp, pubsub::Disclosure::counts},
    {events::Parameter::uidnext, pubsub::Disclosure::counts},
    {events::Parameter::uidset, pubsub::Disclosure::counts},
    {events::Parameter::uri, pubsub::Disclosure::counts},
    {events::Parameter::user, pubsub::Disclosure::actor},
}};

static_assert(parameter_disclosures.size() == events::parameters.size());
static_assert([] {
  for (std::size_t i = 0; i < parameter_disclosures.size(); ++i) {
    if (parameter_disclosures[i].parameter != events::parameters[i].parameter) return false;
  }
  return true;
}());

constexpr pubsub::Disclosure disclosure_of(events::Parameter parameter) {
  return parameter_disclosures[static_cast<std::size_t>(parameter)].disclosure;
}

/// Header fields show what the message says; vendor parameters may tell anything about the actor.
inline constexpr auto header_disclosure = pubsub::Disclosure::envelope;
inline constexpr auto vendor_disclosure = pubsub::Disclosure::actor;

/// Whether what has that level is shown to the audience.
constexpr bool is_shown(pubsub::Disclosure disclosure, const pubsub::Audience& audience) {
  if (disclosure == pubsub::Disclosure::actor) return audience.sees_actor;
  return disclosure <= audience.level;
}

}  // namespace mapping
