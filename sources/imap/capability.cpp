#include "sources/imap/capability.hpp"

#include <algorithm>

namespace sources::imap {

std::optional<Capability> parse_capability(std::string_view word) {
  const auto same = [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  };
  for (const auto& row : capabilities) {
    if (std::equal(word.begin(), word.end(), row.word.begin(), row.word.end(), same))
      return row.capability;
  }
  return std::nullopt;
}

CapabilitySet::CapabilitySet(const std::vector<std::string>& words) {
  for (const auto& word : words) {
    if (const auto capability = parse_capability(word))
      bits_.set(static_cast<std::size_t>(*capability));
  }
}

Literals CapabilitySet::literals() const {
  if (has(Capability::literal_plus)) return Literals::plus;
  // RFC 9051 §4.3: LITERAL- is part of IMAP4rev2.
  if (has(Capability::literal_minus) || has(Capability::imap4rev2)) return Literals::minus;
  return Literals::none;
}

}  // namespace sources::imap
