// Where sources put what they found. The one who takes it must keep the order of one account's
// reports.
#pragma once

#include "events/report.hpp"

namespace events {

class Sink {
 public:
  virtual void on_report(Report report) = 0;
  virtual void on_sight(SightChange change) = 0;

 protected:
  ~Sink() = default;
};

}  // namespace events
