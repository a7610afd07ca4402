// How much room the account has left: the quota roots of INBOX and of the mailboxes that changed,
// all known ones anew from time to time. RFC 9208 §4.1.2.
#include <utility>

#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

using std::chrono::milliseconds;

// RFC 9208 §4.2.1: nobody tells when the administrator changes a limit
constexpr std::chrono::minutes quota_interval{15};
/// A server may have to add up every mailbox.
constexpr std::chrono::seconds least_quota_interval{2};
constexpr std::size_t max_due = 16;

}  // namespace

void Session::State::want_quota(const std::string& mailbox) {
  if (quota_due.size() < max_due) quota_due.insert(mailbox);
}

void Session::State::start_quota() {
  if (quota_due.empty() || quota_unanswered > 0 || !is_in_sight || tree_look) return;
  if (!capabilities.has(Capability::quota)) return quota_due.clear();
  if (!wanted.empty() || !resyncs.empty()) return;
  const auto since = std::chrono::duration_cast<milliseconds>(now.steady - quota_asked_at);
  if (!quota_roots.empty() && since < least_quota_interval)
    return set_timer(Timer::quota, least_quota_interval - since);
  std::vector<Command> commands;
  std::vector<Pending> expected;
  for (const auto& mailbox : std::exchange(quota_due, {})) {
    auto command = get_quota_root(tags.next(), codec.to_wire(mailbox), capabilities.literals());
    if (!command) continue;
    expected.push_back({command->tag, Pending::Kind::get_quota_root, nullptr});
    commands.push_back(std::move(*command));
  }
  quota_unanswered = commands.size();
  quota_asked_at = now.steady;
  send(std::move(commands), std::move(expected));
  set_timer(Timer::quota, quota_interval);
}

/// Asked for or not (RFC 9208 §4.1.3: changed limits SHOULD be announced).
void Session::State::on_quota(const Quota& item) {
  std::vector<events::Step> steps;
  for (auto& event : config.memory->quotas.apply(item.root, config.account, now.wall))
    steps.emplace_back(std::move(event));
  emit(std::move(steps));
}

void Session::State::on_quota_roots(const QuotaRoots& item) {
  for (const auto& root : item.roots) {
    if (quota_roots.size() < QuotaTable::max_roots)
      quota_roots.try_emplace(root, codec.from_answer(item.mailbox));
  }
}

}  // namespace sources::imap
