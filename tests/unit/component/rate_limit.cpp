#include "component/rate_limit.hpp"

#include "tests/support/catch.hpp"

using component::RateLimit;
using namespace std::chrono_literals;

TEST_CASE("a burst of ten seconds' worth is served, then the average holds", "[RFC6120:8.3.3.18]") {
  RateLimit limit(50);
  const RateLimit::TimePoint start{1000s};
  for (int i = 0; i < 500; ++i) REQUIRE(limit.may_request("juliet@example.com", start));
  CHECK_FALSE(limit.may_request("juliet@example.com", start));
  CHECK(limit.may_request("romeo@example.com", start));  // others have their own limit
  CHECK(limit.may_request("juliet@example.com", start + 20ms));
  CHECK_FALSE(limit.may_request("juliet@example.com", start + 20ms));
  for (int i = 0; i < 50; ++i) REQUIRE(limit.may_request("juliet@example.com", start + 1020ms));
  CHECK_FALSE(limit.may_request("juliet@example.com", start + 1020ms));
}

TEST_CASE("the memory for limits is bounded", "[RFC6120:8.3.3.18]") {
  RateLimit limit(50);
  RateLimit::TimePoint now{1000s};
  for (int i = 0; i < 30000; ++i) {
    now += 1ms;
    REQUIRE(limit.may_request("u" + std::to_string(i) + "@example.net", now));
  }
}
