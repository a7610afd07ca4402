#include "component/ownership.hpp"

#include <algorithm>

#include "mapping/jid.hpp"

namespace component {

Ownership::Ownership(const mapping::AddressMap& addresses, const Attendance& attendance,
                     const Config& config)
    : addresses_(addresses), attendance_(attendance) {
  reconfigure(config);
}

void Ownership::reconfigure(const Config& config) {
  auditors_.clear();
  for (const auto& auditor : config.policy.auditors) {
    const auto jid = mapping::prepare_jid(auditor);
    if (jid.has_value()) auditors_.insert(jid->bare);
  }
  domains_.clear();
  if (!config.policy.federation) domains_ = {config.xmpp.users_domain, config.xmpp.domain};
}

bool Ownership::is_owner(const std::string& account, std::string_view bare) const {
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

bool Ownership::is_welcome(std::string_view bare) const {
  if (domains_.empty()) return true;
  const auto at = bare.find('@');
  return domains_.contains(at == std::string_view::npos ? bare : bare.substr(at + 1));
}

}  // namespace component
