// What a server says of rights: ACL and MYRIGHTS, read from behind the name. RFC 4314 §3.6, §3.8.
#pragma once

#include "sources/imap/response.hpp"
#include "sources/imap/response_lexer.hpp"

namespace sources::imap {

/// Rights that cannot be read are not known, and must not cost the connection: these fail by
/// yielding Other.
Response parse_acl(ResponseLexer in);
Response parse_my_rights(ResponseLexer in);

}  // namespace sources::imap
