// Carries out pubsub::Write values on plain maps: what a store must do, in the shortest words. For
// tests.
#pragma once

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "pubsub/store.hpp"

namespace support {

class MemoryRows {
 public:
  void carry_out(const std::vector<pubsub::Write>& writes) {
    for (const auto& write : writes) {
      std::visit([this](const auto& kind) { carry_out(kind); }, write);
    }
  }

  pubsub::Loaded load() const {
    pubsub::Loaded loaded;
    for (const auto& [key, node] : nodes_) loaded.nodes.push_back(node);
    loaded.subscriptions = subscriptions_;
    loaded.affiliations = affiliations_;
    loaded.last_sequence = notices_.empty() ? 0 : notices_.back().sequence;
    return loaded;
  }

  pubsub::ItemRows read(const pubsub::ItemQuery& query) const {
    pubsub::ItemRows rows;
    std::vector<const pubsub::ItemRecord*> matching;
    for (const auto& [key, item] : items_) {
      if (item.account != query.account || item.node != query.node) continue;
      ++rows.count;
      if (rows.oldest == 0) rows.oldest = item.number;
      const auto& numbers = query.numbers;
      const bool is_named = numbers.empty() ||
                            std::find(numbers.begin(), numbers.end(), item.number) != numbers.end();
      const bool is_in_range = (!query.after || item.number > *query.after) &&
                               (!query.before || item.number < *query.before);
      if (is_named && is_in_range) matching.push_back(&item);
    }
    if (matching.size() > query.limit) {
      const auto surplus = static_cast<std::ptrdiff_t>(matching.size() - query.limit);
      if (query.newest_first) {
        matching.erase(matching.begin(), matching.begin() + surplus);
      } else {
        matching.erase(matching.end() - surplus, matching.end());
      }
    }
    for (const auto* item : matching) rows.items.push_back(*item);
    if (!rows.items.empty()) {
      for (const auto& [key, item] : items_) {
        const bool is_here = item.account == query.account && item.node == query.node;
        if (is_here && item.number < rows.items.front().number) ++rows.index_of_first;
      }
    }
    return rows;
  }

  const std::vector<pubsub::Notice>& notices() const { return notices_; }

 private:
  using NodeKey = std::pair<std::string, pubsub::NodeId>;

  void carry_out(const pubsub::WriteNode& write) {
    nodes_.insert_or_assign(NodeKey(write.record.account, write.record.spec.id), write.record);
  }
  void carry_out(const pubsub::MoveNodeRows& write) {
    for (auto& subscription : subscriptions_) {
      if (is_at(subscription, write.account, write.from)) subscription.node = write.to;
    }
    for (auto& affiliation : affiliations_) {
      if (is_at(affiliation, write.account, write.from)) affiliation.node = write.to;
    }
    std::map<ItemKey, pubsub::ItemRecord> moved;
    for (auto& [key, item] : items_) {
      pubsub::ItemRecord record = item;
      if (is_at(record, write.account, write.from)) record.node = write.to;
      moved.insert_or_assign(key_of(record), record);
    }
    items_ = std::move(moved);
  }
  void carry_out(const pubsub::ForgetNodeRows& write) {
    const auto is_here = [&](const auto& row) { return is_at(row, write.account, write.node); };
    std::erase_if(subscriptions_, is_here);
    std::erase_if(affiliations_, is_here);
    std::erase_if(items_, [&](const auto& row) { return is_here(row.second); });
  }
  void carry_out(const pubsub::WriteSubscription& write) {
    const auto& record = write.record;
    carry_out(pubsub::RemoveSubscription{record.account, record.node, record.jid, record.subid});
    subscriptions_.push_back(record);
  }
  void carry_out(const pubsub::RemoveSubscription& write) {
    std::erase_if(subscriptions_, [&](const auto& row) {
      return is_at(row, write.account, write.node) && row.jid == write.jid &&
             row.subid == write.subid;
    });
  }
  void carry_out(const pubsub::WriteAffiliation& write) {
    std::erase_if(affiliations_, [&](const auto& row) {
      return is_at(row, write.record.account, write.record.node) && row.jid == write.record.jid;
    });
    if (write.record.affiliation != pubsub::Affiliation::none)
      affiliations_.push_back(write.record);
  }
  void carry_out(const pubsub::WriteItem& write) {
    items_.insert_or_assign(key_of(write.record), write.record);
  }
  void carry_out(const pubsub::TrimItems& write) {
    std::erase_if(items_, [&](const auto& row) {
      const auto& item = row.second;
      const bool is_old = item.number < write.below || item.at < write.before;
      return is_at(item, write.account, write.node) && item.number != 0 && is_old;
    });
  }
  void carry_out(const pubsub::RemoveItems& write) {
    const auto& numbers = write.numbers;
    std::erase_if(items_, [&](const auto& row) {
      const auto& item = row.second;
      const bool is_meant = numbers.empty() ||
                            std::find(numbers.begin(), numbers.end(), item.number) != numbers.end();
      return is_at(item, write.account, write.node) && is_meant;
    });
  }
  void carry_out(const pubsub::AppendNotice& write) { notices_.push_back(write.notice); }

  template <class Row>
  static bool is_at(const Row& row, const std::string& account, const pubsub::NodeId& node) {
    return row.account == account && row.node == node;
  }

  using ItemKey = std::tuple<std::string, pubsub::NodeId, std::uint64_t>;
  static ItemKey key_of(const pubsub::ItemRecord& item) {
    return {item.account, item.node, item.number};
  }

  std::map<NodeKey, pubsub::NodeRecord> nodes_;
  std::vector<pubsub::SubscriptionRecord> subscriptions_;
  std::vector<pubsub::AffiliationRecord> affiliations_;
  std::map<ItemKey, pubsub::ItemRecord> items_;
  std::vector<pubsub::Notice> notices_;
};

}  // namespace support
