#include "sources/imap/rights_response.hpp"

#include <utility>

namespace sources::imap {

/// acl-data = "ACL" SP mailbox *(SP identifier SP rights)                   RFC 4314 §4
Response parse_acl(ResponseLexer in) {
  Acl result;
  in.expect(' ');
  result.mailbox = in.astring();
  while (in.ok() && in.accept(' ')) {
    AclEntry entry{in.astring(), {}};
    in.expect(' ');
    entry.rights = in.astring();
    result.entries.push_back(std::move(entry));
  }
  in.expect_end();
  if (!in.ok()) return Other{"ACL"};
  return result;
}

/// myrights-data = "MYRIGHTS" SP mailbox SP rights                          RFC 4314 §4
Response parse_my_rights(ResponseLexer in) {
  MyRights result;
  in.expect(' ');
  result.mailbox = in.astring();
  in.expect(' ');
  result.rights = in.astring();
  in.expect_end();
  if (!in.ok()) return Other{"MYRIGHTS"};
  return result;
}

}  // namespace sources::imap
