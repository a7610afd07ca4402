// One command that changes several messages is one act, also where a store tells each message on
// its own. RFC 5423 §4.2, §5 uidset.
#pragma once

#include <vector>

#include "events/report.hpp"

namespace sources {

/// Joins the events of `steps` that differ in their uidset alone, as far as nothing between them is
/// about the same messages.
void merge_changes(std::vector<events::Step>& steps);

}  // namespace sources
