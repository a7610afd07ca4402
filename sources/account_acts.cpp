// The half of the model that is about what push sources tell: each act changes it, or was known
// already. RFC 5423 §4; docs/protocol.md "One act, one event".
#include <algorithm>
#include <type_traits>
#include <utility>

#include "sources/account.hpp"

namespace sources {
namespace {

constexpr std::uint64_t max_untold = 100'000;  // messages of one act that nothing had shown before
constexpr std::size_t max_remembered = 1000;   // per mailbox, until a look

void add_all(events::UidSet& to, const events::UidSet& uids) {
  for (const auto& range : uids.ranges())
    to.add(*events::Uid::from(range.first), *events::Uid::from(range.last));
}

void add_all(events::FlagSet& to, const events::FlagSet& flags) {
  for (const auto& name : flags.names()) to.add(name);
}

template <class Function>
void for_each_uid(const events::UidSet& uids, Function function) {
  for (const auto& range : uids.ranges()) {
    for (std::uint64_t uid = range.first; uid <= range.last; ++uid)
      function(*events::Uid::from(uid));
  }
}

void move_number(std::optional<std::uint32_t>& number, std::int64_t by) {
  if (!number) return;
  const auto moved = static_cast<std::int64_t>(*number) + by;
  number = static_cast<std::uint32_t>(std::clamp<std::int64_t>(moved, 0, 0xFFFFFFFF));
}

}  // namespace

std::vector<events::Step> Account::apply(const Act& act, char separator) {
  separator_ = separator;
  auto steps = std::visit(
      [&](const auto& kind) -> Steps {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_base_of_v<events::Arrival, Kind>) {
          return take_arrival(act, kind);
        } else if constexpr (std::is_same_v<Kind, events::MessageRead>) {
          return take_flags(act, kind, {events::FlagSet::from_text("\\Seen"), {}});
        } else if constexpr (std::is_same_v<Kind, events::MessageTrash>) {
          return take_flags(act, kind, {events::FlagSet::from_text("\\Deleted"), {}});
        } else if constexpr (std::is_same_v<Kind, events::FlagsSet>) {
          return take_flags(act, kind, {kind.flag_names, {}});
        } else if constexpr (std::is_same_v<Kind, events::FlagsClear>) {
          return take_flags(act, kind, {{}, kind.flag_names});
        } else if constexpr (std::is_base_of_v<events::MessageSetChange, Kind>) {
          return take_expunge(act, kind);
        } else if constexpr (std::is_same_v<Kind, events::MailboxCreate>) {
          return take_create(act, kind.mailbox);
        } else if constexpr (std::is_same_v<Kind, events::MailboxDelete>) {
          return take_delete(act, kind.mailbox);
        } else if constexpr (std::is_same_v<Kind, events::MailboxRename>) {
          return take_rename(act, kind);
        } else if constexpr (std::is_same_v<Kind, events::MailboxSubscribe>) {
          return take_subscription(act, kind.mailbox.name, true);
        } else if constexpr (std::is_same_v<Kind, events::MailboxUnSubscribe>) {
          return take_subscription(act, kind.mailbox.name, false);
        } else {
          return {act.event};  // quota and sessions leave no trace in the model
        }
      },
      act.event.kind);
  compact_flags();
  return steps;
}

