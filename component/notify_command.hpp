// The command `mailnode notify`: what it asks of a running gateway, and what the answer means for
// the exit status. Pure. docs/operations.md.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace component {

/// Members of the request by name, as sources/sieve/enotify reads them.
using NotifyMembers = std::vector<std::pair<std::string, std::string>>;
std::string to_notify_request(const NotifyMembers& members);

struct NotifyResult {
  int exit_status = 0;  ///< of sysexits.h: 0, EX_TEMPFAIL or EX_NOPERM
  std::string why;      ///< empty: it was sent
};
/// `answer` null: the gateway does not answer.
NotifyResult to_notify_result(const std::string* answer);

}  // namespace component
