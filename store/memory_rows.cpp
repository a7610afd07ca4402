#include "store/memory_rows.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace store {

bool MemoryRows::apply(const Transaction& transaction) {
  if (!fits(transaction)) return false;
  if (!transaction.account.empty()) {
    auto& account = accounts_[transaction.account];
    account.personal_prefix = transaction.personal_prefix;
    for (const auto& step : transaction.steps) {
      std::visit([&](const auto& kind) { apply(account, kind); }, step);
    }
  }
  for (const auto& write : transaction.writes) {
    std::visit([this](const auto& kind) { apply(kind); }, write);
  }
  for (const auto& contact : transaction.contacts) apply(contact);
  if (transaction.cursor != 0) {
    cursor_ = std::max(cursor_, transaction.cursor);
    notices_.erase(notices_.begin(), notices_.upper_bound(transaction.cursor));
  }
  return true;
}

bool MemoryRows::fits(const Transaction& transaction) const {
  std::set<std::uint64_t> sequences;
  for (const auto& write : transaction.writes) {
    const auto* append = std::get_if<pubsub::AppendNotice>(&write);
    if (append == nullptr) continue;
    const auto sequence = append->notice.sequence;
    if (notices_.contains(sequence) || !sequences.insert(sequence).second) return false;
  }
  return true;
}

MemoryRows::Mailbox& MemoryRows::mailbox(Account& account, const std::string& name) {
  auto& found = account.mailboxes[name];
  found.state.name = name;
  return found;
}

void MemoryRows::apply(Account& account, const events::MailboxIs& step) {
  mailbox(account, step.state.name).state = step.state;
}

void MemoryRows::apply(Account& account, const events::MailboxGone& step) {
  account.mailboxes.erase(step.name);
}

void MemoryRows::apply(Account& account, const events::MailboxMoved& step) {
  if (step.from == step.to) return;
  auto moving = account.mailboxes.extract(step.from);
  if (moving.empty()) return;
  moving.mapped().state.name = step.to;
  account.mailboxes.insert_or_assign(step.to, std::move(moving.mapped()));
}

void MemoryRows::apply(Account& account, const events::MessagesAre& step) {
  auto& target = mailbox(account, step.mailbox);
  target.is_looked_at = true;
  auto& messages = target.messages;
  if (step.all) messages.clear();
  std::erase_if(messages, [&](const auto& entry) { return step.removed.contains(entry.first); });
  for (const auto& [uid, flags] : step.set) messages.insert_or_assign(uid, flags);
}

void MemoryRows::apply(Account& account, const events::SubscriptionIs& step) {
  if (step.subscribed) {
    account.subscribed.insert(step.mailbox);
  } else {
    account.subscribed.erase(step.mailbox);
  }
}

void MemoryRows::apply(const pubsub::WriteNode& write) {
  nodes_.insert_or_assign({write.record.account, write.record.spec.id}, write.record);
}

void MemoryRows::apply(const pubsub::MoveNodeRows& write) {
  if (write.from == write.to) return;
  const NodeKey from{write.account, write.from};
  const NodeKey to{write.account, write.to};
  auto items = items_.extract(from);
  if (!items.empty()) {
    for (auto& [number, item] : items.mapped()) {
      item.node = write.to;
      items_[to].insert_or_assign(number, std::move(item));
    }
  }
  const auto move_rows = [&](auto& rows, auto first_key) {
    std::vector<std::decay_t<decltype(rows.extract(rows.begin()))>> moving;
    for (auto row = rows.lower_bound(first_key); row != rows.end();) {
      if (std::get<0>(row->first) != from) break;
      moving.push_back(rows.extract(row++));
    }
    for (auto& row : moving) {
      std::get<0>(row.key()) = to;
      row.mapped().node = write.to;
      rows.insert_or_assign(row.key(), std::move(row.mapped()));
    }
  };
  move_rows(subscriptions_, SubscriptionKey{from, {}, {}});
  move_rows(affiliations_, AffiliationKey{from, {}});
}

void MemoryRows::apply(const pubsub::ForgetNodeRows& write) {
  const NodeKey node{write.account, write.node};
  items_.erase(node);
  std::erase_if(subscriptions_, [&](const auto& row) { return std::get<0>(row.first) == node; });
  std::erase_if(affiliations_, [&](const auto& row) { return row.first.first == node; });
}

void MemoryRows::apply(const pubsub::WriteSubscription& write) {
  const auto& record = write.record;
  subscriptions_.insert_or_assign({{record.account, record.node}, record.jid, record.subid},
                                  record);
}

void MemoryRows::apply(const pubsub::RemoveSubscription& write) {
  subscriptions_.erase({{write.account, write.node}, write.jid, write.subid});
}

