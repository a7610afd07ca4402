#include "component/accounts.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mapping/data_wanted.hpp"
#include "mapping/date_time.hpp"
#include "pubsub/disclosure.hpp"

namespace component {
namespace {

constexpr std::chrono::hours reference_lifetime{24 * 7};

constexpr const char* refusal_advice =
    "; check master_user and master_password of the source, or the account's own password, and "
    "that "
    "the mail store knows the account";

/// Those of the nodes as the store of the gateway kept them.
mapping::Readers readers_in(const pubsub::NodeTree* tree) {
  mapping::Readers readers;
  if (tree == nullptr) return readers;
  for (const auto& [id, node] : tree->nodes()) {
    if (!node.spec.readers.empty()) readers.emplace(id, node.spec.readers);
  }
  return readers;
}

/// RFC 3503 §4: likewise.
std::map<pubsub::NodeId, bool> mdn_sent_in(const pubsub::NodeTree* tree) {
  std::map<pubsub::NodeId, bool> mdn_sent;
  if (tree == nullptr) return mdn_sent;
  for (const auto& [id, node] : tree->nodes()) {
    if (const auto is_kept = mapping::keeps_mdn_sent(node.spec)) mdn_sent.emplace(id, *is_kept);
  }
  return mdn_sent;
}

}  // namespace

void Accounts::add(const mapping::AccountAddress& address, mapping::PublicationContext context,
                   const events::KnownAccount* known, bool must_exist) {
  context.addresses = &rooms_.addresses;
  const auto [at, is_new] = entries_.try_emplace(
      address.jid, Entry{mapping::Publication(address.name, address.jid, std::move(context))});
  at->second.must_exist = must_exist;
  if (!is_new || known == nullptr) return;
  const auto* tree = rooms_.pubsub.tree(address.jid);
  at->second.publication.restore(*known, true, readers_in(tree), mdn_sent_in(tree));
}

void Accounts::remove(const std::string& jid) {
  entries_.erase(jid);
}

Accounts::Entry* Accounts::find(const std::string& store_name, std::string& jid) {
  const auto* address = rooms_.addresses.find_by_account(store_name);
  if (address == nullptr) return nullptr;
  jid = address->jid;
  const auto entry = entries_.find(jid);
  return entry != entries_.end() ? &entry->second : nullptr;
}

void Accounts::on_report(events::Report report) {
  std::string jid;
  auto* entry = find(report.account, jid);
  if (entry == nullptr) return;  // unwatched meanwhile
  const auto changes = entry->publication.apply(report, rooms_.environment.wall_now());
  for (const auto& problem : entry->publication.take_problems())
    rooms_.log.mailbox_left_out(report.account, problem.mailbox, problem.why);
  for (const auto& step : report.steps) {
    if (const auto* event = std::get_if<events::Event>(&step)) ++events_[events::name_of(*event)];
  }
  store::Transaction transaction;
  transaction.account = report.account;
  transaction.personal_prefix = report.personal_prefix;
  transaction.steps = std::move(report.steps);
  std::function<void()> then;
  if (report.completes_snapshot && !entry->has_snapshot) {
    entry->has_snapshot = true;
    then = [this, jid] { rooms_.listener.on_snapshot(jid); };
  }
  publish(std::move(transaction), changes, std::move(then));
}

void Accounts::on_sight(events::SightChange change) {
  std::string jid;
  auto* entry = find(change.account, jid);
  if (entry == nullptr) return;
  const bool refused = change.reason == events::SightReason::auth;
  if (change.sight == events::Sight::current) {
    rooms_.log.source_up(change.source, change.account);
  } else if (refused) {
    rooms_.log.login_refused(change.source, change.account, change.detail + refusal_advice);
  } else {
    rooms_.log.source_lost(change.source, change.account, change.detail);
  }
  const bool is_first_failure =
      change.sight != events::Sight::current && !entry->has_snapshot && !entry->has_failed;
  if (is_first_failure) entry->has_failed = true;
  const bool is_known = rooms_.pubsub.tree(jid) != nullptr;
  if (!is_known && !entry->must_exist && change.sight != events::Sight::current) {
    // Nobody configured it and no store has shown it: there is no account to say anything about.
    if (is_first_failure) rooms_.listener.on_first_look_failed(jid, refused);
    return;
  }
  const auto changes = entry->publication.on_sight(change, rooms_.environment.wall_now());
  std::function<void()> then;
  if (is_first_failure)
    then = [this, jid, refused] { rooms_.listener.on_first_look_failed(jid, refused); };
  publish({}, changes, std::move(then));
}

events::DataWanted Accounts::data_wanted(const std::string& account,
                                         const std::string& mailbox) const {
  const auto* address = rooms_.addresses.find_by_account(account);
  const auto entry = address == nullptr ? entries_.end() : entries_.find(address->jid);
  if (entry == entries_.end()) return {};
  pubsub::Notice arrival;
  arrival.account = address->jid;
  arrival.node = entry->second.publication.event_leaf_of(mailbox);
  // a mailbox that was found a moment ago has no node yet
  if (arrival.node.empty()) return wanted_anywhere(address->jid);
  events::DataWanted wanted;
  rooms_.pubsub.for_each_recipient(arrival, [&](const auto& subscription, const auto& audience) {
    const auto& options = subscription->options();
    mapping::add_wanted(wanted, options.choice.get(), audience, options.include_body);
  });
  if (!wanted.reference_beyond) return wanted;
  // RFC 4467 §3: whoever is told of it and may log in to the store, for a time
  const auto until = rooms_.environment.wall_now() + reference_lifetime;
  wanted.reference_start = entry->second.publication.url_of(mailbox);
  wanted.reference_end = ";EXPIRE=" + mapping::to_utc_date_time(until) + ";URLAUTH=authuser";
  return wanted;
}

/// What somebody has asked for at any node; who may see what is decided when it is shown.
events::DataWanted Accounts::wanted_anywhere(const std::string& jid) const {
  events::DataWanted wanted;
  for (const auto& subscription : rooms_.pubsub.subscriptions().in(jid)) {
    const auto& options = subscription->options();
    pubsub::Audience audience;
    audience.level = pubsub::effective_disclosure(
        {rooms_.pubsub.policy().disclosure, options.disclosure, std::nullopt, true});
    mapping::add_wanted(wanted, options.choice.get(), audience, options.include_body);
  }
  wanted.reference_beyond.reset();
  return wanted;
}

void Accounts::publish(store::Transaction transaction, const pubsub::AccountChanges& changes,
                       std::function<void()> then) {
  transaction.writes = rooms_.pubsub.apply(changes, rooms_.environment.wall_now());
  const auto is_state = [](const pubsub::Change& change) {
    return std::holds_alternative<pubsub::PublishState>(change);
  };
  if (std::any_of(changes.changes.begin(), changes.changes.end(), is_state))
    rooms_.listener.on_waiting_changed(changes.account);
  const bool is_empty = transaction.writes.empty() && transaction.steps.empty();
  if (is_empty && !then) return;
  rooms_.committer.commit(std::move(transaction),
                          [run = std::move(then)](boost::system::error_code) {
                            if (run) run();
                          });
}

std::optional<mapping::AccountWaiting> Accounts::waiting(const std::string& jid) const {
  const auto entry = entries_.find(jid);
  if (entry == entries_.end()) return std::nullopt;
  return entry->second.publication.waiting();
}

bool Accounts::has_settled(const std::string& jid) const {
  const auto entry = entries_.find(jid);
  return entry != entries_.end() && (entry->second.has_snapshot || entry->second.has_failed);
}

std::uint64_t Accounts::events_seen(events::EventName name) const {
  const auto at = events_.find(name);
  return at != events_.end() ? at->second : 0;
}

}  // namespace component
