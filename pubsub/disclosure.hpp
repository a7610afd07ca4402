// The steps of disclosure by the names that configuration, forms and documents use, and how much
// one entity gets. docs/protocol.md "Disclosure".
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pubsub/node.hpp"

namespace pubsub {

struct DisclosureName {
  Disclosure disclosure;
  std::string_view text;
  std::string_view label;
};
/// `actor` is no step: it cannot be asked for.
inline constexpr std::array<DisclosureName, 3> disclosure_names{{
    {Disclosure::counts, "counts", "Numbers only"},
    {Disclosure::envelope, "envelope", "Also header fields and structure"},
    {Disclosure::content, "content", "Also the content"},
}};

constexpr std::optional<Disclosure> parse_disclosure(std::string_view text) {
  for (const auto& row : disclosure_names) {
    if (row.text == text) return row.disclosure;
  }
  return std::nullopt;
}

constexpr std::string_view to_text(Disclosure disclosure) {
  return disclosure_names[static_cast<std::size_t>(disclosure)].text;
}

struct DisclosureTerms {
  Disclosure policy = Disclosure::content;  ///< the most that ever leaves
  std::optional<Disclosure> asked;
  /// The leaf's own limit, else the nearest collection's; absent: counts.
  std::optional<Disclosure> limit;
  bool is_owner = false;
};

/// min(policy, asked, and for all but the owner the leaf's limit). Asked, if nothing was said:
/// envelope.
constexpr Disclosure effective_disclosure(const DisclosureTerms& terms) {
  const auto wanted = std::min(terms.policy, terms.asked.value_or(Disclosure::envelope));
  if (terms.is_owner) return wanted;
  return std::min(wanted, terms.limit.value_or(Disclosure::counts));
}

}  // namespace pubsub
