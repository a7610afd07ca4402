// The numbers of IMAP as types of their own, so that a UID cannot be taken for a sequence number or
// a count. RFC 3501 §2.3.1 (UID, UIDVALIDITY), RFC 7162 §3.1.1 (MODSEQ).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace events {

/// An unsigned number within [Low, High]; `from` is the only way to make one.
template <class Tag, class Value, Value Low, Value High>
class BoundedNumber {
 public:
  static constexpr std::optional<BoundedNumber> from(std::uint64_t value) {
    if (value < Low || value > High) return std::nullopt;
    return BoundedNumber(static_cast<Value>(value));
  }
  constexpr Value value() const { return value_; }
  friend constexpr auto operator<=>(BoundedNumber, BoundedNumber) = default;

 private:
  constexpr explicit BoundedNumber(Value value) : value_(value) {}
  Value value_;
};

/// RFC 3501 §2.3.1.1: nz-number, unique in a mailbox for one UIDVALIDITY.
using Uid = BoundedNumber<struct UidTag, std::uint32_t, 1, 0xFFFFFFFFU>;
/// RFC 3501 §2.3.1.1: nz-number.
using UidValidity = BoundedNumber<struct UidValidityTag, std::uint32_t, 1, 0xFFFFFFFFU>;
/// RFC 7162 §3.1.1: 63 bits; 0 stands for "the mailbox keeps none".
using ModSeq = BoundedNumber<struct ModSeqTag, std::uint64_t, 0, 0x7FFFFFFFFFFFFFFFULL>;

}  // namespace events
