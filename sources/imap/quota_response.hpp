// QUOTA and QUOTAROOT: what the store says of an account's room. RFC 9208 §4.2, RFC 2087 §5.
#pragma once

#include "sources/imap/response.hpp"
#include "sources/imap/response_lexer.hpp"

namespace sources::imap {

/// What follows the name, from `in` to the end; what does not follow the grammar costs the one
/// response, not the connection.
Response parse_quota(ResponseLexer in);
Response parse_quota_root(ResponseLexer in);

}  // namespace sources::imap
