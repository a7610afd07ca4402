// What happened to the nodes of an account: the graph, the history and the journal. XEP-0060 §7.1,
// §8.4; XEP-0248.
#include <algorithm>
#include <utility>

#include "pubsub/service.hpp"

namespace pubsub {

struct Service::Work {
  const std::string& account;
  Account& content;
  WallTime now;
  std::vector<Write> writes;

  Notice make_notice(NoticeKind kind, const NodeId& node) const {
    Notice notice;
    notice.kind = kind;
    notice.account = account;
    notice.node = node;
    notice.at = now;
    return notice;
  }
};

std::vector<Write> Service::apply(const AccountChanges& changes, WallTime now) {
  latest_ = std::max(latest_, now);
  Work work{changes.account, accounts_[changes.account], now, {}};
  for (const Change& change : changes.changes) {
    std::visit([&](const auto& kind) { on(work, kind); }, change);
  }
  return std::move(work.writes);
}

void Service::put(Work& work, NodeRecord record) {
  const NodeId id = record.spec.id;
  work.content.former.erase(id);
  work.content.tree.put(std::move(record));
  work.writes.push_back(WriteNode{*work.content.tree.find(id)});
}

void Service::on(Work& work, const PutNode& change) {
  const NodeRecord* present = work.content.tree.find(change.node.id);
  if (present != nullptr && present->spec == change.node) return;
  NodeRecord record;
  if (present != nullptr) {
    record = *present;
  } else if (const auto former = work.content.former.find(change.node.id);
             former != work.content.former.end()) {
    record.last_item =
        former->second.last_item;  // numbers go on; a redirect ends with the reuse of its name
  }
  const bool is_new = present == nullptr;
  record.account = work.account;
  record.spec = change.node;
  put(work, std::move(record));
  if (!is_new) return;
  announce(work, change.node, {});
  // What it holds may have come before it.
  for (const NodeId& child : work.content.tree.children(change.node.id))
    announce_at(work, change.node.id, child, {});
}

// XEP-0248 §5.3: every collection that has got the node says so, to its own subscribers and to
// those above it.
void Service::announce(Work& work, const NodeSpec& spec, const std::vector<Recipient>& told) {
  for (const NodeId& parent : spec.parents) {
    if (work.content.tree.find(parent) != nullptr) announce_at(work, parent, spec.id, told);
  }
}

void Service::announce_at(Work& work, const NodeId& collection, const NodeId& node,
                          const std::vector<Recipient>& told) {
  Recipients recipients;
  collect(work.account, collection, Matter::nodes, 1, true, recipients);
  Notice notice = work.make_notice(NoticeKind::associate, collection);
  notice.target = node;
  notice.recipients = recipients.to_records(collection);
  std::erase_if(notice.recipients, [&](const Recipient& recipient) {
    return std::any_of(told.begin(), told.end(), [&](const Recipient& other) {
      return other.jid == recipient.jid && other.service == recipient.service;
    });
  });
  if (!notice.recipients.empty()) append_notice(work.writes, std::move(notice));
}

void Service::on(Work& work, const DeleteNode& change) {
  const NodeRecord* present = work.content.tree.find(change.id);
  if (present == nullptr) return;
  Recipients recipients;
  collect(work.account, change.id, Matter::nodes, 0, true, recipients);
  Notice notice = work.make_notice(NoticeKind::remove, change.id);
  notice.recipients = recipients.to_records(change.id);

  NodeRecord former;
  former.account = work.account;
  former.spec.id = change.id;
  former.spec.kind = present->spec.kind;
  former.spec.holding = present->spec.holding;
  former.last_item = present->last_item;
  former.exists = false;
  work.content.tree.erase(change.id);
  work.content.former.insert_or_assign(change.id, former);
  subscriptions_.end_node(work.account, change.id);
  work.writes.push_back(WriteNode{std::move(former)});
  work.writes.push_back(ForgetNodeRows{work.account, change.id});
  if (!notice.recipients.empty()) append_notice(work.writes, std::move(notice));
}

void Service::on(Work& work, const MoveNode& change) {
  const NodeId& to = change.node.id;
  const NodeRecord* old = work.content.tree.find(change.from);
  if (old == nullptr || change.from == to) return on(work, PutNode{change.node});
  Recipients recipients;
  collect(work.account, change.from, Matter::nodes, 0, true, recipients);
  Notice notice = work.make_notice(NoticeKind::redirect, change.from);
  notice.target = to;
  notice.recipients = recipients.to_records(change.from);

  NodeRecord record = *old;
  NodeRecord former = *old;
  const NodeRecord* present = work.content.tree.find(to);
  const auto mark = work.content.former.find(to);
  const std::uint64_t other_mark = present != nullptr                  ? present->last_item
                                   : mark != work.content.former.end() ? mark->second.last_item
                                                                       : 0;
  record.spec = change.node;
  record.last_item = std::max(record.last_item, other_mark);  // the next is larger than both
  former.exists = false;
  former.spec.parents.clear();
  former.spec.meta_data.clear();
  former.state_key.clear();
  former.config.clear();
  former.redirect = to;
  former.redirect_until = work.now + policy_.redirect_age;

  if (present != nullptr) work.writes.push_back(RemoveItems{work.account, to, {}});
  work.content.tree.erase(change.from);
  put(work, std::move(record));
  work.content.former.insert_or_assign(change.from, former);
  subscriptions_.move(work.account, change.from, to);
  work.writes.push_back(WriteNode{std::move(former)});
  work.writes.push_back(MoveNodeRows{work.account, change.from, to});
  const auto told = notice.recipients;
  if (!told.empty()) append_notice(work.writes, std::move(notice));
  announce(work, change.node, told);
}

void Service::on(Work& work, const PublishItem& change) {
  NodeRecord* node = work.content.tree.find(change.node);
  if (node == nullptr || node->spec.holding != Holding::history) return;
  ++node->last_item;
  const std::uint64_t number = node->last_item;
  const std::uint64_t kept = std::max<std::size_t>(1, policy_.history_items);
  work.writes.push_back(WriteNode{*node});
  work.writes.push_back(WriteItem{{work.account, change.node, number, change.at, change.payload}});
  TrimItems trim{work.account, change.node, 0, work.now - policy_.history_age};
  if (number >= kept) trim.below = number - kept + 1;
  work.writes.push_back(std::move(trim));
  Notice notice = work.make_notice(NoticeKind::item, change.node);
  notice.number = number;
  notice.at = change.at;
  notice.payload = change.payload;
  append_notice(work.writes, std::move(notice));
}

void Service::on(Work& work, const PublishState& change) {
  NodeRecord* node = work.content.tree.find(change.node);
  if (node == nullptr || node->spec.holding != Holding::state || node->state_key == change.key)
    return;
  node->state_key = change.key;
  work.writes.push_back(WriteNode{*node});
  work.writes.push_back(WriteItem{{work.account, change.node, 0, change.at, change.payload}});
  Notice notice = work.make_notice(NoticeKind::state, change.node);
  notice.at = change.at;
  notice.payload = change.payload;
  notice.sight_only = change.sight_only;
  notice.speaks_for_all = change.speaks_for_all;
  append_notice(work.writes, std::move(notice));
}

}  // namespace pubsub
