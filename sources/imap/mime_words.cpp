#include "sources/imap/mime_words.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "sources/imap/response_lexer.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t most_per_field = 1024;
constexpr std::size_t most_together = std::size_t{16} * 1024;
/// Of a field as sent; what comes after could hardly be seen: an encoded word needs at most 12
/// octets for one.
constexpr std::size_t most_raw = std::size_t{12} * 1024;
constexpr std::size_t most_fields = 64;

/// Where RFC 2047 §5 allows encoded words.
enum class Form { addresses, text, opaque };
struct FieldRow {
  std::string_view name;
  Form form;
};
constexpr std::array<FieldRow, shown_header_fields.size()> fields{{
    {"From", Form::addresses},
    {"To", Form::addresses},
    {"Cc", Form::addresses},
    {"Reply-To", Form::addresses},
    {"Subject", Form::text},
    {"Date", Form::opaque},
    {"Message-ID", Form::opaque},
    {"In-Reply-To", Form::opaque},
    {"List-Id", Form::text},
    {"Auto-Submitted", Form::opaque},
    {"Disposition-Notification-To", Form::addresses},
}};
static_assert([] {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != shown_header_fields[i]) return false;
  }
  return true;
}());

struct Free {
  void operator()(char* text) const { g_free(text); }
  void operator()(InternetAddressList* list) const { g_object_unref(list); }
};
using Text = std::unique_ptr<char, Free>;
using AddressList = std::unique_ptr<InternetAddressList, Free>;

/// RFC 5322 §3.4, written anew: a decoded name that looks like an address is quoted and cannot be
/// taken for one.
Text decode_addresses(const std::string& value) {
  const AddressList list(internet_address_list_parse(nullptr, value.c_str()));
  if (!list || internet_address_list_length(list.get()) == 0) return nullptr;
  return Text(internet_address_list_to_string(list.get(), nullptr, FALSE));
}

Text decode_words(const std::string& value) {
  return Text(g_mime_utils_header_decode_text(nullptr, value.c_str()));
}

std::string decode(const std::string& value, Form form) {
  auto decoded = form == Form::addresses ? decode_addresses(value) : nullptr;
  if (!decoded && form != Form::opaque) decoded = decode_words(value);
  const Text valid(g_utf8_make_valid(decoded ? decoded.get() : value.c_str(), -1));
  return valid.get();
}

bool is_line_or_control(gunichar c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}
/// Unicode UAX #9 §2: explicit embeddings, overrides and isolates, and the implicit marks.
bool is_bidi_formatting(gunichar c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
         c == 0x200F || c == 0x061C;
}

/// Cut at a character boundary; runs of white space become one SP.
std::string to_harmless(const std::string& utf8, std::size_t limit) {
  std::string out;
  for (const char* at = utf8.c_str(); *at != '\0';) {
    const char* const next = g_utf8_next_char(at);
    const auto character = g_utf8_get_char(at);
    if (is_line_or_control(character) || character == ' ') {
      if (!out.empty() && out.back() != ' ' && out.size() < limit) out += ' ';
    } else if (!is_bidi_formatting(character)) {
      if (out.size() + static_cast<std::size_t>(next - at) > limit) break;
      out.append(at, next);
    }
    at = next;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string_view take_line(std::string_view& octets) {
  const auto end = octets.find('\n');
  auto line = octets.substr(0, end);
  octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// A half character at the end would make the decoder doubt that the rest is UTF-8.
void drop_half_character(std::string& text) {
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  };
  for (int i = 0; i < 3 && !text.empty() && is_continuation(text.back()); ++i) text.pop_back();
  if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
}

/// RFC 5322 §2.2.3: a line that begins with white space goes on with the field.
std::string unfolded(std::string_view first, std::string_view& octets) {
  std::string value(first.substr(0, most_raw));
  while (octets.starts_with(' ') || octets.starts_with('\t')) {
    const auto line = take_line(octets);
    if (value.size() < most_raw) value.append(line.substr(0, most_raw - value.size()));
  }
  if (value.size() == most_raw) drop_half_character(value);
  std::replace(value.begin(), value.end(), '\0', ' ');
  return value;
}

const FieldRow* find_field(std::string_view line, std::size_t colon) {
  if (colon == std::string_view::npos) return nullptr;
  auto name = line.substr(0, colon);
  while (name.ends_with(' ') || name.ends_with('\t'))
    name.remove_suffix(1);  // RFC 5322 §4.5 obs-optional
  for (const auto& row : fields) {
    if (equal_ignoring_case(row.name, name)) return &row;
  }
  return nullptr;
}

void initialise_gmime() {
  static const bool done = (g_mime_init(), true);
  static_cast<void>(done);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> decode_header_block(std::string_view octets) {
  initialise_gmime();
  std::vector<std::pair<std::string, std::string>> result;
  std::size_t left = most_together;
  while (!octets.empty() && left > 0 && result.size() < most_fields) {
    const auto line = take_line(octets);
    if (line.empty()) break;
    const auto colon = line.find(':');
    const auto* field = find_field(line, colon);
    const auto raw =
        unfolded(line.substr(colon == std::string_view::npos ? line.size() : colon + 1), octets);
    if (field == nullptr) continue;
    auto value = to_harmless(decode(raw, field->form), std::min(most_per_field, left));
    if (value.empty()) continue;
    left -= value.size();
    result.emplace_back(field->name, std::move(value));
  }
  return result;
}

}  // namespace sources::imap
