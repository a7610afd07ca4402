#include "component/http_routes.hpp"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "xmpp_schemas/xml_writer.hpp"

namespace component {

std::string_view HttpRequest::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

HttpResponse make_problem(unsigned status, std::string_view title, std::string_view detail) {
  boost::json::object problem;
  problem["type"] = "about:blank";  // RFC 7807 §4.2
  problem["title"] = title;
  problem["status"] = status;
  if (!detail.empty()) problem["detail"] = xmpp_schemas::to_xml_characters(detail);
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(problem) + "\n";
  return response;
}

RouteChoice choose_route(const std::vector<HttpRoute>& routes, std::string_view method,
                         std::string_view path) {
  RouteChoice choice;
  std::vector<std::string> allowed;
  for (const auto& route : routes) {
    const bool is_prefix = route.path.size() > 1 && route.path.ends_with('/');
    const bool matches = is_prefix ? path.starts_with(route.path) && path.size() > route.path.size()
                                   : path == route.path;
    if (!matches) continue;
    if (std::find(route.methods.begin(), route.methods.end(), method) != route.methods.end()) {
      choice.route = &route;
      choice.rest = path.substr(route.path.size());
      return choice;
    }
    allowed.insert(allowed.end(), route.methods.begin(), route.methods.end());
  }
  if (allowed.empty()) {
    choice.refusal = make_problem(404, "Not Found");
    return choice;
  }
  std::string methods;
  for (const auto& name : allowed) methods += (methods.empty() ? "" : ", ") + name;
  choice.refusal = make_problem(405, "Method Not Allowed", "allowed: " + methods);
  choice.refusal.headers.emplace_back("Allow", methods);  // RFC 9110 §15.5.6
  return choice;
}

}  // namespace component
