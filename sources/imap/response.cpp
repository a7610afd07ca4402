#include "sources/imap/response.hpp"

#include <algorithm>

#include "sources/imap/response_lexer.hpp"

namespace sources::imap {

bool List::has_attribute(std::string_view name) const {
  return std::any_of(attributes.begin(), attributes.end(), [name](const auto& attribute) {
    return equal_ignoring_case(attribute, name);
  });
}

}  // namespace sources::imap
