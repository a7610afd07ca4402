#include "sources/imap/session.hpp"

#include <algorithm>
#include <utility>

#include "sources/imap/response_parser.hpp"
#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::chrono::seconds answer_deadline{30};
/// A NOOP costs a server nothing; without an answer by then the link is dead or the server is.
constexpr std::chrono::seconds probe_deadline{10};
/// A mailbox of a million messages that nobody has opened for long has to be indexed first.
constexpr std::chrono::seconds opening_deadline{120};

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace

Session::Session(SessionConfig config, Account& account)
    : state_(std::make_unique<State>(std::move(config), account)) {}

Session::~Session() = default;

Actions Session::on_connected(const Moment& now) {
  state_->now = now;
  state_->is_encrypted = state_->config.tls == Tls::implicit;
  state_->has_deadline = true;
  state_->set_timer(Timer::deadline, answer_deadline);
  return std::exchange(state_->actions, {});
}

Actions Session::on_tls_established(const Moment& now) {
  state_->now = now;
  if (state_->phase == State::Phase::tls) {
    state_->is_encrypted = true;
    state_->phase = State::Phase::login;
    // RFC 3501 §6.2.1: what was said of capabilities in plain text is void
    state_->send_one(capability(state_->tags.next()), Pending::Kind::capability);
  }
  return std::exchange(state_->actions, {});
}

Actions Session::on_octets(std::string_view octets, const Moment& now) {
  auto& state = *state_;
  state.now = now;
  if (state.phase == State::Phase::closed || state.phase == State::Phase::tls) return {};
  const auto fed = state.octets.feed(octets);
  while (state.phase != State::Phase::closed && state.phase != State::Phase::tls) {
    const auto whole = state.octets.next();
    if (!whole) break;
    const auto response = parse_response(*whole);
    if (!response) {
      state.close(events::SightReason::protocol,
                  response.error().message() + ": " + to_excerpt(*whole));
      break;
    }
    state.on_response(*response);
  }
  if (!fed && !state.pending.empty() && state.pending.front().resync)
    state.config.memory->without_body_structure.insert(state.pending.front().resync->mailbox());
  if (!fed)
    state.close(events::SightReason::protocol,
                fed.error().message() + ": " + state.octets.excerpt());
  if (state.phase == State::Phase::closed || state.phase == State::Phase::tls) {
    return std::exchange(state.actions, {});
  }
  state.start_resyncs();
  state.tell_when_in_sight();
  state.start_quota();
  state.start_rights();
  state.start_idle();
  // every octet that comes is a sign of life; without a command there is nothing to wait for
  state.set_deadline();
  return std::exchange(state.actions, {});
}

Actions Session::on_timer(Timer which, const Moment& now) {
  state_->now = now;
  if (state_->phase == State::Phase::closed) return {};
  state_->on_timer(which);
  return std::exchange(state_->actions, {});
}

void Session::State::send(std::vector<Command> commands, std::vector<Pending> expected,
                          bool is_secret) {
  if (commands.empty()) return;
  if (idle.phase() == IdleWatch::Phase::idling) leave_idle();
  Send send{{}, is_secret};
  for (const auto& command : commands) send.octets += command.octets;
  for (auto& item : expected) pending.push_back(std::move(item));
  if (idle.phase() == IdleWatch::Phase::asked) {
    idle.hold(send.octets);
  } else {
    actions.push_back(std::move(send));
  }
  if (!has_deadline) set_deadline();
}

void Session::State::set_deadline() {
  const bool is_idling = idle.phase() == IdleWatch::Phase::idling;  // a silence is no news
  const bool is_owed = (!pending.empty() && !is_idling) || phase == Phase::greeting;
  if (!is_owed && has_deadline) set_timer(Timer::deadline, std::chrono::milliseconds(-1));
  has_deadline = is_owed;
  if (!is_owed) return;
  auto deadline = answer_deadline;
  if (!pending.empty()) {
    if (pending.front().kind == Pending::Kind::noop) deadline = probe_deadline;
    if (pending.front().kind == Pending::Kind::examine ||
        pending.front().kind == Pending::Kind::idle_examine ||
        pending.front().kind == Pending::Kind::select)
      deadline = opening_deadline;
  }
  set_timer(Timer::deadline, deadline);
}

void Session::State::send_one(Command command, Pending::Kind kind, bool is_secret) {
  Pending expected{command.tag, kind, nullptr};
  send({std::move(command)}, {std::move(expected)}, is_secret);
}

void Session::State::close(events::SightReason reason, std::string detail, bool is_final_for_now) {
  if (phase == Phase::closed) return;
  phase = Phase::closed;
  actions.push_back(Close{reason, std::move(detail), is_final_for_now});
}

void Session::State::set_timer(Timer which, std::chrono::milliseconds after) {
  actions.push_back(SetTimer{which, after});
}

