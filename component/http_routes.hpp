// Which route a request takes: 404 and 405 are decided here. Pure. RFC 9110 §15.5.5, §15.5.6
#pragma once

#include <string>
#include <vector>

#include "component/http_server.hpp"

namespace component {

struct RouteChoice {
  const HttpRoute* route = nullptr;  ///< null: `refusal` is the answer
  std::string rest;
  HttpResponse refusal;
};

RouteChoice choose_route(const std::vector<HttpRoute>& routes, std::string_view method,
                         std::string_view path);

}  // namespace component
