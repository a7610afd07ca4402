#include "sources/inbox.hpp"

#include <algorithm>

namespace sources {

std::string to_canonical_name(std::string_view name) {
  const bool is_inbox = std::equal(
      name.begin(), name.end(), inbox.begin(), inbox.end(),
      [](char a, char b) { return a == b || (a >= 'a' && a <= 'z' && a - 'a' + 'A' == b); });
  return is_inbox ? inbox : std::string(name);
}

}  // namespace sources
