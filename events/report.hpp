// What one look at a mail store brought: an ordered list of steps, applied, stored and published as
// one transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/event.hpp"
#include "events/mailbox_state.hpp"

namespace events {

/// A mailbox or level is there, or its state (counts included) is now this.
struct MailboxIs {
  MailboxState state;
  friend bool operator==(const MailboxIs&, const MailboxIs&) = default;
};
/// The name is gone; its messages with it.
struct MailboxGone {
  std::string name;
  friend bool operator==(const MailboxGone&, const MailboxGone&) = default;
};
/// The mailbox has another name now; one step per mailbox, children included (while RFC 5423 §4.4
/// has one *event*).
struct MailboxMoved {
  std::string from;
  std::string to;
  friend bool operator==(const MailboxMoved&, const MailboxMoved&) = default;
};
/// Messages of a mailbox: first `removed`, then `set`. `all`: whatever was known before is void.
struct MessagesAre {
  std::string mailbox;
  bool all = false;
  UidSet removed;
  MessageFlags set;
  friend bool operator==(const MessagesAre&, const MessagesAre&) = default;
};
/// The name is (or is no longer) on the server-stored subscription list, whether or not there is a
/// mailbox.
struct SubscriptionIs {
  std::string mailbox;
  bool subscribed = true;
  friend bool operator==(const SubscriptionIs&, const SubscriptionIs&) = default;
};

/// Whom else the mail store lets look up and read a mailbox (RFC 4314 §4, rights "l" and "r").
struct RightsAre {
  std::string mailbox;
  /// Identifiers of the store (RFC 4314 §2) in UTF-8, sorted; "anyone" stands for everybody.
  std::vector<std::string> readers;
  friend bool operator==(const RightsAre&, const RightsAre&) = default;
};

/// Whether a mailbox keeps the keyword $MDNSent. RFC 3503 §4
struct MdnSentIs {
  std::string mailbox;
  bool is_kept = false;
  friend bool operator==(const MdnSentIs&, const MdnSentIs&) = default;
};

using Step = std::variant<MailboxIs, MailboxGone, MailboxMoved, MessagesAre, SubscriptionIs, Event>;

struct Report {
  std::string account;  ///< as the store knows it
  std::string source;   ///< name of the source in the configuration
  /// Prefix of the personal namespace (RFC 2342 §5), in UTF-8; "" for most stores.
  std::string personal_prefix;
  std::vector<Step> steps;
  /// This report completes the account's first snapshot of this run.
  bool completes_snapshot = false;
  /// Read after the steps. No steps themselves: they belong to the nodes, not to what is kept of
  /// the mail.
  std::vector<RightsAre> rights = {};
  std::vector<MdnSentIs> mdn_sent = {};  ///< likewise
  /// What subscribers of the state may see at once: a later report has the steps that bring it, and
  /// only then it is kept.
  std::vector<MailboxState> shown = {};
  /// The source is told, it does not look: nobody says that the account as a whole is in sight.
  bool is_told = false;
};

/// How well a source sees an account.
enum class Sight : std::uint8_t { current, stale, failed };
/// Why it does not: the words of <source reason='…'/>.
enum class SightReason : std::uint8_t { none, connect, auth, timeout, overflow, protocol };

struct SightChange {
  std::string account;
  std::string source;
  Sight sight = Sight::current;
  SightReason reason = SightReason::none;
  WallTime since;
  std::string detail;  ///< for the log: what went wrong and what the admin can do
};

/// What the gateway remembers of an account when it starts: the last report's end state.
struct KnownAccount {
  std::string account;
  std::string personal_prefix;
  std::vector<MailboxState> mailboxes;
  std::vector<std::pair<std::string, MessageFlags>> messages;  ///< by mailbox name
  std::vector<std::string> subscribed;
  /// false: no listing has shown the whole tree; the first one that does publishes no event.
  bool is_listed = true;
};

}  // namespace events
