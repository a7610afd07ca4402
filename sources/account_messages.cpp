// The half of the model that is about messages: a look into one mailbox becomes MessagesAre,
// MailboxIs and the events of RFC 5423 §4.1 and §4.2.
#include <algorithm>
#include <utility>

#include "sources/account.hpp"
#include "sources/event_builder.hpp"

namespace sources {
namespace {

/// Ascending by UID, the last one seen of each; without those that vanished.
std::vector<const MessageSeen*> in_order(const MailboxLook& look) {
  std::vector<const MessageSeen*> messages;
  messages.reserve(look.messages.size());
  for (const auto& message : look.messages) {
    if (!look.vanished.contains(message.uid)) messages.push_back(&message);
  }
  std::stable_sort(messages.begin(), messages.end(),
                   [](const auto* a, const auto* b) { return a->uid < b->uid; });
  std::vector<const MessageSeen*> unique;
  unique.reserve(messages.size());
  for (const auto* message : messages) {
    if (!unique.empty() && unique.back()->uid == message->uid) {
      unique.back() = message;
    } else {
      unique.push_back(message);
    }
  }
  return unique;
}

/// A message beyond UIDNEXT has come after the look: a push told it.
events::UidSet missing_ones(const std::vector<const MessageSeen*>& seen, const MessageTable& table,
                            std::optional<events::Uid> uidnext) {
  events::UidSet missing;
  auto at = seen.begin();
  for (const auto& entry : table.entries()) {
    if (uidnext && entry.uid >= uidnext->value()) break;
    while (at != seen.end() && (*at)->uid.value() < entry.uid) ++at;
    if (at == seen.end() || (*at)->uid.value() != entry.uid)
      missing.add(*events::Uid::from(entry.uid));
  }
  return missing;
}

}  // namespace

std::vector<events::Step> Account::apply(const MailboxLook& look, events::Timestamp at) {
  const auto found = mailboxes_.find(look.mailbox);
  if (found == mailboxes_.end() || !found->second.state.is_selectable) return {};
  auto& mailbox = found->second;
  mailbox.listed.reset();
  Steps steps;
  if (!mailbox.has_messages || mailbox.state.uidvalidity != look.uidvalidity) {
    // RFC 3501 §2.3.1.1: with another UIDVALIDITY nothing that was known counts; only a complete
    // look helps
    mailbox.has_messages = false;
    if (look.complete) steps = replace(mailbox, look);
  } else {
    steps = change(mailbox, look, at);
  }
  compact_flags();
  return steps;
}

/// What a push told of the message is younger than the look.
bool Account::is_older(const Mailbox& mailbox, const MailboxLook& look, events::Uid uid) {
  if (mailbox.gone.contains(uid)) return true;
  const auto told = mailbox.told.find(uid.value());
  return told != mailbox.told.end() && look.highestmodseq && *look.highestmodseq < told->second;
}

/// UIDNEXT and HIGHESTMODSEQ as they are after the look; true: one of the published numbers is
/// another now.
bool Account::take_numbers(Mailbox& mailbox, const MailboxLook& look) {
  auto& state = mailbox.state;
  const auto before = state;
  state.uidvalidity = look.uidvalidity;
  if (look.uidnext && (!state.uidnext || *state.uidnext < *look.uidnext))
    state.uidnext = look.uidnext;
  if (!mailbox.messages.entries().empty()) {
    const auto next = events::Uid::from(std::uint64_t{mailbox.messages.entries().back().uid} + 1);
    if (next && (!state.uidnext || *state.uidnext < *next)) state.uidnext = next;
  }
  if (look.highestmodseq) {
    state.highestmodseq = look.highestmodseq->value() != 0 ? look.highestmodseq : std::nullopt;
  }
  state.messages = static_cast<std::uint32_t>(mailbox.messages.size());
  state.unseen = mailbox.messages.unseen(flags_);
  mailbox.is_looked_at = true;
  if (!mailbox.messages.entries().empty())
    mailbox.known_up_to = std::max(mailbox.known_up_to, mailbox.messages.entries().back().uid);
  if (look.highestmodseq) {
    std::erase_if(mailbox.told, [&](const auto& row) { return row.second <= *look.highestmodseq; });
  }
  return before != state;
}

std::vector<events::Step> Account::replace(Mailbox& mailbox, const MailboxLook& look) {
  mailbox.messages.clear();
  auto& entries = mailbox.messages.entries();
  const auto seen = in_order(look);
  entries.reserve(seen.size());
  events::MessagesAre are{mailbox.state.name, true, {}, {}};
  are.set.reserve(seen.size());
  for (const auto* message : seen) {
    entries.push_back({message->uid.value(), flags_.intern(message->flags)});
    are.set.emplace_back(message->uid, message->flags);
  }
  mailbox.has_messages = true;
  mailbox.state.uidnext.reset();
  mailbox.state.highestmodseq.reset();
  take_numbers(mailbox, look);
  return {std::move(are), events::MailboxIs{mailbox.state}};
}

std::vector<events::Step> Account::change(Mailbox& mailbox, const MailboxLook& look,
                                          events::Timestamp at) {
  const auto seen = in_order(look);
  EventBuilder builder(name_, mailbox.state, at);
  events::MessagesAre are{mailbox.state.name, false, {}, {}};
  std::vector<MessageTable::Entry> changes;
  for (const auto* message : seen) {
    const auto* known = mailbox.messages.find(message->uid);
    if (is_older(mailbox, look, message->uid)) continue;
    if (known && flags_.at(known->flags) == message->flags) continue;
    if (known && mailbox.flagless.contains(message->uid)) {
      mailbox.flagless.remove(events::UidSet(message->uid));
    } else if (known) {
      builder.on_flags(*message, flags_.at(known->flags));
    } else {
      builder.on_arrival(*message);
    }
    changes.push_back({message->uid.value(), flags_.intern(message->flags)});
    are.set.emplace_back(message->uid, message->flags);
  }
  are.removed = mailbox.messages.among(look.vanished);
  if (look.complete) {
    const auto missing = missing_ones(seen, mailbox.messages, look.uidnext);
    for (const auto& range : missing.ranges()) {
      are.removed.add(*events::Uid::from(range.first), *events::Uid::from(range.last));
    }
  }
  builder.on_expunge(are.removed);
  if (!are.removed.empty())
    mailbox.known_up_to = std::max(mailbox.known_up_to, are.removed.ranges().back().last);
  mailbox.messages.update(changes, are.removed);
  const bool has_new_numbers = take_numbers(mailbox, look);
  Steps steps;
  if (!are.set.empty() || !are.removed.empty()) steps.push_back(std::move(are));
  if (has_new_numbers) steps.push_back(events::MailboxIs{mailbox.state});
  for (auto& event : builder.take()) steps.push_back(std::move(event));
  return steps;
}

}  // namespace sources
