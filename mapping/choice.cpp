#include "mapping/choice.hpp"

#include <algorithm>
#include <optional>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "mapping/disclosure.hpp"
#include "mapping/payload.hpp"
#include "mapping/special_use.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

using events::EventGroup;
using events::EventName;
using events::FlagSet;
using events::Parameter;
namespace ns = xmpp_schemas::ns;

bool is_event(const PayloadElement& element) {
  return events::parse_event_name(element.root.name) || element.root.name.starts_with("vnd.");
}

bool is_in_group(std::string_view event, EventGroup group) {
  const auto name = events::parse_event_name(event);
  return name && events::group_of(*name) == group;
}

std::string text_of(const PayloadElement& element, Parameter parameter) {
  const auto* child = element.find(events::to_text(parameter));
  return child == nullptr ? std::string() : unescape(child->element.inside);
}

/// What was set or cleared; of an arrival, what the message has.
FlagSet flags_of(const PayloadElement& event) {
  const auto name = events::parse_event_name(event.root.name);
  if (name == EventName::message_read) return FlagSet::from_text("\\Seen");
  if (name == EventName::message_trash) return FlagSet::from_text("\\Deleted");
  return FlagSet::from_text(text_of(event, Parameter::flag_names));
}

bool is_junk_mailbox(const pubsub::NodeSpec& leaf) {
  const auto field = "{" + std::string(ns::message_store) + "}special_use";
  const auto junk = row_of(events::SpecialUse::junk).attribute;
  return std::any_of(leaf.meta_data.begin(), leaf.meta_data.end(),
                     [&](const auto& one) { return one.first == field && one.second == junk; });
}

/// The keywords know better than the mailbox. RFC 9051 §2.3.2: both together are as none.
bool is_spam(const pubsub::NodeSpec& leaf, const PayloadElement& event) {
  const auto flags = flags_of(event);
  const bool junk = flags.contains("$Junk");
  const bool not_junk = flags.contains("$NotJunk");
  const bool is_clear = events::parse_event_name(event.root.name) == EventName::flags_clear;
  if (is_clear && junk) return false;
  if (!is_clear && junk != not_junk) return junk;
  return is_junk_mailbox(leaf);
}

/// What the schema, or a clause of RFC 5423 §4 about that event, demands.
bool is_required(std::string_view event, std::string_view parameter) {
  const auto name = events::parse_event_name(event);
  const auto known = events::parse_parameter(parameter);
  if (!name || !known) return false;
  const auto group = events::group_of(*name);
  if (*known == Parameter::uri || *known == Parameter::uidset) return true;
  if (*known == Parameter::old_mailbox_id) return true;
  if (*known == Parameter::mailbox_id) return group != EventGroup::quota;
  // RFC 5423 §4.2
  if (*known == Parameter::flag_names) {
    return name == EventName::flags_set || name == EventName::flags_clear;
  }
  // RFC 5423 §4.3, §4.4: the user who came or went, or whose subscription list is affected
  return *known == Parameter::user &&
         (group == EventGroup::access || name == EventName::mailbox_subscribe ||
          name == EventName::mailbox_unsubscribe);
}

std::size_t decoded_octets(std::string_view base64) {
  const auto padding = base64.ends_with("==") ? 2U : base64.ends_with('=') ? 1U : 0U;
  return base64.size() / 4 * 3 - std::min<std::size_t>(padding, base64.size() / 4 * 3);
}

/// Whether that child stands after `tags` in the order of the schema.
bool is_after_tags(const XmlElement& child) {
  const auto parameter = events::parse_parameter(child.name);
  return !parameter || *parameter > Parameter::tags;
}

void append_as_it_is(std::string& out, const pubsub::Payload& payload,
                     const pubsub::Audience& audience) {
  for (const auto& part : payload) {
    if (is_shown(part.disclosure, audience)) out += part.xml;
  }
}

}  // namespace

bool MailChoice::wants(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload) const {
  const auto event = read_payload(payload);
  if (!event || !is_event(*event)) return true;
  return wants_type(event->root.name) && wants_flags(*event) && wants_spam(leaf, *event);
}

