// Which mailboxes' rights are still to be read, and what the server said of the few that it is
// being asked about. RFC 4314 §3.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/report.hpp"
#include "sources/rights.hpp"

namespace sources::imap {

class RightsRound {
 public:
  using Mailboxes = std::map<std::string, std::optional<events::UidValidity>>;

  /// These are there now; what was not there before, or is another mailbox of that name, is due.
  void set_mailboxes(Mailboxes mailboxes);
  /// All are due anew.
  void restart();

  /// The next ones, at most `most`, are under way from now on; none while others are.
  std::vector<std::string> begin(std::size_t most);
  void on_my_rights(const std::string& mailbox, std::string rights);
  /// `own`: the account that asked.
  void on_acl(const std::string& mailbox, const std::vector<AclEntry>& entries,
              std::string_view own);
  /// Those under way whose list the server shows.
  std::vector<std::string> administered() const;
  /// What has become known of those under way.
  std::vector<events::RightsAre> finish();

 private:
  struct Answer {
    std::optional<std::string> rights;
    std::optional<std::vector<std::string>> readers;
  };

  Mailboxes mailboxes_;
  std::set<std::string> due_;
  std::map<std::string, Answer> under_way_;
};

}  // namespace sources::imap
