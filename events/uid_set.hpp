// A set of UIDs, kept as ascending, disjoint, non-adjacent ranges. RFC 3501 §9 (sequence-set), as
// uidset in RFC 5423 §5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/number.hpp"

namespace events {

class UidSet {
 public:
  struct Range {
    std::uint32_t first;
    std::uint32_t last;  // inclusive, never below first
    friend bool operator==(const Range&, const Range&) = default;
  };

  UidSet() = default;
  explicit UidSet(Uid uid) { add(uid); }

  /// "1:3,7"; refuses '*', 0, empty parts and anything that is no sequence-set. Ranges may come in
  /// any order.
  static std::optional<UidSet> parse(std::string_view text);

  void add(Uid uid) { add(uid, uid); }
  /// Adds every UID from `first` to `last`, whichever is the smaller.
  void add(Uid first, Uid last);
  void remove(const UidSet& other);
  bool contains(Uid uid) const;
  bool empty() const { return ranges_.empty(); }
  /// Number of UIDs.
  std::uint64_t size() const;
  const std::vector<Range>& ranges() const { return ranges_; }
  /// The only UID, when there is exactly one.
  std::optional<Uid> single() const;
  /// Ascending and compressed, never '*'.
  std::string to_string() const;
  /// The same UIDs in sets of at most `max_ranges` ranges each.
  std::vector<UidSet> split(std::size_t max_ranges) const;

  friend bool operator==(const UidSet&, const UidSet&) = default;

 private:
  std::vector<Range> ranges_;
};

}  // namespace events
