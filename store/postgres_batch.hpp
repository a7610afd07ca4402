// Transactions as the statements of one commit of PostgreSQL. [I/O] Nothing is read in between, so
// that all of them go out at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/postgres_value.hpp"
#include "store/store.hpp"

namespace store {

/// Which row of table `gateway` this process is.
struct GatewayIdentity {
  std::int64_t id = 0;
  std::int64_t fence = 0;
};

/// Rows of table `change`.
enum class ChangeKind : std::uint8_t { node, write, contact };

class PostgresBatch {
 public:
  static constexpr auto nobody = static_cast<std::size_t>(-1);

  /// `seen`: the last change of other gateways that this one has heard of.
  PostgresBatch(GatewayIdentity self, std::int64_t number, std::int64_t seen);

  void add(const std::vector<const Transaction*>& transactions);
  std::vector<PostgresStatement> take() { return std::move(statements_); }
  /// The transaction, as an index into what was added, that the statement is of.
  std::size_t owner(std::size_t statement) const { return owners_[statement]; }

 private:
  using NodeKey = std::pair<std::string, pubsub::NodeId>;

  template <class... Values>
  void run(const char* sql, const Values&... values) {
    statements_.push_back(to_statement(sql, values...));
    owners_.push_back(owner_);
  }
  void add(const Transaction& transaction);
  void leave();

  void apply(const std::string& account, const events::MailboxIs& step);
  void apply(const std::string& account, const events::MailboxGone& step);
  void apply(const std::string& account, const events::MailboxMoved& step);
  void apply(const std::string& account, const events::MessagesAre& step);
  void apply(const std::string& account, const events::SubscriptionIs& step);
  void apply(const std::string&, const events::Event&) {}  // it became an item

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
  void apply(const ContactRecord& contact);
  void tell(ChangeKind kind, const std::string& account, const pubsub::NodeId& node,
            std::string content);

  GatewayIdentity self_;
  std::int64_t seen_;
  std::vector<PostgresStatement> statements_;
  std::vector<std::size_t> owners_;
  std::size_t owner_ = nobody;

  std::map<NodeKey, const pubsub::WriteNode*> last_node_;  // of those added: it alone is written
  std::set<NodeKey> told_nodes_;
  std::uint64_t newest_notice_ = 0;
  std::uint64_t cursor_ = 0;
  std::vector<std::int64_t> change_kinds_;
  std::vector<std::string> change_accounts_, change_nodes_, change_contents_;
};

}  // namespace store
