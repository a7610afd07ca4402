// The look at the whole tree: LIST with STATUS and the subscription list. RFC 3501 §6.3.8, RFC
// 5258, 5819, 6154.
#include <algorithm>
#include <array>
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

struct SpecialUseRow {
  std::string_view attribute;
  events::SpecialUse use;
};

/// RFC 6154 §2
constexpr std::array<SpecialUseRow, 7> special_uses{{
    {"\\All", events::SpecialUse::all},
    {"\\Archive", events::SpecialUse::archive},
    {"\\Drafts", events::SpecialUse::drafts},
    {"\\Flagged", events::SpecialUse::flagged},
    {"\\Junk", events::SpecialUse::junk},
    {"\\Sent", events::SpecialUse::sent},
    {"\\Trash", events::SpecialUse::trash},
}};
static_assert(special_uses.size() == static_cast<std::size_t>(events::SpecialUse::trash));

constexpr std::size_t max_mailboxes = 100'000;

StatusItems wanted_items(const CapabilitySet& capabilities) {
  return capabilities.has_condstore() ? StatusItems::counts | StatusItems::highestmodseq
                                      : StatusItems::counts;
}

events::MailboxState to_state(std::string name, const List& list) {
  events::MailboxState state;
  state.name = std::move(name);
  state.separator = list.separator.value_or('\0');
  // RFC 3501 §7.2.2, RFC 5258 §3.1, RFC 5465 §5.9 \NoAccess
  state.is_selectable = !list.has_attribute("\\Noselect") && !list.has_attribute("\\NonExistent") &&
                        !list.has_attribute("\\NoAccess");
  state.no_inferiors = list.has_attribute("\\Noinferiors");
  for (const auto& row : special_uses) {
    if (list.has_attribute(row.attribute)) state.special_use = row.use;
  }
  return state;
}

template <class Kind>
bool has_event(const std::vector<events::Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const events::Step& step) {
    const auto* event = std::get_if<events::Event>(&step);
    return event != nullptr && std::holds_alternative<Kind>(event->kind);
  });
}

void take_counts(events::MailboxState& state, const Status& status) {
  if (status.uidvalidity) state.uidvalidity = status.uidvalidity;
  if (status.uidnext) state.uidnext = status.uidnext;
  if (status.highestmodseq) state.highestmodseq = status.highestmodseq;
  if (status.messages) state.messages = status.messages;
  if (status.unseen) state.unseen = status.unseen;
}

}  // namespace

void Session::State::want_tree_look() {
  if (tree_look) {
    // one that the server has not begun with will show everything that has happened until now
    if (tree_look->has_begun) wants_tree_look = true;
    return;
  }
  start_tree_look();
}

void Session::State::start_tree_look() {
  wants_tree_look = false;
  tree_look.emplace();
  tree_look->old_names = std::exchange(old_names, {});
  tree_look->gone = std::exchange(gone, {});
  const auto literals = capabilities.literals();
  ListReturn wanted_return;
  const bool is_extended = strategy(subscribings, capabilities) == Subscribing::list_extended;
  if (is_extended) {
    wanted_return.subscribed = true;
    wanted_return.children = true;
    wanted_return.special_use = capabilities.has(Capability::special_use);
    if (strategy(countings, capabilities) == Counting::with_list)
      wanted_return.status = wanted_items(capabilities);
  }
  auto listing = list(tags.next(), "*", wanted_return, literals);
  auto subscriptions =
      is_extended ? list_subscribed(tags.next(), "*", literals) : lsub(tags.next(), "*", literals);
  if (!listing || !subscriptions)
    return close(events::SightReason::protocol, "LIST cannot be sent");
  tree_look->unanswered = 2;
  std::vector<Pending> expected{{listing->tag, Pending::Kind::list, nullptr},
                                {subscriptions->tag, Pending::Kind::subscribed, nullptr}};
  send({std::move(*listing), std::move(*subscriptions)}, std::move(expected));
}

/// RFC 5819 §1: without LIST-STATUS one STATUS each, in one write.
void Session::State::ask_list_status() {
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (const auto& [name, state] : tree_look->mailboxes) {
    if (!state.is_selectable) continue;
    auto command = status(tags.next(), codec.to_wire(name), wanted_items(capabilities),
                          capabilities.literals());
    if (!command) continue;
    expected.push_back({command->tag, Pending::Kind::list_status, nullptr});
    commands.push_back(std::move(*command));
  }
  tree_look->unanswered += commands.size();
  send(std::move(commands), std::move(expected));
}

bool Session::State::is_foreign(const std::string& name) const {
  return std::any_of(
      foreign_prefixes.begin(), foreign_prefixes.end(), [&](const std::string& prefix) {
        return name.starts_with(prefix) || name == prefix.substr(0, prefix.size() - 1);
      });
}

