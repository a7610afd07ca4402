// RFC 3339 date-times, as stores write them.
#pragma once

#include <optional>
#include <string_view>

#include "events/event.hpp"

namespace sources::push {

/// RFC 3339 §5.6 date-time; fractions count to the millisecond.
std::optional<events::Timestamp> parse_date_time(std::string_view text);

}  // namespace sources::push
