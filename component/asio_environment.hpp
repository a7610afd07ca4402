// [I/O] The Environment of the running program: the event loop's timers, the system's clocks and
// randomness.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "component/environment.hpp"

namespace component {

class AsioEnvironment final : public Environment {
 public:
  explicit AsioEnvironment(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)) {}

  std::chrono::steady_clock::time_point steady_now() const override;
  std::chrono::system_clock::time_point wall_now() const override;
  void start_timer(std::chrono::milliseconds after, std::function<void()> then) override;
  std::string random_id() override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace component