void Session::State::on_list(const List& item) {
  if (phase != Phase::watching) return;
  // what NOTIFY tells may come in the middle of an answer: a rename, or a name without anything
  // beneath that is gone
  const bool is_news = item.old_name || (item.has_attribute("\\NonExistent") &&
                                         !item.has_attribute("\\HasChildren") &&
                                         !item.has_attribute("\\Subscribed"));
  const bool is_answer = !pending.empty() && tree_look && !is_news &&
                         (pending.front().kind == Pending::Kind::list ||
                          pending.front().kind == Pending::Kind::subscribed);
  if (!is_answer) return on_unsolicited_list(item);
  tree_look->has_begun = true;
  auto name = codec.from_answer(item.mailbox);
  if (name.empty() || is_foreign(name)) return;
  if (pending.front().kind == Pending::Kind::subscribed) {
    // RFC 5258 §3.1: a level that merely has subscribed children comes without \Subscribed; RFC
    // 3501 §6.3.9 \Noselect
    const bool is_subscribed =
        item.is_lsub ? !item.has_attribute("\\Noselect") : item.has_attribute("\\Subscribed");
    if (is_subscribed && tree_look->subscribed.size() < max_mailboxes)
      tree_look->subscribed.push_back(std::move(name));
    return;
  }
  if (tree_look->mailboxes.size() >= max_mailboxes) {
    return close(events::SightReason::overflow, "the account has more than 100,000 mailboxes",
                 true);
  }
  auto state = to_state(name, item);
  const auto [row, is_first] = tree_look->mailboxes.try_emplace(std::move(name), state);
  if (is_first) return;
  state.uidvalidity = row->second.uidvalidity;
  state.uidnext = row->second.uidnext;
  state.highestmodseq = row->second.highestmodseq;
  state.messages = row->second.messages;
  state.unseen = row->second.unseen;
  row->second = std::move(state);
}

void Session::State::on_status(const Status& item) {
  if (phase != Phase::watching) return;
  const auto kind = pending.empty() ? Pending::Kind::noop : pending.front().kind;
  if (tree_look && (kind == Pending::Kind::list || kind == Pending::Kind::list_status)) {
    const auto name = codec.from_answer(item.mailbox);
    if (is_foreign(name)) return;
    const auto found = tree_look->mailboxes.find(name);
    if (found != tree_look->mailboxes.end()) return take_counts(found->second, item);
  }
  if (kind == Pending::Kind::resync_status) {
    const auto& resync = pending.front().resync;
    if (codec.from_answer(item.mailbox) == resync->mailbox()) {
      events::MailboxState said;
      said.name = resync->mailbox();
      take_counts(said, item);
      resync->on_status(said);
      return;
    }
  }
  if (kind == Pending::Kind::recent && item.recent) return on_recent(item);
  if (kind == Pending::Kind::select_status) return on_news(codec.from_answer(item.mailbox), item);
  on_unsolicited_status(item);
}

void Session::State::on_tree_answer(const Pending& completed, const Tagged& response) {
  if (!tree_look) return;
  tree_look->has_begun = true;
  --tree_look->unanswered;
  // a mailbox that went in between has no STATUS; without the list itself there is nothing to
  // compare
  if (response.condition != Condition::ok && completed.kind != Pending::Kind::list_status) {
    tree_look->has_failed = true;
  }
  const bool needs_status = strategy(countings, capabilities) == Counting::status_each;
  if (completed.kind == Pending::Kind::list && needs_status && !tree_look->has_failed)
    ask_list_status();
  if (tree_look->unanswered == 0) finish_tree_look();
}

void Session::State::finish_tree_look() {
  auto look = std::move(*tree_look);
  tree_look.reset();
  if (look.has_failed) {
    return close(events::SightReason::protocol, "the server refuses to list the mailboxes");
  }
  Listing listing;
  for (auto& [name, state] : look.mailboxes) listing.mailboxes.push_back(std::move(state));
  listing.subscribed = std::move(look.subscribed);
  listing.old_names = std::move(look.old_names);
  listing.gone = std::move(look.gone);
  // what was said while the server was answering may be in the answer already
  listing.old_names.insert(old_names.begin(), old_names.end());
  listing.gone.insert(gone.begin(), gone.end());
  if (has_looked && account.loses_mailboxes(listing)) {
    // RFC 3501 §6.3.8: quirk(dovecot) - a running session may list neither the old name nor the new
    // one of a mailbox that was just renamed, for ever; a new session sees what is there
    return close(events::SightReason::none, "mailboxes are missing: looking anew");
  }
  auto steps = account.apply(listing, now.wall);
  if (has_event<events::MailboxDelete>(steps)) want_quota("INBOX");
  if (is_in_sight && has_event<events::MailboxCreate>(steps))
    set_timer(Timer::mdn_sent, mdn_sent_delay);
  emit(std::move(steps));
  has_looked = true;
  rights.set_mailboxes(account.selectable());
  for (const auto& name : account.out_of_date()) {
    const auto found = std::find_if(listing.mailboxes.begin(), listing.mailboxes.end(),
                                    [&](const auto& s) { return s.name == name; });
    want_resync(name, found == listing.mailboxes.end() ? std::nullopt : std::optional(*found));
  }
  schedule_poll();
  if (wants_tree_look) start_tree_look();
}

}  // namespace sources::imap
