// Where sources put what they found. The one who takes it must keep the order of one account's
// reports.
#pragma once

#include <string>

#include "events/data_wanted.hpp"
#include "events/report.hpp"

namespace events {

class Sink {
 public:
  virtual void on_report(Report report) = 0;
  virtual void on_sight(SightChange change) = 0;
  /// What is worth fetching of messages that come into that mailbox now; names as in a report.
  virtual DataWanted data_wanted(const std::string& account, const std::string& mailbox) const = 0;

 protected:
  ~Sink() = default;
};

}  // namespace events
