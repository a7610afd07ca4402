#include "sources/push/date_time.hpp"

#include "tests/support/catch.hpp"

using sources::push::parse_date_time;

TEST_CASE("a date-time of a mail store keeps its offset", "[RFC3339:5.6][RFC5423:5]") {
  struct Row {
    const char* text;
    std::int64_t milliseconds;  // since 1970
    int offset;                 // minutes
  };
  const auto row = GENERATE(values<Row>({
      {"1970-01-01T00:00:00Z", 0, 0},
      {"1970-01-01T01:00:00+01:00", 0, 60},
      {"1969-12-31T16:30:00.250-07:30", 250, -450},
      {"2026-11-22T10:39:48.729Z", 1795343988729, 0},
      {"2026-11-22t10:39:48.7290999z", 1795343988729, 0},
  }));
  const auto parsed = parse_date_time(row.text);
  REQUIRE(parsed);
  const auto since = parsed->at.time_since_epoch();
  CHECK(std::chrono::duration_cast<std::chrono::milliseconds>(since).count() == row.milliseconds);
  CHECK(parsed->utc_offset == std::chrono::minutes(row.offset));
}

TEST_CASE("what is no date-time is refused", "[RFC3339:5.6]") {
  const auto* text =
      GENERATE("", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z",
               "2026-11-22T10:39:48", "2026-11-22T10:39:48.Z", "2026-11-22T10:39:48+1:00",
               "2026-11-22T10:39:48Z ", "0000-01-01T00:00:00Z", "2026-11-22T10:39:48+24:00");
  CHECK_FALSE(parse_date_time(text));
}
