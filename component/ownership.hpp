// Who owns which account, as the PubSub service and discovery ask it: the address map, seen from
// their side.
#pragma once

#include <string>
#include <vector>

#include "mapping/address_map.hpp"
#include "pubsub/access.hpp"

namespace component {

class Ownership final : public pubsub::Access {
 public:
  explicit Ownership(const mapping::AddressMap& addresses) : addresses_(addresses) {}

  bool is_owner(const std::string& account, const std::string& bare) const override;
  std::vector<std::string> accounts_of(const std::string& bare) const override;
  std::vector<std::string> owners_of(const std::string& account) const override;

 private:
  const mapping::AddressMap& addresses_;
};

}  // namespace component
