#include "component/held_requests.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_environment.hpp"

using component::HeldRequests;
using Outcome = HeldRequests::Outcome;

TEST_CASE("a held request is answered once, whatever comes first", "[RFC6120:8.2.3]") {
  tests::ManualEnvironment environment;
  HeldRequests held(environment);
  std::vector<Outcome> answers;
  const auto record = [&](Outcome outcome) { answers.push_back(outcome); };

  REQUIRE(held.hold("juliet@mail.example.com", record));
  SECTION("the snapshot comes") {
    held.release("juliet@mail.example.com", Outcome::snapshot);
    environment.advance(std::chrono::minutes(1));
    CHECK(answers == std::vector{Outcome::snapshot});
  }
  SECTION("the snapshot comes too late") {
    environment.advance(HeldRequests::time_limit);
    held.release("juliet@mail.example.com", Outcome::snapshot);
    CHECK(answers == std::vector{Outcome::timeout});
  }
  SECTION("another account's snapshot changes nothing") {
    held.release("romeo@mail.example.com", Outcome::snapshot);
    CHECK(answers.empty());
  }
}

TEST_CASE("requests are not held without bound", "[RFC6120:8.3.3.18]") {
  tests::ManualEnvironment environment;
  HeldRequests held(environment);
  for (std::size_t i = 0; i < HeldRequests::most; ++i) REQUIRE(held.hold("j@d", [](Outcome) {}));
  CHECK_FALSE(
      held.hold("j@d", [](Outcome) { FAIL("a refused request must not be answered from here"); }));
}
