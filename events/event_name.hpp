// The 18 event types of RFC 5423 §4: wire name, enumerator and group, bound by one table.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace events {

enum class EventName {
  // RFC 5423 §4.1
  message_append,
  message_expire,
  message_expunge,
  message_new,
  quota_exceed,
  quota_within,
  quota_change,
  // RFC 5423 §4.2
  message_read,
  message_trash,
  flags_set,
  flags_clear,
  // RFC 5423 §4.3
  login,
  logout,
  // RFC 5423 §4.4
  mailbox_create,
  mailbox_delete,
  mailbox_rename,
  mailbox_subscribe,
  mailbox_unsubscribe,
};

/// The groups by which a subscriber may choose: the subsections of RFC 5423 §4, quota apart.
enum class EventGroup { message, flags, access, mailbox, quota };

struct EventNameRow {
  EventName name;
  std::string_view text;
  EventGroup group;
};

inline constexpr std::array<EventNameRow, 18> event_names{{
    {EventName::message_append, "MessageAppend", EventGroup::message},
    {EventName::message_expire, "MessageExpire", EventGroup::message},
    {EventName::message_expunge, "MessageExpunge", EventGroup::message},
    {EventName::message_new, "MessageNew", EventGroup::message},
    {EventName::quota_exceed, "QuotaExceed", EventGroup::quota},
    {EventName::quota_within, "QuotaWithin", EventGroup::quota},
    {EventName::quota_change, "QuotaChange", EventGroup::quota},
    {EventName::message_read, "MessageRead", EventGroup::flags},
    {EventName::message_trash, "MessageTrash", EventGroup::flags},
    {EventName::flags_set, "FlagsSet", EventGroup::flags},
    {EventName::flags_clear, "FlagsClear", EventGroup::flags},
    {EventName::login, "Login", EventGroup::access},
    {EventName::logout, "Logout", EventGroup::access},
    {EventName::mailbox_create, "MailboxCreate", EventGroup::mailbox},
    {EventName::mailbox_delete, "MailboxDelete", EventGroup::mailbox},
    {EventName::mailbox_rename, "MailboxRename", EventGroup::mailbox},
    {EventName::mailbox_subscribe, "MailboxSubscribe", EventGroup::mailbox},
    {EventName::mailbox_unsubscribe, "MailboxUnSubscribe", EventGroup::mailbox},
}};

static_assert([] {
  for (std::size_t i = 0; i < event_names.size(); ++i) {
    if (static_cast<std::size_t>(event_names[i].name) != i) return false;
  }
  return static_cast<std::size_t>(EventName::mailbox_unsubscribe) + 1 == event_names.size();
}());

constexpr std::string_view to_text(EventName name) {
  return event_names[static_cast<std::size_t>(name)].text;
}
constexpr EventGroup group_of(EventName name) {
  return event_names[static_cast<std::size_t>(name)].group;
}

/// Case-sensitive, as RFC 5423 §4 spells them.
constexpr std::optional<EventName> parse_event_name(std::string_view text) {
  for (const auto& row : event_names) {
    if (row.text == text) return row.name;
  }
  return std::nullopt;
}

}  // namespace events
