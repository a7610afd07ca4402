#include "mapping/mailbox_name.hpp"

#include <algorithm>

#include "mapping/characters.hpp"

namespace mapping {

result<MailboxName> MailboxName::from_levels(std::vector<std::string> levels) {
  if (levels.empty()) return errc::empty_level;
  if (levels.size() > max_levels) return errc::too_deep;
  std::size_t octets = levels.size() - 1;
  for (const auto& level : levels) {
    if (level.empty()) return errc::empty_level;
    octets += level.size();
  }
  if (octets > max_octets) return errc::too_long;
  if (levels.size() == 1 && equals_ignoring_ascii_case(levels.front(), "INBOX")) {
    levels.front() = "INBOX";  // RFC 3501 §5.1
  }
  return MailboxName(std::move(levels));
}

result<MailboxName> parse_mailbox_name(std::string_view store_name, char separator) {
  if (store_name.size() > MailboxName::max_octets) return errc::too_long;
  std::vector<std::string> levels;
  if (separator == '\0') {  // RFC 3501 §7.2.2: NIL, a flat name space
    levels.emplace_back(store_name);
    return MailboxName::from_levels(std::move(levels));
  }
  for (;;) {
    const auto end = store_name.find(separator);
    levels.emplace_back(store_name.substr(0, end));
    if (end == std::string_view::npos) break;
    store_name.remove_prefix(end + 1);
  }
  return MailboxName::from_levels(std::move(levels));
}

std::string_view cut_personal_prefix(std::string_view store_name, std::string_view prefix) {
  const bool is_cut = store_name.size() > prefix.size() && store_name.starts_with(prefix);
  return is_cut ? store_name.substr(prefix.size()) : store_name;
}

std::string to_store_key(std::string_view store_name) {
  return equals_ignoring_ascii_case(store_name, "INBOX") ? "INBOX" : std::string(store_name);
}

}  // namespace mapping
