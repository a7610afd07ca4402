// The store in one SQLite file: Store's calls become jobs of the one writer thread, its answers are
// posted back. [I/O]
#pragma once

#include <memory>
#include <string>

#include "store/sqlite_writer.hpp"

namespace store {

class SqliteStore final : public Store {
 public:
  /// Blocks until the file is open, locked and of the present schema.
  [[nodiscard]] static boost::system::result<std::unique_ptr<SqliteStore>, OpenError> open(
      const std::string& path, Post post, Observer observer = {}, SqliteOptions options = {});
  /// Waits for what is queued, at most `shutdown_limit` if the database refuses. Completions are
  /// still posted.
  ~SqliteStore() override = default;

  /// Also removes notices older than `notice_life`.
  void load(DoneWith<Everything> done) override;
  void commit(Transaction transaction, Done done) override;
  /// While the database refuses a commit that was queued before, reads are answered with its error.
  void read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) override;
  void read_notices(std::uint64_t after, std::size_t limit,
                    DoneWith<std::vector<pubsub::Notice>> done) override;
  void load_account(std::vector<std::string> names,
                    DoneWith<std::optional<events::KnownAccount>> done) override;
  bool is_writable() const override { return writer_.is_writable(); }
  std::size_t pending() const override { return writer_.pending(); }

  /// How large the file may become, in pages; 0 for no limit. Tries at once what was refused.
  void limit_pages(std::uint32_t max_pages) { writer_.limit_pages(max_pages); }

 private:
  SqliteStore(std::unique_ptr<Connection> connection, Post post, Observer observer,
              SqliteOptions options);
  template <class T, class Work>
  void read(DoneWith<T> done, Work work);

  Post post_;
  Observer observer_;
  SqliteOptions options_;
  SqliteWriter writer_;  // last: its thread uses the others
};

}  // namespace store
