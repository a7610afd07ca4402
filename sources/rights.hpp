// Who may read a mailbox, from its access control list. RFC 4314 §2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sources {

/// RFC 4314 §3.6: identifier and rights, as the server wrote them.
struct AclEntry {
  std::string identifier;
  std::string rights;
  friend bool operator==(const AclEntry&, const AclEntry&) = default;
};

/// RFC 4314 §2.1 "a": may see the list.
bool may_administer(std::string_view rights);

/// The identifiers that have "l" and "r", whichever way the server combines entries; "anyone" among
/// them only where nobody is excepted. RFC 2086 has these letters with the same meaning. `own`: the
/// account whose mailbox it is; what it may itself excepts nobody.
std::vector<std::string> readers_of(const std::vector<AclEntry>& acl, std::string_view own);

}  // namespace sources
