// The values that an event gives to the parameters of RFC 5423 §5, each written as the inside of
// its element.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "events/event.hpp"
#include "events/parameter.hpp"
#include "mapping/error.hpp"
#include "mapping/payload.hpp"

namespace mapping {

struct ParameterValues {
  std::map<events::Parameter, std::string> elements;  ///< whole element each
  std::string headers;                                ///< <headers/>, or nothing
  std::string vendor;                                 ///< elements, or nothing
};

result<ParameterValues> to_values(const events::Event& event, const PayloadContext& context);

/// RFC 4648 §4
std::string to_base64(std::string_view octets);

}  // namespace mapping
