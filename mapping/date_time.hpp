// Moments as the payloads write them. RFC 3339 §5.6.
#pragma once

#include <string>

#include "events/event.hpp"

namespace mapping {

/// "2026-11-22T09:41:07.123+01:00": milliseconds, in the source's own offset (RFC 5423 §5
/// timestamp).
std::string to_local_date_time(const events::Timestamp& timestamp);
/// "2026-11-22T08:41:07Z"
std::string to_utc_date_time(events::WallTime at);

}  // namespace mapping
