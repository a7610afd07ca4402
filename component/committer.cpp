#include "component/committer.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace component {
namespace {

std::vector<pubsub::Notice> notices_of(const store::Transaction& transaction) {
  std::vector<pubsub::Notice> notices;
  for (const auto& write : transaction.writes) {
    if (const auto* append = std::get_if<pubsub::AppendNotice>(&write))
      notices.push_back(append->notice);
  }
  return notices;
}

}  // namespace

void Committer::commit(store::Transaction transaction,
                       std::function<void(boost::system::error_code)> then) {
  auto on_done = [this, notices = notices_of(transaction),
                  after = std::move(then)](boost::system::error_code error) mutable {
    if (!error && !notices.empty()) outbox_.on_committed(std::move(notices));
    if (after) after(error);
    on_backlog_();
  };
  store_.commit(std::move(transaction), std::move(on_done));
  on_backlog_();
}

void Committer::commit_writes(std::vector<pubsub::Write> writes, std::function<void()> then) {
  if (writes.empty()) {
    if (then) then();
    return;
  }
  store::Transaction transaction;
  transaction.writes = std::move(writes);
  commit(std::move(transaction), [after = std::move(then)](boost::system::error_code) {
    if (after) after();
  });
}

}  // namespace component
