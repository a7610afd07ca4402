// How much room an account has left: what the store said of its quota roots last, and what a new
// look at them changes. RFC 9208 §3; RFC 5423 §4.1 (QuotaExceed, QuotaWithin, QuotaChange).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"

namespace sources {

/// RFC 9208 §3.1: how much there is, and how much there may be.
struct QuotaResource {
  std::uint64_t usage = 0;
  std::uint64_t limit = 0;
  /// The next arrival may be refused.
  bool is_exceeded() const { return usage >= limit; }
  friend bool operator==(const QuotaResource&, const QuotaResource&) = default;
};

/// RFC 9208 §3.2: a resource that is not limited is absent.
struct QuotaRoot {
  std::string name;
  std::optional<QuotaResource> storage;  ///< RFC 9208 §5.1: units of 1024 octets
  std::optional<QuotaResource> message;  ///< RFC 9208 §5.2
  friend bool operator==(const QuotaRoot&, const QuotaRoot&) = default;
};

class QuotaTable {
 public:
  static constexpr std::size_t max_roots = 100;

  /// What differs from what is known, as events of the account; of a root that was not known, or of
  /// a limit that is gone, nothing is told.
  std::vector<events::Event> apply(const QuotaRoot& root, const std::string& account,
                                   events::Timestamp at);
  std::size_t size() const { return roots_.size(); }

 private:
  std::map<std::string, QuotaRoot> roots_;
};

}  // namespace sources
