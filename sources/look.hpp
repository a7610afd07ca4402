// What a look at a mail store found: the tree of mailboxes, or the messages of one mailbox. RFC
// 3501 §6.3.8, §6.4.5.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "events/mailbox_state.hpp"

namespace sources {

/// What a look at all mailboxes found (LIST with STATUS, and the subscription list): complete.
struct Listing {
  std::vector<events::MailboxState> mailboxes;  ///< every mailbox and level; counts where known
  std::vector<std::string> subscribed;  ///< every subscribed name, with or without a mailbox
  /// What the server said of renames since the last look (RFC 5465 §5.4 OLDNAME): new name -> old
  /// name.
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
  std::optional<std::string> body_structure = {};     ///< RFC 3501 §7.4.2, as sent
  std::optional<std::string> content = {};            ///< the whole message
  std::optional<std::string> content_reference = {};  ///< RFC 4467 §3
};

/// What a look into one mailbox found.
struct MailboxLook {
  std::string mailbox;
  events::UidValidity uidvalidity;
  std::optional<events::Uid> uidnext;
  std::optional<events::ModSeq> highestmodseq;
  /// true: `messages` is every message of the mailbox. false: only new and changed ones, and
  /// `vanished` the lost ones.
  bool complete = false;
  std::vector<MessageSeen> messages;  ///< any order; of one UID the last counts
  events::UidSet vanished;
};

}  // namespace sources
