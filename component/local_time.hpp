// [I/O] The machine's time zone: RFC 5423 §5 wants timestamps in local time with the offset from
// UTC.
#pragma once

#include <chrono>

namespace component {

/// At that moment, daylight saving included; 0 if the system does not say.
std::chrono::minutes local_utc_offset(std::chrono::system_clock::time_point at);

}  // namespace component
