// IMAP URLs as uri, mailboxID and oldMailboxID carry them: always written here, never copied from a
// store. RFC 5092.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/number.hpp"
#include "mapping/error.hpp"

namespace mapping {

/// imap://<user>@<host>[/<mailbox>[;UIDVALIDITY=n[/;UID=n]]]
struct ImapUrl {
  std::string user;     ///< empty: none
  std::string host;     ///< with ":port" where the configuration gives one
  std::string mailbox;  ///< the store's own name; empty: the URL of the server
  std::optional<events::UidValidity> uidvalidity;
  std::optional<events::Uid> uid;  ///< only with a UIDVALIDITY
  friend bool operator==(const ImapUrl&, const ImapUrl&) = default;
};

std::string to_text(const ImapUrl& url);
/// What to_text writes, and the same with other octets encoded than need be (RFC 3986 §2.3). No
/// AUTH, section, partial, search or URLAUTH.
result<ImapUrl> parse_imap_url(std::string_view text);

}  // namespace mapping
