// Reads the items that a plan of the service names, one query after the other, and sends what
// subscribers are sent unasked. XEP-0060 §6.1.7, §6.5.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "component/environment.hpp"
#include "pubsub/service.hpp"
#include "store/store.hpp"

namespace component {

class ItemReader {
 public:
  using Queries = std::vector<pubsub::ItemQuery>;
  using Rows = std::vector<pubsub::ItemRows>;

  ItemReader(StanzaOutput& output, store::Store& store, pubsub::Service& pubsub)
      : output_(output), store_(store), pubsub_(pubsub) {}

  /// One of the two is called: `then` with the rows of each query, `otherwise` when the store does
  /// not answer.
  void read(Queries queries, std::function<void(const Rows&)> then,
            std::function<void()> otherwise);
  /// To whom the plan says, what the plan says.
  void send_last_items(pubsub::Retrieval retrieval);

 private:
  struct Reading;
  void go_on(const std::shared_ptr<Reading>& reading);

  StanzaOutput& output_;
  store::Store& store_;
  pubsub::Service& pubsub_;
};

}  // namespace component
