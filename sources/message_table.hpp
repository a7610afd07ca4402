// The messages of one mailbox with their flags, eight octets each, so that a mailbox may hold a
// million: equal sets of flags are kept once per account.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "events/flag_set.hpp"
#include "events/mailbox_state.hpp"
#include "events/number.hpp"
#include "events/uid_set.hpp"

namespace sources {

/// Each distinct set of flags once.
class FlagTable {
 public:
  using Id = std::uint32_t;

  Id intern(const events::FlagSet& flags);
  const events::FlagSet& at(Id id) const { return rows_[id].flags->first; }
  bool is_seen(Id id) const { return rows_[id].is_seen; }
  std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::map<events::FlagSet, Id>::const_iterator flags;
    bool is_seen;
  };
  std::map<events::FlagSet, Id> ids_;
  std::vector<Row> rows_;
};

class MessageTable {
 public:
  struct Entry {
    std::uint32_t uid;
    FlagTable::Id flags;
  };
  static_assert(sizeof(Entry) == 8);

  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<Entry>& entries() { return entries_; }
  std::size_t size() const { return entries_.size(); }
  const Entry* find(events::Uid uid) const;
  /// Those of `uids` that are there.
  events::UidSet among(const events::UidSet& uids) const;
  /// `changes` ascending by UID: known messages get their flags, the others are added. Then
  /// `removed` go.
  void update(const std::vector<Entry>& changes, const events::UidSet& removed);
  void clear() { entries_ = {}; }
  /// Messages without \Seen.
  std::uint32_t unseen(const FlagTable& flags) const;

 private:
  std::vector<Entry> entries_;  // ascending by UID
};

}  // namespace sources
