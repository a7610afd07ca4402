// What time alone brings about: leases that end, subscriptions that rest and wake, states that are
// repeated. XEP-0060 §12.3, §12.18; docs/protocol.md "Subscription options".
#pragma once

#include <chrono>
#include <functional>

#include "component/committer.hpp"
#include "component/digests.hpp"
#include "component/environment.hpp"
#include "pubsub/service.hpp"

namespace component {

class Upkeep {
 public:
  static constexpr std::chrono::seconds every{1};
  static constexpr std::chrono::hours silent_every{1};  ///< looks at every subscription

  Upkeep(Environment& environment, Committer& committer, pubsub::Service& pubsub, Digests& digests,
         std::function<void(pubsub::Retrieval)> send_states);

  void start();

 private:
  void tick();
  void look_for_silent();

  Environment& environment_;
  Committer& committer_;
  pubsub::Service& pubsub_;
  Digests& digests_;
  std::function<void(pubsub::Retrieval)> send_states_;
};

}  // namespace component
