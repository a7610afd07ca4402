#include "component/bearer.hpp"

#include <algorithm>
#include <cstdint>

namespace component {
namespace {

/// RFC 9110 §11.1: the scheme is compared without regard to case.
bool take_scheme(std::string_view& text, std::string_view scheme) {
  if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return false;
  const bool is_same = std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
  if (!is_same) return false;
  text.remove_prefix(scheme.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

// RFC 4648 §4
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFFU);
  }
  return out;
}

}  // namespace

std::optional<std::string> token_of(std::string_view authorization) {
  if (take_scheme(authorization, "bearer")) return std::string(authorization);
  if (!take_scheme(authorization, "basic")) return std::nullopt;
  const auto credentials = from_base64(authorization);
  const auto colon = credentials ? credentials->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return credentials->substr(colon + 1);
}

bool is_same_secret(std::string_view one, std::string_view other) {
  unsigned difference = one.size() == other.size() ? 0 : 1;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const char c = other.empty() ? '\0' : other[i % other.size()];
    difference |= static_cast<unsigned>(static_cast<unsigned char>(one[i] ^ c));
  }
  return difference == 0;
}

}  // namespace component
