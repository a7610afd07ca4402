// Which mailboxes of a new listing are old ones under another name. RFC 3501 §6.3.5 RENAME keeps
// UIDVALIDITY and UIDs; RFC 5465 §5.4 OLDNAME tells, if only while one is watching.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/mailbox_state.hpp"

namespace sources {

using Tree = std::map<std::string, events::MailboxState>;

struct Move {
  std::string from;
  std::string to;
  bool is_top = true;  ///< false: it moved because a mailbox above it was renamed
  friend bool operator==(const Move&, const Move&) = default;
};

struct Renames {
  /// Levels included, in an order in which each target is free. Names that were exchanged in a
  /// circle are left out.
  std::vector<Move> moves;
  /// RENAME INBOX: the name that INBOX's messages have now (RFC 3501 §6.3.5: INBOX itself and its
  /// children stay).
  std::optional<std::string> inbox_to;
};

/// Selectable mailboxes of both trees have a UIDVALIDITY. `hints`: new name -> old name, as OLDNAME
/// said.
Renames find_renames(const Tree& before, const Tree& now,
                     const std::map<std::string, std::string>& hints);

/// `name` with its leading `from` replaced by `to`, if it is beneath `from`.
std::optional<std::string> move_beneath(const std::string& name, const std::string& from,
                                        const std::string& to, char separator);

}  // namespace sources
