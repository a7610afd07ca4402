// Reads what a push source sends: one JSON object, an array of them, or objects one after another
// (newline-delimited). All of it or nothing. docs/operations.md "Push sources".
#pragma once

#include <cstddef>
#include <string_view>

#include "sources/push/push_dialect.hpp"
#include "sources/push/told.hpp"

namespace sources::push {

inline constexpr std::size_t max_objects = 1000;

Reading read_events(std::string_view body, const PushDialect& dialect);

}  // namespace sources::push
