// The one way into the store: what is committed goes out to subscribers after it is durable, and
// only then.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "component/outbox.hpp"
#include "store/store.hpp"

namespace component {

class Committer {
 public:
  /// `on_backlog` runs whenever the number of transactions under way has changed.
  Committer(store::Store& store, Outbox& outbox, std::function<void()> on_backlog)
      : store_(store), outbox_(outbox), on_backlog_(std::move(on_backlog)) {}

  /// `then` runs once the transaction is durable (error: it never will be, which is a bug and was
  /// logged by the store).
  void commit(store::Transaction transaction,
              std::function<void(boost::system::error_code)> then = {});
  /// What the PubSub service alone changes; nothing, if there is nothing.
  void commit_writes(std::vector<pubsub::Write> writes, std::function<void()> then = {});

 private:
  store::Store& store_;
  Outbox& outbox_;
  std::function<void()> on_backlog_;
};

}  // namespace component
