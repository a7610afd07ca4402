#include "sources/imap/mailbox_name_codec.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sources/imap/response_lexer.hpp"

namespace sources::imap {
namespace {

/// RFC 3501 §5.1.3: BASE64 with "," for "/".
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool represents_itself(char c) {
  return c >= 0x20 && c <= 0x7E;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t octet) { out += static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// The character at the start of `text` and its length; nothing for what is no UTF-8 (RFC 3629 §4).
std::optional<std::pair<char32_t, std::size_t>> utf8_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t c = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if ((octet & 0xC0) != 0x80) return std::nullopt;
    c = (c << 6) | (octet & 0x3FU);
  }
  constexpr char32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < lowest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return std::nullopt;
  return std::pair(c, length);
}

/// One shifted run: "&" BASE64 "-".
class ShiftedRun {
 public:
  void add(std::string& out, char32_t c) {
    if (!open_) out += '&';
    open_ = true;
    if (c >= 0x10000) {
      add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
      add_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      add_unit(out, c);
    }
  }
  void close(std::string& out) {
    if (!open_) return;
    if (count_ > 0) out += alphabet[(bits_ << (6 - count_)) & 0x3F];
    out += '-';
    *this = ShiftedRun();
  }

 private:
  void add_unit(std::string& out, char32_t unit) {
    bits_ = (bits_ << 16) | unit;
    for (count_ += 16; count_ >= 6; count_ -= 6) out += alphabet[(bits_ >> (count_ - 6)) & 0x3F];
    bits_ &= (1U << count_) - 1;
  }

  bool open_ = false;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
};

/// The UTF-8 of a run's BASE64; nothing if it is no UTF-16.
std::optional<std::string> decode_run(std::string_view base64) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  char32_t high = 0;
  for (const char c : base64) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    if ((count += 6) < 16) continue;
    count -= 16;
    const char32_t unit = (bits >> count) & 0xFFFF;
    bits &= (1U << count) - 1;
    if (high != 0) {
      if (unit < 0xDC00 || unit > 0xDFFF) return std::nullopt;
      append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
    } else if (unit >= 0xD800 && unit <= 0xDBFF) {
      high = unit;
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return std::nullopt;
    } else {
      append_utf8(out, unit);
    }
  }
  if (high != 0 || bits != 0 || count >= 6) return std::nullopt;
  return out;
}

bool has_8bit(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// RFC 3501 §5.1: INBOX is case-insensitive; its children are not.
std::string with_inbox_spelled(std::string name) {
  return equal_ignoring_case(name, "INBOX") ? "INBOX" : name;
}

}  // namespace

std::string encode_modified_utf7(std::string_view utf8) {
  std::string out;
  ShiftedRun run;
  while (!utf8.empty()) {
    const auto character = utf8_character(utf8);
    if (!character || represents_itself(utf8.front())) {
      run.close(out);
      out += utf8.front();
      if (utf8.front() == '&') out += '-';
      utf8.remove_prefix(1);
    } else {
      run.add(out, character->first);
      utf8.remove_prefix(character->second);
    }
  }
  run.close(out);
  return out;
}

boost::system::result<std::string> decode_modified_utf7(std::string_view raw) {
  std::string out;
  for (auto rest = raw; !rest.empty();) {
    if (!represents_itself(rest.front())) return Errc::malformed_mailbox_name;
    if (rest.front() != '&') {
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto end = rest.find('-');
    if (end == std::string_view::npos) return Errc::malformed_mailbox_name;
    const auto run =
        end == 1 ? std::optional<std::string>("&") : decode_run(rest.substr(1, end - 1));
    if (!run) return Errc::malformed_mailbox_name;
    out += *run;
    rest.remove_prefix(end + 1);
  }
  // Superfluous shifts and shifted ASCII: RFC 3501 §5.1.3 permits one spelling only.
  if (encode_modified_utf7(out) != raw) return Errc::malformed_mailbox_name;
  return out;
}

std::string decode_unsolicited_name(std::string_view raw, bool server_sends_raw_utf8) {
  if (server_sends_raw_utf8) return std::string(raw);
  auto decoded = decode_modified_utf7(raw);
  return decoded ? std::move(*decoded) : std::string(raw);
}

std::string MailboxNameCodec::from_answer(std::string_view raw) {
  auto decoded = decode_modified_utf7(raw);
  auto name = with_inbox_spelled(decoded ? std::move(*decoded) : std::string(raw));
  remember(name, raw);
  return name;
}

std::string MailboxNameCodec::from_unsolicited(std::string_view raw) {
  if (has_8bit(raw)) {
    unsolicited_is_raw_ = true;
  } else if (raw.find('&') == std::string_view::npos) {
    return with_inbox_spelled(std::string(raw));
  } else {
    const auto decoded = decode_modified_utf7(raw);
    const auto encoded_known = decoded && wire_names_.contains(*decoded);
    const auto raw_known = wire_names_.contains(raw);
    // "&-" for a known "&" tells the one spelling, "&" for it the other; a name that is new proves
    // nothing.
    if (encoded_known != raw_known) unsolicited_is_raw_ = raw_known;
    if (!decoded) unsolicited_is_raw_ = true;
  }
  return with_inbox_spelled(decode_unsolicited_name(raw, unsolicited_is_raw_));
}

std::string MailboxNameCodec::to_wire(std::string_view name) const {
  const auto known = wire_names_.find(name);
  return known != wire_names_.end() ? known->second : encode_modified_utf7(name);
}

void MailboxNameCodec::remember(std::string name, std::string_view raw) {
  if (name == raw && encode_modified_utf7(name) == raw) return;
  constexpr std::size_t most =
      100'000;  // a name beyond is sent as encoding it gives: right for every sane server
  if (wire_names_.size() < most) wire_names_.insert_or_assign(std::move(name), std::string(raw));
}

}  // namespace sources::imap
