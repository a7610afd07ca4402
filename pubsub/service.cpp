#include "pubsub/service.hpp"

#include <utility>

#include "pubsub/node_uri.hpp"
#include "pubsub/notifier.hpp"

namespace pubsub {
namespace {

constexpr int max_renames_followed = 16;

}  // namespace

Service::Service(Policy policy, const Access& access, IdSource& ids)
    : policy_(policy), access_(access), ids_(ids) {}

void Service::load(Loaded loaded) {
  for (NodeRecord& record : loaded.nodes) {
    Account& account = accounts_[record.account];
    if (record.exists) {
      account.tree.put(std::move(record));
    } else {
      const NodeId id = record.spec.id;
      account.former.insert_or_assign(id, std::move(record));
    }
  }
  for (SubscriptionRecord& record : loaded.subscriptions) {
    const NodeTree* nodes = tree(record.account);
    const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(record.node);
    if (node == nullptr) continue;  // its node has gone, and with it whatever it could deliver
    const auto options = parse_options(record.options, node->spec.kind);
    subscriptions_.add(std::move(record), options.has_value() ? *options : SubscriptionOptions{});
  }
  last_sequence_ = loaded.last_sequence;
}

const NodeTree* Service::tree(const std::string& account) const {
  const auto found = accounts_.find(account);
  return found == accounts_.end() ? nullptr : &found->second.tree;
}

bool Service::may_see(const std::string& account, const std::string& bare) const {
  // XEP-0060 §4.5: todo - access models; an account is seen by its owners alone
  return !account.empty() && access_.is_owner(account, bare);
}

std::optional<Error> Service::refusal(const std::string& account, const std::string& bare,
                                      const NodeId& node) const {
  // XEP-0060 §6.1.3.4: deviates - as §14.3 allows, what is closed looks like what is not there
  const Error not_found{ErrorCode::item_not_found, {}};
  const auto found = accounts_.find(account);
  if (!may_see(account, bare) || found == accounts_.end()) return not_found;
  const auto& [tree, former] = found->second;
  if (tree.find(node) != nullptr) return std::nullopt;
  // XEP-0060 §6.1.3.11: it may have moved more than once
  NodeId id = node;
  for (int i = 0; i < max_renames_followed; ++i) {
    const auto record = former.find(id);
    if (record == former.end() || !record->second.redirect ||
        record->second.redirect_until <= latest_)
      break;
    id = *record->second.redirect;
    if (tree.find(id) != nullptr) return Error{ErrorCode::gone, to_node_uri(account, id)};
  }
  return not_found;
}

void Service::collect(const std::string& account, const NodeId& node, Matter matter,
                      std::size_t extra_depth, bool through_collections,
                      Recipients& recipients) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return;
  const auto add = [&](const NodeId& at, std::size_t depth) {
    for (const auto& subscription : subscriptions_.at(account, at)) {
      const SubscriptionOptions& options = subscription->options;
      const auto unwanted =
          matter == Matter::items ? SubscriptionType::nodes : SubscriptionType::items;
      const bool is_of_itself = depth == 0;
      const bool is_too_deep = options.depth && depth > *options.depth;
      const bool is_wanted = is_of_itself || (options.type != unwanted && !is_too_deep);
      if (!options.deliver || !is_wanted ||
          subscription->record.state != SubscriptionState::subscribed)
        continue;
      if (may_see(account, subscription->bare)) recipients.add(subscription);
    }
  };
  add(node, extra_depth);
  if (!through_collections) return;
  for (const auto& step : found->second.tree.ancestors(node))
    add(step.id, step.depth + extra_depth);
}

void Service::collect_recipients(const Notice& notice, Recipients& recipients) const {
  const bool through_collections = !notice.sight_only || notice.speaks_for_all;
  collect(notice.account, notice.node, Matter::items, 0, through_collections, recipients);
}

void Service::append_notice(std::vector<Write>& writes, Notice notice) {
  notice.sequence = ++last_sequence_;
  writes.push_back(AppendNotice{std::move(notice)});
}

namespace {

RemoveSubscription to_removal(const Subscription& subscription) {
  const auto& record = subscription.record;
  return {record.account, record.node, record.jid, record.subid};
}

}  // namespace

std::vector<Write> Service::end_subscriptions(const std::string& account, const NodeId& node,
                                              const std::string& jid) {
  std::vector<Write> writes;
  for (const auto& subscription : subscriptions_.of(to_bare(jid))) {
    const auto& record = subscription->record;
    if (record.account != account || record.node != node || record.jid != jid) continue;
    writes.push_back(to_removal(*subscription));
    subscriptions_.end(subscription);
  }
  return writes;
}

std::vector<Write> Service::end_lost_subscriptions(WallTime now) {
  std::vector<Write> writes;
  for (const auto& [account, content] : accounts_) {
    for (const auto& subscription : subscriptions_.in(account)) {
      if (may_see(account, subscription->bare)) continue;
      const auto& record = subscription->record;
      writes.push_back(to_removal(*subscription));
      Notice notice;  // XEP-0060 §12.14
      notice.kind = NoticeKind::unsubscribed;
      notice.account = account;
      notice.node = record.node;
      notice.at = now;
      notice.recipients = {Recipient{record.jid, record.service, {record.subid}, {}}};
      append_notice(writes, std::move(notice));
      subscriptions_.end(subscription);
    }
  }
  return writes;
}

}  // namespace pubsub
