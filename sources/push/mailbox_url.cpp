#include "sources/push/mailbox_url.hpp"

#include <charconv>

#include "events/percent_encoding.hpp"

namespace sources::push {
namespace {

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
    const auto decoded = events::percent_decode(user);
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
  const auto mailbox = events::percent_decode(path);
  if (!mailbox) return std::nullopt;
  url.mailbox = *mailbox;
  return url;
}

}  // namespace sources::push
