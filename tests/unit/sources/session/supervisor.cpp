// When to connect, how long to wait, when sight is lost. docs/protocol.md status/@state.
#include "sources/imap/supervisor.hpp"

#include "tests/support/catch.hpp"

namespace {

using events::Sight;
using events::SightReason;
using sources::imap::Supervisor;
using std::chrono::seconds;
using Which = Supervisor::StartTimer::Which;

Supervisor::Time at(int second) {
  return Supervisor::Time(seconds(second));
}

/// "connect", "retry 1000", "sight 10000", "stale timeout", …
std::string to_text(const Supervisor::Actions& actions) {
  static constexpr const char* sights[] = {"current", "stale", "failed"};
  static constexpr const char* reasons[] = {"none",    "connect",  "auth",
                                            "timeout", "overflow", "protocol"};
  std::string text;
  for (const auto& action : actions) {
    if (!text.empty()) text += ", ";
    if (std::holds_alternative<Supervisor::Connect>(action)) text += "connect";
    if (std::holds_alternative<Supervisor::Disconnect>(action)) text += "disconnect";
    if (const auto* timer = std::get_if<Supervisor::StartTimer>(&action)) {
      text += (timer->which == Which::retry ? "retry " : "sight ") +
              std::to_string(timer->after.count());
    }
    if (const auto* sight = std::get_if<Supervisor::SightIs>(&action)) {
      text += std::string(sights[static_cast<int>(sight->sight)]) + " " +
              reasons[static_cast<int>(sight->reason)];
    }
  }
  return text;
}

Supervisor unjittered() {
  return Supervisor([] { return 0.0; });
}

}  // namespace

TEST_CASE("a short loss of the connection is not told", "[operations]") {
  auto supervisor = unjittered();
  CHECK(to_text(supervisor.on_watch(at(0))) == "connect, sight 10000");
  CHECK(to_text(supervisor.on_watch(at(0))).empty());
  CHECK(to_text(supervisor.on_in_sight(at(1))) == "current none");
  CHECK(to_text(supervisor.on_timer(Which::sight, at(10))).empty());
  CHECK(to_text(supervisor.on_closed(SightReason::connect, "reset", false, at(20))) ==
        "sight 10000, retry 1000");
  CHECK(to_text(supervisor.on_timer(Which::retry, at(21))) == "connect");
  CHECK(to_text(supervisor.on_in_sight(at(29))).empty());
  CHECK(to_text(supervisor.on_timer(Which::sight, at(30))).empty());
}

TEST_CASE("sight that is lost for ten seconds is stale", "[operations]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  supervisor.on_in_sight(at(1));
  supervisor.on_closed(SightReason::timeout, "silence", false, at(20));
  supervisor.on_timer(Which::retry, at(21));
  CHECK(to_text(supervisor.on_closed(SightReason::connect, "refused", false, at(22))) ==
        "retry 2000");
  CHECK(to_text(supervisor.on_timer(Which::sight, at(30))) == "stale connect");
  CHECK(to_text(supervisor.on_timer(Which::sight, at(31))).empty());
  CHECK(to_text(supervisor.on_timer(Which::retry, at(31))) == "connect");
  CHECK(to_text(supervisor.on_in_sight(at(32))) == "current none");
}

TEST_CASE("a connection that sees too little is replaced at once", "[RFC3501:6.3.8]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  supervisor.on_in_sight(at(1));
  CHECK(to_text(supervisor.on_closed(SightReason::none, "missing", false, at(20))) ==
        "sight 10000, connect");
  CHECK(to_text(supervisor.on_in_sight(at(21))).empty());  // nobody has to be told
}

TEST_CASE("a first look that does not succeed in ten seconds is stale", "[operations]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  CHECK(to_text(supervisor.on_timer(Which::sight, at(10))) == "stale timeout");
}

TEST_CASE("a refused login fails at once and is tried again late", "[operations]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  CHECK(to_text(supervisor.on_closed(SightReason::auth, "wrong", true, at(1))) ==
        "retry 60000, failed auth");
  CHECK(to_text(supervisor.on_timer(Which::sight, at(10))).empty());
  CHECK(to_text(supervisor.on_timer(Which::retry, at(30))).empty());  // one that was replaced
  CHECK(to_text(supervisor.on_timer(Which::retry, at(61))) == "connect");
  CHECK(to_text(supervisor.on_closed(SightReason::auth, "wrong", true, at(62))) == "retry 120000");
}

TEST_CASE("the waiting doubles up to a bound, and jitter only shortens it", "[operations]") {
  sources::imap::Backoff backoff(seconds(1), seconds(60));
  for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60})
    CHECK(backoff.next(0.0) == seconds(expected));
  CHECK(backoff.next(0.999) >= seconds(30));
  CHECK(backoff.next(0.999) < seconds(31));
  backoff.reset();
  CHECK(backoff.next(0.0) == seconds(1));
}

TEST_CASE("a server that breaks as soon as it is seen is asked less and less often",
          "[operations]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  int now = 1;
  for (const int expected : {1, 2, 4, 8}) {
    supervisor.on_in_sight(at(now));
    const auto text = to_text(supervisor.on_closed(SightReason::protocol, "x", false, at(now + 1)));
    CHECK(text == "sight 10000, retry " + std::to_string(1000 * expected));
    now += 1 + expected;
    CHECK(to_text(supervisor.on_timer(Which::retry, at(now))) == "connect");
  }
  supervisor.on_in_sight(at(now));
  CHECK(to_text(supervisor.on_closed(SightReason::protocol, "x", false, at(now + 10))) ==
        "sight 10000, retry 1000");  // it was well for a while
}

TEST_CASE("nothing is told of an account that is not watched", "[operations]") {
  auto supervisor = unjittered();
  supervisor.on_watch(at(0));
  CHECK(to_text(supervisor.on_unwatch(at(1))) == "disconnect");
  CHECK(to_text(supervisor.on_timer(Which::sight, at(20))).empty());
  CHECK(to_text(supervisor.on_in_sight(at(20))).empty());
  CHECK(to_text(supervisor.on_closed(SightReason::connect, "", false, at(20))).empty());
}