/// The mailbox that the act is about, made if nothing has shown it before; nullptr: the act is
/// about one of this name that is no more.
Account::Mailbox* Account::mailbox_of(const events::MailboxId& id, Steps& steps) {
  auto found = mailboxes_.find(id.name);
  if (found == mailboxes_.end() || !found->second.state.is_selectable) {
    events::MailboxState state;
    if (found != mailboxes_.end()) state = found->second.state;
    state.name = id.name;
    if (found == mailboxes_.end()) state.separator = separator_;
    state.is_selectable = true;
    state.uidvalidity = id.uidvalidity;
    auto& mailbox = mailboxes_[id.name] = Mailbox{state, {}, false, std::nullopt};
    steps.push_back(events::MailboxIs{state});
    return &mailbox;
  }
  auto& mailbox = found->second;
  const auto known = mailbox.state.uidvalidity;
  if (!id.uidvalidity || known == id.uidvalidity) return &mailbox;
  // RFC 3501 §2.3.1.1: it only grows
  if (known && *id.uidvalidity < *known) return nullptr;
  auto state = mailbox.state;
  state.uidvalidity = id.uidvalidity;
  if (known) {
    state.uidnext.reset();
    state.highestmodseq.reset();
    state.messages.reset();
    state.unseen.reset();
    steps.push_back(events::MessagesAre{id.name, true, {}, {}});
    mailbox = Mailbox{state, {}, false, std::nullopt};
  }
  mailbox.state = state;
  steps.push_back(events::MailboxIs{state});
  return &mailbox;
}

/// The counts after an act: what the messages say where they are all known, else what was told.
void Account::take_told(Mailbox& mailbox, const Act& act, std::int64_t arrived,
                        std::int64_t unseen) {
  auto& state = mailbox.state;
  if (mailbox.is_looked_at) {
    state.messages = static_cast<std::uint32_t>(mailbox.messages.size());
    state.unseen = mailbox.messages.unseen(flags_);
  } else {
    move_number(state.messages, arrived);
    move_number(state.unseen, unseen);
    if (act.messages) state.messages = act.messages;
    if (act.unseen) state.unseen = act.unseen;
  }
  auto next = act.uidnext;
  if (!mailbox.messages.entries().empty()) {
    const auto after = events::Uid::from(std::uint64_t{mailbox.messages.entries().back().uid} + 1);
    if (!next || (after && *next < *after)) next = after;
  }
  if (next && (!state.uidnext || *state.uidnext < *next)) state.uidnext = next;
}

// RFC 5423 §4.1 MessageNew, MessageAppend
std::vector<events::Step> Account::take_arrival(const Act& act, const events::Arrival& arrival) {
  Steps steps;
  auto* mailbox = mailbox_of(arrival.mailbox, steps);
  if (mailbox == nullptr || mailbox->messages.find(arrival.uid) != nullptr ||
      mailbox->gone.contains(arrival.uid) || arrival.uid.value() <= mailbox->known_up_to) {
    return {};
  }
  const auto before = mailbox->state;
  mailbox->messages.update({{arrival.uid.value(), flags_.intern(arrival.flag_names)}}, {});
  if (!act.knows_flags) mailbox->flagless.add(arrival.uid);
  take_told(*mailbox, act, 1, arrival.flag_names.contains("\\Seen") ? 0 : 1);
  steps.push_back(
      events::MessagesAre{arrival.mailbox.name, false, {}, {{arrival.uid, arrival.flag_names}}});
  if (mailbox->state != before) steps.push_back(events::MailboxIs{mailbox->state});
  steps.push_back(act.event);
  return steps;
}

/// Of `uids` those of which the act may tell something new: the messages that are known, and where
/// nobody has looked those that are not.
events::UidSet Account::told_of(const Mailbox& mailbox, const events::UidSet& uids) const {
  auto told = mailbox.messages.among(uids);
  const bool is_complete = mailbox.is_looked_at || (mailbox.has_messages && is_listed_);
  if (is_complete || uids.size() > max_untold) return told;
  auto untold = uids;
  untold.remove(mailbox.gone);
  add_all(told, untold);
  return told;
}

/// What the change is for one message: the flags that were not as they are now.
events::FlagSet Account::take_delta(Mailbox& mailbox, events::Uid uid, const FlagDelta& delta,
                                    std::vector<MessageTable::Entry>& changes) {
  const auto* known = mailbox.messages.find(uid);
  const auto before = known != nullptr ? flags_.at(known->flags) : events::FlagSet{};
  auto after = before.minus(delta.cleared);
  add_all(after, delta.set);
  auto changed = delta.set.minus(before);
  add_all(changed, before.minus(after));
  auto cleared = mailbox.cleared.find(uid.value());
  if (known == nullptr || cleared != mailbox.cleared.end()) {
    // never seen whole: a flag that nobody has told may have been there
    if (cleared == mailbox.cleared.end())
      cleared = mailbox.cleared.emplace(uid.value(), events::FlagSet{}).first;
    add_all(changed, delta.cleared.minus(cleared->second));
    cleared->second = cleared->second.minus(delta.set);
    add_all(cleared->second, delta.cleared);
    if (mailbox.cleared.size() > max_remembered) mailbox.cleared.erase(mailbox.cleared.begin());
  }
  if (!changed.empty()) changes.push_back({uid.value(), flags_.intern(after)});
  return changed;
}

