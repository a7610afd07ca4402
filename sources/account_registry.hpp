// One model per account, whichever of its sources reports: the registry makes it when the first
// source opens the account. docs/protocol.md "One act, one event".
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "events/report.hpp"
#include "sources/account.hpp"

namespace sources {

class AccountRegistry {
 public:
  /// The model of the account; `known` counts only where no source holds it yet. It stays while a
  /// source holds it.
  std::shared_ptr<Account> open(const std::string& name,
                                const std::optional<events::KnownAccount>& known);

 private:
  std::map<std::string, std::weak_ptr<Account>> accounts_;
};

}  // namespace sources
