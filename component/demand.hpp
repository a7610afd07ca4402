// Which accounts are wanted: those of the configuration from the start, any other from its owner's
// first request until 24 hours after the last subscription to it ended. The only thing that flows
// towards the sources. docs/architecture.md.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "component/environment.hpp"
#include "component/held_requests.hpp"
#include "mapping/address_map.hpp"
#include "pubsub/service.hpp"

namespace component {

/// Starts and stops watching; the gateway knows the sources.
class Watcher {
 public:
  /// False: no source can watch an account that is not configured.
  virtual bool watch(const mapping::AccountAddress& address) = 0;
  virtual void unwatch(const mapping::AccountAddress& address) = 0;

 protected:
  ~Watcher() = default;
};

class Demand {
 public:
  static constexpr std::chrono::hours linger{24};
  static constexpr std::chrono::seconds refused_for{60};

  Demand(Environment& environment, mapping::AddressMap& addresses, const pubsub::Service& service,
         Watcher& watcher);

  /// Wanted for as long as the configuration says so.
  void configured(const mapping::AccountAddress& address);
  bool is_configured(const std::string& jid) const;
  /// Wanted because somebody subscribed to it in an earlier run.
  void resumed(const mapping::AccountAddress& address);

  /// The JIDs of all accounts of the configuration.
  std::vector<std::string> configured_accounts() const;

  /// Before the configuration's accounts are given anew, and after it.
  /// The names of all accounts that are wanted.
  std::vector<std::string> forget_configured();
  void drop_unwanted();

  enum class State { known, pending, none };
  /// Its owner `bare` asks for the account at `jid`: an account that nobody watches yet is watched
  /// from now on.
  State ask(const std::string& jid, const std::string& bare);
  /// Waits for the snapshot of an account that is pending. False: too many wait.
  [[nodiscard]] bool hold(const std::string& jid, HeldRequests::Answer answer);

  void on_snapshot(const std::string& jid);
  void on_refused(const std::string& jid);

 private:
  struct Wanted {
    bool is_configured = false;
    std::chrono::steady_clock::time_point last_used;
  };

  bool start(const std::string& jid, const std::string& bare);
  void sweep();
  void start_sweeping();

  Environment& environment_;
  mapping::AddressMap& addresses_;
  const pubsub::Service& service_;
  Watcher& watcher_;
  HeldRequests held_;
  std::map<std::string, Wanted> wanted_;  // by JID
  std::map<std::string, std::chrono::steady_clock::time_point> refused_;
};

}  // namespace component
