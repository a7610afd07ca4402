// An Environment that the test drives by hand: time stands still until the test moves it.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "component/environment.hpp"

namespace tests {

class ManualEnvironment final : public component::Environment {
 public:
  std::chrono::steady_clock::time_point steady_now() const override { return steady_; }
  std::chrono::system_clock::time_point wall_now() const override { return wall_; }

  void start_timer(std::chrono::milliseconds after, std::function<void()> then) override {
    timers_.push_back({steady_ + after, next_++, std::move(then)});
  }

  /// Whoever started them is gone.
  void forget_timers() { timers_.clear(); }

  std::string random_id() override { return "random-" + std::to_string(++ids_); }

  /// Moves both clocks and runs the timers that are due, in their order, new ones included.
  void advance(std::chrono::milliseconds by) {
    const auto until = steady_ + by;
    while (true) {
      const auto first =
          std::min_element(timers_.begin(), timers_.end(), [](const auto& a, const auto& b) {
            return std::pair(a.due, a.number) < std::pair(b.due, b.number);
          });
      if (first == timers_.end() || first->due > until) break;
      move_to(std::max(first->due, steady_));
      const auto then = std::move(first->then);
      timers_.erase(first);
      then();
    }
    move_to(until);
  }

 private:
  struct Timer {
    std::chrono::steady_clock::time_point due;
    int number;
    std::function<void()> then;
  };

  void move_to(std::chrono::steady_clock::time_point when) {
    wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(when - steady_);
    steady_ = when;
  }

  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1000)};
  std::chrono::system_clock::time_point wall_{std::chrono::seconds(1795000000)};
  std::vector<Timer> timers_;
  int next_ = 0;
  int ids_ = 0;
};

}  // namespace tests
