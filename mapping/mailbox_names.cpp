#include "mapping/mailbox_names.hpp"

#include "mapping/node_id.hpp"

namespace mapping {

void MailboxNames::announce(std::string_view store_name) {
  announced_.insert(to_store_key(store_name));
}

result<MailboxName> MailboxNames::take(const std::string& key, std::string_view text,
                                       char separator) {
  auto name = parse_mailbox_name(text, separator);
  if (!name) return name;
  const auto [holder, is_new] = holders_.try_emplace(to_path(*name), key);
  if (!is_new && holder->second != key) return errc::node_taken;
  places_.insert_or_assign(key, *name);
  return name;
}

result<MailboxName> MailboxNames::claim(std::string_view store_name, char separator) {
  const auto key = to_store_key(store_name);
  if (const auto* place = find(key)) return *place;
  announced_.insert(key);
  const auto cut = cut_personal_prefix(key, prefix_);
  const auto cut_key = to_store_key(cut);
  // INBOX always exists (RFC 3501 §5.1), whether or not it was named yet
  if (cut.size() < key.size() && cut_key != "INBOX" && !announced_.contains(cut_key)) {
    if (auto name = take(key, cut, separator)) return name;
  }
  return take(key, key, separator);
}

void MailboxNames::release(std::string_view store_name) {
  const auto key = to_store_key(store_name);
  announced_.erase(key);
  const auto found = places_.find(key);
  if (found == places_.end()) return;
  holders_.erase(to_path(found->second));
  places_.erase(found);
}

const MailboxName* MailboxNames::find(std::string_view store_name) const {
  const auto found = places_.find(to_store_key(store_name));
  return found == places_.end() ? nullptr : &found->second;
}

const std::string* MailboxNames::find_by_path(std::string_view path) const {
  const auto found = holders_.find(path);
  return found == holders_.end() ? nullptr : &found->second;
}

}  // namespace mapping
