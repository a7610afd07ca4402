#include "mapping/jid_escape.hpp"

#include <array>
#include <optional>

namespace mapping {
namespace {

struct Escape {
  char character;
  std::string_view sequence;  // without the backslash; lower case only
};

// XEP-0106 §3.2 and §3.3
constexpr std::array<Escape, 10> escapes{{
    {' ', "20"},
    {'"', "22"},
    {'&', "26"},
    {'\'', "27"},
    {'/', "2f"},
    {':', "3a"},
    {'<', "3c"},
    {'>', "3e"},
    {'@', "40"},
    {'\\', "5c"},
}};

const Escape* find_character(char character) {
  for (const auto& escape : escapes) {
    if (escape.character == character) return &escape;
  }
  return nullptr;
}

/// The escape whose sequence follows the backslash at the start of `text`.
const Escape* find_sequence(std::string_view text) {
  if (text.empty() || text.front() != '\\') return nullptr;
  for (const auto& escape : escapes) {
    if (text.substr(1, 2) == escape.sequence) return &escape;
  }
  return nullptr;
}

}  // namespace

std::string escape_localpart(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_at_end = i == 0 || i + 1 == name.size();
    const auto* escape = find_character(name[i]);
    // XEP-0106 §4.1: \20 is never first or last. §4.2: '\' is escaped only before what looks like
    // an escape.
    const bool stays = escape == nullptr || (name[i] == ' ' && is_at_end) ||
                       (name[i] == '\\' && find_sequence(name.substr(i)) == nullptr);
    if (stays) {
      out += name[i];
    } else {
      out += '\\';
      out += escape->sequence;
    }
  }
  return out;
}

std::string unescape_localpart(std::string_view localpart) {
  std::string out;
  for (std::size_t i = 0; i < localpart.size(); ++i) {
    const auto* escape = find_sequence(localpart.substr(i));
    // XEP-0106 §4.1: \20 is never first or last, so there it is no escape
    const bool is_at_end = i == 0 || i + 3 == localpart.size();
    if (escape == nullptr || (escape->character == ' ' && is_at_end)) {
      out += localpart[i];
    } else {
      out += escape->character;
      i += 2;
    }
  }
  return out;
}

}  // namespace mapping
