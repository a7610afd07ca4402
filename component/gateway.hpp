// The gateway put together: what comes from the sources goes through accounts to the outbox, what
// comes from the XMPP server goes to the router. It owns the rooms' objects and their order of
// life. docs/architecture.md.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "component/accounts.hpp"
#include "component/cluster.hpp"
#include "component/committer.hpp"
#include "component/config.hpp"
#include "component/demand.hpp"
#include "component/digests.hpp"
#include "component/environment.hpp"
#include "component/health.hpp"
#include "component/ingest.hpp"
#include "component/log.hpp"
#include "component/metrics.hpp"
#include "component/outbox.hpp"
#include "component/ownership.hpp"
#include "component/presence.hpp"
#include "component/readiness.hpp"
#include "component/router.hpp"
#include "component/source_set.hpp"
#include "component/stream.hpp"
#include "component/told_accounts.hpp"
#include "component/unsolicited.hpp"
#include "component/upkeep.hpp"
#include "disco/responder.hpp"
#include "mapping/vocabulary.hpp"
#include "pubsub/service.hpp"
#include "store/leases.hpp"
#include "store/store.hpp"

namespace component {

/// What the gateway does not make itself.
struct World {
  Environment& environment;
  StanzaOutput& output;
  store::Store& store;
  /// Null: no other gateway shares the store.
  store::Leases* leases;
  Log& log;
  /// Makes the sources; they report to the sink.
  std::function<std::unique_ptr<Sources>(events::Sink&, KnownFinder)> make_sources;
  std::function<void()> on_ready;
};

class Gateway final : public StreamListener,
                      private AccountListener,
                      private Watcher,
                      private ClusterListener,
                      private pubsub::IdSource {
 public:
  Gateway(Config config, World world);
  ~Gateway();

  /// Reads what survived and starts the sources; `then` runs when the stream may be started.
  void start(std::function<void()> then);
  /// Takes over what can be changed while running (SIGHUP).
  void reconfigure(const Config& config);
  /// Stops the sources; `then` runs when the stream may be ended.
  void stop(std::function<void()> then);

  /// POST /v1/events/<source>
  void take_events(const HttpRequest& request, HttpAnswer answer);
  /// The same by a socket; false: not now.
  void take_message(const std::string& source, std::string_view body,
                    std::function<void(bool kept)> then);
  /// A line of the control socket and its answer.
  std::string on_control(std::string_view line) { return unsolicited_.on_request(line); }

  HealthReport health() const;
  Metrics metrics() const;

  // StreamListener
  void on_stream_up() override;
  void on_stanza(const gloox::Tag& stanza) override;
  void on_skipped(std::string_view head, StanzaFramer::Fault why) override;
  void on_stream_down() override;
  void on_pressure(bool under_pressure) override;

 private:
  // AccountListener
  void on_snapshot(const std::string& jid) override;
  void on_first_look_failed(const std::string& jid, bool refused) override;
  void on_waiting_changed(const std::string& jid) override { presence_.on_waiting_changed(jid); }
  // Watcher
  bool watch(const mapping::AccountAddress& address) override;
  void unwatch(const mapping::AccountAddress& address) override;
  // ClusterListener
  void on_granted(const std::string& account) override;
  void on_withdrawn(const std::string& account) override;
  void on_first_claim() override;
  void after_commits(std::function<void()> then) override;
  void after_journal(std::function<void()> then) override;
  void adopt(std::vector<pubsub::Notice> notices, store::ForeignNotices from,
             std::function<void()> then) override;
  // pubsub::IdSource
  std::string random_id() override { return world_.environment.random_id(); }

  void on_message(const gloox::Tag& message);
  void on_presence(const gloox::Tag& presence);
  void end_lost_subscriptions();
  void restore(store::Everything everything);
  // gateway_accounts.cpp
  void resume_accounts();
  bool resume_told(const std::string& name);
  bool is_ours(const std::string& account);
  void apply_accounts();
  void hold(const mapping::AccountAddress& address);
  void hold_again();
  void take_back(const mapping::AccountAddress& address);
  void on_changes(const store::Changes& changes);
  std::vector<std::string> store_names_of(const std::string& name) const;
  void add_configured(const SourceConfig& source);
  void add_exceptions();
  void find_known(const std::string& name,
                  std::function<void(std::optional<events::KnownAccount>)> then);
  void balance_sources();
  const SourceConfig* source_of(const std::string& name) const;

  Config config_;
  World world_;
  mapping::AddressMap addresses_;
  Ownership ownership_;
  mapping::MailVocabulary vocabulary_;
  pubsub::Service service_;
  Outbox outbox_;
  Committer committer_;
  Accounts accounts_;
  Cluster cluster_;
  ToldAccounts told_accounts_;
  Ingest ingest_;
  Demand demand_;
  disco::Responder disco_;
  Commands commands_;
  Presence presence_;
  Router router_;
  Unsolicited unsolicited_;
  Digests digests_;
  Upkeep upkeep_;
  Readiness readiness_;
  std::unique_ptr<Sources> sources_;
  std::map<std::string, events::KnownAccount>
      known_;         // of the last run, by name; taken at the first watch
  Metrics counters_;  // what only the gateway counts; the rest is asked when somebody wants to know
  bool paused_ = false;
  bool pressure_ = false;
};

}  // namespace component
