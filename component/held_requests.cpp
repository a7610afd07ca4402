#include "component/held_requests.hpp"

#include <utility>

namespace component {

bool HeldRequests::hold(const std::string& account_jid, Answer answer) {
  if (held_.size() >= most) return false;
  const auto number = next_++;
  held_.emplace(number, Held{account_jid, std::move(answer)});
  environment_.start_timer(time_limit, [this, number] {
    auto node = held_.extract(number);
    if (node) node.mapped().answer(Outcome::timeout);
  });
  return true;
}

void HeldRequests::release(const std::string& account_jid, Outcome outcome) {
  std::vector<Answer> answers;
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->second.account_jid == account_jid) {
      answers.push_back(std::move(at->second.answer));
      at = held_.erase(at);
    } else {
      ++at;
    }
  }
  for (const auto& answer : answers) answer(outcome);
}

}  // namespace component
