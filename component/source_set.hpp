// [I/O] The sources of the configuration, and which of them watches which account.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/config.hpp"
#include "component/demand.hpp"
#include "component/health.hpp"
#include "events/sink.hpp"
#include "mapping/publication.hpp"
#include "sources/account_registry.hpp"
#include "sources/imap/imap_source.hpp"

namespace component {

/// What the gateway needs of the sources; tests put their own in its place.
class Sources : public Watcher {
 public:
  virtual ~Sources() = default;
  /// The sources are these now: those that are new or changed start anew, those that are gone stop.
  virtual void configure(const Config& config) = 0;
  virtual void pause(bool paused) = 0;
  virtual std::vector<SourceHealth> health() const = 0;
  virtual void stop() = 0;
  /// A push source told this of the account; `then` runs when all of it has gone to the sink.
  virtual void tell(const SourceConfig& source, const mapping::AccountAddress& address,
                    std::vector<sources::Act> acts, std::function<void()> then) = 0;
};

/// Finds what the store keeps of an account; the answer may come later.
using KnownFinder = std::function<void(const std::string& name,
                                       std::function<void(std::optional<events::KnownAccount>)>)>;

class SourceSet final : public Sources {
 public:
  SourceSet(boost::asio::any_io_executor executor, events::Sink& sink, sources::imap::ImapLog& log,
            std::function<sources::Moment()> now, KnownFinder find_known);
  ~SourceSet() override;

  void configure(const Config& config) override;
  bool watch(const mapping::AccountAddress& address) override;
  void unwatch(const mapping::AccountAddress& address) override;
  void pause(bool paused) override;
  std::vector<SourceHealth> health() const override;
  void stop() override;
  void tell(const SourceConfig& source, const mapping::AccountAddress& address,
            std::vector<sources::Act> acts, std::function<void()> then) override;

 private:
  /// What the sources that look have found goes through the accounts that they share with pushes.
  struct Found final : events::Sink {
    explicit Found(SourceSet& set) : set_(set) {}
    void on_report(events::Report report) override;
    void on_sight(events::SightChange change) override;
    events::DataWanted data_wanted(const std::string& account,
                                   const std::string& mailbox) const override;

   private:
    SourceSet& set_;
  };
  struct Told {
    std::shared_ptr<sources::SharedAccount> account;  // null: the store is being asked
    std::vector<std::function<void(sources::SharedAccount&)>> waiting;
  };
  struct Running {
    SourceConfig config;
    std::map<std::string, std::string> passwords;
    std::unique_ptr<sources::imap::ImapSource> source;
    std::map<std::string, std::string> watched;  // address name -> login name
  };

  std::unique_ptr<sources::imap::ImapSource> make_source(const Running& running);
  Running* source_for(const std::string& name, std::string& login);

  boost::asio::any_io_executor executor_;
  void pass_on(sources::AccountRegistry::Reports reports);
  void start_timer();
  std::string login_of(const std::string& name);
  void mark_listed(std::optional<events::KnownAccount>& known) const;

  events::Sink& sink_;
  Found found_;
  boost::asio::steady_timer timer_;
  sources::imap::ImapLog& log_;
  std::function<sources::Moment()> now_;
  KnownFinder find_known_;
  sources::AccountRegistry registry_;
  std::map<std::string, Told> told_;  // by address name: accounts of which a push told
  Config config_;
  std::vector<std::unique_ptr<Running>> running_;
  bool paused_ = false;
};

}  // namespace component
