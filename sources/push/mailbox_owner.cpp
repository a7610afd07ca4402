#include "sources/push/mailbox_owner.hpp"

#include "sources/inbox.hpp"

namespace sources::push {

OwnedMailbox to_owned_mailbox(std::string_view name, View view, const PushDialect& dialect) {
  // RFC 5423 §5: quirk(cyrus) - an event has the administrator's view of the name
  const auto users = std::string("user") + dialect.separator;
  for (const auto& prefix : {users, dialect.shared_prefix}) {
    if (view == View::of_user && prefix == users && prefix != dialect.shared_prefix) continue;
    if (prefix.empty() || !name.starts_with(prefix)) continue;
    const auto rest = name.substr(prefix.size());
    const auto end = rest.find(dialect.separator);
    const auto owner = rest.substr(0, end);
    if (owner.empty()) continue;
    if (end == std::string_view::npos) return {std::string(owner), inbox};
    return {std::string(owner), to_canonical_name(rest.substr(end + 1))};
  }
  return {{}, to_canonical_name(name)};
}

}  // namespace sources::push
