#include "component/ownership.hpp"

#include <algorithm>

namespace component {

bool Ownership::is_owner(const std::string& account, const std::string& bare) const {
  const auto* address = addresses_.find_by_jid(account);
  if (address == nullptr) return false;
  return std::find(address->owners.begin(), address->owners.end(), bare) != address->owners.end();
}

std::vector<std::string> Ownership::accounts_of(const std::string& bare) const {
  std::vector<std::string> jids;
  for (const auto* address : addresses_.accounts_owned_by(bare)) jids.push_back(address->jid);
  return jids;
}

std::vector<std::string> Ownership::owners_of(const std::string& account) const {
  const auto* address = addresses_.find_by_jid(account);
  return address != nullptr ? address->owners : std::vector<std::string>();
}

}  // namespace component
