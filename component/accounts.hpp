// From the sources to the PubSub service: each report of a source becomes, through mapping/,
// changes of its account's nodes, and everything together one transaction. Also what is known of
// each account's health.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/committer.hpp"
#include "component/environment.hpp"
#include "component/log.hpp"
#include "events/sink.hpp"
#include "mapping/address_map.hpp"
#include "mapping/publication.hpp"
#include "pubsub/service.hpp"

namespace component {

class AccountListener {
 public:
  /// The account's first look of this run succeeded.
  virtual void on_snapshot(const std::string& jid) = 0;
  /// The account's first look failed; `refused`: the store does not let us in.
  virtual void on_first_look_failed(const std::string& jid, bool refused) = 0;
  /// Counts of its mailboxes have changed, or whether it is seen.
  virtual void on_waiting_changed(const std::string& jid) = 0;

 protected:
  ~AccountListener() = default;
};

class Accounts final : public events::Sink {
 public:
  struct Rooms {
    Environment& environment;
    Committer& committer;
    const mapping::AddressMap& addresses;
    pubsub::Service& pubsub;
    AccountListener& listener;
    Log& log;
  };

  explicit Accounts(Rooms rooms) : rooms_(rooms) {}

  /// From now on reports of this account are taken. `known`: what the store kept of it.
  /// `must_exist`: its nodes are shown even while no source has seen it.
  void add(const mapping::AccountAddress& address, mapping::PublicationContext context,
           const events::KnownAccount* known, bool must_exist);
  void remove(const std::string& jid);

  void on_report(events::Report report) override;
  void on_sight(events::SightChange change) override;
  events::DataWanted data_wanted(const std::string& account,
                                 const std::string& mailbox) const override;

  bool has_settled(const std::string& jid) const;
  /// Absent: it is not watched.
  std::optional<mapping::AccountWaiting> waiting(const std::string& jid) const;
  std::uint64_t events_seen(events::EventName name) const;

 private:
  struct Entry {
    mapping::Publication publication;
    bool must_exist = false;
    bool has_snapshot = false;
    bool has_failed = false;
  };

  Entry* find(const std::string& store_name, std::string& jid);
  events::DataWanted wanted_anywhere(const std::string& jid) const;
  void publish(store::Transaction transaction, const pubsub::AccountChanges& changes,
               std::function<void()> then);

  Rooms rooms_;
  std::map<std::string, Entry> entries_;  // by JID
  std::map<events::EventName, std::uint64_t> events_;
};

}  // namespace component
