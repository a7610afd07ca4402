// The store without a disk, for unit tests and transcripts: same meaning as SqliteStore, answers
// only inside run(), and refuses when it is told to.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>

#include "store/memory_rows.hpp"
#include "store/store.hpp"

namespace store {

class MemoryStore final : public Store {
 public:
  void load(DoneWith<Everything> done) override;
  void commit(Transaction transaction, Done done) override;
  void read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) override;
  void read_notices(std::uint64_t after, std::size_t limit,
                    DoneWith<std::vector<pubsub::Notice>> done) override;
  void load_account(std::vector<std::string> names,
                    DoneWith<std::optional<events::KnownAccount>> done) override;
  bool is_writable() const override { return !refusal_; }
  std::size_t pending() const override { return pending_; }

  /// Carries out at most `most` calls of those queued, what completions queue included; how many it
  /// was.
  std::size_t run(std::size_t most = static_cast<std::size_t>(-1));
  /// From now on commits stay in the queue and reads behind them get `why`; until accept().
  void refuse(boost::system::error_code why) { refusal_ = why; }
  void accept() { refusal_ = {}; }
  /// From now on no commit is carried out, and each is told so: as of a process that was fenced.
  void end(boost::system::error_code verdict) { verdict_ = verdict; }
  /// As SqliteStore does at its start.
  std::uint64_t prune_notices(pubsub::WallTime before) { return rows_.prune_notices(before); }

 private:
  struct Job {
    bool is_commit = false;
    std::function<void(boost::system::error_code refused)> work;
  };
  template <class T, class Work>
  void read(DoneWith<T> done, Work work);
  bool take_next(Job& next);

  MemoryRows rows_;
  std::deque<Job> queue_;
  std::size_t pending_ = 0;
  boost::system::error_code refusal_;
  boost::system::error_code verdict_;
};

}  // namespace store
