// What happened to the nodes of an account: the graph, the history and the journal. XEP-0060 §7.1,
// §8.4; XEP-0248.
#include <algorithm>
#include <utility>

#include "pubsub/service.hpp"

namespace pubsub {

struct Service::Work {
  Account& content;
  WallTime now;
  std::vector<Write> writes;
  bool may_take_access = false;  ///< somebody may see less than before

  const std::string& account() const { return content.jid; }
  Notice make_notice(NoticeKind kind, const NodeId& node) const {
    Notice notice;
    notice.kind = kind;
    notice.account = content.jid;
    notice.node = node;
    notice.at = now;
    return notice;
  }
};

std::vector<Write> Service::apply(const AccountChanges& changes, WallTime now) {
  latest_ = std::max(latest_, now);
  Account& account = accounts_[changes.account];
  account.jid = changes.account;
  Work work{account, now, {}};
  for (const Change& change : changes.changes) {
    std::visit([&](const auto& kind) { on(work, kind); }, change);
  }
  if (work.may_take_access) end_lost(work.writes, changes.account);
  return std::move(work.writes);
}

void Service::index(Account& account, const NodeRecord& node) {
  ++account.version;
  for (const auto& reader : node.spec.readers) account.read_by[reader].insert(node.spec.id);
  // Whatever the policy says of it at the moment.
  Policy everything;
  everything.access_models.insert(AccessModel::open);
  if (access_model_of(node, everything) != AccessModel::whitelist)
    account.opened.insert(node.spec.id);
}

void Service::unindex(Account& account, const NodeRecord& node) {
  ++account.version;
  for (const auto& reader : node.spec.readers) {
    const auto leaves = account.read_by.find(reader);
    if (leaves == account.read_by.end()) continue;
    leaves->second.erase(node.spec.id);
    if (leaves->second.empty()) account.read_by.erase(leaves);
  }
  account.opened.erase(node.spec.id);
}

void Service::index_guests(const Account& account) {
  std::set<std::string> guests;
  for (auto& jid : account.affiliations.jids()) guests.insert(std::move(jid));
  for (const auto& [reader, leaves] : account.read_by) guests.insert(reader);
  if (!account.opened.empty()) guests.insert(std::string(everybody));
  auto& former = guests_of_[account.jid];
  if (guests == former) return;
  for (const auto& guest : former) {
    const auto accounts = guests_.find(guest);
    accounts->second.erase(account.jid);
    if (accounts->second.empty()) guests_.erase(accounts);
  }
  for (const auto& guest : guests) guests_[guest].insert(account.jid);
  former = std::move(guests);
}

void Service::put(Work& work, NodeRecord record) {
  const NodeId id = record.spec.id;
  const NodeRecord* present = work.content.tree.find(id);
  const bool is_same_for_guests =
      present != nullptr && present->spec.readers == record.spec.readers &&
      present->spec.parents == record.spec.parents &&
      present->spec.is_audited == record.spec.is_audited &&
      present->spec.is_closed == record.spec.is_closed && present->config == record.config;
  if (present != nullptr) unindex(work.content, *present);
  if (present != nullptr && !is_same_for_guests) work.may_take_access = true;
  index(work.content, record);
  work.content.former.erase(id);
  work.content.tree.put(std::move(record));
  if (!is_same_for_guests) index_guests(work.content);
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
  record.account = work.account();
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
  Notice notice = work.make_notice(NoticeKind::associate, collection);
  notice.target = node;
  notice.recipients = recipients_of(work.content, collection, Matter::nodes, 1);
  std::erase_if(notice.recipients, [&](const Recipient& recipient) {
    const bool was_told = std::any_of(told.begin(), told.end(), [&](const Recipient& other) {
      return other.jid == recipient.jid && other.service == recipient.service;
    });
    return was_told || !control_.sees(work.content, node, to_bare(recipient.jid));
  });
  if (!notice.recipients.empty()) append_notice(work.writes, std::move(notice));
}

void Service::on(Work& work, const DeleteNode& change) {
  const NodeRecord* present = work.content.tree.find(change.id);
  if (present == nullptr) return;
  Notice notice = work.make_notice(NoticeKind::remove, change.id);
  notice.recipients = recipients_of(work.content, change.id, Matter::nodes, 0);

  NodeRecord former;
  former.account = work.account();
  former.spec.id = change.id;
  former.spec.kind = present->spec.kind;
  former.spec.holding = present->spec.holding;
  former.last_item = present->last_item;
  former.exists = false;
  unindex(work.content, *present);
  work.content.tree.erase(change.id);
  work.content.former.insert_or_assign(change.id, former);
  work.content.affiliations.forget(change.id);
  index_guests(work.content);
  std::vector<Write> written;  // ForgetNodeRows says it all
  for (const auto& subscription : subscriptions_.end_node(work.account(), change.id))
    end(written, subscription, Telling::nobody);
  work.may_take_access = true;
  work.writes.push_back(WriteNode{std::move(former)});
  work.writes.push_back(ForgetNodeRows{work.account(), change.id});
  if (!notice.recipients.empty()) append_notice(work.writes, std::move(notice));
}

void Service::on(Work& work, const MoveNode& change) {
  const NodeId& to = change.node.id;
  const NodeRecord* old = work.content.tree.find(change.from);
  if (old == nullptr || change.from == to) return on(work, PutNode{change.node});
  Notice notice = work.make_notice(NoticeKind::redirect, change.from);
  notice.target = to;
  notice.recipients = recipients_of(work.content, change.from, Matter::nodes, 0);

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
  former.spec.readers.clear();
  former.state_key.clear();
  former.config.clear();
  former.redirect = to;
  former.redirect_until = work.now + policy_.redirect_age;

  if (present != nullptr) work.writes.push_back(RemoveItems{work.account(), to, {}});
  unindex(work.content, *old);
  work.content.tree.erase(change.from);
  put(work, std::move(record));
  work.content.former.insert_or_assign(change.from, former);
  work.content.affiliations.move(change.from, to);
  move_subscriptions(work.account(), change.from, to);
  index_guests(work.content);
  work.may_take_access = true;
  work.writes.push_back(WriteNode{std::move(former)});
  work.writes.push_back(MoveNodeRows{work.account(), change.from, to});
  const auto told = notice.recipients;
  if (!told.empty()) append_notice(work.writes, std::move(notice));
  announce(work, change.node, told);
}

void Service::on(Work& work, const PublishItem& change) {
  NodeRecord* node = work.content.tree.find(change.node);
  if (node == nullptr || node->spec.holding != Holding::history) return;
  ++node->last_item;
  node->last_at = change.at;
  const std::uint64_t number = node->last_item;
  const std::uint64_t kept = std::max<std::size_t>(1, policy_.history_items);
  work.writes.push_back(WriteNode{*node});
  work.writes.push_back(
      WriteItem{{work.account(), change.node, number, change.at, change.payload}});
  TrimItems trim{work.account(), change.node, 0, work.now - policy_.history_age};
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
  work.writes.push_back(WriteItem{{work.account(), change.node, 0, change.at, change.payload}});
  Notice notice = work.make_notice(NoticeKind::state, change.node);
  notice.at = change.at;
  notice.payload = change.payload;
  notice.sight_only = change.sight_only;
  append_notice(work.writes, std::move(notice));
}

}  // namespace pubsub
