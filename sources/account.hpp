// The model of one account: what its mailboxes and messages are known to be. Every report of every source is applied
// to it, and only what changes it becomes a step or an event. Pure: no clock, no socket.
// RFC 5423 §4 (which change is which event), DESIGN: "One act, one event".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/report.hpp"

namespace sources {

/// What a look at all mailboxes found (LIST with STATUS, and the subscription list): complete.
struct Listing {
  std::vector<events::MailboxState> mailboxes;  ///< every mailbox and level; counts where known
  std::vector<std::string> subscribed;          ///< every subscribed name, with or without a mailbox
  /// What the server said of renames since the last look (RFC 5465 §5.4 OLDNAME): new name -> old name.
  std::map<std::string, std::string> old_names;
  /// Names that the server reported gone since the last look; they may exist anew.
  std::set<std::string> gone;
};

/// One message as a look found it.
struct MessageSeen {
  events::Uid uid;
  events::FlagSet flags;
  std::optional<events::ModSeq> modseq;
  std::optional<std::uint64_t> size;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// What a look into one mailbox found.
struct MailboxLook {
  std::string mailbox;
  events::UidValidity uidvalidity;
  std::optional<events::Uid> uidnext;
  std::optional<events::ModSeq> highestmodseq;
  /// true: `messages` is every message of the mailbox. false: only new and changed ones, and `vanished` the lost ones.
  bool complete = false;
  std::vector<MessageSeen> messages;  ///< any order
  events::UidSet vanished;
};

class Account {
 public:
  explicit Account(std::string name);
  /// As it was when the gateway last saw it: the next looks become events for the net difference.
  explicit Account(const events::KnownAccount& known);

  const std::string& name() const { return name_; }

  /// Applies a look at the tree. The first one of an unknown account makes no events.
  /// `at` labels the events (RFC 5423 §5 timestamp: the time of observation).
  std::vector<events::Step> apply(const Listing& listing, events::Timestamp at);
  /// Applies a look into one mailbox.
  std::vector<events::Step> apply(const MailboxLook& look, events::Timestamp at);

  /// Selectable mailboxes whose messages were never seen, or whose listed state says that they have changed since.
  std::vector<std::string> out_of_date() const;
  /// What NOTIFY or STATUS said of one mailbox; true: its messages have to be looked at.
  bool is_out_of_date(const events::MailboxState& listed) const;
  const events::MailboxState* find(const std::string& mailbox) const;

 private:
  std::string name_;
};

}  // namespace sources
