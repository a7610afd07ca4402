#include "pubsub/rendering.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pubsub {

Audience owner_audience(const Policy& policy) {
  return {std::min(policy.disclosure, Disclosure::envelope), true};
}

void append_payload(std::string& out, const Payload& payload, const Audience& audience) {
  for (const Part& part : payload) {
    const bool shown = part.disclosure == Disclosure::actor ? audience.sees_actor
                                                            : part.disclosure <= audience.level;
    if (shown) out += part.xml;
  }
}

std::string to_stamp(WallTime at) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::milliseconds>(at - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string stamp = text.data();
  const auto milliseconds = static_cast<int>(time.subseconds().count());
  if (milliseconds != 0) {
    std::snprintf(text.data(), text.size(), ".%03d", milliseconds);
    stamp += text.data();
  }
  return stamp + 'Z';
}

}  // namespace pubsub
