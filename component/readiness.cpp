#include "component/readiness.hpp"

#include <utility>

namespace component {

Readiness::Readiness(Environment& environment, std::function<void()> on_ready)
    : environment_(environment), on_ready_(std::move(on_ready)) {}

void Readiness::on_settled(const std::string& account_jid) {
  awaited_.erase(account_jid);
  check();
}

void Readiness::on_stream_up() {
  if (!stream_was_up_) {
    environment_.start_timer(longest_wait, [this] {
      awaited_.clear();
      check();
    });
  }
  stream_was_up_ = true;
  check();
}

void Readiness::check() {
  if (is_ready_ || !stream_was_up_ || !awaited_.empty()) return;
  is_ready_ = true;
  on_ready_();
}

}  // namespace component
