// Stanzas as tests compare them: attributes sorted, white space between elements gone, one element
// a line.
#pragma once

#include <string>
#include <string_view>

namespace tests {

/// Every top-level element of `xml`, in the order given; throws std::runtime_error for what is not
/// well-formed.
std::string to_canonical(std::string_view xml);

}  // namespace tests
