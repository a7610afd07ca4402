// What a payload says, as one line for people: who, what about, where. XEP-0060 §12.7
// (include_body).
#pragma once

#include <cstddef>
#include <string>

#include "pubsub/node.hpp"

namespace mapping {

inline constexpr std::size_t max_body_text = 300;

/// At most max_body_text octets, no control or bidi characters, nothing above the audience's level.
std::string to_body_text(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload,
                         const pubsub::Audience& audience);

}  // namespace mapping