void Session::State::emit(std::vector<events::Step> steps, bool completes_snapshot) {
  if (steps.empty() && !completes_snapshot) return;
  actions.push_back(Emit{events::Report{config.account, config.source, personal_prefix,
                                        std::move(steps), completes_snapshot}});
}

void Session::State::on_response(const Response& response) {
  const auto selected = pending.empty() ? nullptr : pending.front().resync;
  std::visit(Overloaded{
                 [&](const Tagged& item) { on_tagged(item); },
                 [&](const Untagged& item) { on_untagged(item); },
                 [&](const Continuation&) { on_continuation(); },
                 [&](const Capabilities& item) { capabilities = CapabilitySet(item.words); },
                 [&](const Enabled& item) {
                   for (const auto& word : item.words) {
                     if (word == "QRESYNC") extensions = {true, true};
                     if (word == "CONDSTORE") extensions.condstore = true;
                   }
                 },
                 [&](const Namespaces& item) { on_namespaces(item); },
                 [&](const List& item) { on_list(item); },
                 [&](const Status& item) { on_status(item); },
                 [&](const Fetch& item) {
                   if (selected) selected->on_response(item);
                   on_idle_news();
                 },
                 [&](const Vanished& item) {
                   if (selected) selected->on_response(item);
                   on_idle_news();
                 },
                 [&](const Exists& item) {
                   if (selected) selected->on_response(item);
                   on_idle_news();
                 },
                 // sequence numbers of the mailbox that is open: the UIDs tell more
                 [&](const Expunge&) { on_idle_news(); },
                 [&](const Flags&) {},
                 [&](const Acl& item) { on_acl(item); },
                 [&](const MyRights& item) { on_my_rights(item); },
                 [&](const Quota& item) { on_quota(item); },
                 [&](const QuotaRoots& item) { on_quota_roots(item); },
                 [&](const GenUrlAuth& item) { on_gen_urlauth(item); },
                 [&](const Other&) {},
             },
             response);
}

void Session::State::on_untagged(const Untagged& response) {
  if (response.condition == Condition::bye) {
    const auto reason = events::SightReason::connect;
    return close(reason, "the server ended the connection: " + response.text.text);
  }
  if (phase == Phase::greeting) return on_greeting(response);
  if (response.text.code == "CAPABILITY") {
    capabilities = CapabilitySet(to_capabilities(response.text.arguments).words);
    return;
  }
  // RFC 5465 §5.8: quirk(dovecot) - it has no such code and says so in words
  const bool is_overflow = response.text.code == "NOTIFICATIONOVERFLOW" ||
                           (response.condition == Condition::no &&
                            response.text.text.find("NOTIFY error") != std::string::npos);
  if (is_overflow) return on_overflow();
  if (response.text.code == "PERMANENTFLAGS") on_permanent_flags(response.text.arguments);
  if (!pending.empty() && pending.front().resync) pending.front().resync->on_response(response);
}

void Session::State::on_tagged(const Tagged& response) {
  const auto found = std::find_if(pending.begin(), pending.end(),
                                  [&](const Pending& item) { return item.tag == response.tag; });
  if (found == pending.end()) {
    return close(events::SightReason::protocol,
                 "an answer to no command of ours: " + to_excerpt(response.tag));
  }
  const auto completed = *found;
  pending.erase(found);
  if (response.text.code == "CAPABILITY") {
    capabilities = CapabilitySet(to_capabilities(response.text.arguments).words);
  }
  on_completed(completed, response);
}

void Session::State::on_completed(const Pending& completed, const Tagged& response) {
  using Kind = Pending::Kind;
  switch (completed.kind) {
    case Kind::capability:
      if (capabilities.empty())
        return close(events::SightReason::protocol, "the server tells no capabilities");
      return continue_login();
    case Kind::starttls:
      return on_starttls(response);
    case Kind::authenticate:
      return on_authenticated(response);
    case Kind::enable:
      return;  // without ENABLED the extension is not in force (RFC 5161 §3.1)
    case Kind::name_space:
      return start_watching();
    case Kind::notify_none:
      return;
    case Kind::notify_set:
      return on_notify_answer(response);
    case Kind::list:
    case Kind::subscribed:
    case Kind::list_status:
      return on_tree_answer(completed, response);
    case Kind::examine:
    case Kind::fetch:
    case Kind::unselect:
    case Kind::resync_status:
      return on_resync_answer(completed, response);
    case Kind::noop:
      return on_noop_answer();
    case Kind::idle_examine:
      return on_idle_examined(completed, response);
    case Kind::idle:
      return on_idle_ended();
    case Kind::deselected:
      return;
    case Kind::my_rights:
    case Kind::get_acl:
      return on_rights_answer(completed);
    case Kind::get_quota_root:
      --quota_unanswered;
      return;
    case Kind::recent:
      return on_recent_answer();
    case Kind::select:
      return on_selected(completed, response);
    case Kind::select_status:
      return on_select_answer();
    case Kind::gen_urlauth:
      return on_gen_urlauth_answer(completed);
  }
}

}  // namespace sources::imap
