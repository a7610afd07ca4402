#include "component/health.hpp"

#include <vector>

#include <boost/json/parse.hpp>

#include "component/metrics.hpp"
#include "tests/support/catch.hpp"

using namespace component;

TEST_CASE("healthy is: connected, writable, and every imap source sees an account or has none",
          "[health]") {
  struct Row {
    std::string name;
    HealthReport report;
    unsigned status;
  };
  const std::vector<Row> rows = {
      {"nothing configured", {true, true, {}, {}}, 200},
      {"no XMPP server", {false, true, {}, {}}, 503},
      {"the store refuses", {true, false, "disk full", {}}, 503},
      {"no account to watch", {true, true, {}, {{"i", "imap", 0, 0}}}, 200},
      {"one of two is seen", {true, true, {}, {{"i", "imap", 2, 1}}}, 200},
      {"none is seen", {true, true, {}, {{"i", "imap", 2, 0}}}, 503},
      {"push has no connections", {true, true, {}, {{"p", "push", 2, 0}}}, 200},
      {"one source of two is down",
       {true, true, {}, {{"a", "imap", 1, 1}, {"b", "imap", 1, 0}}},
       503},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(to_status(row.report) == row.status);
    const auto json = boost::json::parse(to_json(row.report)).as_object();
    CHECK(json.at("healthy").as_bool() == (row.status == 200));
    CHECK(json.at("sources").as_array().size() == row.report.sources.size());
  }
  CHECK(to_json(rows[2].report).find("disk full") != std::string::npos);
}

TEST_CASE("metrics are told in Prometheus' text form", "[metrics]") {
  Metrics metrics;
  metrics.events["MessageNew"] = 3;
  metrics.source_connections["a\"\\\nb"] = 1;
  metrics.stream_up = 1;
  const auto text = to_prometheus_text(metrics);
  CHECK(text.find("# TYPE mailnode_events_total "
                  "counter\nmailnode_events_total{event=\"MessageNew\"} 3\n") != std::string::npos);
  CHECK(text.find("mailnode_source_connections{source=\"a\\\"\\\\\\nb\"} 1\n") !=
        std::string::npos);
  CHECK(text.find("# TYPE mailnode_stream_up gauge\nmailnode_stream_up 1\n") != std::string::npos);
  CHECK(text.find("mailnode_journal_pending 0\n") != std::string::npos);
}
