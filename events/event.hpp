// What happened in a mail store: one struct per event type of RFC 5423 §4, each with the parameters
// of §5 that concern it. A source makes them, mapping/ renders them; nobody else looks inside.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "events/event_name.hpp"
#include "events/flag_set.hpp"
#include "events/mailbox_id.hpp"
#include "events/number.hpp"
#include "events/uid_set.hpp"

namespace events {

/// A moment on the wall clock; it labels events and decides nothing.
using WallTime = std::chrono::system_clock::time_point;

/// A moment as a source gave it, with the source's own offset from UTC (RFC 3339).
struct Timestamp {
  WallTime at;
  std::chrono::minutes utc_offset{0};
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

/// Who did it and through what: the parameters of RFC 5423 §5 that any event may carry.
struct Circumstances {
  std::optional<Timestamp> timestamp;
  std::optional<std::string> user;   ///< authorization identity of the actor
  std::optional<std::string> admin;  ///< authentication identity, only if it differs from user
  std::optional<std::string> client_ip;
  std::optional<std::uint16_t> client_port;
  std::optional<std::string> server_domain;
  std::optional<std::uint16_t> server_port;
  std::optional<std::string> server_fqdn;
  std::optional<std::string> service;
  std::optional<std::string> process;
  std::optional<std::string> pid;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>>
      vendor;  ///< "vnd.…" parameters, in the order in which they came
  friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

/// The parts of the quota parameters that are known; disk in units of 1024 octets (RFC 5423 §5).
struct Quota {
  std::optional<std::uint64_t> disk_quota;
  std::optional<std::uint64_t> disk_used;
  std::optional<std::uint64_t> max_messages;
  std::optional<std::uint64_t> messages;
  std::optional<MailboxId> mailbox;
  friend bool operator==(const Quota&, const Quota&) = default;
};

/// State of the mailbox right after the event.
struct MailboxCounts {
  std::optional<std::uint32_t> messages;
  std::optional<Uid> uidnext;
  friend bool operator==(const MailboxCounts&, const MailboxCounts&) = default;
};

// RFC 5423 §4.1
// ------------------------------------------------------------------------------------------------------

/// One message that came into a mailbox; the parameters that MessageNew and MessageAppend share.
struct Arrival {
  MailboxId mailbox;  ///< with UIDVALIDITY
  Uid uid;
  MailboxCounts counts;
  std::optional<ModSeq> modseq;
  std::optional<std::uint64_t> message_size;  ///< octets of BODY[]
  FlagSet flag_names;                         ///< set initially
  /// Header fields: name in the spelling of its RFC, value decoded (RFC 2047) and unfolded, UTF-8.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body_structure;
  std::optional<std::string> message_content;  ///< octets
  /// RFC 4467 URL of a message that is too large to be its own messageContent.
  std::optional<std::string> content_reference = {};
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

struct MessageNew : Arrival {
  static constexpr EventName name = EventName::message_new;
  std::optional<std::string> envelope;  ///< MAIL FROM and RCPT TO lines, CRLF between
  friend bool operator==(const MessageNew&, const MessageNew&) = default;
};
struct MessageAppend : Arrival {
  static constexpr EventName name = EventName::message_append;
  friend bool operator==(const MessageAppend&, const MessageAppend&) = default;
};

/// A change to a set of messages of one mailbox.
struct MessageSetChange {
  MailboxId mailbox;  ///< with UIDVALIDITY
  UidSet uidset;      ///< never empty
  MailboxCounts counts;
  std::optional<ModSeq> modseq;  ///< only when uidset holds one message
  friend bool operator==(const MessageSetChange&, const MessageSetChange&) = default;
};

struct MessageExpire : MessageSetChange {
  static constexpr EventName name = EventName::message_expire;
};
struct MessageExpunge : MessageSetChange {
  static constexpr EventName name = EventName::message_expunge;
};
struct QuotaExceed : Quota {
  static constexpr EventName name = EventName::quota_exceed;
};
struct QuotaWithin : Quota {
  static constexpr EventName name = EventName::quota_within;
};
struct QuotaChange : Quota {
  static constexpr EventName name = EventName::quota_change;
};

// RFC 5423 §4.2
// ------------------------------------------------------------------------------------------------------

struct MessageRead : MessageSetChange {
  static constexpr EventName name = EventName::message_read;
};
struct MessageTrash : MessageSetChange {
  static constexpr EventName name = EventName::message_trash;
};
struct FlagsSet : MessageSetChange {
  static constexpr EventName name = EventName::flags_set;
  FlagSet flag_names;  ///< never empty
  friend bool operator==(const FlagsSet&, const FlagsSet&) = default;
};
struct FlagsClear : MessageSetChange {
  static constexpr EventName name = EventName::flags_clear;
  FlagSet flag_names;  ///< never empty
  friend bool operator==(const FlagsClear&, const FlagsClear&) = default;
};

// RFC 5423 §4.3
// ------------------------------------------------------------------------------------------------------

struct Login {
  static constexpr EventName name = EventName::login;
  friend bool operator==(const Login&, const Login&) = default;
};
struct Logout {
  static constexpr EventName name = EventName::logout;
  friend bool operator==(const Logout&, const Logout&) = default;
};

// RFC 5423 §4.4
// ------------------------------------------------------------------------------------------------------

struct MailboxCreate {
  static constexpr EventName name = EventName::mailbox_create;
  MailboxId mailbox;  ///< with UIDVALIDITY
  friend bool operator==(const MailboxCreate&, const MailboxCreate&) = default;
};
struct MailboxDelete {
  static constexpr EventName name = EventName::mailbox_delete;
  MailboxId mailbox;
  friend bool operator==(const MailboxDelete&, const MailboxDelete&) = default;
};
struct MailboxRename {
  static constexpr EventName name = EventName::mailbox_rename;
  MailboxId old_mailbox;
  MailboxId mailbox;  ///< the new name
  friend bool operator==(const MailboxRename&, const MailboxRename&) = default;
};
struct MailboxSubscribe {
  static constexpr EventName name = EventName::mailbox_subscribe;
  MailboxId mailbox;  ///< without UIDVALIDITY when there is no mailbox of that name
  friend bool operator==(const MailboxSubscribe&, const MailboxSubscribe&) = default;
};
struct MailboxUnSubscribe {
  static constexpr EventName name = EventName::mailbox_unsubscribe;
  MailboxId mailbox;
  friend bool operator==(const MailboxUnSubscribe&, const MailboxUnSubscribe&) = default;
};

struct Event {
  using Kind = std::variant<MessageAppend, MessageExpire, MessageExpunge, MessageNew, QuotaExceed,
                            QuotaWithin, QuotaChange, MessageRead, MessageTrash, FlagsSet,
                            FlagsClear, Login, Logout, MailboxCreate, MailboxDelete, MailboxRename,
                            MailboxSubscribe, MailboxUnSubscribe>;

  std::string account;  ///< whose mail store, as the store knows the name
  Circumstances circumstances;
  Kind kind;
  friend bool operator==(const Event&, const Event&) = default;
};

static_assert(std::variant_size_v<Event::Kind> == event_names.size());

inline EventName name_of(const Event& event) {
  return std::visit([](const auto& kind) { return kind.name; }, event.kind);
}

}  // namespace events
