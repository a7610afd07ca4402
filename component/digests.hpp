// Publications that wait, since their subscriber wants at most one message per node in a while; of
// a state only the newest is told. XEP-0060 §16.4.2 (pubsub#digest_frequency).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "component/environment.hpp"
#include "pubsub/service.hpp"
#include "store/store.hpp"

namespace component {

class Digests {
 public:
  Digests(Environment& environment, StanzaOutput& output, store::Store& store,
          pubsub::Service& pubsub)
      : environment_(environment), output_(output), store_(store), pubsub_(pubsub) {}

  /// The outbox has come to a publication that these subscriptions are to hear of later.
  void add(const pubsub::Notice& notice,
           const std::vector<pubsub::Subscriptions::Pointer>& subscriptions);
  /// Those whose time has come are read and sent.
  void tick();
  /// The program ends: what waits is sent now rather than never.
  void send_all();
  std::size_t pending() const { return waiting_.size(); }

 private:
  using Key = std::pair<pubsub::Subscriptions::Pointer, pubsub::NodeId>;
  /// Those that are due at once come by node, then by who is told.
  struct Earlier {
    bool operator()(const Key& a, const Key& b) const {
      const auto to_tuple = [](const Key& key) {
        const pubsub::Subscription& to = *key.first;
        return std::tie(key.second, to.account());
      };
      const auto left = to_tuple(a), right = to_tuple(b);
      if (left != right) return left < right;
      return std::make_pair(a.first->jid(), a.first->subid()) <
             std::make_pair(b.first->jid(), b.first->subid());
    }
  };
  struct Waiting {
    std::uint64_t after = 0;  ///< items up to this number were told
    bool is_state = false;
    std::chrono::steady_clock::time_point due;
  };

  void send(const Key& key, const Waiting& waiting);
  void on_rows(const Key& key, const Waiting& waiting, const pubsub::ItemRows& rows);
  void wait(const Key& key, const Waiting& waiting);

  Environment& environment_;
  StanzaOutput& output_;
  store::Store& store_;
  pubsub::Service& pubsub_;
  std::map<Key, Waiting, Earlier> waiting_;
  std::map<std::chrono::steady_clock::time_point, std::set<Key, Earlier>> due_;
};

}  // namespace component
