#include "sources/account.hpp"

#include <algorithm>
#include <utility>

namespace sources {

Account::Account(std::string name) : name_(std::move(name)) {}

Account::Account(const events::KnownAccount& known)
    : name_(known.account), is_known_(known.is_listed && !known.mailboxes.empty()) {
  for (const auto& state : known.mailboxes) mailboxes_[state.name].state = state;
  for (const auto& [name, messages] : known.messages) {
    const auto found = mailboxes_.find(name);
    if (found == mailboxes_.end()) continue;
    auto& entries = found->second.messages.entries();
    entries.reserve(messages.size());
    for (const auto& [uid, flags] : messages)
      entries.push_back({uid.value(), flags_.intern(flags)});
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.uid < b.uid; });
  }
  // a gateway that was killed between the listing and the first look inside knows counts but no
  // messages
  for (auto& [name, mailbox] : mailboxes_) {
    mailbox.has_messages = known.is_listed && mailbox.state.is_selectable &&
                           mailbox.state.uidvalidity &&
                           mailbox.state.messages == mailbox.messages.size();
    if (mailbox.state.uidnext) mailbox.known_up_to = mailbox.state.uidnext->value() - 1;
  }
  subscribed_.insert(known.subscribed.begin(), known.subscribed.end());
}

std::vector<std::string> Account::out_of_date() const {
  std::vector<std::string> names;
  for (const auto& [name, mailbox] : mailboxes_) {
    if (!mailbox.state.is_selectable) continue;
    if (!mailbox.has_messages || (mailbox.listed && differs(mailbox, *mailbox.listed)))
      names.push_back(name);
  }
  return names;
}

bool Account::is_out_of_date(const events::MailboxState& listed) const {
  const auto found = mailboxes_.find(listed.name);
  if (found == mailboxes_.end()) return true;
  if (!found->second.state.is_selectable) return listed.is_selectable;
  return !found->second.has_messages || differs(found->second, listed);
}

std::map<std::string, std::optional<events::UidValidity>> Account::selectable() const {
  std::map<std::string, std::optional<events::UidValidity>> all;
  for (const auto& [name, mailbox] : mailboxes_) {
    if (mailbox.state.is_selectable) all.emplace_hint(all.end(), name, mailbox.state.uidvalidity);
  }
  return all;
}

const events::MailboxState* Account::find(const std::string& mailbox) const {
  const auto found = mailboxes_.find(mailbox);
  return found == mailboxes_.end() ? nullptr : &found->second.state;
}

bool Account::has_messages_of(const std::string& mailbox) const {
  const auto found = mailboxes_.find(mailbox);
  return found != mailboxes_.end() && found->second.has_messages;
}

events::MessageFlags Account::messages(const std::string& mailbox) const {
  events::MessageFlags messages;
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return messages;
  messages.reserve(found->second.messages.size());
  for (const auto& entry : found->second.messages.entries()) {
    messages.emplace_back(*events::Uid::from(entry.uid), flags_.at(entry.flags));
  }
  return messages;
}

events::MessageFlags Account::messages(const std::string& mailbox,
                                       const events::UidSet& uids) const {
  events::MessageFlags messages;
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return messages;
  const auto& table = found->second.messages;
  const auto known = table.among(uids);
  for (const auto& range : known.ranges()) {
    for (std::uint64_t number = range.first; number <= range.last; ++number) {
      const auto uid = *events::Uid::from(number);
      messages.emplace_back(uid, flags_.at(table.find(uid)->flags));
    }
  }
  return messages;
}

/// What was not said does not differ. A HIGHESTMODSEQ of 0 stands for none (RFC 7162 §3.1.2.2
/// NOMODSEQ).
bool Account::differs(const Mailbox& mailbox, const events::MailboxState& listed) {
  const auto is_other = [](const auto& said, const auto& known) {
    return said.has_value() && said != known;
  };
  const auto& known = mailbox.state;
  const bool has_modseq = listed.highestmodseq && listed.highestmodseq->value() != 0;
  return is_other(listed.uidvalidity, known.uidvalidity) ||
         is_other(listed.messages, known.messages) || is_other(listed.uidnext, known.uidnext) ||
         is_other(listed.unseen, known.unseen) ||
         (has_modseq && listed.highestmodseq != known.highestmodseq);
}

events::Event Account::make(events::Event::Kind kind, events::Timestamp at) const {
  events::Event event{name_, {}, std::move(kind)};
  event.circumstances.timestamp = at;
  return event;
}

events::MailboxId Account::id_of(const std::string& name) const {
  const auto* state = find(name);
  return {name_, name, state && state->is_selectable ? state->uidvalidity : std::nullopt};
}

/// Sets of flags that no message has any longer go when the table has doubled.
void Account::compact_flags() {
  if (flags_.size() < compact_flags_at_) return;
  FlagTable kept;
  for (auto& [name, mailbox] : mailboxes_) {
    for (auto& entry : mailbox.messages.entries())
      entry.flags = kept.intern(flags_.at(entry.flags));
  }
  flags_ = std::move(kept);
  compact_flags_at_ = std::max<std::size_t>(4096, 2 * flags_.size());
}

}  // namespace sources
