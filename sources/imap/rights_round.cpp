#include "sources/imap/rights_round.hpp"

#include <utility>

namespace sources::imap {

void RightsRound::set_mailboxes(Mailboxes mailboxes) {
  std::erase_if(due_, [&](const std::string& name) { return !mailboxes.contains(name); });
  for (const auto& [name, uidvalidity] : mailboxes) {
    const auto known = mailboxes_.find(name);
    if (known == mailboxes_.end() || known->second != uidvalidity) due_.insert(name);
  }
  mailboxes_ = std::move(mailboxes);
}

void RightsRound::restart() {
  for (const auto& [name, uidvalidity] : mailboxes_) due_.insert(name);
}

std::vector<std::string> RightsRound::begin(std::size_t most) {
  std::vector<std::string> names;
  if (!under_way_.empty()) return names;
  while (!due_.empty() && names.size() < most) {
    names.push_back(std::move(due_.extract(due_.begin()).value()));
    under_way_.try_emplace(names.back());
  }
  return names;
}

void RightsRound::on_my_rights(const std::string& mailbox, std::string rights) {
  const auto asked = under_way_.find(mailbox);
  if (asked != under_way_.end()) asked->second.rights = std::move(rights);
}

void RightsRound::on_acl(const std::string& mailbox, std::vector<AclEntry> entries) {
  const auto asked = under_way_.find(mailbox);
  if (asked != under_way_.end()) asked->second.acl = std::move(entries);
}

std::vector<std::string> RightsRound::administered() const {
  std::vector<std::string> names;
  for (const auto& [name, answer] : under_way_) {
    if (answer.rights && may_administer(*answer.rights)) names.push_back(name);
  }
  return names;
}

std::vector<events::RightsAre> RightsRound::finish(std::string_view own) {
  std::vector<events::RightsAre> known;
  for (auto& [name, answer] : std::exchange(under_way_, {})) {
    if (!answer.rights) continue;  // the mailbox went in between: the next listing tells
    const bool is_hidden = !may_administer(*answer.rights);
    if (!answer.acl && !is_hidden) continue;
    // RFC 4314 §4: without "a" nobody may know who else reads it, and so nobody is let in
    known.push_back({name, is_hidden ? std::vector<std::string>() : readers_of(*answer.acl, own)});
  }
  return known;
}

}  // namespace sources::imap
