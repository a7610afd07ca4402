#include "mapping/readers.hpp"

#include <set>

namespace mapping {

std::vector<std::string> to_readers(const std::vector<std::string>& identifiers,
                                    const AddressMap& addresses, const std::string& account_jid) {
  std::set<std::string> readers;
  for (const auto& identifier : identifiers) {
    if (identifier == "anyone") {  // RFC 4314 §2
      readers.emplace(pubsub::everybody);
      continue;
    }
    for (auto& owner : addresses.owners_of(identifier)) readers.insert(std::move(owner));
  }
  if (const auto* account = addresses.find_by_jid(account_jid)) {
    for (const auto& owner : account->owners) readers.erase(owner);
  }
  return {readers.begin(), readers.end()};
}

}  // namespace mapping
