// Cuts the octets of an IMAP server into whole responses: a line together with the literals inside
// it. RFC 3501 §2.2.2, §4.3.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "sources/imap/error.hpp"

namespace sources::imap {

struct OctetLimits {
  std::size_t line = std::size_t{64} * 1024;  ///< of one response, without its literals
  std::size_t literal = std::size_t{1024} * 1024;
  std::size_t response = std::size_t{4} * 1024 * 1024;
};

class Octets {
 public:
  explicit Octets(OctetLimits limits = {}) : limits_(limits) {}

  /// Appends what was received. Once a limit or the framing is broken every call fails until
  /// clear(); what came whole before is still to be had from next().
  [[nodiscard]] boost::system::result<void> feed(std::string_view octets);
  /// The next whole response, literals included ("{5}" CRLF and five octets), without its final
  /// CRLF.
  std::optional<std::string> next();
  /// Forgets everything received (RFC 3501 §6.2.1: what came in plain text before TLS is void).
  void clear();
  /// The offending octets of the last failure, shortened and printable.
  const std::string& excerpt() const { return excerpt_; }

 private:
  enum class State { line, after_cr, literal };

  boost::system::result<void> take_line(std::string_view& octets);
  boost::system::result<void> end_line();
  boost::system::result<void> fail(Errc why);

  OctetLimits limits_;
  State state_ = State::line;
  std::string current_;
  std::size_t line_start_ =
      0;  ///< where in current_ the present line begins: after the last literal
  std::size_t literal_left_ = 0;  ///< octets that are still to come
  std::size_t in_literals_ = 0;   ///< octets of current_ that belong to literals
  std::deque<std::string> whole_;
  boost::system::error_code failure_;
  std::string excerpt_;
};

/// At most `limit` octets of `text`, control and 8-bit octets as \xHH: what may go into a log.
std::string to_excerpt(std::string_view text, std::size_t limit = 120);

}  // namespace sources::imap
