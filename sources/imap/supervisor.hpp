// One account's connection over time: when to connect, how long to wait after a failure, and when
// sight of the account is lost. Pure: the shell drives it with what happened and `now`.
// docs/protocol.md status/@state, §7.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/report.hpp"
#include "sources/imap/backoff.hpp"

namespace sources::imap {

class Supervisor {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Connect {};
  struct Disconnect {};
  /// (Re)start a timer. One that expires when it no longer matters is ignored; there is no need to
  /// stop it.
  struct StartTimer {
    enum class Which { retry, sight };
    Which which;
    std::chrono::milliseconds after;
  };
  /// To be published as the source's health (events::SightChange).
  struct SightIs {
    events::Sight sight;
    events::SightReason reason;
    std::string detail;
  };
  using Action = std::variant<Connect, Disconnect, StartTimer, SightIs>;
  using Actions = std::vector<Action>;

  /// `random` yields numbers in [0, 1).
  explicit Supervisor(std::function<double()> random) : random_(std::move(random)) {}

  /// The account is wanted from now on.
  Actions on_watch(Time now);
  /// The session sees the account completely (imap::InSight).
  Actions on_in_sight(Time now);
  /// The connection, or the attempt to make one, has ended (imap::Close, or what the transport
  /// said).
  Actions on_closed(events::SightReason reason, std::string detail, bool is_final_for_now,
                    Time now);
  Actions on_timer(StartTimer::Which which, Time now);
  /// The account is no longer wanted; nothing is reported after this.
  Actions on_unwatch(Time now);

  bool is_in_sight() const { return phase_ == Phase::in_sight; }

 private:
  enum class Phase { idle, connecting, waiting, in_sight };

  void report(Actions& actions, events::Sight sight, events::SightReason reason,
              const std::string& detail);

  std::function<double()> random_;
  Phase phase_ = Phase::idle;
  Backoff ordinary_{std::chrono::seconds(1), std::chrono::seconds(60)};
  Backoff refused_{std::chrono::seconds(60), std::chrono::minutes(10)};
  Time retry_at_{};
  Time lost_at_{};
  Time in_sight_at_{};
  events::SightReason reason_ = events::SightReason::none;
  std::string detail_;
  std::optional<std::pair<events::Sight, events::SightReason>> reported_;
};

}  // namespace sources::imap
