#include "component/upkeep.hpp"

#include <utility>

namespace component {

Upkeep::Upkeep(Environment& environment, Committer& committer, pubsub::Service& pubsub,
               Digests& digests, std::function<void(pubsub::Retrieval)> send_states)
    : environment_(environment),
      committer_(committer),
      pubsub_(pubsub),
      digests_(digests),
      send_states_(std::move(send_states)) {}

void Upkeep::start() {
  environment_.start_timer(every, [this] { tick(); });
  environment_.start_timer(silent_every, [this] { look_for_silent(); });
}

void Upkeep::tick() {
  const auto now = environment_.wall_now();
  committer_.commit_writes(pubsub_.expire(now));
  for (auto& plan : pubsub_.heartbeats(now)) send_states_(std::move(plan));
  digests_.tick();
  environment_.start_timer(every, [this] { tick(); });
}

void Upkeep::look_for_silent() {
  committer_.commit_writes(pubsub_.end_silent(environment_.wall_now()));
  environment_.start_timer(silent_every, [this] { look_for_silent(); });
}

}  // namespace component
