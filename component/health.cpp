#include "component/health.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace component {

bool is_healthy(const SourceHealth& source) {
  return source.type != "imap" || source.watched == 0 || source.connected > 0;
}

bool is_healthy(const HealthReport& report) {
  return report.xmpp_connected && report.store_writable &&
         std::all_of(report.sources.begin(), report.sources.end(),
                     [](const SourceHealth& source) { return is_healthy(source); });
}

unsigned to_status(const HealthReport& report) {
  return is_healthy(report) ? 200 : 503;
}

std::string to_json(const HealthReport& report) {
  boost::json::object root;
  root["healthy"] = is_healthy(report);
  root["xmpp"] = boost::json::object{{"connected", report.xmpp_connected}};
  boost::json::object store{{"writable", report.store_writable}};
  if (!report.store_error.empty()) store["error"] = report.store_error;
  root["store"] = std::move(store);
  boost::json::array sources;
  for (const auto& source : report.sources) {
    sources.push_back(boost::json::object{{"name", source.name},
                                          {"type", source.type},
                                          {"healthy", is_healthy(source)},
                                          {"watched", source.watched},
                                          {"connected", source.connected}});
  }
  root["sources"] = std::move(sources);
  return boost::json::serialize(root) + "\n";
}

}  // namespace component
