// Watching: NOTIFY in the one form and rhythm that survives real servers, looks at everything from
// time to time, NOOPs. RFC 5465.
#include <algorithm>
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// RFC 5465 §3.1: quirk(dovecot) - after 207 changes its watch stays on a rotated log, so it is
// asked for anew before
constexpr std::size_t changes_before_arming = 100;
constexpr minutes arming_interval{5};
constexpr seconds least_arming_interval{2};
// one NOOP behind a burst brings what a rotated log hides
constexpr seconds probe_after_activity{1};
// RFC 5465 §5.8: a server that overflows again so soon is not asked before the next arming is due
constexpr seconds least_sight_before_overflow{30};
// RFC 5465 §5.4: quirk(dovecot) - a RENAME right behind another change is sometimes never told; a
// look at the tree behind the burst finds it. 1000 mailboxes take about 40 ms of the server's time.
constexpr std::size_t most_mailboxes_behind_burst = 1000;
constexpr seconds status_round_interval{30};
constexpr std::size_t max_hints = 10'000;

}  // namespace

/// RFC 5465 §5.4. Whatever it says is state, never an event: Dovecot lists every mailbox at the
/// first event.
void Session::State::on_unsolicited_list(const List& item) {
  count_change(1);
  auto name = codec.from_unsolicited(item.mailbox);
  if (name.empty() || is_foreign(name)) return;
  if (old_names.size() > max_hints || gone.size() > max_hints) {
    old_names.clear();
    gone.clear();
  }
  if (item.old_name) old_names.insert_or_assign(name, codec.from_unsolicited(*item.old_name));
  if (item.has_attribute("\\NonExistent")) gone.insert(name);
  on_activity();
  want_tree_look();
}

void Session::State::on_unsolicited_status(const Status& item) {
  count_change(1);
  on_news(codec.from_unsolicited(item.mailbox), item);
}

void Session::State::on_news(std::string mailbox, const Status& item) {
  events::MailboxState said;
  said.name = std::move(mailbox);
  if (said.name.empty() || is_foreign(said.name)) return;
  said.uidvalidity = item.uidvalidity;
  said.uidnext = item.uidnext;
  said.highestmodseq = item.highestmodseq;
  said.messages = item.messages;
  said.unseen = item.unseen;
  const auto* known = account.find(said.name);
  if (!known || !known->is_selectable ||
      (said.uidvalidity && said.uidvalidity != known->uidvalidity)) {
    return want_tree_look();
  }
  if (!account.is_out_of_date(said)) return;
  on_activity();
  const auto name = said.name;
  want_resync(name, std::move(said));
}

void Session::State::on_activity() {
  is_lively = true;
  if (!is_in_sight) return;
  owes_tree_look = account.size() <= most_mailboxes_behind_burst;
  set_timer(Timer::probe, probe_after_activity);
}

void Session::State::count_change(std::size_t changes) {
  // what NOTIFY SET STATUS itself brings is no change
  if (is_arming || watching != Watching::notify) return;
  const bool was_due = changes_since_armed >= changes_before_arming;
  changes_since_armed += changes;
  if (was_due || changes_since_armed < changes_before_arming) return;
  if (now.steady - armed_at >= least_arming_interval) {
    arm_notify();
  } else {
    set_timer(Timer::rearm, least_arming_interval);
  }
}

/// RFC 5465 §3.1: quirk(dovecot) - a second NOTIFY SET without NOTIFY NONE before it silences every
/// other one.
void Session::State::arm_notify() {
  if (is_arming) return;
  const auto request = notify.request();
  if (!request) return leave_notify();
  is_arming = true;
  watching = Watching::notify;
  changes_since_armed = 0;
  armed_at = now.steady;
  std::vector<Command> commands;
  std::vector<Pending> expected;
  if (has_looked) {
    commands.push_back(notify_none(tags.next()));
    expected.push_back({commands.back().tag, Pending::Kind::notify_none, nullptr});
  }
  commands.push_back(notify_set_status(tags.next(), *request));
  expected.push_back({commands.back().tag, Pending::Kind::notify_set, nullptr});
  send(std::move(commands), std::move(expected));
  set_timer(Timer::rearm, arming_interval);
}

/// Rounds alone: for as long as the connection lasts, or until more is asked for again.
void Session::State::leave_notify() {
  watching = Watching::status_rounds;
  set_timer(Timer::rearm, notify.is_refused() ? milliseconds(-1) : milliseconds(arming_interval));
  if (has_looked) schedule_poll();
}

void Session::State::on_notify_answer(const Tagged& response) {
  is_arming = false;
  if (std::exchange(owes_arming, false)) return arm_notify();
  if (response.condition == Condition::ok) {
    if (has_looked && !notify.tells_everything()) schedule_poll();
    return;
  }
  if (response.text.code == "BADEVENT") {
    notify.on_bad_event(response.text.arguments);
  } else if (response.text.code == "NOTIFICATIONOVERFLOW") {  // RFC 5465 §3.1
    notify.on_overflow();
  } else {
    notify.refuse();  // a server that says more than it can
  }
  arm_notify();
}

/// RFC 5465 §5.8: the server has stopped telling; what it did not tell is found by looking.
void Session::State::on_overflow() {
  if (phase != Phase::watching) return;
  if (watching == Watching::notify) {
    const bool is_too_much = is_arming || now.steady - armed_at < least_sight_before_overflow;
    if (is_too_much) notify.on_overflow();
    if (is_arming) owes_arming = true;
    arm_notify();
  }
  want_tree_look();
}

void Session::State::schedule_poll() {
  const bool is_told = watching == Watching::notify && notify.tells_everything();
  const seconds interval =
      is_told ? config.poll_interval : std::min(config.poll_interval, status_round_interval);
  set_timer(Timer::poll, interval);
}

void Session::State::on_timer(Timer which) {
  switch (which) {
    case Timer::deadline:
      if (!pending.empty() || phase != Phase::watching) {
        close(events::SightReason::timeout, "the server stopped answering");
      }
      return;
    case Timer::poll:
      if (phase != Phase::watching) return;
      unopenable.clear();
      idle.on_round();
      return want_tree_look();
    case Timer::rearm:
      if (phase != Phase::watching || notify.is_refused()) return;
      if (strategy(hearings, capabilities) != Hearing::notify) return;
      // after many changes it is asked for as it was
      if (changes_since_armed < changes_before_arming) notify.widen();
      return arm_notify();
    case Timer::rights:
      if (phase != Phase::watching) return;
      return restart_rights();
    case Timer::quota:
      if (phase != Phase::watching) return;
      if (quota_due.empty()) {
        want_quota("INBOX");
        for (const auto& [root, mailbox] : quota_roots) want_quota(mailbox);
      }
      return start_quota();
    case Timer::mdn_sent:
      if (phase != Phase::watching) return;
      return start_mdn_sent();
    case Timer::probe:
      if (phase != Phase::watching) return;
      // the rounds are probes themselves
      if (watching == Watching::status_rounds) return set_timer(Timer::probe, probe_interval);
      if (!pending.empty()) return set_timer(Timer::probe, probe_after_activity);
      is_lively = false;
      return send_one(noop(tags.next()), Pending::Kind::noop);
  }
}

void Session::State::on_noop_answer() {
  if (!is_lively && std::exchange(owes_tree_look, false)) want_tree_look();
  set_timer(Timer::probe,
            is_lively ? milliseconds(probe_after_activity) : milliseconds(probe_interval));
}

}  // namespace sources::imap
