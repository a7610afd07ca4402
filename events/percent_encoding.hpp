// Percent-encoding, one for the IMAP URLs of mail stores and our own, node ids and xmpp: URIs; they
// differ in what they leave as it is. RFC 3986 §2.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace events {

/// Appends '%' and two upper-case hexadecimal digits (RFC 3986 §2.1) for each octet.
void append_percent_encoded(std::string& out, std::string_view octets);

/// RFC 3986 §2.3
constexpr bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// Either case of the digits, as RFC 3986 §2.1 asks of a reader. Absent: a percent sign without two
/// digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace events
