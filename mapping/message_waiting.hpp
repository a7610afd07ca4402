// The message-waiting state of a mailbox and the health of a source, as payloads: what an indicator
// shows. RFC 3842 §1 (message waiting), urn:xmpp:message-store:0 <status/> and <source/>.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/report.hpp"
#include "pubsub/change.hpp"

namespace mapping {

/// status/@state. stale: the gateway has lost sight of the store. gone: the last one before the
/// node is deleted.
enum class WaitingState { current, stale, gone };

struct WaitingStateRow {
  WaitingState state;
  std::string_view text;
};
inline constexpr std::array<WaitingStateRow, 3> waiting_states{{
    {WaitingState::current, "current"},
    {WaitingState::stale, "stale"},
    {WaitingState::gone, "gone"},
}};
static_assert([] {
  for (std::size_t i = 0; i < waiting_states.size(); ++i) {
    if (static_cast<std::size_t>(waiting_states[i].state) != i) return false;
  }
  return static_cast<std::size_t>(WaitingState::gone) + 1 == waiting_states.size();
}());

/// What an indicator shows of an account as a whole: whether the gateway sees it, and the unseen
/// messages of its mailboxes by their status nodes, where they are known and news.
struct AccountWaiting {
  bool is_current = false;
  std::vector<std::pair<pubsub::NodeId, std::uint32_t>> unseen;
};

/// The item "current" of `node`. Counts that are unknown are absent; the key is everything but the
/// stamp.
pubsub::PublishState to_publish_state(std::string node, const events::MailboxState& mailbox,
                                      WaitingState state, pubsub::WallTime at);

/// <source/> for mail_account.
pubsub::Payload to_source_payload(const events::SightChange& change);

}  // namespace mapping
