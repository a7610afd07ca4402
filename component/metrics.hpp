// The gateway's counters and gauges, a plain value that it owns, and their Prometheus text
// exposition. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace component {

struct Metrics {
  /// One number, or one for each value of the metric's label.
  using Labelled = std::map<std::string, std::uint64_t>;

  Labelled events;                   ///< by RFC 5423 event
  Labelled source_connections;       ///< by source, at present
  Labelled source_losses;            ///< by source
  Labelled login_refusals;           ///< by source
  Labelled requests;                 ///< by namespace or kind
  Labelled http_requests;            ///< by status
  Labelled push_accepted;            ///< objects, by source
  Labelled push_ignored;             ///< objects, by source
  Labelled push_ignored_parameters;  ///< by source
  Labelled push_refused;             ///< requests and datagrams, by source
  std::uint64_t notifications = 0;
  std::uint64_t notifications_bounced = 0;
  std::uint64_t stanzas_received = 0;
  std::uint64_t stanzas_skipped = 0;
  std::uint64_t stream_connects = 0;
  std::uint64_t stream_up = 0;  ///< 0 or 1
  std::uint64_t stream_queued_octets = 0;
  std::uint64_t journal_pending = 0;
  std::uint64_t accounts_watched = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t rate_limited = 0;
};

/// Text exposition format 0.0.4; Content-Type of it below.
std::string to_prometheus_text(const Metrics& metrics);
inline constexpr const char* prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace component