// RFC 5423 §4.2; one event for each set of flags that changed
std::vector<events::Step> Account::take_flags(const Act& act,
                                              const events::MessageSetChange& change,
                                              const FlagDelta& delta) {
  Steps steps;
  auto* mailbox = mailbox_of(change.mailbox, steps);
  if (mailbox == nullptr) return {};
  std::vector<MessageTable::Entry> changes;
  std::map<events::FlagSet, events::UidSet> groups;
  std::int64_t seen = 0;
  for_each_uid(told_of(*mailbox, change.uidset), [&](events::Uid uid) {
    const auto changed = take_delta(*mailbox, uid, delta, changes);
    if (changed.empty()) return;
    groups[changed].add(uid);
    seen += changed.contains("\\Seen") ? (delta.set.empty() ? -1 : 1) : 0;
    const auto modseq = change.modseq ? change.modseq : act.highestmodseq;
    if (modseq) mailbox->told.insert_or_assign(uid.value(), *modseq);
  });
  if (groups.empty()) return {};
  while (mailbox->told.size() > max_remembered) mailbox->told.erase(mailbox->told.begin());
  events::MessagesAre are{change.mailbox.name, false, {}, {}};
  for (const auto& entry : changes)
    are.set.emplace_back(*events::Uid::from(entry.uid), flags_.at(entry.flags));
  const auto before = mailbox->state;
  mailbox->messages.update(changes, {});
  take_told(*mailbox, act, 0, -seen);
  steps.push_back(std::move(are));
  if (mailbox->state != before) steps.push_back(events::MailboxIs{mailbox->state});
  for (const auto& [flags, uids] : groups) {
    auto event = act.event;
    std::visit(
        [&](auto& kind) {
          if constexpr (requires { kind.uidset; }) kind.uidset = uids;
          if constexpr (requires {
                          kind.uidset.single();
                          kind.flag_names;
                        })
            kind.flag_names = flags;
        },
        event.kind);
    steps.push_back(std::move(event));
  }
  return steps;
}

// RFC 5423 §4.1 MessageExpire, MessageExpunge
std::vector<events::Step> Account::take_expunge(const Act& act,
                                                const events::MessageSetChange& change) {
  Steps steps;
  auto* mailbox = mailbox_of(change.mailbox, steps);
  if (mailbox == nullptr) return {};
  const auto uids = told_of(*mailbox, change.uidset);
  if (mailbox->gone.ranges().size() > max_remembered) mailbox->gone = {};
  add_all(mailbox->gone, change.uidset);
  if (uids.empty()) return {};
  const auto before = mailbox->state;
  std::int64_t unseen = 0;
  for_each_uid(mailbox->messages.among(uids), [&](events::Uid uid) {
    if (!flags_.is_seen(mailbox->messages.find(uid)->flags)) ++unseen;
    mailbox->told.erase(uid.value());
    mailbox->cleared.erase(uid.value());
  });
  mailbox->messages.update({}, uids);
  take_told(*mailbox, act, -static_cast<std::int64_t>(uids.size()), -unseen);
  steps.push_back(events::MessagesAre{change.mailbox.name, false, uids, {}});
  if (mailbox->state != before) steps.push_back(events::MailboxIs{mailbox->state});
  auto event = act.event;
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.uidset; }) kind.uidset = uids;
      },
      event.kind);
  steps.push_back(std::move(event));
  return steps;
}

}  // namespace sources
