// Which mailboxes keep $MDNSent: only PERMANENTFLAGS tells, which only SELECT shows. So there is
// one SELECT of each mailbox, at a moment when it takes \Recent from nobody. RFC 3503 §3, §4; RFC
// 3501 §7.1 (PERMANENTFLAGS).
#include <algorithm>
#include <utility>

#include "sources/imap/response_lexer.hpp"
#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t max_in_flight = 16;  // mailboxes
constexpr std::chrono::seconds between_parts{1};

}  // namespace

void Session::State::start_mdn_sent() {
  if (mdn_sent_unanswered > 0) return;
  const bool is_busy = !is_in_sight || tree_look || !wanted.empty() || !resyncs.empty();
  if (is_busy) return set_timer(Timer::mdn_sent, mdn_sent_delay);
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (auto& mailbox : next_for_mdn_sent()) {
    auto command =
        status(tags.next(), codec.to_wire(mailbox), StatusItems::recent, capabilities.literals());
    if (!command) continue;
    expected.push_back({command->tag, Pending::Kind::recent, nullptr, 0, std::move(mailbox)});
    commands.push_back(std::move(*command));
  }
  mdn_sent_unanswered = commands.size();
  // those with recent messages are tried again when the next look is due
  if (commands.empty()) return set_timer(Timer::mdn_sent, config.poll_interval);
  send(std::move(commands), std::move(expected));
}

/// The next ones by name of which it is not known; none: each had its turn.
std::vector<std::string> Session::State::next_for_mdn_sent() {
  std::vector<std::string> names;
  const auto mailboxes = account.selectable();
  for (auto at = mailboxes.upper_bound(mdn_sent_after); at != mailboxes.end(); ++at) {
    const auto known = config.memory->mdn_sent.find(at->first);
    const bool is_known = known != config.memory->mdn_sent.end() && at->second == known->second;
    if (is_known || unopenable.contains(at->first)) continue;
    names.push_back(at->first);
    if (names.size() == max_in_flight) break;
  }
  mdn_sent_after = names.empty() ? std::string() : names.back();
  return names;
}

void Session::State::on_recent(const Status& item) {
  auto& asked = pending.front().mailbox;
  if (codec.from_answer(item.mailbox) == asked && item.recent == 0U)
    without_recent.push_back(asked);
}

void Session::State::on_recent_answer() {
  if (--mdn_sent_unanswered > 0) return;
  std::vector<Command> commands;
  std::vector<Pending> expected;
  auto items = StatusItems::counts;
  if (extensions.condstore) items = items | StatusItems::highestmodseq;
  for (auto& mailbox : std::exchange(without_recent, {})) {
    const auto wire_name = codec.to_wire(mailbox);
    const auto literals = capabilities.literals();
    auto open = select(tags.next(), wire_name, literals);
    auto away = closing();
    auto after = status(tags.next(), wire_name, items, literals);
    if (!open || !away || !after) continue;
    expected.push_back({open->tag, Pending::Kind::select, nullptr, 0, std::move(mailbox)});
    expected.push_back({away->tag, Pending::Kind::deselected, nullptr});
    expected.push_back({after->tag, Pending::Kind::select_status, nullptr});
    for (auto* command : {&*open, &*away, &*after}) commands.push_back(std::move(*command));
    ++mdn_sent_unanswered;
  }
  send(std::move(commands), std::move(expected));
  if (mdn_sent_unanswered == 0) set_timer(Timer::mdn_sent, between_parts);
}

/// RFC 3503 §4.1: "\*" lets a client make any keyword; §4.2: or $MDNSent alone.
void Session::State::on_permanent_flags(const std::string& flags) {
  if (pending.empty() || pending.front().kind != Pending::Kind::select) return;
  ResponseLexer in(flags);
  const auto names = in.flag_list();
  if (!in.ok()) return;
  keeps_mdn_sent = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "\\*" || equal_ignoring_case(name, "$MDNSent");
  });
}

void Session::State::on_selected(const Pending& completed, const Tagged& response) {
  const auto told = std::exchange(keeps_mdn_sent, std::nullopt);
  const auto* known = account.find(completed.mailbox);
  const bool is_answer = response.condition == Condition::ok && told && known;
  if (!is_answer || !known->uidvalidity) return;
  config.memory->mdn_sent.insert_or_assign(completed.mailbox, *known->uidvalidity);
  events::Report report{config.account, config.source, personal_prefix, {}, false};
  report.mdn_sent.push_back({completed.mailbox, *told});
  actions.push_back(Emit{std::move(report)});
}

void Session::State::on_select_answer() {
  if (--mdn_sent_unanswered == 0) set_timer(Timer::mdn_sent, between_parts);
}

}  // namespace sources::imap
