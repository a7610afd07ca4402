// A mailbox's name taken apart at the store's separator: levels of octets, not necessarily UTF-8.
// RFC 3501 §5.1, RFC 2342 §5.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/error.hpp"

namespace mapping {

class MailboxName {
 public:
  /// Thrice percent-encoded (mailboxID, oldMailboxID, uri) it still fits into a stanza.
  static constexpr std::size_t max_octets = 1536;
  /// Every level is a node of the graph, and every mailbox has all of its levels as ancestors.
  static constexpr std::size_t max_levels = 64;

  /// RFC 3501 §5.1: a name of one level that spells INBOX in whatever case is INBOX.
  static result<MailboxName> from_levels(std::vector<std::string> levels);

  const std::vector<std::string>& levels() const { return levels_; }
  bool is_inbox() const { return levels_.size() == 1 && levels_.front() == "INBOX"; }

  friend bool operator==(const MailboxName&, const MailboxName&) = default;

 private:
  explicit MailboxName(std::vector<std::string> levels) : levels_(std::move(levels)) {}
  std::vector<std::string> levels_;
};

/// `separator` '\0': the name has one level (RFC 3501 §7.2.2).
result<MailboxName> parse_mailbox_name(std::string_view store_name, char separator);

/// The name without the personal namespace's prefix; all of it where nothing would be left (RFC
/// 2342 §5).
std::string_view cut_personal_prefix(std::string_view store_name, std::string_view prefix);

/// RFC 3501 §5.1: INBOX in whatever case is the same mailbox; other names are compared as they are.
std::string to_store_key(std::string_view store_name);

}  // namespace mapping
