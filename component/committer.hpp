// The one way into the store: what is committed goes out to subscribers after it is durable, and
// only then.
#pragma once

#include <functional>

#include "component/outbox.hpp"
#include "store/store.hpp"

namespace component {

class Committer {
 public:
  Committer(store::Store& store, Outbox& outbox) : store_(store), outbox_(outbox) {}

  /// `then` runs once the transaction is durable (error: it never will be, which is a bug and was
  /// logged by the store).
  void commit(store::Transaction transaction,
              std::function<void(boost::system::error_code)> then = {});

 private:
  store::Store& store_;
  Outbox& outbox_;
};

}  // namespace component
