#include "component/barrier.hpp"

#include "tests/support/catch.hpp"

using component::Barrier;
using namespace std::chrono_literals;

namespace {

const Barrier::TimePoint start{1000s};

}  // namespace

TEST_CASE("a barrier that comes back proves what was sent before it", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com");
  CHECK(barrier.raise("abc", 7, start) ==
        "<message from='mail.example.com' to='mail.example.com' id='abc'/>");
  CHECK(barrier.is_outstanding());
  CHECK(barrier.on_returned("mail.example.com", "abc") == 7U);
  CHECK_FALSE(barrier.is_outstanding());
}

TEST_CASE("nobody else can move the cursor", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com");
  (void)barrier.raise("abc", 7, start);
  CHECK_FALSE(
      barrier.on_returned("mallory@example.net", "abc"));  // the right id from the wrong sender
  CHECK_FALSE(barrier.on_returned("mail.example.com", "abd"));  // the wrong id
  CHECK(barrier.is_outstanding());
}

TEST_CASE("a barrier does not outlive its stream", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com");
  (void)barrier.raise("abc", 7, start);
  barrier.on_stream_down();
  CHECK_FALSE(barrier.on_returned("mail.example.com", "abc"));
  CHECK_FALSE(barrier.is_overdue(start + 1h));
}

TEST_CASE("a barrier is overdue after ten seconds", "[XEP-0114:3]") {
  Barrier barrier("mail.example.com");
  (void)barrier.raise("abc", 7, start);
  CHECK_FALSE(barrier.is_overdue(start + 9999ms));
  CHECK(barrier.is_overdue(start + 10s));
}
