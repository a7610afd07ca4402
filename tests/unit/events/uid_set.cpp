#include "events/uid_set.hpp"

#include "tests/support/catch.hpp"

using events::Uid;
using events::UidSet;

namespace {

UidSet set_of(const char* text) {
  return UidSet::parse(text).value();
}
Uid uid(std::uint32_t value) {
  return Uid::from(value).value();
}

}  // namespace

TEST_CASE("a uid set is printed ascending and compressed", "[RFC3501:9][RFC5423:5]") {
  struct Row {
    const char* given;
    const char* expected;
  };
  const auto row = GENERATE(values<Row>({
      {"1", "1"},
      {"3,1,2", "1:3"},
      {"5:3", "3:5"},
      {"1:2,4:5,3", "1:5"},
      {"7,1:4,9", "1:4,7,9"},
      {"4294967295,4294967294", "4294967294:4294967295"},
      {"1:10,2:3", "1:10"},
  }));
  CHECK(set_of(row.given).to_string() == row.expected);
  CHECK(set_of(row.expected) == set_of(row.given));
}

TEST_CASE("what is no uid set is refused", "[RFC3501:9]") {
  const auto* text =
      GENERATE("", "0", "1:", ":1", "1,,2", "*", "1:*", "a", "-1", "4294967296", "1 ", "01");
  CHECK_FALSE(UidSet::parse(text));
}

TEST_CASE("removing leaves what the other set lacks", "[RFC3501:9]") {
  struct Row {
    const char* from;
    const char* removed;
    const char* left;
  };
  const auto row = GENERATE(values<Row>({
      {"1:10", "5", "1:4,6:10"},
      {"1:10", "1:3,9:20", "4:8"},
      {"1:3,7:9", "2:8", "1,9"},
      {"1:3", "1:3", ""},
      {"2", "1,3", "2"},
      {"1:10", "2,4,6", "1,3,5,7:10"},
  }));
  auto set = set_of(row.from);
  set.remove(set_of(row.removed));
  CHECK(set.to_string() == row.left);
}

TEST_CASE("size, membership, the single uid", "[RFC3501:9]") {
  const auto set = set_of("1:3,7");
  CHECK(set.size() == 4);
  CHECK(set.contains(uid(3)));
  CHECK_FALSE(set.contains(uid(4)));
  CHECK_FALSE(set.single());
  CHECK(set_of("7").single() == uid(7));
}

TEST_CASE("a set is split into sets of bounded size", "[RFC5423:5]") {
  const auto parts = set_of("1,3,5,7:9,11").split(2);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].to_string() == "1,3");
  CHECK(parts[1].to_string() == "5,7:9");
  CHECK(parts[2].to_string() == "11");
}
