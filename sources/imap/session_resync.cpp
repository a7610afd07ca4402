// Looking into mailboxes: EXAMINE, FETCH, UNSELECT and STATUS in one write each, several mailboxes
// in flight. RFC 7162 §3.2.5, RFC 3691.
#include <algorithm>
#include <functional>
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t max_in_flight = 16;
constexpr unsigned max_rounds = 3;  // of one mailbox before the next sign of change

/// Messages came or went.
bool changes_usage(const std::vector<events::Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const events::Step& step) {
    const auto* event = std::get_if<events::Event>(&step);
    return event != nullptr &&
           events::group_of(events::name_of(*event)) == events::EventGroup::message;
  });
}

}  // namespace

void Session::State::want_resync(const std::string& mailbox,
                                 std::optional<events::MailboxState> said, bool wants_complete,
                                 unsigned round) {
  if (const auto found = unopenable.find(mailbox); found != unopenable.end()) {
    const auto* known = account.find(mailbox);
    if (known && known->uidvalidity == found->second) return;
    unopenable.erase(found);
  }
  if (const auto running = resyncs.find(mailbox); running != resyncs.end()) {
    if (said) running->second->on_status(*said);
    return;
  }
  auto& entry = wanted[mailbox];
  entry.round = round;
  if (said) {
    // NOTIFY tells parts: what one of them does not say stays as the one before said
    if (!entry.said) entry.said.emplace();
    entry.said->name = mailbox;
    if (said->uidnext) entry.said->uidnext = said->uidnext;
    entry.said->messages = said->messages;
  }
  entry.wants_complete = entry.wants_complete || wants_complete;
}

void Session::State::start_resyncs() {
  // while the tree is being looked at, names may be about to change
  if (phase != Phase::watching || tree_look || !has_looked) return;
  std::vector<Command> commands;
  std::vector<Pending> expected;
  while (!wanted.empty() && resyncs.size() < max_in_flight) {
    const auto mailbox = wanted.begin()->first;
    if (!start_resync(mailbox, commands, expected)) set_unopenable(mailbox);
    wanted.erase(mailbox);
  }
  send(std::move(commands), std::move(expected));
}

bool Session::State::start_resync(const std::string& mailbox, std::vector<Command>& commands,
                                  std::vector<Pending>& expected) {
  const auto& entry = wanted.at(mailbox);
  auto plan = plan_resync(account, mailbox, entry.said, entry.wants_complete, extensions,
                          data_for(mailbox));
  const auto wire_name = codec.to_wire(mailbox);
  const auto literals = capabilities.literals();
  auto open = plan.qresync ? examine(tags.next(), wire_name, *plan.qresync, literals)
                           : examine(tags.next(), wire_name, plan.mode, literals);
  auto items = StatusItems::counts;
  if (extensions.condstore) items = items | StatusItems::highestmodseq;
  auto after = status(tags.next(), wire_name, items, literals);
  if (!open || !after) return false;
  const auto resync = std::make_shared<Resync>(mailbox, std::move(plan), entry.round);
  resyncs[mailbox] = resync;
  const auto add = [&](Command command, Pending::Kind kind, std::size_t fetch = 0) {
    expected.push_back({command.tag, kind, resync, fetch});
    commands.push_back(std::move(command));
  };
  add(std::move(*open), Pending::Kind::examine);
  for (std::size_t i = 0; i < resync->plan().fetches.size(); ++i) {
    const auto& step = resync->plan().fetches[i];
    add(step.uids ? uid_fetch(tags.next(), *step.uids, step.items, step.since)
                  : uid_fetch_from(tags.next(), step.from, step.items, step.since),
        Pending::Kind::fetch, i);
  }
  if (auto away = closing()) add(std::move(*away), Pending::Kind::unselect);
  // what happened while it was selected: Dovecot drops NOTIFY's events of the selected mailbox (RFC
  // 5465 §6.1)
  add(std::move(*after), Pending::Kind::resync_status);
  return true;
}

events::DataWanted Session::State::data_for(const std::string& mailbox) const {
  auto data = config.data_wanted(mailbox);
  if (config.memory->without_body_structure.contains(mailbox)) data.body_structure = false;
  if (!capabilities.has(Capability::urlauth)) data.reference_beyond.reset();
  return data;
}

