#include "events/flag_set.hpp"

#include "tests/support/catch.hpp"

using events::FlagSet;

TEST_CASE("flag names are sorted, unique and in the RFC's spelling",
          "[RFC3501:2.3.2][RFC3503:3][RFC5423:5]") {
  struct Row {
    const char* given;
    const char* expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", ""},
      {"\\seen", "\\Seen"},
      {"\\SEEN \\Seen", "\\Seen"},
      {"$mdnsent", "$MDNSent"},
      {"work \\Flagged Work", "\\Flagged work"},
      {"\\Recent \\recent \\Seen", "\\Seen"},
      {"  \\Draft  ", "\\Draft"},
  }));
  CHECK(FlagSet::from_text(row.given).to_text() == row.expected);
}

TEST_CASE("the difference of flag sets is one-sided", "[RFC5423:4.2]") {
  const auto before = FlagSet::from_text("\\Seen work");
  const auto after = FlagSet::from_text("\\Seen \\Flagged Work");
  CHECK(after.minus(before).to_text() == "\\Flagged");
  CHECK(before.minus(after).empty());
}
