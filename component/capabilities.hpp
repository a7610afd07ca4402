// What an account says of itself in presence: the hash over its identities and features. XEP-0115
// §4, §5.1.
#pragma once

#include <string>
#include <string_view>

#include "pubsub/policy.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace component {

/// Part of the version string before the '#': which program it is.
inline constexpr std::string_view capabilities_node = xmpp_schemas::ns::message_store;

/// The version string's hash part, of an account with that identity name.
std::string capabilities_version(std::string_view name, const pubsub::Policy& policy);
/// <c/>
std::string to_capabilities_xml(std::string_view name, const pubsub::Policy& policy);

}  // namespace component
