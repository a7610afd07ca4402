// References to messages that are too large for a notification: GENURLAUTH for each, before their
// look is applied. RFC 5423 §4.1 (MessageNew); RFC 4467 §7.
#include <algorithm>
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t max_references = 100;  // of one look

/// RFC 4467 §9: urlauth = iua-verifier behind the rump, ":" uauth-mechanism ":" enc-urlauth
bool is_authorized(std::string_view url, std::string_view rump) {
  if (!url.starts_with(rump)) return false;
  url.remove_prefix(rump.size());
  return url.starts_with(':') && std::all_of(url.begin(), url.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == ':' || c == '-' || c == '.';
         });
}

std::string to_rump(const events::DataWanted& data, events::Uid uid) {
  return data.reference_start + "/;UID=" + std::to_string(uid.value()) + data.reference_end;
}

}  // namespace

void Session::State::deliver(const std::shared_ptr<Resync>& resync,
                             std::optional<MailboxLook> look) {
  if (!look) return;
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (const auto uid : referenced(*resync, *look)) {
    auto command =
        gen_urlauth(tags.next(), to_rump(resync->plan().data, uid), capabilities.literals());
    if (!command) continue;
    expected.push_back({command->tag, Pending::Kind::gen_urlauth, resync, 0, {}, uid});
    commands.push_back(std::move(*command));
  }
  if (commands.empty() && resync->held().empty()) return apply(*resync, *look);
  resync->held().push_back({std::move(*look), commands.size()});
  send(std::move(commands), std::move(expected));
}

/// The new messages that are too large.
std::vector<events::Uid> Session::State::referenced(const Resync& resync,
                                                    const MailboxLook& look) const {
  std::vector<events::Uid> uids;
  const auto& beyond = resync.plan().data.reference_beyond;
  const auto* known = account.find(resync.mailbox());
  if (!beyond || !known) return uids;
  for (const auto& message : look.messages) {
    const bool is_new = !known->uidnext || message.uid >= *known->uidnext;
    const bool is_large = message.size && *message.size > *beyond;
    if (is_new && is_large && uids.size() < max_references) uids.push_back(message.uid);
  }
  return uids;
}

void Session::State::on_gen_urlauth(const GenUrlAuth& item) {
  if (!item.urls.empty()) reference = item.urls.front();
}

/// What the server refuses, or does not write as it must, is no reference.
void Session::State::on_gen_urlauth_answer(const Pending& completed) {
  const auto url = std::exchange(reference, {});
  auto& held = completed.resync->held();
  const auto asked =
      std::find_if(held.begin(), held.end(), [](const auto& one) { return one.unanswered > 0; });
  if (asked == held.end()) return;
  --asked->unanswered;
  if (is_authorized(url, to_rump(completed.resync->plan().data, *completed.uid))) {
    for (auto& message : asked->look.messages) {
      if (message.uid == *completed.uid) message.content_reference = url;
    }
  }
  apply_held(completed.resync);
}

void Session::State::apply_held(const std::shared_ptr<Resync>& resync) {
  auto& held = resync->held();
  while (!held.empty() && held.front().unanswered == 0) {
    const auto look = std::move(held.front().look);
    held.pop_front();
    apply(*resync, look);
  }
  if (held.empty() && resync->is_done()) finish_resync(resync);
}

}  // namespace sources::imap
