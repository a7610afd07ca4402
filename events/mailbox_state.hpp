// The state of one mailbox as the gateway last saw it: what survives a restart, and what the status
// node shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/flag_set.hpp"
#include "events/number.hpp"
#include "events/uid_set.hpp"

namespace events {

/// RFC 6154 §2 special uses, in that order; `none` for an ordinary mailbox.
enum class SpecialUse : std::uint8_t { none, all, archive, drafts, flagged, junk, sent, trash };

struct MailboxState {
  std::string name;           ///< the store's own name in UTF-8, with the store's separator
  char separator = '/';       ///< '\0': the name has one level (RFC 3501 §7.2.2 NIL)
  bool is_selectable = true;  ///< false: \NoSelect or \NonExistent, a mere level of the hierarchy
  bool no_inferiors = false;  ///< RFC 3501 §7.2.2 \Noinferiors
  SpecialUse special_use = SpecialUse::none;
  // The rest is absent while unknown, and always for what is not selectable.
  std::optional<UidValidity> uidvalidity;
  std::optional<Uid> uidnext;
  std::optional<ModSeq> highestmodseq;
  std::optional<std::uint32_t> messages;
  std::optional<std::uint32_t> unseen;
  friend bool operator==(const MailboxState&, const MailboxState&) = default;
};

/// Messages of one mailbox with their flags; UIDs ascending.
using MessageFlags = std::vector<std::pair<Uid, FlagSet>>;

}  // namespace events
