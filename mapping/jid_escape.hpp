// A mail store's user name as localpart of a JID, and back. XEP-0106.
#pragma once

#include <string>
#include <string_view>

namespace mapping {

/// XEP-0106 §4.2, to which the name is the source address. A space at either end has no escaped
/// form (§4.1): it stays, and stringprep refuses the JID.
std::string escape_localpart(std::string_view name);

/// XEP-0106 §4.1; sequences that stand for none of the ten characters stay as they are.
std::string unescape_localpart(std::string_view localpart);

}  // namespace mapping
