#include "pubsub/date_time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace pubsub {
namespace {

using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Reads a text from its beginning; what does not fit leaves it failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// Exactly so many digits.
  int number(std::size_t digits) {
    int value = 0;
    const auto* end = rest_.data() + std::min(digits, rest_.size());
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    const bool is_signed = !rest_.empty() && rest_.front() == '-';
    if (rest_.size() < digits || error != std::errc() || stop != end || is_signed) fail();
    skip(digits);
    return value;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    skip(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  /// Digits after the point, as milliseconds.
  milliseconds fraction() {
    int value = 0;
    int factor = 100;
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') fail();
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value += (rest_.front() - '0') * factor;
      factor /= 10;
      skip(1);
    }
    return milliseconds(value);
  }
  bool is_at_end() const { return rest_.empty(); }
  bool has_failed() const { return has_failed_; }

 private:
  void fail() { has_failed_ = true; }
  void skip(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  std::string_view rest_;
  bool has_failed_ = false;
};

std::chrono::seconds read_time(Reader& reader) {
  const int hour = reader.number(2);
  reader.expect(':');
  const int minute = reader.number(2);
  reader.expect(':');
  const int second = reader.number(2);
  const bool is_valid = hour < 24 && minute < 60 && second < 61;
  if (!is_valid) reader.expect('\0');
  return std::chrono::hours(hour) + minutes(minute) + std::chrono::seconds(second);
}

minutes read_offset(Reader& reader) {
  if (reader.take('Z')) return minutes(0);
  const bool is_west = reader.take('-');
  if (!is_west) reader.expect('+');
  const int hour = reader.number(2);
  reader.expect(':');
  const int minute = reader.number(2);
  if (hour > 23 || minute > 59) reader.expect('\0');
  const minutes offset = std::chrono::hours(hour) + minutes(minute);
  return is_west ? -offset : offset;
}

}  // namespace

std::string to_stamp(WallTime at) {
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<milliseconds>(at - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string stamp = text.data();
  const auto fraction = static_cast<int>(time.subseconds().count());
  if (fraction != 0) {
    std::snprintf(text.data(), text.size(), ".%03d", fraction);
    stamp += text.data();
  }
  return stamp + 'Z';
}

std::optional<WallTime> parse_date_time(std::string_view text) {
  Reader reader(text);
  const std::chrono::year year(reader.number(4));
  reader.expect('-');
  const std::chrono::month month(static_cast<unsigned>(reader.number(2)));
  reader.expect('-');
  const std::chrono::day day(static_cast<unsigned>(reader.number(2)));
  reader.expect('T');
  const auto time = read_time(reader);
  const auto fraction = reader.take('.') ? reader.fraction() : milliseconds(0);
  const auto offset = read_offset(reader);
  const std::chrono::year_month_day date = year / month / day;
  // What the clock can hold ends in 2262; a lease that long is none.
  const bool is_in_range = year >= std::chrono::year(1970) && year < std::chrono::year(2200);
  if (reader.has_failed() || !reader.is_at_end() || !date.ok() || !is_in_range) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + time + fraction - offset;
}

}  // namespace pubsub
