// Octets seen as characters: where UTF-8 is well-formed, and what XML and a reader's screen bear.
// RFC 3629 §4, XML 1.0 §2.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mapping {

struct Character {
  std::size_t length = 1;             ///< octets; of what is ill-formed: one
  std::optional<std::uint32_t> code;  ///< absent: this octet is no UTF-8
};

/// The character at the start of `text`, which must not be empty.
Character next_character(std::string_view text);

/// What XML 1.0 §2.2 lets into a document.
constexpr bool is_xml_character(std::uint32_t code) {
  return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

/// Text from a mail that a person will read: control characters become spaces, those that turn the
/// direction of writing (UAX #9 §2) and octets that are no UTF-8 become U+FFFD; no further than
/// `max_octets`, cut between characters.
std::string to_harmless_text(std::string_view utf8, std::size_t max_octets);

/// The longest start of `utf8` of at most `max_octets` that does not end inside a character.
std::string_view cut_text(std::string_view utf8, std::size_t max_octets);

bool equals_ignoring_ascii_case(std::string_view left, std::string_view right);

}  // namespace mapping
