// For which accounts a push source may speak, and the way of what it tells to them: an account that
// nobody has seen before comes into being here. Pure. docs/operations.md "Push sources".
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "component/accounts.hpp"
#include "component/config.hpp"
#include "component/log.hpp"
#include "component/source_set.hpp"
#include "mapping/address_map.hpp"
#include "sources/push/told.hpp"

namespace component {

class ToldAccounts {
 public:
  struct Rooms {
    mapping::AddressMap& addresses;
    Accounts& accounts;
    std::map<std::string, events::KnownAccount>& known;
    Log& log;
    /// False: another gateway has the account at this address.
    std::function<bool(const std::string& jid)> is_ours;
  };

  explicit ToldAccounts(Rooms rooms) : rooms_(rooms) {}

  struct Outcome {
    std::size_t left_out = 0;   ///< acts of accounts for which the source may not speak
    bool is_elsewhere = false;  ///< another gateway has one of the accounts
  };

  /// `then` runs when all of it has been given to the store.
  void take(const SourceConfig& source, std::vector<sources::push::Told> told, Sources& sources,
            std::function<void(Outcome)> then);
  /// The account of an earlier run, if `source` may speak for it.
  bool resume(const SourceConfig& source, const std::string& name);

 private:
  struct Admission;
  Admission admit(const SourceConfig& source, const std::string& name);

  Rooms rooms_;
  std::set<std::string> reported_;  // names that cannot be mapped, once each
};

/// "*", "juliet", "*@example.com": whether one of `users` is meant by `name`.
bool may_speak_for(const std::vector<std::string>& users, const std::string& name);

}  // namespace component
