// Values as the columns of either engine hold them: times are nanoseconds since 1970 UTC, numbers
// that may be missing are NULL. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "events/mailbox_state.hpp"
#include "pubsub/store.hpp"

namespace store {

inline std::int64_t to_column(pubsub::WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

inline std::optional<std::int64_t> to_column(const std::optional<pubsub::WallTime>& time) {
  if (!time) return std::nullopt;
  return to_column(*time);
}

/// Of an ItemQuery: the moments between which its items lie, both included.
inline std::int64_t since_of(const pubsub::ItemQuery& query) {
  return to_column(query.since).value_or(std::numeric_limits<std::int64_t>::min());
}
inline std::int64_t until_of(const pubsub::ItemQuery& query) {
  return to_column(query.until).value_or(std::numeric_limits<std::int64_t>::max());
}

template <class Number>
std::optional<std::uint64_t> to_column(const std::optional<Number>& number) {
  if (!number) return std::nullopt;
  return number->value();
}

inline pubsub::WallTime to_time(std::int64_t column) {
  return pubsub::WallTime(
      std::chrono::duration_cast<pubsub::WallTime::duration>(std::chrono::nanoseconds(column)));
}

/// A column that holds NULL or a number within the type's bounds.
template <class Number, class Row>
std::optional<Number> to_number(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return Number::from(row.number(column));
}

/// The columns from `first` on: name, separator, is_selectable, no_inferiors, special_use,
/// uidvalidity, uidnext, highestmodseq, messages, unseen.
template <class Row>
events::MailboxState to_mailbox_state(const Row& row, int first) {
  const auto to_count = [&](int column) -> std::optional<std::uint32_t> {
    if (row.is_null(column)) return std::nullopt;
    return static_cast<std::uint32_t>(row.number(column));
  };
  events::MailboxState state;
  state.name = row.text(first);
  state.separator = static_cast<char>(row.integer(first + 1));
  state.is_selectable = row.integer(first + 2) != 0;
  state.no_inferiors = row.integer(first + 3) != 0;
  const auto use = row.integer(first + 4);
  const auto last_use = static_cast<std::int64_t>(events::SpecialUse::trash);
  if (use >= 0 && use <= last_use) state.special_use = static_cast<events::SpecialUse>(use);
  state.uidvalidity = to_number<events::UidValidity>(row, first + 5);
  state.uidnext = to_number<events::Uid>(row, first + 6);
  state.highestmodseq = to_number<events::ModSeq>(row, first + 7);
  state.messages = to_count(first + 8);
  state.unseen = to_count(first + 9);
  return state;
}

}  // namespace store
