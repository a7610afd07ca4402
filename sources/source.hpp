// A source: something that can tell what happens in the mail stores of accounts. It writes to an
// events::Sink; the only thing that flows towards it is demand.
#pragma once

#include <optional>
#include <string>

#include "events/report.hpp"

namespace sources {

class Source {
 public:
  virtual ~Source() = default;

  /// Watch the account from now on. `known`: its state when the gateway last saw it, so that what
  /// was missed is told as the net difference; without it the first look publishes no event.
  virtual void watch(std::string account, std::optional<events::KnownAccount> known) = 0;
  virtual void unwatch(const std::string& account) = 0;
  /// While paused nothing more is read from the store: what would be reported cannot be kept at the
  /// moment.
  virtual void pause(bool paused) = 0;
};

}  // namespace sources
