#include "store/memory_store.hpp"

#include <algorithm>
#include <utility>

#include "store/error.hpp"

namespace store {

template <class T, class Work>
void MemoryStore::read(DoneWith<T> done, Work work) {
  queue_.push_back(
      {false, [done = std::move(done), work = std::move(work)](boost::system::error_code refused) {
         if (refused) {
           done(refused, T{});
         } else {
           done({}, work());
         }
       }});
}

void MemoryStore::load(DoneWith<Everything> done) {
  read<Everything>(std::move(done), [this] { return rows_.load(); });
}

void MemoryStore::commit(Transaction transaction, Done done) {
  ++pending_;
  queue_.push_back({true, [this, transaction = std::move(transaction),
                           done = std::move(done)](boost::system::error_code) {
                      const bool is_applied = !verdict_ && rows_.apply(transaction);
                      --pending_;
                      if (!done) return;
                      if (verdict_) return done(verdict_);
                      done(is_applied ? boost::system::error_code{}
                                      : make_error_code(errc::constraint));
                    }});
}

void MemoryStore::read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) {
  read<pubsub::ItemRows>(std::move(done),
                         [this, query = std::move(query)] { return rows_.read_items(query); });
}

void MemoryStore::load_account(std::vector<std::string> names,
                               DoneWith<std::optional<events::KnownAccount>> done) {
  read<std::optional<events::KnownAccount>>(
      std::move(done), [this, names = std::move(names)] { return rows_.load_account(names); });
}

void MemoryStore::read_notices(std::uint64_t after, std::size_t limit,
                               DoneWith<std::vector<pubsub::Notice>> done) {
  read<std::vector<pubsub::Notice>>(
      std::move(done), [this, after, limit] { return rows_.read_notices(after, limit); });
}

/// The first job; while writing is refused and a commit is first, the first read behind it.
bool MemoryStore::take_next(Job& next) {
  auto job = queue_.begin();
  if (refusal_) {
    job = std::find_if(job, queue_.end(), [](const Job& queued) { return !queued.is_commit; });
  }
  if (job == queue_.end()) return false;
  next = std::move(*job);
  queue_.erase(job);
  return true;
}

std::size_t MemoryStore::run(std::size_t most) {
  std::size_t count = 0;
  Job job;
  while (count < most) {
    const bool is_behind_commit = !queue_.empty() && queue_.front().is_commit;
    if (!take_next(job)) break;
    job.work(is_behind_commit ? refusal_ : boost::system::error_code{});
    ++count;
  }
  return count;
}

}  // namespace store
