#include "mapping/date_time.hpp"

#include <algorithm>

namespace mapping {
namespace {

using std::chrono::floor;

// RFC 3339 §5.6: an offset is less than a day; the clock's own range keeps the year at four digits
constexpr std::chrono::minutes max_offset{23 * 60 + 59};

template <class Number>
std::string padded(Number number, std::size_t width) {
  auto text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::string date_and_time(events::WallTime at) {
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::seconds>(at - day));
  return padded(static_cast<int>(date.year()), 4) + '-' +
         padded(static_cast<unsigned>(date.month()), 2) + '-' +
         padded(static_cast<unsigned>(date.day()), 2) + 'T' + padded(time.hours().count(), 2) +
         ':' + padded(time.minutes().count(), 2) + ':' + padded(time.seconds().count(), 2);
}

events::WallTime within_range(events::WallTime at) {
  const auto margin = std::chrono::days(366);  // for the offset
  return std::clamp(at, events::WallTime::min() + margin, events::WallTime::max() - margin);
}

}  // namespace

std::string to_local_date_time(const events::Timestamp& timestamp) {
  const auto offset = std::clamp(timestamp.utc_offset, -max_offset, max_offset);
  const auto local = within_range(timestamp.at) + offset;
  const auto second = floor<std::chrono::seconds>(local);
  const auto milliseconds = floor<std::chrono::milliseconds>(local - second).count();
  const auto minutes = offset.count() < 0 ? -offset.count() : offset.count();
  return date_and_time(local) + '.' + padded(milliseconds, 3) + (offset.count() < 0 ? '-' : '+') +
         padded(minutes / 60, 2) + ':' + padded(minutes % 60, 2);
}

std::string to_utc_date_time(events::WallTime at) {
  return date_and_time(within_range(at)) + 'Z';
}

}  // namespace mapping
