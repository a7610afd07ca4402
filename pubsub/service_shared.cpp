// What other gateways on the same store have written, and what they leave behind.
// docs/decisions/0004-postgresql.md "Several gateways".
#include <set>
#include <utility>

#include "pubsub/service.hpp"

namespace pubsub {

void Service::take_over(const std::vector<Write>& writes) {
  std::set<std::string> touched;
  for (const Write& write : writes) {
    if (const auto* node = std::get_if<WriteNode>(&write)) {
      const bool is_ours = is_ours_(node->record.account);
      if (is_ours) take_over_configuration(node->record);
      if (!is_ours) take_over(node->record);
      touched.insert(node->record.account);
    } else if (const auto* rows = std::get_if<ForgetNodeRows>(&write)) {
      const auto account = accounts_.find(rows->account);
      touched.insert(rows->account);
      if (account != accounts_.end()) account->second.affiliations.forget(rows->node);
      for (const auto& subscription : subscriptions_.end_node(rows->account, rows->node))
        unschedule(subscription);
    } else if (const auto* move = std::get_if<MoveNodeRows>(&write)) {
      const auto account = accounts_.find(move->account);
      touched.insert(move->account);
      if (account != accounts_.end()) account->second.affiliations.move(move->from, move->to);
      move_subscriptions(move->account, move->from, move->to);
    } else if (const auto* subscription = std::get_if<WriteSubscription>(&write)) {
      take_over(subscription->record);
    } else if (const auto* removal = std::get_if<RemoveSubscription>(&write)) {
      if (const auto ended = find_exactly(removal->account, removal->node, removal->subid)) {
        unschedule(ended);
        subscriptions_.end(ended);
      }
    } else if (const auto* affiliation = std::get_if<WriteAffiliation>(&write)) {
      const AffiliationRecord& record = affiliation->record;
      Account& account = accounts_[record.account];
      account.jid = record.account;
      account.affiliations.set(record.node, record.jid, record.affiliation);
      index_guests(account);
      touched.insert(record.account);
    }
  }
  for (const auto& jid : touched) {
    if (const auto account = accounts_.find(jid); account != accounts_.end())
      ++account->second.version;
  }
}

void Service::reload(const std::vector<NodeRecord>& nodes) {
  for (const NodeRecord& node : nodes) take_over(node);
}

void Service::take_over(const NodeRecord& record) {
  Account& account = accounts_[record.account];
  account.jid = record.account;
  if (const NodeRecord* present = account.tree.find(record.spec.id)) unindex(account, *present);
  if (record.exists) {
    account.former.erase(record.spec.id);
    index(account, record);
    account.tree.put(record);
  } else {
    account.tree.erase(record.spec.id);
    account.former.insert_or_assign(record.spec.id, record);
  }
  index_guests(account);
}

/// The rest of the row is our own, and may be older than what we know.
void Service::take_over_configuration(const NodeRecord& record) {
  const auto account = accounts_.find(record.account);
  if (account == accounts_.end()) return;
  const NodeRecord* present = account->second.tree.find(record.spec.id);
  if (present == nullptr || present->config == record.config) return;
  NodeRecord changed = *present;
  changed.config = record.config;
  unindex(account->second, *present);
  index(account->second, changed);
  account->second.tree.put(std::move(changed));
  index_guests(account->second);
}

void Service::take_over(const SubscriptionRecord& record) {
  const NodeTree* nodes = tree(record.account);
  const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(record.node);
  if (node == nullptr) return;
  const auto submitted =
      options_.submit(default_options(), record.options, node->spec.kind, WallTime());
  OptionsPointer options = submitted.has_value() ? submitted->options : options_.defaults();
  if (const auto present = find_exactly(record.account, record.node, record.subid)) {
    unschedule(present);
    subscriptions_.change(present, record, std::move(options));
    schedule(present);
  } else {
    schedule(subscriptions_.add(record, std::move(options)));
  }
}

std::vector<Write> Service::adopt(std::vector<Notice> notices) {
  std::vector<Write> writes;
  for (Notice& notice : notices) append_notice(writes, std::move(notice));
  return writes;
}

Subscriptions::Pointer Service::find_exactly(const std::string& account, const NodeId& node,
                                             std::string_view subid) const {
  for (const auto& subscription : subscriptions_.at(account, node)) {
    if (subscription->subid() == subid) return subscription;
  }
  return nullptr;
}

}  // namespace pubsub
