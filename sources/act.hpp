// What a push source tells of one act: an event as in RFC 5423 §4, and what it says of the state
// right after it. Already normalised: no FlagsSet has \Seen or \Deleted, which have events of their
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "events/event.hpp"

namespace sources {

struct Act {
  events::Event event;  ///< names are the store's own
  std::string session;  ///< of the mail store; tells apart what happened in the same second
  // State of the mailbox after the act, as far as the source tells it.
  std::optional<std::uint32_t> messages;
  std::optional<std::uint32_t> unseen;
  std::optional<events::Uid> uidnext;
  std::optional<events::ModSeq> highestmodseq;
  bool knows_flags = true;  ///< false: of an arrival, whatever flags a look finds are no change
  friend bool operator==(const Act&, const Act&) = default;
};

}  // namespace sources
