#include "events/uid_set.hpp"

#include <algorithm>
#include <charconv>

namespace events {
namespace {

// RFC 3501 §9: nz-number
std::optional<Uid> parse_uid(std::string_view text) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || text.front() == '0' || error != std::errc() || rest != end)
    return std::nullopt;
  return Uid::from(value);
}

}  // namespace

// RFC 3501 §9: sequence-set = (seq-number / seq-range) *("," sequence-set), without "*"
std::optional<UidSet> UidSet::parse(std::string_view text) {
  UidSet set;
  while (true) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    const auto colon = part.find(':');
    const auto first = parse_uid(part.substr(0, colon));
    const auto last = colon == std::string_view::npos ? first : parse_uid(part.substr(colon + 1));
    if (!first || !last) return std::nullopt;
    set.add(*first, *last);
    if (comma == std::string_view::npos) return set;
    text.remove_prefix(comma + 1);
  }
}

void UidSet::add(Uid first, Uid last) {
  Range added{std::min(first, last).value(), std::max(first, last).value()};
  // The ranges that overlap or touch the new one are those from `begin` up to `end`.
  const auto touches_before = [](const Range& r, std::uint32_t at) {
    return r.last < at && at - r.last > 1;
  };
  const auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), added.first, touches_before);
  auto end = begin;
  while (end != ranges_.end() && (end->first <= added.last || end->first - added.last == 1)) {
    added.first = std::min(added.first, end->first);
    added.last = std::max(added.last, end->last);
    ++end;
  }
  ranges_.insert(ranges_.erase(begin, end), added);
}

void UidSet::remove(const UidSet& other) {
  std::vector<Range> kept;
  auto cut = other.ranges_.begin();
  for (Range range : ranges_) {
    bool whole_range_gone = false;
    while (cut != other.ranges_.end() && cut->last < range.first) ++cut;
    for (auto c = cut; c != other.ranges_.end() && c->first <= range.last; ++c) {
      if (c->first > range.first) kept.push_back({range.first, c->first - 1});
      if (c->last >= range.last) {
        whole_range_gone = true;
        break;
      }
      range.first = c->last + 1;
    }
    if (!whole_range_gone) kept.push_back(range);
  }
  ranges_ = std::move(kept);
}

bool UidSet::contains(Uid uid) const {
  const auto ends_before = [](const Range& r, std::uint32_t at) { return r.last < at; };
  const auto found = std::lower_bound(ranges_.begin(), ranges_.end(), uid.value(), ends_before);
  return found != ranges_.end() && found->first <= uid.value();
}

std::uint64_t UidSet::size() const {
  std::uint64_t count = 0;
  for (const auto& range : ranges_) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

std::optional<Uid> UidSet::single() const {
  if (ranges_.size() != 1 || ranges_.front().first != ranges_.front().last) return std::nullopt;
  return Uid::from(ranges_.front().first);
}

std::string UidSet::to_string() const {
  std::string text;
  for (const auto& range : ranges_) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.last != range.first) text += ':' + std::to_string(range.last);
  }
  return text;
}

std::vector<UidSet> UidSet::split(std::size_t max_ranges) const {
  std::vector<UidSet> parts;
  for (std::size_t at = 0; at < ranges_.size(); at += max_ranges) {
    UidSet part;
    const auto end = std::min(at + max_ranges, ranges_.size());
    part.ranges_.assign(ranges_.begin() + static_cast<std::ptrdiff_t>(at),
                        ranges_.begin() + static_cast<std::ptrdiff_t>(end));
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace events
