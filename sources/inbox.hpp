// The one mailbox name that is compared without regard to case. RFC 3501 §5.1
#pragma once

#include <string>
#include <string_view>

namespace sources {

inline const std::string inbox = "INBOX";

/// RFC 3501 §5.1: INBOX in any case is INBOX; other names stay as they are.
std::string to_canonical_name(std::string_view name);

}  // namespace sources
