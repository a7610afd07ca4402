// Whose mailbox it is that a store names: an administrator's or another user's view of the name
// tells. docs/operations.md "Push sources".
#pragma once

#include <string>
#include <string_view>

#include "sources/push/push_dialect.hpp"

namespace sources::push {

struct OwnedMailbox {
  std::string owner;  ///< "" if the name does not tell
  std::string name;   ///< as its owner sees it
};

enum class View { of_user, of_administrator };

/// Dovecot's "shared/juliet/Work" and, as an administrator sees it, Cyrus' "user/juliet/Work" are
/// Work of juliet; the mailbox of the user itself is INBOX.
OwnedMailbox to_owned_mailbox(std::string_view name, View view, const PushDialect& dialect);

}  // namespace sources::push
