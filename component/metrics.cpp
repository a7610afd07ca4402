#include "component/metrics.hpp"

#include <array>
#include <string_view>
#include <variant>

namespace component {
namespace {

struct MetricRow {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::variant<std::uint64_t Metrics::*, Metrics::Labelled Metrics::*> value;
  std::string_view label = {};
};

constexpr std::array rows = {
    MetricRow{"mailnode_events_total", "counter", "Mail events published, by RFC 5423 name.",
              &Metrics::events, "event"},
    MetricRow{"mailnode_notifications_total", "counter", "Notifications sent to subscribers.",
              &Metrics::notifications},
    MetricRow{"mailnode_notifications_bounced_total", "counter",
              "Notifications that came back as errors.", &Metrics::notifications_bounced},
    MetricRow{"mailnode_requests_total", "counter", "IQ requests answered, by kind.",
              &Metrics::requests, "kind"},
    MetricRow{"mailnode_rate_limited_total", "counter", "Requests refused for their number.",
              &Metrics::rate_limited},
    MetricRow{"mailnode_stanzas_received_total", "counter", "Stanzas from the XMPP server.",
              &Metrics::stanzas_received},
    MetricRow{"mailnode_stanzas_skipped_total", "counter", "Stanzas that were not acceptable.",
              &Metrics::stanzas_skipped},
    MetricRow{"mailnode_stream_connects_total", "counter", "Handshakes done with the XMPP server.",
              &Metrics::stream_connects},
    MetricRow{"mailnode_stream_up", "gauge", "1 while connected to the XMPP server.",
              &Metrics::stream_up},
    MetricRow{"mailnode_stream_queued_bytes", "gauge", "Octets waiting for the XMPP server.",
              &Metrics::stream_queued_octets},
    MetricRow{"mailnode_journal_pending", "gauge", "Journal entries not yet known to be delivered.",
              &Metrics::journal_pending},
    MetricRow{"mailnode_accounts_watched", "gauge", "Mail accounts being watched.",
              &Metrics::accounts_watched},
    MetricRow{"mailnode_subscriptions", "gauge", "Subscriptions kept.", &Metrics::subscriptions},
    MetricRow{"mailnode_source_connections", "gauge", "Accounts seen at present, by source.",
              &Metrics::source_connections, "source"},
    MetricRow{"mailnode_source_losses_total", "counter", "Connections lost, by source.",
              &Metrics::source_losses, "source"},
    MetricRow{"mailnode_source_login_refusals_total", "counter", "Logins refused, by source.",
              &Metrics::login_refusals, "source"},
    MetricRow{"mailnode_http_requests_total", "counter", "HTTP requests answered, by status.",
              &Metrics::http_requests, "status"},
    MetricRow{"mailnode_push_accepted_total", "counter", "Pushed events taken, by source.",
              &Metrics::push_accepted, "source"},
    MetricRow{"mailnode_push_ignored_total", "counter",
              "Pushed objects of unknown events or of users of others, by source.",
              &Metrics::push_ignored, "source"},
    MetricRow{"mailnode_push_ignored_parameters_total", "counter",
              "Unknown parameters of pushed events, by source.", &Metrics::push_ignored_parameters,
              "source"},
    MetricRow{"mailnode_push_refused_total", "counter", "Pushes refused, by source.",
              &Metrics::push_refused, "source"},
};
// a member that no row shows would be counted for nobody
static_assert(sizeof(Metrics) == 10 * sizeof(Metrics::Labelled) + 11 * sizeof(std::uint64_t) &&
              rows.size() == 10 + 11);

void append_label_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

void append_samples(std::string& out, const MetricRow& row, const Metrics& metrics) {
  if (const auto* plain = std::get_if<std::uint64_t Metrics::*>(&row.value)) {
    out.append(row.name).append(" ").append(std::to_string(metrics.**plain)).append("\n");
    return;
  }
  for (const auto& [value, number] : metrics.*std::get<Metrics::Labelled Metrics::*>(row.value)) {
    out.append(row.name).append("{").append(row.label).append("=\"");
    append_label_value(out, value);
    out.append("\"} ").append(std::to_string(number)).append("\n");
  }
}

}  // namespace

std::string to_prometheus_text(const Metrics& metrics) {
  std::string text;
  for (const auto& row : rows) {
    text.append("# HELP ").append(row.name).append(" ").append(row.help).append("\n");
    text.append("# TYPE ").append(row.name).append(" ").append(row.type).append("\n");
    append_samples(text, row, metrics);
  }
  return text;
}

}  // namespace component
