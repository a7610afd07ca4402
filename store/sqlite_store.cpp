#include "store/sqlite_store.hpp"

#include <utility>

#include "store/error.hpp"

namespace store {

boost::system::result<std::unique_ptr<SqliteStore>, OpenError> SqliteStore::open(
    const std::string& path, Post post, Observer observer, SqliteOptions options) {
  auto connection = open_database(path, options.durability, options.lock_wait);
  if (!connection) return connection.error();
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(*connection), std::move(post),
                                                      std::move(observer), std::move(options)));
}

SqliteStore::SqliteStore(std::unique_ptr<Connection> connection, Post post, Observer observer,
                         SqliteOptions options)
    : post_(post),
      observer_(observer),
      options_(options),
      writer_(std::move(connection), std::move(post), std::move(observer), std::move(options)) {}

/// `work` runs on the writer's thread and makes the answer.
template <class T, class Work>
void SqliteStore::read(DoneWith<T> done, Work work) {
  writer_.read([this, done = std::move(done), work = std::move(work)](
                   Rows& rows, boost::system::error_code refused) -> SqliteWriter::Completion {
    if (refused) return [done, refused] { done(refused, T{}); };
    auto answer = std::make_shared<T>(work(rows));
    if (!rows.connection.has_failed()) {
      return [done, answer] { done({}, std::move(*answer)); };
    }
    const auto failure = rows.connection.take_failure();
    return [done, failure, told = observer_.read_failed] {
      if (told) told(failure.code, failure.message);
      done(failure.code, T{});
    };
  });
}

void SqliteStore::load(DoneWith<Everything> done) {
  read<Everything>(std::move(done), [this](Rows& rows) {
    std::uint64_t pruned = 0;
    const auto outcome = rows.connection.transact([&] {
      pruned = rows.pubsub.prune_notices(options_.now() - options_.notice_life);
      rows.mail.drop_unused_flag_sets();
    });
    // a full disk is no reason not to start: the old notices stay until the next time
    if (outcome && pruned > 0 && observer_.pruned) {
      post_([told = observer_.pruned, pruned] { told(pruned); });
    }
    Everything everything;
    everything.accounts = rows.mail.load();
    everything.pubsub = rows.pubsub.load();
    everything.contacts = rows.pubsub.load_contacts();
    everything.cursor = rows.pubsub.cursor();
    return everything;
  });
}

void SqliteStore::commit(Transaction transaction, Done done) {
  writer_.commit(std::move(transaction), std::move(done));
}

void SqliteStore::read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) {
  read<pubsub::ItemRows>(std::move(done), [query = std::move(query)](Rows& rows) {
    return rows.pubsub.read_items(query);
  });
}

void SqliteStore::load_account(std::vector<std::string> names,
                               DoneWith<std::optional<events::KnownAccount>> done) {
  read<std::optional<events::KnownAccount>>(
      std::move(done),
      [names = std::move(names)](Rows& rows) { return rows.mail.load_account(names); });
}

void SqliteStore::read_notices(std::uint64_t after, std::size_t limit,
                               DoneWith<std::vector<pubsub::Notice>> done) {
  read<std::vector<pubsub::Notice>>(std::move(done), [after, limit](Rows& rows) {
    return rows.pubsub.read_notices(after, limit);
  });
}

}  // namespace store
