#include "sources/imap/octets.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sources::imap {
namespace {

/// RFC 3501 §9 resp-text is free text: "{5}" at the end of "* OK ..." announces no literal. The
/// same holds for
/// "+ ..." and for tagged responses.
bool is_text_response(std::string_view line) {
  if (!line.starts_with("* ")) return true;
  line.remove_prefix(2);
  const auto word = line.substr(0, line.find(' '));
  constexpr std::array<std::string_view, 5> conditions{"OK", "NO", "BAD", "BYE", "PREAUTH"};
  return std::any_of(conditions.begin(), conditions.end(), [word](std::string_view condition) {
    return std::equal(word.begin(), word.end(), condition.begin(), condition.end(),
                      [](char a, char b) {
                        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
                      });
  });
}

/// literal = "{" number "}" CRLF *CHAR8: the number, if the line ends in that. Too large for its
/// type is as large as can be.
std::optional<std::size_t> announced_literal(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  const auto brace = line.rfind('{');
  if (brace == std::string_view::npos || brace + 1 == line.size()) return std::nullopt;
  const auto digits = line.substr(brace + 1);
  const auto* end = digits.data() + digits.size();
  std::size_t size = 0;
  const auto [stop, error] = std::from_chars(digits.data(), end, size);
  if (stop != end) return std::nullopt;
  return error == std::errc() ? size : static_cast<std::size_t>(-1);
}

}  // namespace

boost::system::result<void> Octets::feed(std::string_view octets) {
  while (!failure_ && !octets.empty()) {
    if (state_ == State::literal) {
      const auto part = octets.substr(0, literal_left_);
      current_.append(part);
      octets.remove_prefix(part.size());
      literal_left_ -= part.size();
      if (literal_left_ == 0) state_ = State::line;
    } else if (state_ == State::after_cr) {
      if (octets.front() != '\n') return fail(Errc::bare_cr);
      octets.remove_prefix(1);
      if (auto ended = end_line(); !ended) return ended;
    } else if (auto taken = take_line(octets); !taken) {
      return taken;
    }
  }
  if (failure_) return failure_;
  return {};
}

/// Up to and with the CR, if it is there.
boost::system::result<void> Octets::take_line(std::string_view& octets) {
  constexpr std::string_view special("\r\n\0", 3);
  const auto at = octets.find_first_of(special);
  const auto part = octets.substr(0, at);
  if (current_.size() - in_literals_ + part.size() > limits_.line) return fail(Errc::line_too_long);
  if (current_.size() + part.size() > limits_.response) return fail(Errc::response_too_long);
  current_.append(part);
  octets.remove_prefix(part.size());
  if (at == std::string_view::npos) return {};
  if (octets.front() == '\n') return fail(Errc::bare_lf);
  if (octets.front() == '\0') return fail(Errc::nul_in_line);
  octets.remove_prefix(1);
  state_ = State::after_cr;
  return {};
}

boost::system::result<void> Octets::end_line() {
  state_ = State::line;
  const auto line = std::string_view(current_).substr(line_start_);
  const auto size = is_text_response(current_) ? std::nullopt : announced_literal(line);
  if (!size) {
    whole_.push_back(std::move(current_));
    current_.clear();
    line_start_ = in_literals_ = 0;
    return {};
  }
  if (*size > limits_.literal) return fail(Errc::literal_too_long);
  if (current_.size() + 2 + *size > limits_.response) return fail(Errc::response_too_long);
  current_.append("\r\n");
  line_start_ = current_.size() + *size;
  in_literals_ += *size;
  literal_left_ = *size;
  if (*size > 0) state_ = State::literal;
  return {};
}

boost::system::result<void> Octets::fail(Errc why) {
  failure_ = why;
  excerpt_ = to_excerpt(current_);
  current_ = {};
  return failure_;
}

std::optional<std::string> Octets::next() {
  if (whole_.empty()) return std::nullopt;
  auto response = std::move(whole_.front());
  whole_.pop_front();
  return response;
}

void Octets::clear() {
  *this = Octets(limits_);
}

std::string to_excerpt(std::string_view text, std::size_t limit) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string excerpt;
  for (const char c : text.substr(0, limit)) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet < 0x7F && c != '\\') {
      excerpt += c;
    } else {
      excerpt.append("\\x").append(1, hex[octet >> 4]).append(1, hex[octet & 15]);
    }
  }
  if (text.size() > limit) excerpt += "...";
  return excerpt;
}

}  // namespace sources::imap
