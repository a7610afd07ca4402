#include "sources/account_registry.hpp"

namespace sources {

std::shared_ptr<Account> AccountRegistry::open(const std::string& name,
                                               const std::optional<events::KnownAccount>& known) {
  std::erase_if(accounts_, [](const auto& row) { return row.second.expired(); });
  auto& held = accounts_[name];
  if (auto account = held.lock()) return account;
  auto account = known ? std::make_shared<Account>(*known) : std::make_shared<Account>(name);
  held = account;
  return account;
}

}  // namespace sources
