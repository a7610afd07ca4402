// What the pure IMAP machines ask of the shell that drives them.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "events/report.hpp"

namespace sources::imap {

enum class Timer {
  deadline,  ///< the server owes an answer
  poll,      ///< a look at everything is due
  rearm,     ///< NOTIFY is due to be asked for anew
  probe,     ///< nothing was heard for long: NOOP
  rights,    ///< the rights are due to be read anew
  quota,     ///< the quota is due to be read anew
  mdn_sent,  ///< the next mailboxes may be asked whether they keep $MDNSent
};

/// Octets for the server. `secret`: they hold a password and must not be logged.
struct Send {
  std::string octets;
  bool secret = false;
};
/// Begin the TLS handshake (RFC 3501 §6.2.1); whatever was received in plain text before is void.
struct StartTls {};
/// (Re)start a timer, or stop it with `after` < 0.
struct SetTimer {
  Timer which;
  std::chrono::milliseconds after;
};
struct Emit {
  events::Report report;
};
/// The session sees the account again, completely: snapshot or resynchronisation done.
struct InSight {};
/// Close the connection. `detail` is for the log. Reason `none`: nothing is wrong, but only a new
/// connection sees what is there; make one at once.
struct Close {
  events::SightReason reason = events::SightReason::none;
  std::string detail;
  bool is_final_for_now = false;  ///< trying again soon cannot help (wrong password): back off long
};

using Action = std::variant<Send, StartTls, SetTimer, Emit, InSight, Close>;
using Actions = std::vector<Action>;

}  // namespace sources::imap
