// The owner's first request for an account that nobody watched yet waits here until the first
// snapshot is in; the only place in the program where a request waits for a mail store. docs/architecture.md
// "Sources".
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "component/environment.hpp"

namespace component {

class HeldRequests {
 public:
  enum class Outcome { snapshot, refused, timeout };
  using Answer = std::function<void(Outcome)>;

  static constexpr std::chrono::seconds time_limit{10};
  static constexpr std::size_t most = 1000;

  explicit HeldRequests(Environment& environment) : environment_(environment) {}

  /// `answer` runs exactly once. False: too many requests wait already, `answer` will not run.
  [[nodiscard]] bool hold(const std::string& account_jid, Answer answer);
  /// The account's first look succeeded, or the store refused the account.
  void release(const std::string& account_jid, Outcome outcome);
  std::size_t size() const { return held_.size(); }

 private:
  struct Held {
    std::string account_jid;
    Answer answer;
  };
  Environment& environment_;
  std::map<std::uint64_t, Held> held_;  // in order of arrival
  std::uint64_t next_ = 0;
};

}  // namespace component
