#include "sources/event_builder.hpp"

#include <utility>

namespace sources {
namespace {

/// docs/protocol.md: a uidset has at most 1,000 ranges, then there are several events.
constexpr std::size_t max_ranges = 1000;

/// By IMAP alone a delivery and an APPEND look alike; these mailboxes are filled by the user.
/// docs/protocol.md "One act, one event".
bool is_filled_by_user(events::SpecialUse use) {
  switch (use) {
    case events::SpecialUse::archive:
    case events::SpecialUse::drafts:
    case events::SpecialUse::sent:
    case events::SpecialUse::trash:
      return true;
    case events::SpecialUse::none:
    case events::SpecialUse::all:
    case events::SpecialUse::flagged:
    case events::SpecialUse::junk:
      return false;
  }
  return false;
}

}  // namespace

EventBuilder::EventBuilder(std::string account, const events::MailboxState& before,
                           events::Timestamp at)
    : account_(std::move(account)),
      mailbox_{account_, before.name, before.uidvalidity},
      special_use_(before.special_use),
      counts_{before.messages, before.uidnext},
      at_(at) {}

void EventBuilder::on_flags(const MessageSeen& message, const events::FlagSet& before) {
  auto added = message.flags.minus(before);
  const auto removed = before.minus(message.flags);
  // RFC 5423 §4.2: \Seen and \Deleted have events of their own when they are set, not when they are
  // cleared
  events::FlagSet others;
  for (const auto& name : added.names()) {
    if (name == "\\Seen") {
      read_.add(message.uid);
    } else if (name == "\\Deleted") {
      trashed_.add(message.uid);
    } else {
      others.add(name);
    }
  }
  if (!others.empty()) set_[others].add(message.uid);
  if (!removed.empty()) cleared_[removed].add(message.uid);
  if (message.modseq && message.modseq->value() != 0)
    modseqs_.insert_or_assign(message.uid.value(), *message.modseq);
}

void EventBuilder::on_arrival(const MessageSeen& message) {
  arrivals_.push_back(&message);
}

void EventBuilder::on_expunge(const events::UidSet& uids) {
  expunged_ = uids;
}

std::vector<events::Event> EventBuilder::take() {
  add_changes(read_, events::MessageRead{});
  add_changes(trashed_, events::MessageTrash{});
  for (const auto& [flags, uids] : set_) add_changes(uids, events::FlagsSet{{}, flags});
  for (const auto& [flags, uids] : cleared_) add_changes(uids, events::FlagsClear{{}, flags});
  for (const auto* message : arrivals_) add_arrival(*message);
  for (const auto& uids : expunged_.split(max_ranges)) {
    if (counts_.messages) *counts_.messages -= static_cast<std::uint32_t>(uids.size());
    events::MessageExpunge expunge;
    expunge.mailbox = mailbox_;
    expunge.uidset = uids;
    expunge.counts = counts_;
    events_.push_back(make(std::move(expunge)));
  }
  return std::move(events_);
}

events::Event EventBuilder::make(events::Event::Kind kind) const {
  events::Event event{account_, {}, std::move(kind)};
  event.circumstances.timestamp = at_;
  return event;
}

template <class Kind>
void EventBuilder::add_changes(const events::UidSet& uids, const Kind& pattern) {
  for (const auto& part : uids.split(max_ranges)) {
    Kind kind = pattern;
    kind.mailbox = mailbox_;
    kind.uidset = part;
    kind.counts = counts_;
    if (const auto uid = part.single()) {  // RFC 5423 §5 modseq: of one message only
      if (const auto found = modseqs_.find(uid->value()); found != modseqs_.end())
        kind.modseq = found->second;
    }
    events_.push_back(make(std::move(kind)));
  }
}

void EventBuilder::add_arrival(const MessageSeen& message) {
  if (counts_.messages) ++*counts_.messages;
  const auto next = events::Uid::from(std::uint64_t{message.uid.value()} + 1);
  if (next && (!counts_.uidnext || *counts_.uidnext < *next)) counts_.uidnext = next;
  events::Arrival arrival{mailbox_,        message.uid,
                          counts_,         std::nullopt,
                          message.size,    message.flags,
                          message.headers, message.body_structure,
                          message.content, message.content_reference};
  if (message.modseq && message.modseq->value() != 0) arrival.modseq = message.modseq;
  const bool is_append = is_filled_by_user(special_use_) || message.flags.contains("\\Draft") ||
                         message.flags.contains("\\Seen");
  if (is_append) {
    events_.push_back(make(events::MessageAppend{std::move(arrival)}));
  } else {
    events_.push_back(make(events::MessageNew{std::move(arrival), std::nullopt}));
  }
}

}  // namespace sources
