// "Now", as the shell passes it into the pure machines: they never read a clock themselves.
#pragma once

#include <chrono>

#include "events/event.hpp"

namespace sources {

struct Moment {
  std::chrono::steady_clock::time_point steady;  ///< decides about time-outs
  events::Timestamp wall;                        ///< only labels events
};

}  // namespace sources
