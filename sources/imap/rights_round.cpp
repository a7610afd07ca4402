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

void RightsRound::on_acl(const std::string& mailbox, const std::vector<AclEntry>& entries,
                         std::string_view own) {
  const auto asked = under_way_.find(mailbox);
  if (asked != under_way_.end()) asked->second.readers = readers_of(entries, own);
}

std::vector<std::string> RightsRound::administered() const {
  std::vector<std::string> names;
  for (const auto& [name, answer] : under_way_) {
    if (answer.rights && may_administer(*answer.rights)) names.push_back(name);
  }
  return names;
}

std::vector<events::RightsAre> RightsRound::finish() {
  std::vector<events::RightsAre> known;
  for (auto& [name, answer] : std::exchange(under_way_, {})) {
    if (!answer.rights) continue;  // the mailbox went in between: the next listing tells
    // RFC 4314 §4: without "a" the list cannot be seen, and so it lets nobody in
    if (!may_administer(*answer.rights)) answer.readers.emplace();
    if (answer.readers) known.push_back({name, std::move(*answer.readers)});
  }
  return known;
}

}  // namespace sources::imap
