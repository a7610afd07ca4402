// The flags and keywords of one message, or of one change: sorted, unique, never \Recent.
// RFC 3501 §2.3.2; RFC 5423 §5 flagNames; RFC 3503 §3 ($MDNSent).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace events {

/// The canonical spelling of a flag: system flags and $MDNSent as their RFCs write them, whatever
/// the case in which they came (RFC 3501 §9 flag names are case-insensitive); other keywords as
/// they came.
std::string to_flag_name(std::string_view text);

class FlagSet {
 public:
  FlagSet() = default;
  /// Space-separated names; \Recent (RFC 5423 §5: not permitted) and empty names are left out.
  static FlagSet from_text(std::string_view names);

  /// \Recent and the empty name are ignored; a name that is there in another case is the same flag.
  void add(std::string_view name);
  bool contains(std::string_view name) const;
  bool empty() const { return names_.empty(); }
  const std::vector<std::string>& names() const { return names_; }
  /// Space-separated, sorted: the flagNames of RFC 5423 §5.
  std::string to_text() const;
  /// The flags of this set that `other` lacks.
  FlagSet minus(const FlagSet& other) const;

  friend bool operator==(const FlagSet&, const FlagSet&) = default;
  friend auto operator<=>(const FlagSet&, const FlagSet&) = default;

 private:
  std::vector<std::string> names_;
};

}  // namespace events
