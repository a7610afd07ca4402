// What an engine of the store needs of the program, and what it tells an operator.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/system/error_code.hpp>

namespace store {

/// Runs a function on the event loop; callable from any thread until the store is destroyed.
using Post = std::function<void(std::function<void()>)>;

/// What an operator wants to know of the store; called on the event loop. Each may be empty.
struct Observer {
  using Told = std::function<void(boost::system::error_code, const std::string& message)>;
  Told refused;                    ///< nothing can be written any more; is tried again
  std::function<void()> accepted;  ///< after `refused`: written again
  Told dropped;                    ///< a bug: this transaction can never be written. Empty: assert
  Told read_failed;
  /// Another gateway took this one's place (its fence); the process must end. PostgreSQL only.
  Told fenced;
  std::function<void(std::uint64_t)> pruned;  ///< so many notices were too old at the start
};

}  // namespace store
