#include "component/barrier.hpp"

#include "tests/support/catch.hpp"

using component::Barrier;
using namespace std::chrono_literals;

namespace {

const Barrier::TimePoint start{1000s};

}  // namespace

TEST_CASE("a barrier that comes back proves what was sent before it", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com", true);
  CHECK(barrier.raise("abc", 7, start) ==
        "<message from='mail.example.com' to='mail.example.com' id='abc'/>");
  CHECK(barrier.is_outstanding());
  CHECK(barrier.on_returned("mail.example.com", "abc") == 7U);
  CHECK_FALSE(barrier.is_outstanding());
}

TEST_CASE("nobody else can move the cursor", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com", true);
  (void)barrier.raise("abc", 7, start);
  CHECK_FALSE(
      barrier.on_returned("mallory@example.net", "abc"));  // the right id from the wrong sender
  CHECK_FALSE(barrier.on_returned("mail.example.com", "abd"));  // the wrong id
  CHECK(barrier.is_outstanding());
}

TEST_CASE("a barrier does not outlive its stream", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com", true);
  (void)barrier.raise("abc", 7, start);
  barrier.on_stream_down();
  CHECK_FALSE(barrier.on_returned("mail.example.com", "abc"));
  CHECK_FALSE(barrier.is_overdue(start + 1h));
}

TEST_CASE("a barrier is overdue after ten seconds", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com", true);
  (void)barrier.raise("abc", 7, start);
  CHECK_FALSE(barrier.is_overdue(start + 9999ms));
  CHECK(barrier.is_overdue(start + 10s));
}

TEST_CASE("where several gateways share a domain, an address that leads back is found by trial",
          "[XEP-0114:3][operations]") {
  Barrier barrier("mail.example.com", false);
  const auto trial = barrier.raise("abc", 7, start);
  for (int number = 1; number <= Barrier::trials; ++number) {
    const auto address = "barrier-" + std::to_string(number) + "@mail.example.com";
    CHECK(trial.find("<message from='" + address + "' to='" + address + "' id='abc'/>") !=
          std::string::npos);
  }
  CHECK(barrier.on_returned("barrier-3@mail.example.com", "abd") == std::nullopt);  // another's
  CHECK(barrier.is_barrier("barrier-3@mail.example.com"));
  CHECK_FALSE(barrier.is_barrier("barrier-3@example.net"));
  CHECK(barrier.on_returned("barrier-3@mail.example.com", "abc") == 7U);
  CHECK(barrier.on_returned("barrier-5@mail.example.com", "abc") ==
        std::nullopt);  // the first will do
  CHECK(barrier.raise("def", 9, start) ==
        "<message from='barrier-3@mail.example.com' to='barrier-3@mail.example.com' id='def'/>");
  barrier.on_stream_down();  // the next stream has another share
  CHECK(barrier.raise("ghi", 9, start).find("barrier-16@") != std::string::npos);
}
