#include "sources/message_table.hpp"

#include <algorithm>

namespace sources {
namespace {

bool is_before(const MessageTable::Entry& left, const MessageTable::Entry& right) {
  return left.uid < right.uid;
}

}  // namespace

FlagTable::Id FlagTable::intern(const events::FlagSet& flags) {
  const auto [row, is_new] = ids_.try_emplace(flags, static_cast<Id>(rows_.size()));
  if (is_new) rows_.push_back({row, flags.contains("\\Seen")});
  return row->second;
}

const MessageTable::Entry* MessageTable::find(events::Uid uid) const {
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), Entry{uid.value(), 0}, is_before);
  return at != entries_.end() && at->uid == uid.value() ? &*at : nullptr;
}

events::UidSet MessageTable::among(const events::UidSet& uids) const {
  events::UidSet known;
  for (const auto& range : uids.ranges()) {
    auto at = std::lower_bound(entries_.begin(), entries_.end(), Entry{range.first, 0}, is_before);
    for (; at != entries_.end() && at->uid <= range.last; ++at)
      known.add(*events::Uid::from(at->uid));
  }
  return known;
}

void MessageTable::update(const std::vector<Entry>& changes, const events::UidSet& removed) {
  const auto known = static_cast<std::ptrdiff_t>(entries_.size());
  for (const auto& change : changes) {
    const auto end = entries_.begin() + known;
    const auto at = std::lower_bound(entries_.begin(), end, change, is_before);
    if (at != end && at->uid == change.uid) {
      at->flags = change.flags;
    } else {
      entries_.push_back(change);
    }
  }
  std::inplace_merge(entries_.begin(), entries_.begin() + known, entries_.end(), is_before);
  if (removed.empty()) return;
  auto range = removed.ranges().begin();
  std::erase_if(entries_, [&](const Entry& entry) {  // both ascend: one pass
    while (range != removed.ranges().end() && range->last < entry.uid) ++range;
    return range != removed.ranges().end() && range->first <= entry.uid;
  });
}

std::uint32_t MessageTable::unseen(const FlagTable& flags) const {
  return static_cast<std::uint32_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [&](const Entry& entry) { return !flags.is_seen(entry.flags); }));
}

}  // namespace sources
