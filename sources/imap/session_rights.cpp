// Who else may read the mailboxes: MYRIGHTS and GETACL of a few at a time, behind whatever else is
// asked, so that being told of changes never waits for long. RFC 4314 §3.3, §3.5.
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t max_in_flight = 50;  // mailboxes

}  // namespace

void Session::State::restart_rights() {
  if (++rights_readings == readings_per_connection && capabilities.has(Capability::acl))
    return close(events::SightReason::none, "rights may be others now: looking anew");
  rights.restart();
  set_timer(Timer::rights, rights_interval);
  start_rights();
}

void Session::State::start_rights() {
  // the snapshot comes first; while the tree is being looked at, names may be about to change
  if (phase != Phase::watching || !is_in_sight || tree_look) return;
  const bool has_acl = capabilities.has(Capability::acl);
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (auto names = rights.begin(max_in_flight); !names.empty();
       names = rights.begin(max_in_flight)) {
    for (const auto& name : names) {
      // where there are no lists, everybody's mail is their own
      if (!has_acl) {
        rights.on_my_rights(name, "");
        continue;
      }
      auto command = my_rights(tags.next(), codec.to_wire(name), capabilities.literals());
      if (!command) continue;
      expected.push_back({command->tag, Pending::Kind::my_rights, nullptr});
      commands.push_back(std::move(*command));
    }
    if (!commands.empty()) break;
    emit_rights();
  }
  rights_unanswered += commands.size();
  send(std::move(commands), std::move(expected));
}

void Session::State::on_my_rights(const MyRights& item) {
  rights.on_my_rights(codec.from_answer(item.mailbox), item.rights);
}

void Session::State::on_acl(const Acl& item) {
  rights.on_acl(codec.from_answer(item.mailbox), item.entries, config.account);
}

/// False: there is none to ask for.
bool Session::State::ask_acls() {
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (const auto& name : rights.administered()) {
    auto command = get_acl(tags.next(), codec.to_wire(name), capabilities.literals());
    if (!command) continue;
    expected.push_back({command->tag, Pending::Kind::get_acl, nullptr});
    commands.push_back(std::move(*command));
  }
  rights_unanswered += commands.size();
  const bool asks = !commands.empty();
  send(std::move(commands), std::move(expected));
  return asks;
}

void Session::State::on_rights_answer(const Pending& completed) {
  --rights_unanswered;
  if (rights_unanswered > 0) return;
  if (completed.kind == Pending::Kind::my_rights && ask_acls()) return;
  emit_rights();
}

void Session::State::emit_rights() {
  auto known = rights.finish();
  if (known.empty()) return;
  events::Report report{config.account, config.source, personal_prefix, {}, false};
  report.rights = std::move(known);
  actions.push_back(Emit{std::move(report)});
}

}  // namespace sources::imap
