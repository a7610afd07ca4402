// What a mailbox is for: the attribute of RFC 6154 §2, and the word by which people know it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "events/mailbox_state.hpp"

namespace mapping {

struct SpecialUseRow {
  events::SpecialUse use;
  std::string_view attribute;
  std::string_view word;
};

inline constexpr std::array<SpecialUseRow, 8> special_uses{{
    {events::SpecialUse::none, "", ""},
    {events::SpecialUse::all, "\\All", "All mail"},
    {events::SpecialUse::archive, "\\Archive", "Archive"},
    {events::SpecialUse::drafts, "\\Drafts", "Drafts"},
    {events::SpecialUse::flagged, "\\Flagged", "Flagged"},
    {events::SpecialUse::junk, "\\Junk", "Junk"},
    {events::SpecialUse::sent, "\\Sent", "Sent"},
    {events::SpecialUse::trash, "\\Trash", "Trash"},
}};

static_assert([] {
  for (std::size_t i = 0; i < special_uses.size(); ++i) {
    if (static_cast<std::size_t>(special_uses[i].use) != i) return false;
  }
  return static_cast<std::size_t>(events::SpecialUse::trash) + 1 == special_uses.size();
}());

constexpr const SpecialUseRow& row_of(events::SpecialUse use) {
  return special_uses[static_cast<std::size_t>(use)];
}

}  // namespace mapping
