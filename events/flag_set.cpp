#include "events/flag_set.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace events {
namespace {

constexpr std::array<std::string_view, 6> canonical_names{"\\Answered", "\\Deleted", "\\Draft",
                                                          "\\Flagged",  "\\Seen",    "$MDNSent"};

char to_lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool less_ignoring_case(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return to_lower(x) == to_lower(y);
         });
}

}  // namespace

std::string to_flag_name(std::string_view text) {
  for (const auto name : canonical_names) {
    if (equal_ignoring_case(name, text)) return std::string(name);
  }
  return std::string(text);
}

FlagSet FlagSet::from_text(std::string_view names) {
  FlagSet set;
  while (!names.empty()) {
    const auto space = names.find(' ');
    set.add(names.substr(0, space));
    if (space == std::string_view::npos) break;
    names.remove_prefix(space + 1);
  }
  return set;
}

void FlagSet::add(std::string_view name) {
  if (name.empty() || equal_ignoring_case(name, "\\Recent")) return;  // RFC 5423 §5: flagNames
  const auto at = std::lower_bound(names_.begin(), names_.end(), name, less_ignoring_case);
  if (at != names_.end() && equal_ignoring_case(*at, name)) return;
  names_.insert(at, to_flag_name(name));
}

bool FlagSet::contains(std::string_view name) const {
  return std::binary_search(names_.begin(), names_.end(), name, less_ignoring_case);
}

std::string FlagSet::to_text() const {
  std::string text;
  for (const auto& name : names_) {
    if (!text.empty()) text += ' ';
    text += name;
  }
  return text;
}

FlagSet FlagSet::minus(const FlagSet& other) const {
  FlagSet rest;
  for (const auto& name : names_) {
    if (!other.contains(name)) rest.names_.push_back(name);
  }
  return rest;
}

}  // namespace events
