#include "mapping/imap_url.hpp"

#include <charconv>

#include "events/percent_encoding.hpp"
#include "mapping/characters.hpp"

namespace mapping {
namespace {

constexpr std::size_t max_url = 8192;
constexpr std::string_view scheme = "imap://";
constexpr std::string_view uidvalidity_mark = ";UIDVALIDITY=";
constexpr std::string_view uid_mark = "/;UID=";

// RFC 5092 §11 achar, without pct-encoded
bool is_achar(char c) {
  return events::is_unreserved(c) ||
         std::string_view("!$'()*+,&=").find(c) != std::string_view::npos;
}
// RFC 5092 §11 bchar, without pct-encoded
bool is_bchar(char c) {
  return is_achar(c) || c == ':' || c == '@' || c == '/';
}

template <class Stays>
void append_encoded(std::string& out, std::string_view text, Stays stays) {
  for (const char c : text) {
    if (stays(c)) {
      out += c;
    } else {
      events::append_percent_encoded(out, {&c, 1});
    }
  }
}

/// RFC 5092 §7, §7.1: a dot segment, a leading slash and an empty segment would be taken for
/// something else.
void append_mailbox(std::string& out, std::string_view mailbox) {
  while (!mailbox.empty()) {
    const auto end = mailbox.find('/');
    const auto level = mailbox.substr(0, end);
    if (level == "." || level == "..") {
      events::append_percent_encoded(out, level);
    } else {
      append_encoded(out, level, is_bchar);
    }
    if (end == std::string_view::npos) return;
    mailbox.remove_prefix(end + 1);
    if (!level.empty() && !mailbox.empty()) {
      out += '/';
    } else {
      events::append_percent_encoded(out, "/");
    }
  }
}

/// RFC 3501 §9 nz-number
std::optional<std::uint64_t> parse_nz_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.front() == '0') return std::nullopt;
  return value;
}

template <class Stays>
result<std::string> decode(std::string_view text, Stays stays) {
  for (const char c : text) {
    if (c != '%' && !stays(c)) return errc::bad_url;
  }
  auto decoded = events::percent_decode(text);
  if (!decoded || decoded->empty()) return errc::bad_url;
  return std::move(*decoded);
}

/// Cuts `mark` and the number behind it off the end of `text`; absent: there is none. An ill-formed
/// number stays, and its ';' is then no bchar.
template <class Number>
std::optional<Number> cut_number(std::string_view& text, std::string_view mark) {
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos || at + mark.size() == text.size()) return std::nullopt;
  const auto value = parse_nz_number(text.substr(at + mark.size()));
  if (!value) return std::nullopt;
  const auto number = Number::from(*value);
  if (number) text = text.substr(0, at);
  return number;
}

bool is_host(std::string_view host) {
  for (const char c : host) {
    if (!events::is_unreserved(c) && c != ':' && c != '[' && c != ']') return false;
  }
  return !host.empty();
}

}  // namespace

std::string to_text(const ImapUrl& url) {
  std::string out(scheme);
  if (!url.user.empty()) {
    append_encoded(out, url.user, is_achar);
    out += '@';
  }
  out += url.host;
  if (url.mailbox.empty()) return out;
  out += '/';
  append_mailbox(out, url.mailbox);
  if (!url.uidvalidity) return out;
  out += uidvalidity_mark;
  out += std::to_string(url.uidvalidity->value());
  if (!url.uid) return out;
  out += uid_mark;
  out += std::to_string(url.uid->value());
  return out;
}

result<ImapUrl> parse_imap_url(std::string_view text) {
  if (text.size() > max_url || !equals_ignoring_ascii_case(text.substr(0, scheme.size()), scheme)) {
    return errc::bad_url;
  }
  text.remove_prefix(scheme.size());
  ImapUrl url;
  const auto slash = text.find('/');
  auto server = text.substr(0, slash);
  if (const auto at = server.find('@'); at != std::string_view::npos) {
    auto user = decode(server.substr(0, at), is_achar);
    if (!user) return user.error();
    url.user = std::move(*user);
    server.remove_prefix(at + 1);
  }
  if (!is_host(server)) return errc::bad_url;
  url.host = server;
  if (slash == std::string_view::npos || slash + 1 == text.size()) return url;

  text.remove_prefix(slash + 1);
  url.uid = cut_number<events::Uid>(text, uid_mark);
  url.uidvalidity = cut_number<events::UidValidity>(text, uidvalidity_mark);
  if (url.uid && !url.uidvalidity) return errc::bad_url;
  if (text.starts_with('/')) return errc::bad_url;  // RFC 5092 §7.1
  auto mailbox = decode(text, is_bchar);
  if (!mailbox) return mailbox.error();
  url.mailbox = std::move(*mailbox);
  return url;
}

}  // namespace mapping
