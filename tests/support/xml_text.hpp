// Stanzas as tests compare them: attributes sorted, white space between elements gone, one element
// a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Every top-level element of `xml`, in the order given; throws std::runtime_error for what is not
/// well-formed.
std::string to_canonical(std::string_view xml);

/// Every top-level element, whole.
std::vector<std::string> elements_of(std::string_view xml);
/// Every outermost element of that namespace, whole.
std::vector<std::string> elements_in(std::string_view xml, std::string_view xmlns);

}  // namespace tests