void MailChoice::append(std::string& out, const pubsub::NodeSpec&, const pubsub::Payload& payload,
                        const pubsub::Audience& audience) const {
  const auto full = wishes_.has_full_flag_events ? to_full_flag_events(payload) : pubsub::Payload();
  const auto& rendered = wishes_.has_full_flag_events ? full : payload;
  const auto event = read_payload(rendered);
  // of a vendor's own event nothing is known but its name
  if (!event || !events::parse_event_name(event->root.name)) {
    return append_as_it_is(out, rendered, audience);
  }
  out += event->start;
  append_parameters(out, *event, audience);
  out += event->end;
}

// RFC 5423 §4.2: setting \Seen or \Deleted is an event of its own, or FlagsSet like any other
bool MailChoice::wants_type(std::string_view event) const {
  if (wishes_.event_types.empty()) return true;
  const auto name = events::parse_event_name(event);
  const bool is_set = name == EventName::message_read || name == EventName::message_trash;
  if (wishes_.has_full_flag_events && is_set) event = events::to_text(EventName::flags_set);
  return wishes_.event_types.contains(event);
}

bool MailChoice::wants_flags(const PayloadElement& event) const {
  if (wishes_.flag_names.empty() || !is_in_group(event.root.name, EventGroup::flags)) return true;
  const auto flags = flags_of(event);
  return std::any_of(flags.names().begin(), flags.names().end(),
                     [this](const auto& flag) { return wishes_.flag_names.contains(flag); });
}

// draft-dusseault-email-notif-model-00 §3.7
bool MailChoice::wants_spam(const pubsub::NodeSpec& leaf, const PayloadElement& event) const {
  const bool is_about_messages = is_in_group(event.root.name, EventGroup::message) ||
                                 is_in_group(event.root.name, EventGroup::flags);
  if (wishes_.spam == SpamChoice::all || !is_about_messages) return true;
  return is_spam(leaf, event) == (wishes_.spam == SpamChoice::only);
}

bool MailChoice::wants_parameter(std::string_view event, const XmlElement& parameter) const {
  return wishes_.parameters.empty() || wishes_.parameters.contains(parameter.name) ||
         is_required(event, parameter.name);
}

void MailChoice::append_parameters(std::string& out, const PayloadElement& event,
                                   const pubsub::Audience& audience) const {
  bool needs_tags = !wishes_.tags.empty();
  for (const auto& [child, disclosure] : event.children) {
    const bool is_kept = is_shown(disclosure, audience) && wants_parameter(event.root.name, child);
    const bool is_tags = child.name == events::to_text(Parameter::tags);
    if (needs_tags && (is_tags || is_after_tags(child))) {
      append_tags(out, is_tags && is_kept ? &child : nullptr);
      needs_tags = false;
      if (is_tags) continue;
    }
    if (!is_kept) continue;
    if (child.name == events::to_text(Parameter::message_content)) {
      append_content(out, child);
    } else {
      out += child.whole;
    }
  }
  if (needs_tags) append_tags(out, nullptr);
}

/// RFC 5423 §4.1: no larger than was asked for, else the reference to it, if there is one.
void MailChoice::append_content(std::string& out, const XmlElement& content) const {
  // not even an empty message, by default
  if (wishes_.max_content_octets == 0) return;
  const auto reference = find_attribute(content, "uri");
  const bool is_here = !reference || !content.inside.empty();
  const bool is_shown = is_here && decoded_octets(content.inside) <= wishes_.max_content_octets;
  if (!is_shown && !reference) return;
  xmpp_schemas::XmlWriter writer(out);
  writer.open(content.name).attribute("encoding", "base64");
  if (is_shown) {
    writer.text(content.inside);
  } else {
    writer.attribute("uri", *reference);
  }
  writer.close();
}

// RFC 5423 §5 tags: separated by commas, those of the source first
void MailChoice::append_tags(std::string& out, const XmlElement* present) const {
  auto all = present == nullptr ? std::string() : unescape(present->inside);
  const auto before = "," + all + ",";
  for (const auto& tag : wishes_.tags) {
    if (before.find("," + tag + ",") != std::string::npos) continue;
    if (!all.empty()) all += ',';
    all += tag;
  }
  xmpp_schemas::XmlWriter(out).leaf(events::to_text(Parameter::tags), all);
}

}  // namespace mapping
