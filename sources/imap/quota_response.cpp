#include "sources/imap/quota_response.hpp"

#include <utility>

namespace sources::imap {
namespace {

constexpr std::uint64_t max_number = 0x7FFFFFFFFFFFFFFFULL;  // RFC 9208 §7 number64

/// quota-resource = resource-name SP resource-usage SP resource-limit       RFC 9208 §7
void resource(ResponseLexer& in, QuotaRoot& root) {
  const auto name = in.word();
  in.expect(' ');
  QuotaResource resource;
  resource.usage = in.number(0, max_number);
  in.expect(' ');
  resource.limit = in.number(0, max_number);
  if (name == "STORAGE") root.storage = resource;
  if (name == "MESSAGE") root.message = resource;
}

}  // namespace

/// quota-response = "QUOTA" SP quota-root-name SP quota-list
/// quota-list = "(" quota-resource *(SP quota-resource) ")"                 RFC 9208 §7
/// RFC 2087 §6: the list may be empty.
Response parse_quota(ResponseLexer in) {
  Quota result;
  in.expect(' ');
  result.root.name = in.astring();
  in.expect(' ');
  in.expect('(');
  if (!in.next_is(')')) {
    do {
      resource(in, result.root);
    } while (in.ok() && in.accept(' '));
  }
  in.expect(')');
  in.expect_end();
  if (!in.ok()) return Other{"QUOTA"};
  return result;
}

/// quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name)        RFC 9208 §7
Response parse_quota_root(ResponseLexer in) {
  QuotaRoots result;
  in.expect(' ');
  result.mailbox = in.astring();
  while (in.ok() && in.accept(' ')) result.roots.push_back(in.astring());
  in.expect_end();
  if (!in.ok()) return Other{"QUOTAROOT"};
  return result;
}

}  // namespace sources::imap
