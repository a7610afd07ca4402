// What the service can do, and at which kind of address or node it says so: one table. XEP-0030
// §3.1, XEP-0060 §5.1, §10 (feature summary). tests/checks/check_features.py holds it and the
// proofs that it names together.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pubsub/policy.hpp"

namespace disco {

/// Kinds of places that answer disco#info.
enum class Place : std::uint8_t { component, account, history_leaf, state_leaf, collection };

/// What the operator does not allow is left out.
std::vector<std::string_view> features_of(Place place, const pubsub::Policy& policy);

struct Identity {
  std::string_view category;
  std::string_view type;
};
std::vector<Identity> identities_of(Place place);

}  // namespace disco
