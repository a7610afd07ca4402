#include "component/departures.hpp"

#include <iterator>

namespace component {

void Departures::note(const pubsub::Notice& notice) {
  const bool is_departure =
      notice.kind == pubsub::NoticeKind::remove || notice.kind == pubsub::NoticeKind::redirect;
  if (is_departure) by_node_[{notice.account, notice.node}][notice.sequence] = notice.recipients;
}

const std::vector<pubsub::Recipient>* Departures::find(const pubsub::Notice& notice) const {
  const auto node = by_node_.find({notice.account, notice.node});
  if (node == by_node_.end()) return nullptr;
  const auto departure = node->second.upper_bound(notice.sequence);
  return departure != node->second.end() ? &departure->second : nullptr;
}

void Departures::forget_until(std::uint64_t sequence) {
  for (auto at = by_node_.begin(); at != by_node_.end();) {
    auto& departures = at->second;
    departures.erase(departures.begin(), departures.upper_bound(sequence));
    at = departures.empty() ? by_node_.erase(at) : std::next(at);
  }
}

}  // namespace component
