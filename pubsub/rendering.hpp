// How much of a payload somebody sees, and that part of it as XML.
#pragma once

#include <string>

#include "pubsub/node.hpp"
#include "pubsub/policy.hpp"

namespace pubsub {

/// An owner who asked for nothing in particular.
Audience owner_audience(const Policy& policy);

void append_payload(std::string& out, const Payload& payload, const Audience& audience);

/// XEP-0082 DateTime in UTC, milliseconds only where there are some.
std::string to_stamp(WallTime at);

}  // namespace pubsub
