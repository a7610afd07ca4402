// Parses one whole response, as Octets cuts it. RFC 3501 §7 and §9; RFC 2342, 5161, 5258, 5465,
// 7162.
#pragma once

#include <string_view>

#include "sources/imap/error.hpp"
#include "sources/imap/response.hpp"

namespace sources::imap {

/// Strict where a wrong value would become a wrong state; what this client has no use for is
/// skipped by its grammar.
[[nodiscard]] boost::system::result<Response> parse_response(std::string_view whole_response);

/// RFC 3501 §7.1 CAPABILITY response code: the words in `arguments` of a ResponseText, in upper
/// case.
Capabilities to_capabilities(std::string_view words);

}  // namespace sources::imap
