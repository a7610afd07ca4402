// Which accounts the gateway knows and watches: those of the configuration, those that somebody
// asks for, and, where several gateways share a store, those whose lease is ours.
#include <algorithm>
#include <set>
#include <utility>

#include "component/gateway.hpp"

namespace component {

void Gateway::apply_accounts() {
  sources_->configure(config_);
  ingest_.configure(config_.sources);
  add_exceptions();
  for (const auto& source : config_.sources) add_configured(source);
}

// [[account]]: names with owners of their own
void Gateway::add_exceptions() {
  for (const auto& account : config_.accounts) {
    const auto added = addresses_.add_account(account.name, account.owners);
    if (added.has_error()) {
      world_.log.account_left_out("[[account]]", account.name, added.error().message());
    }
  }
}

void Gateway::add_configured(const SourceConfig& source) {
  for (const auto& name : source.accounts) {
    const auto address = addresses_.add_account(name);
    if (address.has_error()) {
      world_.log.account_left_out(source.name, name, address.error().message());
      continue;
    }
    demand_.configured(*address);
    if (!accounts_.has_settled(address->jid)) readiness_.expect(address->jid);
    cluster_.want(address->jid);
  }
}

// Accounts that somebody had asked for in an earlier run, and still listens to.
void Gateway::resume_accounts() {
  std::vector<std::string> names;
  for (const auto& [name, account] : known_) names.push_back(name);
  for (const auto& name : names) {
    const auto address = addresses_.add_account(name);
    if (address.has_error()) continue;
    if (source_of(name) == nullptr && is_ours(address->jid) && resume_told(name)) continue;
    if (service_.subscriptions().count_in(address->jid) == 0) continue;
    if (watch(*address)) demand_.resumed(*address);
  }
}

// Known by push alone, which tells nothing by itself at the start.
bool Gateway::resume_told(const std::string& name) {
  return std::any_of(config_.sources.begin(), config_.sources.end(), [&](const auto& source) {
    return source.type == SourceType::push && told_accounts_.resume(source, name);
  });
}

/// What is told of an account that another gateway has is not for us; nobody's will be ours soon.
bool Gateway::is_ours(const std::string& account) {
  if (!cluster_.holds(account)) cluster_.want(account);
  return cluster_.holds(account);
}

void Gateway::take_events(const HttpRequest& request, HttpAnswer answer) {
  ingest_.handle(request, sources_.get(), std::move(answer));
}

void Gateway::take_message(const std::string& source, std::string_view body,
                           std::function<void(bool kept)> then) {
  ingest_.take(source, body, sources_.get(), std::move(then));
}

const SourceConfig* Gateway::source_of(const std::string& name) const {
  const SourceConfig* any = nullptr;
  for (const auto& source : config_.sources) {
    for (const auto& listed : source.accounts) {
      if (addresses_.cut_mail_domain(listed) == name) return &source;
    }
    if (any == nullptr && source.type == SourceType::imap && !source.master_user.empty())
      any = &source;
  }
  return any;
}

bool Gateway::watch(const mapping::AccountAddress& address) {
  if (source_of(address.name) == nullptr) return false;
  cluster_.want(address.jid);
  return true;
}

void Gateway::unwatch(const mapping::AccountAddress& address) {
  cluster_.unwant(address.jid);
}

/// As the mail store may call it.
std::vector<std::string> Gateway::store_names_of(const std::string& name) const {
  std::vector<std::string> names{name};
  if (name.find('@') != std::string::npos) return names;
  for (const auto& source : config_.sources) {
    if (!source.mail_domain.empty()) names.push_back(name + '@' + source.mail_domain);
  }
  return names;
}

void Gateway::find_known(const std::string& name,
                         std::function<void(std::optional<events::KnownAccount>)> then) {
  if (auto known = known_.extract(name)) return then(std::move(known.mapped()));
  world_.store.load_account(store_names_of(name), [after = std::move(then)](auto, auto known) {
    after(std::move(known));
  });
}

void Gateway::on_snapshot(const std::string& jid) {
  demand_.on_snapshot(jid);
  readiness_.on_settled(jid);
}

void Gateway::on_first_look_failed(const std::string& jid, bool refused) {
  if (refused) demand_.on_refused(jid);
  readiness_.on_settled(jid);
}

// Accounts come and go
// -------------------------------------------------------------------------------------------------

void Gateway::on_granted(const std::string& account) {
  const auto* known = addresses_.find_by_jid(account);
  if (known == nullptr) {  // another gateway had it
    const auto name = addresses_.account_name_at(account);
    if (!name) return;
    const auto added = addresses_.add_account(*name);
    if (added.has_error()) return;
    demand_.resumed(*added);
    known = addresses_.find_by_jid(account);
  }
  if (cluster_.is_alone()) return hold(*known);
  take_back(*known);
}

/// It is watched from now on, whether or not it was before.
void Gateway::hold(const mapping::AccountAddress& address) {
  const auto* source = source_of(address.name);
  if (source == nullptr) return (void)resume_told(address.name);
  const auto known = known_.find(address.name);
  accounts_.add(address, {source->url_host, source->mail_domain},
                known != known_.end() ? &known->second : nullptr,
                demand_.is_configured(address.jid));
  sources_->watch(address);
}

void Gateway::hold_again() {
  for (const auto& account : cluster_.held()) {
    if (const auto* address = addresses_.find_by_jid(account)) hold(*address);
  }
}

/// What another gateway has published meanwhile is in the store, and only there for certain.
void Gateway::take_back(const mapping::AccountAddress& address) {
  const auto on_rows = [this, address](boost::system::error_code error,
                                       std::optional<events::KnownAccount> known,
                                       const std::vector<pubsub::NodeRecord>& nodes) {
    if (!cluster_.holds(address.jid)) return;
    if (error) {
      return world_.environment.start_timer(Cluster::survey_every, [this, address] {
        if (cluster_.holds(address.jid)) take_back(address);
      });
    }
    service_.reload(nodes);
    if (known) known_[address.name] = std::move(*known);
    hold(address);
    committer_.commit_writes(
        service_.end_lost_subscriptions(address.jid, world_.environment.wall_now()));
  };
  world_.store.load_account(
      store_names_of(address.name), [this, address, on_rows](auto error, auto known) {
        if (error) return on_rows(error, std::nullopt, {});
        world_.leases->read_nodes(
            address.jid, [on_rows, known = std::move(known)](auto late, const auto& nodes) {
              on_rows(late, known, nodes);
            });
      });
}

void Gateway::on_withdrawn(const std::string& account) {
  const auto* address = addresses_.find_by_jid(account);
  if (address == nullptr) return;
  sources_->unwatch(*address);
  if (!cluster_.is_alone()) digests_.send_all();  // the next gateway knows nothing of them
  if (!cluster_.is_alone() || service_.tree(account) == nullptr) accounts_.remove(account);
}

void Gateway::on_first_claim() {
  for (const auto& account : demand_.configured_accounts()) {
    if (!cluster_.holds(account)) readiness_.on_settled(account);
  }
}

void Gateway::after_commits(std::function<void()> then) {
  world_.store.commit({}, [after = std::move(then)](boost::system::error_code) { after(); });
}

void Gateway::after_journal(std::function<void()> then) {
  after_commits([this, after = std::move(then)] { outbox_.after_journal(after); });
}

void Gateway::adopt(std::vector<pubsub::Notice> notices, store::ForeignNotices from,
                    std::function<void()> then) {
  store::Transaction transaction;
  transaction.writes = service_.adopt(std::move(notices));
  transaction.adopted = from;
  committer_.commit(std::move(transaction),
                    [after = std::move(then)](boost::system::error_code) { after(); });
}

void Gateway::on_changes(const store::Changes& changes) {
  service_.take_over(changes.writes);
  presence_.restore(changes.contacts);
  std::set<std::string> accounts;
  for (const auto& write : changes.writes) {
    if (const auto* node = std::get_if<pubsub::WriteNode>(&write))
      accounts.insert(node->record.account);
  }
  for (const auto& account : accounts) {
    const auto name = addresses_.account_name_at(account);
    if (addresses_.find_by_jid(account) == nullptr && name) (void)addresses_.add_account(*name);
    demand_.on_snapshot(account);
  }
}

}  // namespace component
