#include "sources/imap/response_lexer.hpp"

#include <algorithm>
#include <charconv>

namespace sources::imap {
namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// ATOM-CHAR = <any CHAR except atom-specials>; atom-specials = "(" / ")" / "{" / SP / CTL / "%" /
/// "*" / DQUOTE / "\" /
/// "]"
bool is_atom_char(char c) {
  constexpr std::string_view specials = "(){ %*\"\\]";
  return c > 0x20 && c < 0x7F && specials.find(c) == std::string_view::npos;
}
/// ASTRING-CHAR = ATOM-CHAR / resp-specials
bool is_astring_char(char c) {
  return is_atom_char(c) || c == ']';
}
/// What an atom of an unknown extension may hold: whatever does not end or open something.
bool is_value_char(char c) {
  constexpr std::string_view ends = "() \"{\r\n";
  return ends.find(c) == std::string_view::npos && c != '\0';
}

}  // namespace

std::string to_upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

void ResponseLexer::fail(Errc why) {
  if (!failure_) failure_ = why;
}

bool ResponseLexer::accept(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

void ResponseLexer::expect(char c) {
  if (!accept(c)) fail();
}

void ResponseLexer::expect_end() {
  if (!at_end()) fail();
}

std::string_view ResponseLexer::rest() {
  const auto left = text_.substr(at_);
  at_ = text_.size();
  return left;
}

template <class Accepts>
std::string_view ResponseLexer::take_while(Accepts accepts) {
  if (!ok()) return {};
  const auto start = at_;
  while (at_ < text_.size() && accepts(text_[at_])) ++at_;
  if (at_ == start) fail();
  return text_.substr(start, at_ - start);
}

std::string_view ResponseLexer::tag() {
  return take_while([](char c) { return is_astring_char(c) && c != '+'; });
}

std::string_view ResponseLexer::atom() {
  return take_while(is_atom_char);
}

std::string ResponseLexer::word() {
  return to_upper(atom());
}

std::string ResponseLexer::item_name() {
  return to_upper(take_while([](char c) { return is_atom_char(c) && c != '['; }));
}

/// flag = "\Answered" / ... / flag-keyword / flag-extension; flag-keyword = atom; flag-perm = flag
/// / "\*"
/// "]" is taken too: a keyword that breaks this rule must not blind the account.
std::string ResponseLexer::flag() {
  const auto start = at_;
  if (accept('\\') && accept('*')) return "\\*";
  take_while(is_astring_char);
  return ok() ? std::string(since(start)) : std::string();
}

/// flag-list = "(" [flag *(SP flag)] ")"
std::vector<std::string> ResponseLexer::flag_list() {
  std::vector<std::string> flags;
  expect('(');
  if (accept(')')) return flags;
  do {
    flags.push_back(flag());
  } while (accept(' '));
  expect(')');
  return flags;
}

/// astring = 1*ASTRING-CHAR / string
std::string ResponseLexer::astring() {
  if (next_is('"') || next_is('{')) return string();
  return std::string(take_while(is_astring_char));
}

/// string = quoted / literal
std::string ResponseLexer::string() {
  return next_is('"') ? quoted() : literal();
}

/// nstring = string / nil
std::optional<std::string> ResponseLexer::nstring() {
  if (accept_nil()) return std::nullopt;
  return string();
}

bool ResponseLexer::accept_nil() {
  if (!ok() || !equal_ignoring_case(text_.substr(at_, 3), "NIL")) return false;
  at_ += 3;
  return true;
}

/// DQUOTE QUOTED-CHAR DQUOTE / nil
std::optional<char> ResponseLexer::nil_or_character() {
  if (accept_nil()) return std::nullopt;
  const auto text = string();
  if (text.size() != 1) fail();
  return ok() ? std::optional(text.front()) : std::nullopt;
}

/// quoted = DQUOTE *QUOTED-CHAR DQUOTE; 8-bit octets are those of RFC 9051 §9 QUOTED-CHAR.
std::string ResponseLexer::quoted() {
  std::string result;
  expect('"');
  while (ok() && !accept('"')) {
    if (accept('\\') && !next_is('"') && !next_is('\\')) fail();
    if (at_end() || text_[at_] == '\r' || text_[at_] == '\n' || text_[at_] == '\0') {
      fail();
    } else {
      result += text_[at_++];
    }
  }
  return ok() ? result : std::string();
}

/// literal = "{" number "}" CRLF *CHAR8; RFC 3516 §7 literal8 = "~{" number "}" CRLF *OCTET
std::string ResponseLexer::literal() {
  accept('~');
  expect('{');
  const auto size = number(0, text_.size());
  expect('}');
  expect('\r');
  expect('\n');
  if (!ok() || text_.size() - at_ < size) {
    fail();
    return {};
  }
  at_ += size;
  return std::string(text_.substr(at_ - size, size));
}

std::uint64_t ResponseLexer::number(std::uint64_t low, std::uint64_t high) {
  const auto digits = take_while([](char c) { return c >= '0' && c <= '9'; });
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (ok() && (error != std::errc() || value < low || value > high))
    fail(Errc::number_out_of_range);
  return ok() ? value : 0;
}

/// tagged-ext-val and the values of unknown data items (RFC 4466 §6): no recursion, for the depth
/// is the peer's choice.
void ResponseLexer::skip_value() {
  std::size_t depth = 0;
  do {
    if (accept('(')) {
      ++depth;
      if (!next_is(')')) continue;
    } else if (next_is('"')) {
      quoted();
    } else if (next_is('{') || (next_is('~') && text_.substr(at_).starts_with("~{"))) {
      literal();
    } else {
      take_while(is_value_char);
    }
    while (depth > 0 && accept(')')) --depth;
    // RFC 3501 §9 body-type-mpart = 1*body SP media-subtype: adjacent lists have no SP between
    // them.
    if (depth > 0 && !next_is('(')) expect(' ');
  } while (ok() && depth > 0);
}

}  // namespace sources::imap
