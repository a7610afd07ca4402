#include "mapping/characters.hpp"

#include <algorithm>

namespace mapping {
namespace {

bool is_continuation(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

// UAX #9 §2 (embeddings, overrides, isolates) and the implicit marks
bool is_bidi_control(std::uint32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x200E || code == 0x200F || code == 0x061C;
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029;
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Character next_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {1, lead};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (text.size() < length) return {};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {};
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {length, code};
}

std::string to_harmless_text(std::string_view utf8, std::size_t max_octets) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  while (!utf8.empty()) {
    const auto character = next_character(utf8);
    auto piece = utf8.substr(0, character.length);
    if (!character.code || is_bidi_control(*character.code)) {
      piece = replacement;
    } else if (is_control(*character.code)) {
      piece = " ";
    } else if (!is_xml_character(*character.code)) {
      piece = replacement;
    }
    if (out.size() + piece.size() > max_octets) break;
    out += piece;
    utf8.remove_prefix(character.length);
  }
  return out;
}

std::string_view cut_text(std::string_view utf8, std::size_t max_octets) {
  if (utf8.size() <= max_octets) return utf8;
  auto end = max_octets;
  while (end > 0 && max_octets - end < 4 && is_continuation(utf8[end])) --end;
  return utf8.substr(0, is_continuation(utf8[end]) ? max_octets : end);
}

bool equals_ignoring_ascii_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return to_lower(a) == to_lower(b); });
}

}  // namespace mapping
