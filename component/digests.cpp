#include "component/digests.hpp"

#include "pubsub/policy.hpp"

namespace component {

void Digests::add(const pubsub::Notice& notice,
                  const std::vector<pubsub::Subscriptions::Pointer>& subscriptions) {
  for (const auto& subscription : subscriptions) {
    const Key key{subscription, notice.node};
    if (waiting_.contains(key)) continue;
    const bool is_state = notice.kind == pubsub::NoticeKind::state;
    wait(key, {is_state ? 0 : notice.number - 1, is_state,
               environment_.steady_now() + subscription->options().digest_frequency});
  }
}

void Digests::wait(const Key& key, const Waiting& waiting) {
  waiting_[key] = waiting;
  due_[waiting.due].insert(key);
}

void Digests::tick() {
  const auto now = environment_.steady_now();
  // While the stream is down nothing is lost: it is sent when it is up again.
  while (output_.is_up() && !due_.empty() && due_.begin()->first <= now) {
    const auto keys = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    for (const Key& key : keys) {
      const auto found = waiting_.extract(key);
      if (found) send(key, found.mapped());
    }
  }
}

void Digests::send_all() {
  due_.clear();
  const auto all = std::move(waiting_);
  waiting_.clear();
  for (const auto& [key, waiting] : all) send(key, waiting);
}

void Digests::send(const Key& key, const Waiting& waiting) {
  if (key.first->has_ended()) return;
  pubsub::ItemQuery query;
  query.account = key.first->account();
  query.node = key.second;
  query.limit = pubsub::max_answer_items;
  query.newest_first = waiting.is_state;
  if (!waiting.is_state) query.after = waiting.after;
  store_.read_items(std::move(query), [this, key, waiting](boost::system::error_code error,
                                                           const pubsub::ItemRows& rows) {
    if (!error) return on_rows(key, waiting, rows);
    Waiting again = waiting;
    again.due = environment_.steady_now() + std::chrono::seconds(1);
    wait(key, again);
  });
}

void Digests::on_rows(const Key& key, const Waiting& waiting, const pubsub::ItemRows& rows) {
  const auto digest = pubsub_.digest(key.first, key.second, rows);
  if (!digest.message.empty()) output_.send(digest.message);
  const bool is_all =
      waiting.is_state || rows.items.empty() || digest.until == 0 ||
      (digest.until == rows.items.back().number && rows.items.size() < pubsub::max_answer_items);
  if (is_all || waiting_.contains(key)) return;
  // What did not fit comes with the next one.
  wait(key,
       {digest.until, false, environment_.steady_now() + key.first->options().digest_frequency});
}

}  // namespace component
