// Header fields of a message as people read them: GMime behind one function. RFC 2047, RFC 5322
// §2.2.3 (unfolding).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sources::imap {

/// The fields that are fetched and shown, in the spelling of their RFCs.
inline constexpr std::array<std::string_view, 11> shown_header_fields{
    "From",
    "To",
    "Cc",
    "Reply-To",  // RFC 5322 §3.6
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",                  // RFC 5322 §3.6
    "List-Id",                      // RFC 2919
    "Auto-Submitted",               // RFC 3834
    "Disposition-Notification-To",  // RFC 8098 §2.1
};

/// The fields above that `octets` (a header block, RFC 5322 §2.2) holds, in its order: decoded,
/// unfolded, UTF-8, without control and bidirectional formatting characters; each at most 1 KiB,
/// all together at most 16 KiB.
std::vector<std::pair<std::string, std::string>> decode_header_block(std::string_view octets);

}  // namespace sources::imap
