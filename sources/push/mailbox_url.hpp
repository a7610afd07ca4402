// The IMAP URLs in which a store tells where something happened. RFC 5092 §11; read, never copied:
// the gateway writes its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/number.hpp"

namespace sources::push {

struct MailboxUrl {
  std::string user;     ///< "" if the URL names none
  std::string mailbox;  ///< "" for a server
  std::optional<events::UidValidity> uidvalidity;
  std::optional<events::Uid> uid;
};

/// Absent: no IMAP URL, or a UIDVALIDITY or UID that is none.
std::optional<MailboxUrl> parse_mailbox_url(std::string_view text);

}  // namespace sources::push
