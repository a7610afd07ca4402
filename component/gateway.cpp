#include "component/gateway.hpp"

#include <algorithm>
#include <utility>

#include "component/capabilities.hpp"
#include "disco/info.hpp"
#include "mapping/jid.hpp"
#include "pubsub/disclosure.hpp"
#include "pubsub/node_config.hpp"

namespace component {
namespace {

constexpr std::size_t backlog_high = 500;  // transactions not yet durable: sources pause
constexpr std::size_t backlog_low = 100;

mapping::AddressRules to_rules(const Config& config) {
  mapping::AddressRules rules;
  rules.component_domain = config.xmpp.domain;
  rules.users_domain = config.xmpp.users_domain;
  for (const auto& source : config.sources) {
    if (!source.mail_domain.empty()) rules.mail_domains.push_back(source.mail_domain);
  }
  return rules;
}

pubsub::Policy to_policy(const PolicyConfig& config) {
  pubsub::Policy policy;
  policy.history_items = config.history_items;
  policy.history_age = std::chrono::hours(24) * config.history_days;
  policy.max_subscriptions_per_jid = config.max_subscriptions_per_jid;
  if (const auto level = pubsub::parse_disclosure(config.disclosure)) policy.disclosure = *level;
  policy.access_models = {pubsub::AccessModel::whitelist};
  for (const auto& name : config.access_models) {
    if (const auto model = pubsub::parse_access_model(name)) policy.access_models.insert(*model);
  }
  return policy;
}

// XEP-0060 §12.3: the address itself is no more. A server that is down for a while looks like one
// that does not exist (docs/decisions/0006-servers-that-are-down.md).
bool is_final(const gloox::Tag& message) {
  const gloox::Tag* error = message.findChild("error");
  if (error == nullptr || error->findAttribute("type") != "cancel") return false;
  return error->hasChild("item-not-found") || error->hasChild("gone");
}

std::string_view to_text(StanzaFramer::Fault fault) {
  switch (fault) {
    case StanzaFramer::Fault::too_deep:
      return "the stanza is nested too deeply";
    case StanzaFramer::Fault::too_big:
      return "the stanza is too large";
    case StanzaFramer::Fault::bad_character:
      return "the stanza holds octets that are no XML characters";
    case StanzaFramer::Fault::restricted_xml:
      return "comments, instructions and document types are not allowed";
    case StanzaFramer::Fault::ill_formed:
      return "the stanza is not well-formed";
  }
  return {};
}

}  // namespace

Gateway::Gateway(Config config, World world)
    : config_(std::move(config)),
      world_(std::move(world)),
      addresses_(to_rules(config_)),
      ownership_(addresses_, presence_, config_),
      service_(to_policy(config_.policy), ownership_, vocabulary_, *this),
      outbox_(world_.environment, world_.output, world_.store, service_,
              Barrier(config_.xmpp.domain, world_.leases == nullptr)),
      committer_(world_.store, outbox_, [this] { balance_sources(); }),
      accounts_({world_.environment, committer_, addresses_, service_, *this, world_.log}),
      cluster_(world_.environment, world_.leases, *this),
      told_accounts_({addresses_, accounts_, known_, world_.log,
                      [this](const std::string& jid) { return is_ours(jid); }}),
      ingest_({world_.environment, world_.store, committer_, world_.log, told_accounts_}),
      demand_(world_.environment, addresses_, service_, *this),
      disco_(service_, {"Mail events"}),
      commands_(world_.environment, service_),
      presence_({world_.environment, world_.output, committer_, service_,
                 [this](pubsub::Retrieval plan) { router_.send_last_items(std::move(plan)); },
                 [this](const std::string& account) { return accounts_.waiting(account); },
                 [this](const std::string& account) { return cluster_.holds(account); },
                 [this](const std::string& account) {
                   return to_capabilities_xml(disco::name_of_account(account), service_.policy());
                 }}),
      router_(config_.xmpp.domain, config_.policy.requests_per_second,
              {world_.environment, world_.output, world_.store, committer_, demand_, addresses_,
               ownership_, service_, disco_, commands_, presence_, world_.log}),
      unsolicited_(config_.xmpp.domain,
                   {world_.environment, world_.output, ownership_, world_.log}),
      digests_(world_.environment, world_.output, world_.store, service_),
      upkeep_(world_.environment, committer_, service_, digests_,
              [this](pubsub::Retrieval plan) { router_.send_last_items(std::move(plan)); }),
      readiness_(world_.environment, world_.on_ready) {
  unsolicited_.set_targets(config_.policy.notify_to);
  outbox_.set_on_digested([this](const auto& notice, const auto& subscriptions) {
    digests_.add(notice, subscriptions);
  });
}

Gateway::~Gateway() = default;

void Gateway::start(std::function<void()> then) {
  sources_ = world_.make_sources(accounts_, [this](const std::string& name, auto found) {
    find_known(name, std::move(found));
  });
  world_.store.load([this, done = std::move(then)](boost::system::error_code error,
                                                   store::Everything everything) {
    if (error) return world_.log.store_refuses(error.message());
    restore(std::move(everything));
    done();
  });
}

void Gateway::restore(store::Everything everything) {
  for (auto& account : everything.accounts) {
    known_[addresses_.cut_mail_domain(account.account)] = std::move(account);
  }
  const auto last_sequence = everything.pubsub.last_sequence;
  presence_.restore(everything.contacts);
  service_.load(std::move(everything.pubsub));
  if (!cluster_.is_alone()) {
    service_.set_scope(world_.leases->number(),
                       [this](const std::string& account) { return cluster_.holds(account); });
  }
  outbox_.restore(everything.cursor, last_sequence);
  apply_accounts();
  resume_accounts();
  end_lost_subscriptions();  // the configuration may be another one
  upkeep_.start();
  if (cluster_.is_alone()) return;
  known_.clear();  // it is read anew when an account becomes ours
  world_.leases->start([this](const store::Changes& changes) { on_changes(changes); });
  cluster_.start();
}

void Gateway::end_lost_subscriptions() {
  committer_.commit_writes(service_.end_lost_subscriptions(world_.environment.wall_now()));
}

void Gateway::reconfigure(const Config& config) {
  for (const auto& key : restart_keys(config_, config)) world_.log.needs_restart(key);
  const auto kept = config_.xmpp;
  config_ = config;
  config_.xmpp.domain = kept.domain;
  config_.xmpp.users_domain = kept.users_domain;
  const auto demanded = demand_.forget_configured();
  addresses_ = mapping::AddressMap(to_rules(config_));
  ownership_.reconfigure(config_);
  service_.set_policy(to_policy(config_.policy));
  router_.set_requests_per_second(config_.policy.requests_per_second);
  unsolicited_.set_targets(config_.policy.notify_to);
  apply_accounts();
  for (const auto& name : demanded) (void)addresses_.add_account(name);
  hold_again();
  demand_.drop_unwanted();
  end_lost_subscriptions();
}

void Gateway::stop(std::function<void()> then) {
  if (sources_) sources_->stop();
  digests_.send_all();
  outbox_.finish(std::move(then));
}

void Gateway::on_stream_up() {
  ++counters_.stream_connects;
  cluster_.on_stream_up([this] {
    outbox_.on_stream_up();
    presence_.on_stream_up();
    readiness_.on_stream_up();
  });
}

void Gateway::on_stream_down() {
  cluster_.on_stream_down();
  presence_.on_stream_down();
  outbox_.on_stream_down();
}

void Gateway::on_stanza(const gloox::Tag& stanza) {
  ++counters_.stanzas_received;
  if (stanza.name() == "iq") {
    if (!presence_.on_iq_answer(stanza)) router_.on_iq(stanza);
  } else if (stanza.name() == "message") {
    on_message(stanza);
  } else if (stanza.name() == "presence") {
    on_presence(stanza);
  }
}

void Gateway::on_message(const gloox::Tag& message) {
  const std::string& id = message.findAttribute("id");
  if (outbox_.on_message(message.findAttribute("from"), id)) return;
  if (message.findAttribute("type") != "error") return router_.on_message(message);
  const auto from = mapping::prepare_jid(message.findAttribute("from"));
  if (from.has_error() || unsolicited_.on_bounce(from->full, message)) return;
  committer_.commit_writes(
      service_.on_bounce(from->full, id, is_final(message), world_.environment.wall_now()));
}

void Gateway::on_presence(const gloox::Tag& presence) {
  const auto from = mapping::prepare_jid(presence.findAttribute("from"));
  const auto to = mapping::prepare_jid(presence.findAttribute("to"));
  if (from.has_error() || to.has_error()) return;
  const pubsub::Asker asker{from->full, from->bare};
  const std::string account = to->local.empty() ? std::string() : to->bare;
  // As with requests: the owner's first one waits for the snapshot.
  const bool is_first = presence.findAttribute("type") == "subscribe" && !account.empty() &&
                        demand_.ask(account, asker.bare) == Demand::State::pending &&
                        ownership_.is_owner(account, asker.bare);
  if (!is_first) return presence_.on_presence(presence, account, asker);
  const std::shared_ptr<const gloox::Tag> copy(presence.clone());
  (void)demand_.hold(account, [this, copy, account, asker](HeldRequests::Outcome) {
    presence_.on_presence(*copy, account, asker);
  });
}

void Gateway::on_skipped(std::string_view head, StanzaFramer::Fault why) {
  ++counters_.stanzas_skipped;
  router_.on_skipped(head, to_text(why));
}

void Gateway::on_pressure(bool under_pressure) {
  pressure_ = under_pressure;
  outbox_.on_pressure(under_pressure);
  balance_sources();
}

// What cannot be kept or sent at the moment is not read either.
void Gateway::balance_sources() {
  const auto backlog = world_.store.pending();
  const bool pause = pressure_ || backlog > backlog_high || (paused_ && backlog > backlog_low);
  if (pause == paused_ || !sources_) return;
  paused_ = pause;
  sources_->pause(pause);
}

HealthReport Gateway::health() const {
  HealthReport report;
  report.xmpp_connected = world_.output.is_up();
  report.store_writable = world_.store.is_writable();
  if (sources_) report.sources = sources_->health();
  return report;
}

Metrics Gateway::metrics() const {
  Metrics metrics = counters_;
  for (const auto& row : events::event_names) {
    metrics.events[std::string(row.text)] = accounts_.events_seen(row.name);
  }
  for (const auto& source : health().sources) {
    if (source.type != "imap") continue;  // a push source is not connected to anything
    metrics.source_connections[source.name] = source.connected;
    metrics.accounts_watched += source.watched;
  }
  metrics.notifications = outbox_.notifications_sent();
  metrics.journal_pending = outbox_.pending();
  metrics.stream_up = world_.output.is_up() ? 1 : 0;
  metrics.subscriptions = service_.subscriptions().size();
  metrics.requests["iq"] = router_.requests();
  ingest_.add_to(metrics);
  return metrics;
}

}  // namespace component
