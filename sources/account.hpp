// The model of one account: what its mailboxes and messages are known to be. Every report of every
// source is applied to it, and only what changes it becomes a step or an event. Pure: no clock, no
// socket. RFC 5423 §4 (which change is which event), docs/protocol.md "One act, one event".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/report.hpp"
#include "sources/act.hpp"
#include "sources/look.hpp"
#include "sources/message_table.hpp"
#include "sources/rename_match.hpp"

namespace sources {

class Account {
 public:
  explicit Account(std::string name);
  /// As it was when the gateway last saw it: the next looks become events for the net difference.
  explicit Account(const events::KnownAccount& known);

  const std::string& name() const { return name_; }

  /// Applies a look at the tree. The first one of an unknown account makes no events.
  /// `at` labels the events (RFC 5423 §5 timestamp: the time of observation).
  std::vector<events::Step> apply(const Listing& listing, events::Timestamp at);
  /// A mailbox is missing from the listing, and nothing in it says where it went: it was deleted,
  /// or the server does not see its new name yet.
  bool loses_mailboxes(const Listing& listing) const;
  /// Applies a look into one mailbox.
  std::vector<events::Step> apply(const MailboxLook& look, events::Timestamp at);
  /// Applies what a push source told; `separator`: of mailboxes that no listing has shown. Nothing,
  /// if it was known already.
  std::vector<events::Step> apply(const Act& act, char separator);

  /// Selectable mailboxes whose messages were never seen, or whose listed state says that they have
  /// changed since.
  std::vector<std::string> out_of_date() const;
  /// What NOTIFY or STATUS said of one mailbox; true: its messages have to be looked at.
  bool is_out_of_date(const events::MailboxState& listed) const;
  /// Every mailbox that can be opened, with its UIDVALIDITY as far as it is known.
  std::map<std::string, std::optional<events::UidValidity>> selectable() const;
  /// Mailboxes and levels.
  std::size_t size() const { return mailboxes_.size(); }
  const events::MailboxState* find(const std::string& mailbox) const;
  /// Its messages were seen, so that the next look becomes events; otherwise the next look has to
  /// be complete.
  bool has_messages_of(const std::string& mailbox) const;
  /// The messages of a mailbox as they are known; empty for an unknown name.
  events::MessageFlags messages(const std::string& mailbox) const;
  /// Those of `uids` among them.
  events::MessageFlags messages(const std::string& mailbox, const events::UidSet& uids) const;

 private:
  struct Mailbox {
    events::MailboxState
        state;  // as published; once the messages are seen, its counts come from them alone
    MessageTable messages;
    bool has_messages = false;
    std::optional<events::MailboxState>
        listed;  // what the last listing said, until the next look inside
    // what a push source told, until a look is younger (account_acts.cpp)
    bool is_looked_at = false;  // in this run: the messages say the counts, not what a push told
    std::uint32_t known_up_to = 0;  // a UID up to it that is not there, was there
    events::UidSet gone = {};
    events::UidSet flagless = {};                           // arrivals whose flags nobody has told
    std::map<std::uint32_t, events::ModSeq> told = {};      // flags, by UID
    std::map<std::uint32_t, events::FlagSet> cleared = {};  // of messages never seen whole
  };
  using Steps = std::vector<events::Step>;
  struct FlagDelta {
    events::FlagSet set, cleared;  // one of them is empty
  };

  // account.cpp
  static bool differs(const Mailbox& mailbox, const events::MailboxState& listed);
  events::Event make(events::Event::Kind kind, events::Timestamp at) const;
  events::MailboxId id_of(const std::string& name) const;
  void compact_flags();
  // account_messages.cpp
  Steps replace(Mailbox& mailbox, const MailboxLook& look);
  Steps change(Mailbox& mailbox, const MailboxLook& look, events::Timestamp at);
  bool take_numbers(Mailbox& mailbox, const MailboxLook& look);
  static bool is_older(const Mailbox& mailbox, const MailboxLook& look, events::Uid uid);
  // account_acts.cpp
  Mailbox* mailbox_of(const events::MailboxId& id, Steps& steps);
  void take_told(Mailbox& mailbox, const Act& act, std::int64_t arrived, std::int64_t unseen);
  Steps take_arrival(const Act& act, const events::Arrival& arrival);
  events::UidSet told_of(const Mailbox& mailbox, const events::UidSet& uids) const;
  events::FlagSet take_delta(Mailbox& mailbox, events::Uid uid, const FlagDelta& delta,
                             std::vector<MessageTable::Entry>& changes);
  Steps take_flags(const Act& act, const events::MessageSetChange& change, const FlagDelta& delta);
  Steps take_expunge(const Act& act, const events::MessageSetChange& change);
  // account_named.cpp
  Steps take_create(const Act& act, const events::MailboxId& id);
  Steps take_delete(const Act& act, const events::MailboxId& id);
  Steps take_rename(const Act& act, const events::MailboxRename& rename);
  Steps take_moves(const Act& act, const std::vector<std::pair<std::string, std::string>>& moves,
                   char separator);
  Steps take_inbox_rename(const Act& act, const events::MailboxRename& rename);
  Steps take_subscription(const Act& act, const std::string& name, bool is_subscribed);
  // account_tree.cpp
  void take_first(const Tree& now, Steps& steps);
  void take_gone(const Tree& now, const Renames& renames, const std::set<std::string>& gone,
                 events::Timestamp at, Steps& steps);
  void take_moves(const Renames& renames, events::Timestamp at, Steps& steps);
  Tree tree_of(const Listing& listing) const;
  Tree tree() const;
  void take_messages_of_inbox(Mailbox was_inbox, const events::MailboxState& now, Steps& steps);
  void take_late_inbox_rename(const Tree& now, events::Timestamp at, Steps& steps);
  void take_inbox_rename(const Tree& now, const std::string& to, events::Timestamp at,
                         Steps& steps);
  void take_state(const events::MailboxState& now, events::Timestamp at, Steps& steps);
  void create(const events::MailboxState& now, events::Timestamp at, Steps& steps);
  void remove(const std::string& name, events::Timestamp at, Steps& steps);
  void take_subscriptions(const std::vector<std::string>& names, const Renames& renames,
                          events::Timestamp at, Steps& steps);

  std::string name_;
  bool is_known_ = false;   // a listing was applied, in this run or an earlier one
  bool is_listed_ = false;  // ... in this run: what push sources tell is not all there is
  FlagTable flags_;
  std::size_t compact_flags_at_ = 4096;
  std::map<std::string, Mailbox> mailboxes_;
  std::set<std::string> subscribed_;
  std::set<std::string> unsubscribed_;  // as push sources told, where no listing did
  /// What INBOX was before its UIDVALIDITY changed: it may turn up under another name.
  std::optional<Mailbox> replaced_inbox_;
  char separator_ = '/';  // of what no listing has shown
};

}  // namespace sources
