// The half of the model that is about mailboxes which push sources name: made, deleted, renamed,
// subscribed. RFC 5423 §4.4.
#include <algorithm>
#include <utility>

#include "sources/account.hpp"
#include "sources/inbox.hpp"

namespace sources {

std::vector<events::Step> Account::take_create(const Act& act, const events::MailboxId& id) {
  Steps steps;
  const auto found = mailboxes_.find(id.name);
  if (found != mailboxes_.end() && found->second.state.is_selectable) {
    const auto known = found->second.state.uidvalidity;
    // RFC 3501 §2.3.1.1: a greater one is another mailbox of that name
    if (!known || !id.uidvalidity || *id.uidvalidity <= *known) return {};
    mailboxes_.erase(found);
    steps.push_back(events::MailboxGone{id.name});
  }
  auto* mailbox = mailbox_of(id, steps);
  steps.pop_back();  // its state follows
  // RFC 5423 §4.4: also when an ACL change made it accessible; then it may hold something
  mailbox->has_messages = act.messages.value_or(0) == 0;
  mailbox->state.messages = act.messages.value_or(0);
  mailbox->state.unseen = mailbox->has_messages ? 0 : act.unseen;
  mailbox->state.uidnext = act.uidnext ? act.uidnext : events::Uid::from(1);
  steps.push_back(events::MailboxIs{mailbox->state});
  steps.push_back(act.event);
  return steps;
}

std::vector<events::Step> Account::take_delete(const Act& act, const events::MailboxId& id) {
  const auto found = mailboxes_.find(id.name);
  if (found == mailboxes_.end()) {
    if (is_listed_) return {};
    return {act.event};  // named for the first time when it ends
  }
  auto& mailbox = found->second;
  const auto known = mailbox.state.uidvalidity;
  const bool is_earlier = id.uidvalidity && known && *id.uidvalidity < *known;
  if (!mailbox.state.is_selectable || is_earlier) return {};
  Steps steps{act.event};
  const auto separator = mailbox.state.separator;
  const auto beneath = std::any_of(mailboxes_.begin(), mailboxes_.end(), [&](const auto& row) {
    return separator != '\0' && row.first.starts_with(id.name + separator);
  });
  if (beneath) {  // RFC 3501 §6.3.4: the level remains
    events::MailboxState level;
    level.name = id.name;
    level.separator = separator;
    level.is_selectable = false;
    mailbox = Mailbox{level, {}, false, std::nullopt};
    steps.push_back(events::MailboxIs{level});
  } else {
    mailboxes_.erase(found);
    steps.push_back(events::MailboxGone{id.name});
  }
  return steps;
}

std::vector<events::Step> Account::take_rename(const Act& act,
                                               const events::MailboxRename& rename) {
  const auto& from = rename.old_mailbox.name;
  const auto& to = rename.mailbox.name;
  const auto* target = find(to);
  if (target != nullptr && target->is_selectable) return {};
  if (from == inbox) return take_inbox_rename(act, rename);
  const auto top = mailboxes_.find(from);
  const auto separator = top != mailboxes_.end() ? top->second.state.separator : separator_;
  std::vector<std::pair<std::string, std::string>> moves;
  for (const auto& [name, mailbox] : mailboxes_) {
    if (const auto moved = name == from ? to : move_beneath(name, from, to, separator))
      moves.emplace_back(name, *moved);
  }
  if (moves.empty()) {
    Steps steps;
    if (is_listed_) return steps;
    mailbox_of(rename.mailbox, steps);
    steps.push_back(act.event);
    return steps;
  }
  return take_moves(act, moves, separator);
}

/// RFC 5423 §4.4 MailboxRename: one event, none for children; a level has no node for events, so
/// that the topmost mailboxes beneath it have one each.
std::vector<events::Step> Account::take_moves(
    const Act& act, const std::vector<std::pair<std::string, std::string>>& moves, char separator) {
  Steps steps;
  Steps renamed;
  std::vector<std::string> tops;
  for (const auto& [from, to] : moves) {  // parents before their children
    const auto old_id = id_of(from);
    auto node = mailboxes_.extract(from);
    node.key() = to;
    node.mapped().state.name = to;
    if (node.mapped().listed) node.mapped().listed->name = to;
    const bool is_selectable = node.mapped().state.is_selectable;
    mailboxes_.erase(to);  // at most a level, which is now a mailbox
    mailboxes_.insert(std::move(node));
    steps.push_back(events::MailboxMoved{from, to});
    const bool is_beneath = std::any_of(tops.begin(), tops.end(), [&](const std::string& top) {
      return from.starts_with(top + separator);
    });
    if (!is_selectable || is_beneath) continue;
    tops.push_back(from);
    auto event = act.event;
    event.kind = events::MailboxRename{old_id, id_of(to)};
    renamed.push_back(std::move(event));
  }
  steps.insert(steps.end(), std::make_move_iterator(renamed.begin()),
               std::make_move_iterator(renamed.end()));
  return steps;
}

/// RFC 3501 §6.3.5: the messages of INBOX go, INBOX stays and is empty. Its new UIDVALIDITY is told
/// by whatever comes next.
std::vector<events::Step> Account::take_inbox_rename(const Act& act,
                                                     const events::MailboxRename& rename) {
  Steps steps;
  const auto found = mailboxes_.find(inbox);
  events::MailboxState state;
  if (found != mailboxes_.end()) state = found->second.state;
  state.name = rename.mailbox.name;
  state.special_use = events::SpecialUse::none;
  if (found == mailboxes_.end() || !state.is_selectable) {
    mailbox_of(rename.mailbox, steps);
  } else {
    auto was_inbox = std::move(found->second);
    Mailbox emptied{was_inbox.state, {}, false, std::nullopt};
    emptied.state.messages = 0;
    emptied.state.unseen = 0;
    emptied.state.highestmodseq.reset();
    found->second = std::move(emptied);
    take_messages_of_inbox(std::move(was_inbox), state, steps);
    steps.push_back(events::MessagesAre{inbox, true, {}, {}});
    steps.push_back(events::MailboxIs{mailboxes_.at(inbox).state});
  }
  steps.push_back(act.event);
  return steps;
}

std::vector<events::Step> Account::take_subscription(const Act& act, const std::string& name,
                                                     bool is_subscribed) {
  const bool was_subscribed = subscribed_.contains(name);
  const bool is_told = is_listed_ || was_subscribed || unsubscribed_.contains(name);
  if (was_subscribed == is_subscribed && is_told) return {};
  if (is_subscribed) {
    subscribed_.insert(name);
    unsubscribed_.erase(name);
  } else {
    subscribed_.erase(name);
    unsubscribed_.insert(name);
  }
  return {events::SubscriptionIs{name, is_subscribed}, act.event};
}

}  // namespace sources
