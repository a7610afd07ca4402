// Being told of INBOX at once where there is no NOTIFY: EXAMINE and IDLE while nothing else is to
// do. The STATUS rounds end it every half minute, far within the 29 minutes of RFC 2177 §3.
#include <memory>
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::string_view inbox = "INBOX";

}  // namespace

void Session::State::start_idle() {
  const bool is_free = phase == Phase::watching && is_in_sight && pending.empty() && !tree_look &&
                       wanted.empty() && resyncs.empty();
  const bool is_of_use =
      watching == Watching::status_rounds &&
      strategy(hearings, capabilities.without(Capability::notify)) == Hearing::idle;
  if (!is_free || !is_of_use || !idle.may_start()) return;
  const std::string name(inbox);
  const auto* known = account.find(name);
  if (!known || !known->is_selectable || unopenable.contains(name)) return;
  const auto mode =
      extensions.condstore && !extensions.qresync ? ExamineMode::condstore : ExamineMode::plain;
  auto open = examine(tags.next(), inbox, mode, capabilities.literals());
  if (!open) return;
  Pending expected{open->tag, Pending::Kind::idle_examine,
                   std::make_shared<Resync>(name, ResyncPlan{}, 0)};
  send({std::move(*open)}, {std::move(expected)});
  idle.on_opening();
}

void Session::State::on_idle_examined(const Pending& completed, const Tagged& response) {
  idle.on_left();
  if (response.condition != Condition::ok) return idle.refuse();
  completed.resync->on_response(Untagged{response.condition, response.text});
  const bool has_news = account.is_out_of_date(completed.resync->opened()) && idle.may_catch_up();
  if (has_news) want_resync(std::string(inbox), std::nullopt);
  // something else became due meanwhile: it comes first
  if (has_news || !pending.empty()) return deselect();
  send_one(imap::idle(tags.next()), Pending::Kind::idle);
  idle.on_asked();
}

/// RFC 2177 §3: "+", from here on the server speaks unasked.
void Session::State::on_idle_begun() {
  if (idle.phase() != IdleWatch::Phase::asked) return;
  idle.on_idling();
  if (!idle.holds()) return;
  auto held = idle.take_held();
  leave_idle();
  actions.push_back(Send{std::move(held)});
}

/// EXISTS, EXPUNGE, VANISHED or FETCH while idling: a look tells what it was.
void Session::State::on_idle_news() {
  if (pending.empty() || pending.front().kind != Pending::Kind::idle) return;
  want_resync(std::string(inbox), std::nullopt);
}

/// DONE, and nothing is selected any longer: a STATUS of the selected mailbox may be an old one
/// (RFC 3501 §6.3.10).
void Session::State::leave_idle() {
  idle.on_left();
  actions.push_back(Send{idle_done()});
  deselect();
}

void Session::State::deselect() {
  if (auto away = closing()) send_one(std::move(*away), Pending::Kind::deselected);
}

boost::system::result<Command> Session::State::closing() {
  switch (strategy(closings, capabilities)) {
    case Closing::unselect:
      return unselect(tags.next());
    case Closing::failed_examine:
      break;
  }
  return examine(tags.next(), no_such_mailbox, ExamineMode::plain, capabilities.literals());
}

void Session::State::on_idle_ended() {
  if (idle.phase() == IdleWatch::Phase::off) return;  // as asked by DONE
  idle.refuse();
  auto held = idle.take_held();
  deselect();
  if (!held.empty()) actions.push_back(Send{std::move(held)});
}

}  // namespace sources::imap
