// The rows of the store as plain containers, with the same meaning as the SQL tables: what
// MemoryStore keeps. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/store.hpp"

namespace store {

class MemoryRows {
 public:
  /// False, and nothing is changed: the transaction contradicts what is stored (a notice's sequence
  /// is taken).
  [[nodiscard]] bool apply(const Transaction& transaction);
  Everything load() const;
  std::optional<events::KnownAccount> load_account(const std::vector<std::string>& names) const;
  pubsub::ItemRows read_items(const pubsub::ItemQuery& query) const;
  std::vector<pubsub::Notice> read_notices(std::uint64_t after, std::size_t limit) const;
  /// How many notices were older than `before` and went.
  std::uint64_t prune_notices(pubsub::WallTime before);

 private:
  struct Mailbox {
    events::MailboxState state;
    bool is_looked_at = false;
    std::map<events::Uid, events::FlagSet> messages;
  };
  struct Account {
    std::string personal_prefix;
    std::map<std::string, Mailbox> mailboxes;
    std::set<std::string> subscribed;
  };
  using NodeKey = std::pair<std::string, pubsub::NodeId>;                 // account, node
  using SubscriptionKey = std::tuple<NodeKey, std::string, std::string>;  // jid, subid
  using AffiliationKey = std::pair<NodeKey, std::string>;                 // jid
  using Items = std::map<std::uint64_t, pubsub::ItemRecord>;

  bool fits(const Transaction& transaction) const;
  Mailbox& mailbox(Account& account, const std::string& name);
  void apply(Account& account, const events::MailboxIs& step);
  void apply(Account& account, const events::MailboxGone& step);
  void apply(Account& account, const events::MailboxMoved& step);
  void apply(Account& account, const events::MessagesAre& step);
  void apply(Account& account, const events::SubscriptionIs& step);
  void apply(Account&, const events::Event&) {}  // it became an item

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

  std::map<std::string, Account> accounts_;
  std::map<NodeKey, pubsub::NodeRecord> nodes_;
  std::map<SubscriptionKey, pubsub::SubscriptionRecord> subscriptions_;
  std::map<AffiliationKey, pubsub::AffiliationRecord> affiliations_;
  std::map<std::pair<std::string, std::string>, ContactRecord> contacts_;  // account, jid
  std::map<NodeKey, Items> items_;
  std::map<std::uint64_t, pubsub::Notice> notices_;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t cursor_ = 0;
};

}  // namespace store