void MemoryRows::apply(const pubsub::WriteAffiliation& write) {
  const auto& record = write.record;
  const AffiliationKey key{{record.account, record.node}, record.jid};
  if (record.affiliation == pubsub::Affiliation::none) {
    affiliations_.erase(key);
  } else {
    affiliations_.insert_or_assign(key, record);
  }
}

void MemoryRows::apply(const pubsub::WriteItem& write) {
  const auto& record = write.record;
  items_[{record.account, record.node}].insert_or_assign(record.number, record);
}

void MemoryRows::apply(const pubsub::TrimItems& write) {
  const auto found = items_.find({write.account, write.node});
  if (found == items_.end()) return;
  std::erase_if(found->second, [&](const auto& row) {
    return row.first > 0 && (row.first < write.below || row.second.at < write.before);
  });
}

void MemoryRows::apply(const pubsub::RemoveItems& write) {
  const auto found = items_.find({write.account, write.node});
  if (found == items_.end()) return;
  if (write.numbers.empty()) found->second.clear();
  for (const auto number : write.numbers) found->second.erase(number);
}

void MemoryRows::apply(const pubsub::AppendNotice& write) {
  notices_.emplace(write.notice.sequence, write.notice);
  last_sequence_ = std::max(last_sequence_, write.notice.sequence);
}

void MemoryRows::apply(const ContactRecord& contact) {
  if (contact.state == ContactState::none) {
    contacts_.erase({contact.account, contact.jid});
  } else {
    contacts_.insert_or_assign({contact.account, contact.jid}, contact);
  }
}

std::optional<events::KnownAccount> MemoryRows::load_account(
    const std::vector<std::string>& names) const {
  for (const auto& name : names) {
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) continue;
    const auto& account = found->second;
    events::KnownAccount known{name, account.personal_prefix, {}, {}, {}};
    for (const auto& [mailbox_name, mailbox] : account.mailboxes) {
      known.mailboxes.push_back(mailbox.state);
      if (!mailbox.is_looked_at) continue;
      known.messages.emplace_back(
          mailbox_name, events::MessageFlags(mailbox.messages.begin(), mailbox.messages.end()));
    }
    known.subscribed.assign(account.subscribed.begin(), account.subscribed.end());
    return known;
  }
  return std::nullopt;
}

Everything MemoryRows::load() const {
  Everything everything;
  for (const auto& [name, account] : accounts_) {
    everything.accounts.push_back(*load_account({name}));
  }
  for (const auto& [key, node] : nodes_) everything.pubsub.nodes.push_back(node);
  for (const auto& [key, row] : subscriptions_) everything.pubsub.subscriptions.push_back(row);
  for (const auto& [key, row] : affiliations_) everything.pubsub.affiliations.push_back(row);
  for (const auto& [key, row] : contacts_) everything.contacts.push_back(row);
  everything.pubsub.last_sequence = last_sequence_;
  everything.cursor = cursor_;
  return everything;
}

pubsub::ItemRows MemoryRows::read_items(const pubsub::ItemQuery& query) const {
  pubsub::ItemRows rows;
  const auto found = items_.find({query.account, query.node});
  if (found == items_.end() || found->second.empty()) return rows;
  const auto& items = found->second;
  rows.count = items.size();
  rows.oldest = items.begin()->first;
  const auto& numbers = query.numbers;
  for (const auto& [number, item] : items) {
    if (query.after && number <= *query.after) continue;
    if (query.before && number >= *query.before) continue;
    if ((query.since && item.at < *query.since) || (query.until && item.at > *query.until))
      continue;
    if (!numbers.empty() && std::find(numbers.begin(), numbers.end(), number) == numbers.end()) {
      continue;
    }
    rows.items.push_back(item);
  }
  if (rows.items.size() > query.limit) {
    const auto surplus = static_cast<std::ptrdiff_t>(rows.items.size() - query.limit);
    const auto first = query.newest_first ? rows.items.begin() : rows.items.end() - surplus;
    rows.items.erase(first, first + surplus);
  }
  if (!rows.items.empty()) {
    rows.index_of_first = static_cast<std::uint64_t>(
        std::distance(items.begin(), items.find(rows.items.front().number)));
  }
  return rows;
}

std::vector<pubsub::Notice> MemoryRows::read_notices(std::uint64_t after, std::size_t limit) const {
  std::vector<pubsub::Notice> read;
  for (auto row = notices_.upper_bound(after); row != notices_.end() && read.size() < limit;
       ++row) {
    read.push_back(row->second);
  }
  return read;
}

std::uint64_t MemoryRows::prune_notices(pubsub::WallTime before) {
  return std::erase_if(notices_, [&](const auto& row) { return row.second.at < before; });
}

}  // namespace store