void Session::State::on_resync_answer(const Pending& completed, const Tagged& response) {
  const bool is_ok = response.condition == Condition::ok;
  auto& resync = *completed.resync;
  switch (completed.kind) {
    case Pending::Kind::examine:
      resync.on_response(Untagged{response.condition, response.text});
      if (!is_ok) resync.fail();
      return;
    case Pending::Kind::fetch: {
      const auto& step = resync.plan().fetches[completed.fetch];
      if (!is_ok && step.is_essential) resync.fail();
      if (completed.fetch + 1 == resync.plan().fetches.size())
        return deliver(completed.resync, resync.take());
      if (step.applies_up_to) deliver(completed.resync, resync.take_up_to(*step.applies_up_to));
      return;
    }
    case Pending::Kind::resync_status:
      if (!is_ok) resync.fail();
      resync.set_done();
      if (resync.held().empty()) finish_resync(completed.resync);
      return;
    case Pending::Kind::unselect:  // its answer does not matter
    case Pending::Kind::capability:
    case Pending::Kind::starttls:
    case Pending::Kind::authenticate:
    case Pending::Kind::enable:
    case Pending::Kind::name_space:
    case Pending::Kind::notify_none:
    case Pending::Kind::notify_set:
    case Pending::Kind::list:
    case Pending::Kind::subscribed:
    case Pending::Kind::list_status:
    case Pending::Kind::noop:
    case Pending::Kind::idle_examine:
    case Pending::Kind::idle:
    case Pending::Kind::deselected:
    case Pending::Kind::my_rights:
    case Pending::Kind::get_acl:
    case Pending::Kind::get_quota_root:
    case Pending::Kind::recent:
    case Pending::Kind::select:
    case Pending::Kind::select_status:
    case Pending::Kind::gen_urlauth:
      return;
  }
}

void Session::State::set_unopenable(const std::string& mailbox) {
  const auto* known = account.find(mailbox);
  if (known) unopenable.insert_or_assign(mailbox, known->uidvalidity);
}

void Session::State::apply(Resync& resync, const MailboxLook& look) {
  const auto* known = account.find(resync.mailbox());
  if (!known || known->uidvalidity != look.uidvalidity)
    return resync.fail();  // another mailbox now: the tree tells
  auto steps = account.apply(look, now.wall);
  const auto events = std::count_if(steps.begin(), steps.end(), [](const events::Step& step) {
    return std::holds_alternative<events::Event>(step);
  });
  if (!steps.empty()) is_lively = true;
  if (changes_usage(steps)) {
    want_quota(resync.mailbox());
    config.memory->without_body_structure.erase(resync.mailbox());
  }
  count_change(static_cast<std::size_t>(events));
  emit(std::move(steps));
}

void Session::State::finish_resync(const std::shared_ptr<Resync>& resync) {
  const auto mailbox = resync->mailbox();
  resyncs.erase(mailbox);
  const bool is_seen = account.has_messages_of(mailbox);
  if (resync->has_failed() || !is_seen) {
    // it vanished, is another one now (UIDVALIDITY), or may not be opened: the tree tells
    set_unopenable(mailbox);
    return want_tree_look();
  }
  const auto& said = resync->said();
  if (!said || !account.is_out_of_date(*said) || resync->round() + 1 >= max_rounds) return;
  want_resync(mailbox, *said, resync->round() > 0, resync->round() + 1);
}

void Session::State::tell_when_in_sight() {
  if (is_in_sight || phase != Phase::watching || !has_looked || tree_look) return;
  if (!wanted.empty() || !resyncs.empty()) return;
  is_in_sight = true;
  emit({}, true);
  actions.push_back(InSight{});
  // accounts that came in sight together do not ask, and connect anew, together
  const std::chrono::seconds own(std::hash<std::string>()(config.account) % 600);
  set_timer(Timer::rights, rights_interval + own);
  want_quota("INBOX");
  set_timer(Timer::mdn_sent, mdn_sent_delay);
}

}  // namespace sources::imap
