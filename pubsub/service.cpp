#include "pubsub/service.hpp"

#include <algorithm>
#include <utility>

#include "pubsub/node_uri.hpp"

namespace pubsub {
namespace {

constexpr int max_renames_followed = 16;

/// What auditors may see of an account begins at a root.
bool has_audited_root(const NodeTree& tree) {
  return std::any_of(tree.roots().begin(), tree.roots().end(),
                     [&](const NodeId& root) { return tree.find(root)->spec.is_audited; });
}

}  // namespace

Service::Service(Policy policy, const Access& access, const Vocabulary& vocabulary, IdSource& ids)
    : policy_(std::move(policy)),
      access_(access),
      vocabulary_(vocabulary),
      ids_(ids),
      options_(vocabulary),
      control_(policy_, access_, subscriptions_) {}

void Service::set_policy(const Policy& policy) {
  policy_ = policy;
  control_.forget();
}

void Service::load(Loaded loaded) {
  for (NodeRecord& record : loaded.nodes) {
    Account& account = accounts_[record.account];
    account.jid = record.account;
    if (record.exists) {
      index(account, record);
      account.tree.put(std::move(record));
    } else {
      const NodeId id = record.spec.id;
      account.former.insert_or_assign(id, std::move(record));
    }
  }
  for (const AffiliationRecord& record : loaded.affiliations) {
    const auto account = accounts_.find(record.account);
    if (account == accounts_.end()) continue;
    account->second.affiliations.set(record.node, record.jid, record.affiliation);
  }
  for (const auto& [jid, account] : accounts_) index_guests(account);
  for (const SubscriptionRecord& record : loaded.subscriptions) {
    const NodeTree* nodes = tree(record.account);
    const NodeRecord* node = nodes == nullptr ? nullptr : nodes->find(record.node);
    if (node == nullptr) continue;  // its node has gone, and with it whatever it could deliver
    const auto submitted =
        options_.submit(default_options(), record.options, node->spec.kind, WallTime());
    const auto subscription = subscriptions_.add(
        record, submitted.has_value() ? submitted->options : options_.defaults());
    schedule(subscription);
  }
  last_sequence_ = loaded.last_sequence;
}

const NodeTree* Service::tree(const std::string& account) const {
  const auto found = accounts_.find(account);
  return found == accounts_.end() ? nullptr : &found->second.tree;
}

bool Service::sees_account(const std::string& account, std::string_view bare) const {
  const auto found = accounts_.find(account);
  return found != accounts_.end() && control_.sees_account(found->second, bare);
}

bool Service::sees_node(const std::string& account, const NodeId& node,
                        std::string_view bare) const {
  const auto found = accounts_.find(account);
  return found != accounts_.end() && control_.sees(found->second, node, bare);
}

std::vector<std::string> Service::accounts_seen_by(const std::string& bare) const {
  std::vector<std::string> seen = access_.accounts_of(bare);
  const std::set<std::string> owned(seen.begin(), seen.end());
  std::set<std::string> candidates;
  for (const std::string_view guest : {std::string_view(bare), everybody}) {
    const auto accounts = guests_.find(guest);
    if (accounts != guests_.end())
      candidates.insert(accounts->second.begin(), accounts->second.end());
  }
  std::erase_if(candidates, [&](const auto& jid) { return !sees_account(jid, bare); });
  if (access_.is_auditor(bare) && access_.is_welcome(bare)) {
    for (const auto& [jid, account] : accounts_) {
      if (has_audited_root(account.tree)) candidates.insert(jid);
    }
  }
  for (const auto& jid : candidates) {
    if (!owned.contains(jid)) seen.push_back(jid);
  }
  return seen;
}

Service::Finding Service::find(const std::string& account, std::string_view bare,
                               const NodeId& node) {
  // XEP-0060 §6.1.3.4: deviates - as §14.3 allows, what is closed looks like what is not there
  const Error not_found{ErrorCode::item_not_found, {}};
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return not_found;
  NodeRecord* record = found->second.tree.find(node);
  if (record != nullptr) {
    Gate gate = control_.gate_of(found->second, *record);
    const Standing standing = control_.standing(gate, bare);
    if (!standing.is_visible) return not_found;
    return Found{found->second, *record, std::move(gate), standing};
  }
  // XEP-0060 §6.1.3.11: it may have moved more than once
  NodeId id = node;
  for (int i = 0; i < max_renames_followed; ++i) {
    const auto former = found->second.former.find(id);
    if (former == found->second.former.end() || !former->second.redirect ||
        former->second.redirect_until <= latest_)
      break;
    id = *former->second.redirect;
    if (found->second.tree.find(id) == nullptr) continue;
    if (!control_.sees(found->second, id, bare)) break;
    return Error{ErrorCode::gone, to_node_uri(account, id)};
  }
  return not_found;
}

std::optional<Error> Service::refusal(const std::string& account, std::string_view bare,
                                      const NodeId& node) const {
  // Looking changes nothing; the node is handed out for changing by the others who look.
  const auto found = const_cast<Service&>(*this).find(account, bare, node);
  if (found.has_error()) return found.error();
  return std::nullopt;
}

// XEP-0248 §6.1: type and depth are about what is beneath a collection.
bool Service::is_wanted(const Subscription& subscription, Matter matter, std::size_t depth) const {
  if (!subscription.is_delivered()) return false;
  if (depth == 0) return true;
  const SubscriptionOptions& options = subscription.options();
  const auto unwanted = matter == Matter::items ? SubscriptionType::nodes : SubscriptionType::items;
  return options.type != unwanted && (!options.depth || depth <= *options.depth);
}

// pubsub#show-values; whose presence is not known is told.
bool Service::is_shown(const Subscription& subscription) const {
  const Shows wanted = subscription.options().shows;
  if (wanted == all_shows) return true;
  const auto shows = access_.shows_of(subscription.account(), subscription.jid());
  return !shows || (*shows & wanted) != 0;
}

void Service::for_each_recipient(const Notice& notice, const Recipe& visit) const {
  const auto found = accounts_.find(notice.account);
  const NodeRecord* leaf =
      found == accounts_.end() ? nullptr : found->second.tree.find(notice.node);
  if (leaf == nullptr) return;
  const Account& account = found->second;
  const Gate gate = control_.gate_of(account, *leaf);
  const auto comes_first = [&](const NodeSpec& spec) { return vocabulary_.speaks_first(spec); };
  const auto visit_at = [&](const NodeId& at, std::size_t depth) {
    for (const auto& subscription : subscriptions_.at(account.jid, at)) {
      if (!is_wanted(*subscription, Matter::items, depth)) continue;
      const SubscriptionOptions& options = subscription->options();
      const Standing standing = control_.standing(gate, *subscription);
      if (!standing.may_read) continue;
      const bool is_spoken_for =
          notice.sight_only && depth > 0 &&
          control_.speaker_of(account, at, subscription->bare(), comes_first) != notice.node;
      if (is_spoken_for) continue;
      if (!is_shown(*subscription)) continue;
      visit(subscription, control_.audience(gate, standing, options.disclosure));
    }
  };
  visit_at(notice.node, 0);
  for (const auto& step : account.tree.ancestors(notice.node)) visit_at(step.id, step.depth);
}

std::vector<Recipient> Service::recipients_of(const Account& account, const NodeId& node,
                                              Matter matter, std::size_t extra_depth) const {
  const NodeRecord* record = account.tree.find(node);
  if (record == nullptr) return {};
  Recipients recipients;
  const Gate gate = control_.gate_of(account, *record);
  const auto add = [&](const NodeId& at, std::size_t depth) {
    for (const auto& subscription : subscriptions_.at(account.jid, at)) {
      if (!is_wanted(*subscription, matter, depth)) continue;
      // Whoever hears of a node may see it, whoever hears of its items may read it.
      const bool may_hear = matter == Matter::nodes
                                ? control_.sees(account, node, subscription->bare())
                                : control_.standing(gate, *subscription).may_read;
      if (may_hear) recipients.add(subscription);
    }
  };
  add(node, extra_depth);
  for (const auto& step : account.tree.ancestors(node)) add(step.id, step.depth + extra_depth);
  return recipients.to_records(node);
}

void Service::append_notice(std::vector<Write>& writes, Notice notice) {
  notice.sequence = ++last_sequence_;
  if (number_ != 0 && notice.origin == 0) notice.origin = number_ << 40U | notice.sequence;
  writes.push_back(AppendNotice{std::move(notice)});
}

}  // namespace pubsub
