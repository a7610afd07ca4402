// What a session leaves to the next one of the same account, beside the model of its mailboxes, so
// that a lost connection repeats no question and loses no difference.
#pragma once

#include <map>
#include <set>
#include <string>

#include "events/number.hpp"
#include "sources/quota.hpp"

namespace sources::imap {

struct SessionMemory {
  QuotaTable quotas;
  /// Mailboxes of which it is known whether they keep $MDNSent.
  std::map<std::string, events::UidValidity> mdn_sent;
  /// Mailboxes with a message whose structure was longer than a response may be: the next look goes
  /// without.
  std::set<std::string> without_body_structure;
};

}  // namespace sources::imap
