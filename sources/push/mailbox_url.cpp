#include "sources/push/mailbox_url.hpp"

#include <charconv>

namespace sources::push {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// RFC 3986 §2.1
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Number::from(number);
}

}  // namespace

// imapurl = "imap://" iserver ipath-query; iserver = [iuserinfo "@"] host [ ":" port ]
// imessagepart: enc-mailbox [";UIDVALIDITY=" nz-number] ["/;UID=" nz-number]
std::optional<MailboxUrl> parse_mailbox_url(std::string_view text) {
  constexpr std::string_view scheme = "imap://";
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  MailboxUrl url;
  const auto slash = text.find('/');
  auto server = text.substr(0, slash);
  if (const auto at = server.find('@'); at != std::string_view::npos) {
    auto user = server.substr(0, at);
    if (const auto auth = user.find(";AUTH="); auth != std::string_view::npos)
      user = user.substr(0, auth);
    const auto decoded = percent_decoded(user);
    if (!decoded) return std::nullopt;
    url.user = *decoded;
  }
  if (slash == std::string_view::npos) return url;
  auto path = text.substr(slash + 1);
  if (const auto at = path.rfind("/;UID="); at != std::string_view::npos) {
    url.uid = parse_number<events::Uid>(path.substr(at + 6));
    if (!url.uid) return std::nullopt;
    path = path.substr(0, at);
  }
  if (const auto at = path.rfind(";UIDVALIDITY="); at != std::string_view::npos) {
    url.uidvalidity = parse_number<events::UidValidity>(path.substr(at + 13));
    if (!url.uidvalidity) return std::nullopt;
    path = path.substr(0, at);
  }
  const auto mailbox = percent_decoded(path);
  if (!mailbox) return std::nullopt;
  url.mailbox = *mailbox;
  return url;
}

}  // namespace sources::push
