// The rows of nodes, subscriptions, affiliations, items, the journal of notices and contacts:
// writes into SQL, and the answers to reads. [I/O]
#pragma once

#include <cstdint>
#include <vector>

#include "pubsub/store.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace store {

class RecordReader;

class PubsubRows {
 public:
  explicit PubsubRows(Connection& connection) : connection_(connection) {}

  /// Within a transaction of the connection.
  void apply(const std::vector<pubsub::Write>& writes);
  void apply(const std::vector<ContactRecord>& contacts);
  /// Never backwards; the notices up to there go.
  void move_cursor(std::uint64_t sequence);
  /// Removes notices older than `before`; how many there were.
  std::uint64_t prune_notices(pubsub::WallTime before);

  pubsub::Loaded load();
  std::vector<ContactRecord> load_contacts();
  std::uint64_t cursor();
  pubsub::ItemRows read_items(const pubsub::ItemQuery& query);
  std::vector<pubsub::Notice> read_notices(std::uint64_t after, std::size_t limit);

 private:
  void apply(const pubsub::WriteNode& write);
  void apply(const pubsub::MoveNodeRows& write);
  void apply(const pubsub::ForgetNodeRows& write);
  void apply(const pubsub::WriteSubscription& write);
  void apply(const pubsub::RemoveSubscription& write);
  void apply(const pubsub::WriteAffiliation& write);
  void apply(const pubsub::WriteItem& write);
  void apply(const pubsub::TrimItems& write);
  void apply(const pubsub::RemoveItems& write);
  void apply(const pubsub::AppendNotice& write);

  std::int64_t insert_payload(const pubsub::Payload& payload);
  std::int64_t payload_of(const pubsub::Notice& notice);
  /// A list that could not be read: the connection fails as corrupt.
  void judge(const RecordReader& records);
  void read_range(const pubsub::ItemQuery& query, pubsub::ItemRows& rows);
  void read_numbers(const pubsub::ItemQuery& query, pubsub::ItemRows& rows);

  Connection& connection_;
};

}  // namespace store
