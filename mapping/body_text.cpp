#include "mapping/body_text.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "events/uid_set.hpp"
#include "mapping/characters.hpp"
#include "mapping/disclosure.hpp"
#include "mapping/imap_url.hpp"
#include "mapping/node_id.hpp"
#include "mapping/payload_reader.hpp"

namespace mapping {
namespace {

using events::EventName;
using events::Parameter;

constexpr std::size_t max_sender = 60;
constexpr std::size_t max_subject = 120;
constexpr std::size_t max_place = 80;

/// `text` of at most that many octets, cut at a character, with an ellipsis where it was cut.
std::string shortened(std::string_view text, std::size_t max_octets) {
  constexpr std::string_view ellipsis = "…";
  auto harmless = to_harmless_text(text, max_body_text);
  if (harmless.size() <= max_octets) return harmless;
  return std::string(cut_text(harmless, max_octets - ellipsis.size())) + std::string(ellipsis);
}

std::string leaf_path(const pubsub::NodeSpec& leaf) {
  const auto ref = parse_node_id(leaf.id);
  std::string path;
  if (!ref) return path;
  for (const auto& level : ref->levels) path += (path.empty() ? "" : "/") + level;
  return path;
}

// RFC 5322 §3.4: the display name, else the address
std::string sender_name(std::string_view from) {
  const auto angle = from.find('<');
  auto name = from.substr(0, angle);
  const auto trim = [&](std::string_view characters) {
    while (!name.empty() && characters.find(name.front()) != std::string_view::npos) {
      name.remove_prefix(1);
    }
    while (!name.empty() && characters.find(name.back()) != std::string_view::npos) {
      name.remove_suffix(1);
    }
  };
  trim(" \"");
  if (name.empty() && angle != std::string_view::npos) {
    name = from.substr(angle + 1, from.find('>', angle) - angle - 1);
  }
  return std::string(name);
}

/// Turns one event into words; shows what the audience may see and no more.
class Narrator {
 public:
  Narrator(const pubsub::NodeSpec& leaf, const PayloadElement& event,
           const pubsub::Audience& audience)
      : event_(event), audience_(audience), place_(leaf_path(leaf)) {
    if (place_.empty()) place_ = mailbox(Parameter::mailbox_id);
    place_ = shortened(place_, max_place);
  }

  std::string narrate(EventName name) const {
    switch (name) {
      case EventName::message_new:
        return message_new();
      case EventName::message_append:
        return with_subject("Message added" + in_place(" to "));
      case EventName::message_expire:
        return messages() + " expired" + in_place();
      case EventName::message_expunge:
        return messages() + " deleted" + in_place();
      case EventName::message_read:
        return messages() + " read" + in_place();
      case EventName::message_trash:
        return messages() + " marked as deleted" + in_place();
      case EventName::flags_set:
        return flags() + " set on " + messages() + in_place();
      case EventName::flags_clear:
        return flags() + " cleared on " + messages() + in_place();
      case EventName::quota_exceed:
        return "Quota exceeded" + in_place() + usage();
      case EventName::quota_within:
        return "Within the quota again" + in_place() + usage();
      case EventName::quota_change:
        return "Quota changed" + in_place() + usage();
      case EventName::login:
        return access("Login", " logged in");
      case EventName::logout:
        return access("Logout", " logged out");
      case EventName::mailbox_create:
        return "Mailbox created: " + place_;
      case EventName::mailbox_delete:
        return "Mailbox deleted: " + place_;
      case EventName::mailbox_rename:
        return "Mailbox renamed: " + shortened(mailbox(Parameter::old_mailbox_id), max_place) +
               " -> " + shortened(mailbox(Parameter::mailbox_id), max_place);
      case EventName::mailbox_subscribe:
        return "Mailbox subscribed: " + place_;
      case EventName::mailbox_unsubscribe:
        return "Mailbox unsubscribed: " + place_;
    }
    return {};
  }

  /// status/@state and its counts
  std::string narrate_status() const {
    const auto state = attribute("state");
    if (state == "gone") return place_ + ": mailbox deleted";
    const auto total = attribute("messages");
    const auto unseen = attribute("unseen");
    auto counts = unseen.empty() ? total : unseen + " unread of " + total;
    if (total.empty()) counts = unseen.empty() ? "" : unseen + " unread";
    if (unseen.empty() && !total.empty()) counts += total == "1" ? " message" : " messages";
    if (counts.empty()) return place_ + ": not known";
    return place_ + ": " + counts + (state == "stale" ? " (out of date)" : "");
  }

