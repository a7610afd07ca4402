// The one answer to a request.
#pragma once

#include <string>
#include <variant>

#include "pubsub/error.hpp"

namespace pubsub {

struct Result {
  std::string payload;  ///< XML inside <iq type='result'/>; may be empty
  friend bool operator==(const Result&, const Result&) = default;
};

using Reply = std::variant<Result, Error>;

}  // namespace pubsub
