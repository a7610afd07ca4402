// Which mailbox an event is about: mailboxID of RFC 5423 §5, before it is written as a URL.
#pragma once

#include <optional>
#include <string>

#include "events/number.hpp"

namespace events {

struct MailboxId {
  std::string account;  ///< the owner, as the store knows it
  std::string
      name;  ///< the store's own name of the mailbox in UTF-8, with the store's own separator
  std::optional<UidValidity> uidvalidity;

  friend bool operator==(const MailboxId&, const MailboxId&) = default;
};

}  // namespace events
