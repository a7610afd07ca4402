// Cyrus tells header fields as IMAP's ENVELOPE (vnd.cmu.envelope). RFC 3501 §7.4.2
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sources::push {

/// Date, Subject, From, Reply-To, To, Cc, In-Reply-To and Message-ID as far as they are there,
/// decoded (RFC 2047); nothing, if it is no ENVELOPE.
std::vector<std::pair<std::string, std::string>> headers_of_envelope(std::string_view envelope);

}  // namespace sources::push
