// Moments as text. XEP-0082 §3.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pubsub/node.hpp"

namespace pubsub {

/// DateTime in UTC, milliseconds only where there are some.
std::string to_stamp(WallTime at);

/// A DateTime with any offset; fractions below a millisecond are cut.
std::optional<WallTime> parse_date_time(std::string_view text);

}  // namespace pubsub