  std::string narrate_source() const {
    const auto reason = attribute("reason");
    return "Source " + shortened(attribute("name"), max_place) + ": " + attribute("state") +
           (reason.empty() ? "" : " (" + reason + ")");
  }

  std::string narrate_unknown() const { return "Event" + in_place(); }

 private:
  std::string attribute(std::string_view name) const {
    return find_attribute(event_.root, name).value_or("");
  }

  std::string text(Parameter parameter) const {
    const auto* child = event_.find(events::to_text(parameter));
    if (child == nullptr || !is_shown(child->disclosure, audience_)) return {};
    return unescape(child->element.inside);
  }

  std::string header(std::string_view name) const {
    const auto* headers = event_.find("headers");
    if (headers == nullptr || !is_shown(headers->disclosure, audience_)) return {};
    const auto fields = read_elements(headers->element.inside);
    if (!fields) return {};
    for (const auto& field : *fields) {
      const auto field_name = find_attribute(field, "name").value_or("");
      if (equals_ignoring_ascii_case(field_name, name)) return unescape(field.inside);
    }
    return {};
  }

  /// The store's own name of that mailbox.
  std::string mailbox(Parameter parameter) const {
    const auto url = parse_imap_url(text(parameter));
    return url ? url->mailbox : std::string();
  }

  std::string in_place(std::string_view before = " in ") const {
    return place_.empty() ? std::string() : std::string(before) + place_;
  }

  std::string messages() const {
    const auto uids = events::UidSet::parse(text(Parameter::uidset));
    if (!uids) return "Messages";
    return std::to_string(uids->size()) + (uids->size() == 1 ? " message" : " messages");
  }

  std::string flags() const { return shortened(text(Parameter::flag_names), max_subject); }

  std::string with_subject(const std::string& what) const {
    const auto subject = header("Subject");
    return subject.empty() ? what : what + ": " + shortened(subject, max_subject);
  }

  std::string message_new() const {
    const auto sender = shortened(sender_name(header("From")), max_sender);
    if (sender.empty()) return with_subject("New message" + in_place());
    const auto subject = header("Subject");
    return sender + ": " + (subject.empty() ? "(no subject)" : shortened(subject, max_subject)) +
           (place_.empty() ? "" : " (" + place_ + ")");
  }

  // RFC 5423 §5 diskQuota, diskUsed: in kilobytes
  std::string usage() const {
    const auto part = [this](Parameter used, Parameter limit, const std::string& unit) {
      const auto most = text(limit);
      const auto now = text(used);
      if (most.empty()) return now.empty() ? now : now + unit;
      return (now.empty() ? "at most " : now + " of ") + most + unit;
    };
    auto all = part(Parameter::disk_used, Parameter::disk_quota, " KiB");
    const auto count = part(Parameter::messages, Parameter::max_messages, " messages");
    if (!all.empty() && !count.empty()) all += ", ";
    all += count;
    return all.empty() ? all : ": " + all;
  }

  std::string access(const std::string& anonymous, const std::string& did) const {
    const auto user = shortened(text(Parameter::user), max_sender);
    const auto service = shortened(text(Parameter::service), max_sender);
    const auto ip = text(Parameter::client_ip);
    return (user.empty() ? anonymous : user + did) + (service.empty() ? "" : " (" + service + ")") +
           (ip.empty() ? "" : " from " + ip);
  }

  const PayloadElement& event_;
  pubsub::Audience audience_;
  std::string place_;
};

}  // namespace

std::string to_body_text(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload,
                         const pubsub::Audience& audience) {
  const auto element = read_payload(payload).value_or(PayloadElement());
  const Narrator narrator(leaf, element, audience);
  const auto name = events::parse_event_name(element.root.name);
  const auto text = name                            ? narrator.narrate(*name)
                    : element.root.name == "status" ? narrator.narrate_status()
                    : element.root.name == "source" ? narrator.narrate_source()
                                                    : narrator.narrate_unknown();
  return to_harmless_text(text, max_body_text);
}

}  // namespace mapping
