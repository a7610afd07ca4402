// What this client does with a server that lacks an extension: for each thing that it needs the
// ways to get it, best first, with what each needs of the server. RFC 3501 alone is always enough;
// of UIDPLUS (RFC 4315) a reader needs nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sources/imap/capability.hpp"

namespace sources::imap {

/// The counts of all mailboxes.
enum class Counting : std::uint8_t {
  with_list,    ///< RFC 5819 §2: LIST ... RETURN (STATUS (...))
  status_each,  ///< RFC 3501 §6.3.10, in one write
};
/// The subscribed names.
enum class Subscribing : std::uint8_t {
  list_extended,  ///< RFC 5258 §3.1: LIST (SUBSCRIBED)
  lsub,           ///< RFC 3501 §6.3.9
};
/// What changed in a mailbox.
enum class Differing : std::uint8_t {
  qresync,      ///< RFC 7162 §3.2.5: one EXAMINE tells flags and what vanished
  condstore,    ///< RFC 7162 §3.1.4: CHANGEDSINCE tells flags; UIDs of all what vanished
  all_of_them,  ///< RFC 3501 §6.4.8: UIDs and flags of all messages
};
/// Closing a mailbox without expunging.
enum class Closing : std::uint8_t {
  unselect,        ///< RFC 3691 §2
  failed_examine,  ///< RFC 3501 §6.3.1: a failed EXAMINE leaves nothing selected
};
/// Hearing of changes.
enum class Hearing : std::uint8_t {
  notify,  ///< RFC 5465
  idle,    ///< RFC 2177 on INBOX, and rounds
  rounds,  ///< a look at everything, often
};

/// A way, and the capabilities without which it is closed; imap4rev1 stands for none.
template <class Way>
struct StrategyRow {
  Way way;
  Capability needs = Capability::imap4rev1;
  Capability also = Capability::imap4rev1;
};

inline constexpr std::array<StrategyRow<Counting>, 2> countings{{
    {Counting::with_list, Capability::list_extended, Capability::list_status},
    {Counting::status_each},
}};
inline constexpr std::array<StrategyRow<Subscribing>, 2> subscribings{{
    {Subscribing::list_extended, Capability::list_extended},
    {Subscribing::lsub},
}};
// RFC 7162 §3.2.3: QRESYNC has to be enabled; CONDSTORE need not be (§3.1.8)
inline constexpr std::array<StrategyRow<Differing>, 4> differings{{
    {Differing::qresync, Capability::qresync, Capability::enable},
    {Differing::condstore, Capability::qresync},
    {Differing::condstore, Capability::condstore},
    {Differing::all_of_them},
}};
inline constexpr std::array<StrategyRow<Closing>, 2> closings{{
    {Closing::unselect, Capability::unselect},
    {Closing::failed_examine},
}};
inline constexpr std::array<StrategyRow<Hearing>, 3> hearings{{
    {Hearing::notify, Capability::notify},
    {Hearing::idle, Capability::idle},
    {Hearing::rounds},
}};

/// The first way that is open.
template <class Way, std::size_t size>
Way strategy(const std::array<StrategyRow<Way>, size>& rows, const CapabilitySet& server) {
  const auto has = [&](Capability needed) {
    return needed == Capability::imap4rev1 || server.has(needed);
  };
  for (const auto& row : rows) {
    if (has(row.needs) && has(row.also)) return row.way;
  }
  return rows.back().way;
}

}  // namespace sources::imap
