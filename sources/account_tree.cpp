// The half of the model that is about the tree: a listing becomes MailboxIs, MailboxGone,
// MailboxMoved, SubscriptionIs and the events of RFC 5423 §4.4.
#include <algorithm>
#include <utility>

#include "sources/account.hpp"
#include "sources/inbox.hpp"

namespace sources {
namespace {

void clear_counts(events::MailboxState& state) {
  state.uidvalidity.reset();
  state.uidnext.reset();
  state.highestmodseq.reset();
  state.messages.reset();
  state.unseen.reset();
}

bool is_same_listed(const events::MailboxState& a, const events::MailboxState& b) {
  return a.separator == b.separator && a.is_selectable == b.is_selectable &&
         a.no_inferiors == b.no_inferiors && a.special_use == b.special_use;
}

void take_listed(events::MailboxState& state, const events::MailboxState& now) {
  state.separator = now.separator;
  state.is_selectable = now.is_selectable;
  state.no_inferiors = now.no_inferiors;
  state.special_use = now.special_use;
}

/// A new mailbox as it is published: with nothing in it, so that everything found there becomes an
/// event.
events::MailboxState as_created(events::MailboxState state) {
  if (state.highestmodseq && state.highestmodseq->value() == 0) state.highestmodseq.reset();
  if (state.messages == 0U && state.uidnext) {
    state.unseen = 0;
    return state;
  }
  state.messages = 0;
  state.unseen = 0;
  state.uidnext = events::Uid::from(1);
  state.highestmodseq.reset();
  return state;
}

}  // namespace

Tree Account::tree_of(const Listing& listing) const {
  Tree now;
  for (auto state : listing.mailboxes) {
    if (state.name.empty()) continue;
    state.name = to_canonical_name(state.name);
    if (state.is_selectable && !state.uidvalidity) {
      // STATUS said nothing: what was known stays, and what was not cannot be opened - a mere level
      const auto* known = find(state.name);
      state.is_selectable = known && known->is_selectable && known->uidvalidity;
      if (state.is_selectable) state.uidvalidity = known->uidvalidity;
    }
    if (!state.is_selectable) clear_counts(state);
    const auto name = state.name;
    now.insert_or_assign(name, std::move(state));
  }
  return now;
}

Tree Account::tree() const {
  Tree tree;
  for (const auto& [name, mailbox] : mailboxes_) tree.emplace(name, mailbox.state);
  return tree;
}

bool Account::loses_mailboxes(const Listing& listing) const {
  if (!is_known_) return false;
  const auto now = tree_of(listing);
  const auto renames = find_renames(tree(), now, listing.old_names);
  return std::any_of(mailboxes_.begin(), mailboxes_.end(), [&](const auto& row) {
    const auto& [name, mailbox] = row;
    if (!mailbox.state.is_selectable) return false;
    const auto present = now.find(name);
    const bool is_there = present != now.end() && present->second.is_selectable;
    if (name == inbox && is_there)
      return present->second.uidvalidity != mailbox.state.uidvalidity && !renames.inbox_to;
    return !is_there && std::none_of(renames.moves.begin(), renames.moves.end(),
                                     [&](const Move& move) { return move.from == name; });
  });
}

std::vector<events::Step> Account::apply(const Listing& listing, events::Timestamp at) {
  const auto now = tree_of(listing);
  Steps steps;
  is_listed_ = true;
  if (!is_known_) {
    is_known_ = true;
    take_first(now, steps);
    for (const auto& name : listing.subscribed) {
      if (subscribed_.insert(to_canonical_name(name)).second)
        steps.push_back(events::SubscriptionIs{to_canonical_name(name), true});
    }
    return steps;
  }
  const auto renames = find_renames(tree(), now, listing.old_names);
  take_gone(now, renames, listing.gone, at, steps);
  take_moves(renames, at, steps);
  if (renames.inbox_to) {
    take_inbox_rename(now, *renames.inbox_to, at, steps);
  } else {
    take_late_inbox_rename(now, at, steps);
  }
  for (const auto& [name, state] : now) take_state(state, at, steps);
  take_subscriptions(listing.subscribed, renames, at, steps);
  return steps;
}

void Account::take_first(const Tree& now, Steps& steps) {
  for (const auto& [name, state] : now) {
    mailboxes_[name] = Mailbox{state, {}, false, state};
    steps.push_back(events::MailboxIs{state});
  }
}

void Account::take_gone(const Tree& now, const Renames& renames, const std::set<std::string>& gone,
                        events::Timestamp at, Steps& steps) {
  std::vector<std::string> names;
  for (const auto& [name, mailbox] : mailboxes_) names.push_back(name);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {  // children before their parents
    const auto is_from = [&](const Move& move) { return move.from == *name; };
    const auto is_to = [&](const Move& move) { return move.to == *name; };
    if (std::any_of(renames.moves.begin(), renames.moves.end(), is_from)) continue;
    auto& mailbox = mailboxes_.at(*name);
    const auto present = now.find(*name);
    if (present == now.end()) {
      remove(*name, at, steps);
    } else if (mailbox.state.is_selectable && !present->second.is_selectable) {
      // RFC 3501 §6.3.4: deleted, but it has children: the level remains. RFC 5423 §4.4
      steps.push_back(make(events::MailboxDelete{id_of(*name)}, at));
      mailbox = Mailbox{present->second, {}, false, std::nullopt};
      steps.push_back(events::MailboxIs{mailbox.state});
    } else if (mailbox.state.is_selectable &&
               mailbox.state.uidvalidity != present->second.uidvalidity) {
      const bool has_successor = std::any_of(renames.moves.begin(), renames.moves.end(), is_to);
      if (has_successor || (gone.contains(*name) && *name != inbox)) remove(*name, at, steps);
    }
  }
}

void Account::remove(const std::string& name, events::Timestamp at, Steps& steps) {
  // levels that never were mailboxes vanish silently: RFC 5423 §4.4 knows no event for them
  if (mailboxes_.at(name).state.is_selectable)
    steps.push_back(make(events::MailboxDelete{id_of(name)}, at));
  mailboxes_.erase(name);
  steps.push_back(events::MailboxGone{name});
}

void Account::take_moves(const Renames& renames, events::Timestamp at, Steps& steps) {
  Steps renamed;
  for (const auto& move : renames.moves) {
    const auto old_id = id_of(move.from);
    auto node = mailboxes_.extract(move.from);
    node.key() = move.to;
    node.mapped().state.name = move.to;
    mailboxes_.erase(move.to);  // at most a level, which is now a mailbox
    mailboxes_.insert(std::move(node));
    steps.push_back(events::MailboxMoved{move.from, move.to});
    // RFC 5423 §4.4 MailboxRename: one event, none for children
    if (move.is_top) renamed.push_back(make(events::MailboxRename{old_id, id_of(move.to)}, at));
  }
  steps.insert(steps.end(), std::make_move_iterator(renamed.begin()),
               std::make_move_iterator(renamed.end()));
}

/// The mailbox that was INBOX goes on under the name that `now` has.
void Account::take_messages_of_inbox(Mailbox was_inbox, const events::MailboxState& now,
                                     Steps& steps) {
  was_inbox.state.name = now.name;
  take_listed(was_inbox.state, now);
  was_inbox.listed = now;
  const auto& kept = mailboxes_[now.name] = std::move(was_inbox);
  steps.push_back(events::MailboxIs{kept.state});
  if (kept.has_messages)
    steps.push_back(events::MessagesAre{now.name, true, {}, messages(now.name)});
}

/// RFC 3501 §6.3.5: quirk(dovecot) - a running session may see the new INBOX long before it lists
/// the name to which the old one went; that name's UIDVALIDITY tells.
void Account::take_late_inbox_rename(const Tree& now, events::Timestamp at, Steps& steps) {
  if (!replaced_inbox_) return;
  const auto uidvalidity = replaced_inbox_->state.uidvalidity;
  const auto found = std::find_if(now.begin(), now.end(), [&](const auto& row) {
    return row.second.is_selectable && row.second.uidvalidity == uidvalidity &&
           !mailboxes_.contains(row.first);
  });
  if (found == now.end()) return;
  take_messages_of_inbox(std::move(*replaced_inbox_), found->second, steps);
  replaced_inbox_.reset();
  const events::MailboxId old_id{name_, inbox, uidvalidity};
  steps.push_back(make(events::MailboxRename{old_id, id_of(found->first)}, at));
}

/// RFC 3501 §6.3.5: the messages of INBOX are in `to` now, INBOX is empty, its children stay. RFC
/// 5423 §4.4: no event for the new INBOX.
void Account::take_inbox_rename(const Tree& now, const std::string& to, events::Timestamp at,
                                Steps& steps) {
  const auto old_id = id_of(inbox);
  take_messages_of_inbox(std::move(mailboxes_.at(inbox)), now.at(to), steps);
  const auto inbox_now = now.find(inbox);
  if (inbox_now != now.end() && inbox_now->second.is_selectable) {
    mailboxes_[inbox] = Mailbox{as_created(inbox_now->second), {}, true, inbox_now->second};
    steps.push_back(events::MessagesAre{inbox, true, {}, {}});
    steps.push_back(events::MailboxIs{mailboxes_.at(inbox).state});
  } else {
    mailboxes_.erase(inbox);
    steps.push_back(events::MailboxGone{inbox});
  }
  steps.push_back(make(events::MailboxRename{old_id, id_of(to)}, at));
}

void Account::take_state(const events::MailboxState& now, events::Timestamp at, Steps& steps) {
  const auto found = mailboxes_.find(now.name);
  if (found == mailboxes_.end()) return create(now, at, steps);
  auto& mailbox = found->second;
  if (!mailbox.state.is_selectable && now.is_selectable) return create(now, at, steps);
  if (now.is_selectable && mailbox.state.uidvalidity != now.uidvalidity) {
    // RFC 3501 §2.3.1.1; docs/architecture.md: no event, no replay, the model is rebuilt by the
    // next look
    if (now.name == inbox) replaced_inbox_ = std::move(mailbox);
    mailbox = Mailbox{now, {}, false, now};
    steps.push_back(events::MessagesAre{now.name, true, {}, {}});
    steps.push_back(events::MailboxIs{now});
    return;
  }
  const auto before = mailbox.state;
  if (now.is_selectable && !mailbox.has_messages) {
    mailbox.state = now;
  } else if (!is_same_listed(mailbox.state, now)) {
    take_listed(mailbox.state, now);
  }
  mailbox.listed = now;
  if (mailbox.state != before) steps.push_back(events::MailboxIs{mailbox.state});
}

void Account::create(const events::MailboxState& now, events::Timestamp at, Steps& steps) {
  if (!now.is_selectable) {  // RFC 5423 §4.4: no event for an implied parent
    mailboxes_[now.name] = Mailbox{now, {}, false, std::nullopt};
    steps.push_back(events::MailboxIs{now});
    return;
  }
  mailboxes_[now.name] = Mailbox{as_created(now), {}, true, now};
  steps.push_back(events::MailboxIs{mailboxes_.at(now.name).state});
  steps.push_back(make(events::MailboxCreate{id_of(now.name)}, at));
}

void Account::take_subscriptions(const std::vector<std::string>& names, const Renames& renames,
                                 events::Timestamp at, Steps& steps) {
  std::set<std::string> now;
  for (const auto& name : names) now.insert(to_canonical_name(name));
  std::set<std::string> silent;  // a subscription that moved with its mailbox is no act of its own
  for (const auto& move : renames.moves) {
    const bool has_moved = subscribed_.contains(move.from) && !now.contains(move.from) &&
                           now.contains(move.to) && !subscribed_.contains(move.to);
    if (has_moved) silent.insert({move.from, move.to});
  }
  const auto tell = [&](const std::string& name, bool is_subscribed) {
    steps.push_back(events::SubscriptionIs{name, is_subscribed});
    if (silent.contains(name)) return;
    auto event = is_subscribed ? make(events::MailboxSubscribe{id_of(name)}, at)
                               : make(events::MailboxUnSubscribe{id_of(name)}, at);
    event.circumstances.user = name_;  // RFC 5423 §4.4: the list is the user's own
    steps.push_back(std::move(event));
  };
  for (const auto& name : subscribed_) {
    if (!now.contains(name)) tell(name, false);
  }
  for (const auto& name : now) {
    if (!subscribed_.contains(name)) tell(name, true);
  }
  subscribed_ = std::move(now);
}

}  // namespace sources
