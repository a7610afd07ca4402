// Notifications that nobody subscribed to: a Sieve script, or whoever reaches the control socket,
// has somebody told something. Decides who may be told and how often, and lays the message out. RFC
// 5437, draft-dusseault-email-notif-model-00 §6.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gloox/tag.h>

#include "component/environment.hpp"
#include "component/log.hpp"
#include "component/rate_limit.hpp"
#include "pubsub/access.hpp"
#include "sources/sieve/enotify.hpp"

namespace component {

class Unsolicited {
 public:
  struct Rooms {
    Environment& environment;
    StanzaOutput& output;
    const pubsub::Access& access;
    Log& log;
  };
  /// not_now: the same may be tried again later.
  enum class Outcome : std::uint8_t { sent, not_now, refused };
  struct Verdict {
    Outcome outcome = Outcome::sent;
    std::string why;  ///< empty: sent
  };

  Unsolicited(std::string domain, Rooms rooms)
      : domain_(std::move(domain)), rooms_(rooms), rate_limit_(per_second) {}

  /// [policy] notify_to: "owner", bare JIDs, domains.
  void set_targets(std::vector<std::string> targets) { targets_ = std::move(targets); }

  Verdict notify(const sources::sieve::Notification& notification);
  /// A line of the control socket and its answer: {"outcome": "sent", "why": ""}
  std::string on_request(std::string_view json);
  /// False: it is not about one of these messages. `from`: prepared.
  bool on_bounce(std::string_view from, const gloox::Tag& message);

 private:
  /// Who has somebody told, and who is told (bare).
  using Pair = std::pair<std::string, std::string>;
  struct Sent {
    std::string id;
    Pair pair;
  };
  static constexpr double per_second = 0.5;  // to one address, averaged over 10 s
  static constexpr std::chrono::hours block{24};
  static constexpr std::size_t most_remembered = 1000;

  Verdict refuse(const std::string& to, std::string why);
  bool is_target(const std::string& bare) const;
  std::string to_stanza(const sources::sieve::Notification& notification, std::string_view to,
                        std::string_view id) const;

  std::string domain_;
  Rooms rooms_;
  RateLimit rate_limit_;
  std::vector<std::string> targets_;
  std::map<Pair, std::chrono::steady_clock::time_point> blocked_;  // until when
  std::deque<Sent> sent_;
};

}  // namespace component
