// What the service can do, and at which kind of address or node it says so: one table. XEP-0030
// §3.1, XEP-0060 §5.1, §10 (feature summary).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace disco {

/// Kinds of places that answer disco#info.
enum class Place : std::uint8_t { component, account, history_leaf, state_leaf, collection };

std::vector<std::string_view> features_of(Place place);

struct Identity {
  std::string_view category;
  std::string_view type;
};
std::vector<Identity> identities_of(Place place);

}  // namespace disco
