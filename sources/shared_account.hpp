// One account as all its sources see it. What a source that looks has found and a push source may
// tell better waits for the push up to 2 s, as far as it is an event; the state of mailboxes never
// waits. Pure. docs/protocol.md "One act, one event".
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "events/report.hpp"
#include "sources/account.hpp"
#include "sources/act.hpp"

namespace sources {

class SharedAccount {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Reports = std::vector<events::Report>;

  static constexpr std::chrono::seconds push_grace{2};
  static constexpr std::chrono::minutes moment_window{5};
  static constexpr std::size_t max_held = 1000;     // reports
  static constexpr std::size_t max_moments = 1000;  // remembered

  SharedAccount(Account model, std::string personal_prefix)
      : model_(std::move(model)), personal_prefix_(std::move(personal_prefix)) {}

  Account& model() { return model_; }

  /// A source that looks found this; the model has it already.
  Reports on_found(events::Report report, Time now);
  /// A push source told this.
  Reports on_told(std::vector<Act> acts, const std::string& source, char separator, Time now);
  Reports on_time(Time now);
  Reports release_all();
  /// When on_time is due.
  std::optional<Time> due() const;

 private:
  struct Held {
    events::Report report;
    Time due;
    bool names_mailboxes;  ///< a mailbox came, went or has another name
  };
  struct Moment {
    std::string key;
    Time at;
  };

  bool is_repeated(const Act& act, Time now);
  void take(Act act, events::Report& report, char separator, Reports& out);
  bool take_match(Act& act, events::Report& report);
  template <class Kind>
  bool match_arrival(Act& act, const Kind& told, events::Report& report);
  template <class Kind>
  bool match_changes(Act& act, Kind& told, events::Report& report);
  bool match_mailbox(const Act& act);
  void release(std::size_t count, Reports& out);
  void release_what_is_told(Reports& out);
  events::Report refreshed(events::Report report) const;
  void keep_for_later(events::Report& report) const;
  events::MessagesAre messages_now(const std::string& mailbox, const events::UidSet& uids) const;

  Account model_;
  std::string personal_prefix_;
  std::deque<Held> held_;
  std::deque<Moment> moments_;
  bool is_told_ = false;  // by a push source, in this run
};

}  // namespace sources
