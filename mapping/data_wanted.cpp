#include "mapping/data_wanted.hpp"

#include <algorithm>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "mapping/choice.hpp"
#include "mapping/disclosure.hpp"

namespace mapping {
namespace {

using events::EventName;
using events::Parameter;

bool wants_arrivals(const Wishes& wishes) {
  const auto has = [&](EventName name) { return wishes.event_types.contains(to_text(name)); };
  return wishes.event_types.empty() || has(EventName::message_new) ||
         has(EventName::message_append);
}

bool wants(const Wishes& wishes, std::string_view parameter) {
  return wishes.parameters.empty() || wishes.parameters.contains(parameter);
}

bool wants(const Wishes& wishes, Parameter parameter, const pubsub::Audience& audience) {
  return is_shown(disclosure_of(parameter), audience) && wants(wishes, to_text(parameter));
}

void add_content(events::DataWanted& wanted, const Wishes& wishes) {
  const auto most = wishes.max_content_octets;
  if (most == 0) return;
  wanted.content_octets = std::max(wanted.content_octets, most);
  wanted.reference_beyond = std::min(wanted.reference_beyond.value_or(most), most);
}

}  // namespace

void add_wanted(events::DataWanted& wanted, const pubsub::Choice* choice,
                const pubsub::Audience& audience, bool has_body) {
  const auto* made = dynamic_cast<const MailChoice*>(choice);
  const auto& wishes = made != nullptr ? made->wishes() : Wishes();
  if (!wants_arrivals(wishes)) return;
  const bool shows_headers = is_shown(header_disclosure, audience);
  if (wants(wishes, Parameter::message_size, audience)) wanted.message_size = true;
  if (shows_headers && (has_body || wants(wishes, headers_parameter))) wanted.headers = true;
  if (wants(wishes, Parameter::body_structure, audience)) wanted.body_structure = true;
  if (wants(wishes, Parameter::message_content, audience)) add_content(wanted, wishes);
}

}  // namespace mapping
