#include "sources/quota.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/step_text.hpp"

using sources::QuotaRoot;
using sources::QuotaTable;
using Lines = std::vector<std::string>;

namespace {

constexpr events::Timestamp at{};

QuotaRoot storage(std::uint64_t usage, std::uint64_t limit, std::string name = "user") {
  return {std::move(name), {{usage, limit}}, {}};
}
QuotaRoot message(std::uint64_t usage, std::uint64_t limit) {
  return {"user", {}, {{usage, limit}}};
}

Lines apply(QuotaTable& table, const QuotaRoot& root) {
  Lines lines;
  for (const auto& event : table.apply(root, "juliet", at)) {
    CHECK(event.account == "juliet");
    CHECK(event.circumstances.timestamp == at);
    lines.push_back(tests::to_text(events::Step(event)));
  }
  return lines;
}

}  // namespace

TEST_CASE("the difference between two looks at a quota root is told",
          "[RFC5423:4.1][RFC9208:3.2]") {
  struct Row {
    const char* name;
    QuotaRoot before, now;
    Lines events;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing", storage(5, 200), storage(5, 200), {}},
      {"usage alone is no event", storage(5, 200), storage(150, 200), {}},
      {"the limit is reached", storage(5, 200), storage(200, 200), {"QuotaExceed used=200 of=200"}},
      {"and passed", storage(5, 200), storage(210, 200), {"QuotaExceed used=210 of=200"}},
      {"still over", storage(210, 200), storage(220, 200), {}},
      {"below again", storage(210, 200), storage(199, 200), {"QuotaWithin used=199 of=200"}},
      {"more room", storage(5, 200), storage(5, 300), {"QuotaChange used=5 of=300"}},
      {"less room than is used",
       storage(150, 200),
       storage(150, 100),
       {"QuotaChange used=150 of=100", "QuotaExceed used=150 of=100"}},
      {"enough room for what was too much",
       storage(210, 200),
       storage(210, 300),
       {"QuotaChange used=210 of=300", "QuotaWithin used=210 of=300"}},
      {"messages", message(9, 10), message(10, 10), {"QuotaExceed messages=10 of=10"}},
      {"fewer messages", message(10, 10), message(9, 10), {"QuotaWithin messages=9 of=10"}},
      {"the limit is gone", storage(210, 200), {"user", {}, {}}, {}},
      {"there was none", {"user", {}, {}}, storage(210, 200), {}},
      {"numbers of 63 bits",
       storage(1, 0x7FFFFFFFFFFFFFFF),
       storage(0x7FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF),
       {"QuotaExceed used=9223372036854775807 of=9223372036854775807"}},
  }));
  CAPTURE(row.name);
  QuotaTable table;
  CHECK(apply(table, row.before).empty());  // not known before: what it was cannot be told
  CHECK(apply(table, row.now) == row.events);
  CHECK(apply(table, row.now).empty());
}

TEST_CASE("each root is one of its own", "[RFC9208:3.2]") {
  QuotaTable table;
  CHECK(apply(table, storage(5, 10, "a")).empty());
  CHECK(apply(table, storage(15, 10, "b")).empty());
  CHECK(apply(table, storage(11, 10, "a")) == Lines{"QuotaExceed used=11 of=10"});
  CHECK(apply(table, storage(9, 10, "b")) == Lines{"QuotaWithin used=9 of=10"});
}

TEST_CASE("a server that invents roots costs a bounded amount", "[RFC9208:8]") {
  QuotaTable table;
  for (int i = 0; i < 1000; ++i) apply(table, storage(1, 2, "root " + std::to_string(i)));
  CHECK(table.size() == QuotaTable::max_roots);
  CHECK(apply(table, storage(2, 2, "root 0")).size() == 1);
  CHECK(apply(table, storage(2, 2, "root 999")).empty());
}
