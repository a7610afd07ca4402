// Who may be told what nobody subscribed to, and how. RFC 5437,
// draft-dusseault-email-notif-model-00 §6.
#include "component/unsolicited.hpp"

#include "component/notify_command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gateway_world.hpp"
#include "tests/support/pubsub_world.hpp"

using Outcome = component::Unsolicited::Outcome;
using namespace std::chrono_literals;

namespace {

struct Post {
  support::Owners owners;
  tests::ManualEnvironment environment;
  tests::RecordingOutput output;
  tests::RecordingLog log;
  component::Unsolicited unsolicited{"mail.example.com", {environment, output, owners, log}};

  Post() {
    output.up = true;
    owners.pairs.insert({support::account, support::juliet.bare});
    unsolicited.set_targets({"owner"});
  }
  Outcome notify(const std::string& address, const std::string& from = "romeo@example.net") {
    sources::sieve::Notification notification;
    notification.address = address;
    notification.from = from;
    notification.message = "Urgent";
    return unsolicited.notify(notification).outcome;
  }
  /// The latest message comes back to us from there.
  bool bounce(const std::string& from, const std::string& condition) {
    const auto at = output.sent.rfind(" id='") + 5;
    const auto id = output.sent.substr(at, output.sent.find('\'', at) - at);
    const auto tag = support::parse_xml("<message type='error' id='" + id + "'><error><" +
                                        condition + " xmlns='urn:x'/></error></message>");
    return unsolicited.on_bounce(from, *tag);
  }
};

}  // namespace

TEST_CASE("a notification is laid out as the RFC says", "[RFC5437:2.7][RFC5437:2.3][RFC5437:2.4]") {
  Post post;
  const auto answer = post.unsolicited.on_request(
      R"({"method": "xmpp:juliet@example.com?message;subject=ALERT%21;body=no",)"
      R"( "from": "romeo@example.net", "importance": "1", "message": "<Urgent>"})");
  CHECK(component::to_notify_result(&answer).exit_status == 0);
  CHECK(post.output.sent ==
        "<message from='mail.example.com' to='juliet@example.com' type='normal' id='nrandom-1'>"
        "<subject>ALERT!</subject><body>&lt;Urgent&gt;</body>"
        "<headers xmlns='http://jabber.org/protocol/shim'>"
        "<header name='Auto-Submitted'>auto-notified</header>"
        "<header name='Resent-From'>romeo@example.net</header>"
        "<header name='Urgency'>high</header></headers>"
        "<delay xmlns='urn:xmpp:delay' stamp='2026-11-18T11:06:40Z'/></message>");
}

TEST_CASE("who may be told is what the operator allows", "[operations][RFC5437:2.1]") {
  struct Row {
    const char* name;
    std::vector<std::string> targets;
    const char* address;
    Outcome outcome;
  };
  const auto row = GENERATE(values<Row>({
      {"an owner", {"owner"}, "juliet@example.com", Outcome::sent},
      {"an owner's resource", {"owner"}, "Juliet@example.com/desk", Outcome::sent},
      {"nobody's owner", {"owner"}, "romeo@example.net", Outcome::refused},
      {"by address", {"romeo@example.net"}, "romeo@example.net/x", Outcome::sent},
      {"by domain", {"example.net"}, "romeo@example.net", Outcome::sent},
      {"a domain that ends alike", {"example.net"}, "romeo@evil-example.net", Outcome::refused},
      {"nobody", {}, "juliet@example.com", Outcome::refused},
      {"no address", {"owner"}, "@@", Outcome::refused},
  }));
  INFO(row.name);
  Post post;
  post.unsolicited.set_targets(row.targets);
  CHECK(post.notify(row.address) == row.outcome);
  CHECK(post.output.sent.empty() == (row.outcome != Outcome::sent));
  CHECK(post.log.lines.size() == (row.outcome == Outcome::sent ? 0 : 1));
}

TEST_CASE("too many at once wait, and so do those without a stream", "[operations]") {
  Post post;
  int sent = 0;
  while (post.notify("juliet@example.com") == Outcome::sent) ++sent;
  CHECK(sent == 5);
  CHECK(post.notify("juliet@example.com/desk") == Outcome::not_now);
  post.environment.advance(2s);
  CHECK(post.notify("juliet@example.com") == Outcome::sent);
  post.environment.advance(60s);
  post.output.up = false;
  CHECK(post.notify("juliet@example.com") == Outcome::not_now);
}

TEST_CASE("what comes back for good blocks that sender and address for a day", "[RFC5437:4]") {
  Post post;
  CHECK(post.notify("juliet@example.com") == Outcome::sent);
  SECTION("for good") {
    const auto* condition = GENERATE("item-not-found", "gone", "forbidden");
    CHECK(post.bounce("juliet@example.com", condition));
    CHECK(post.notify("juliet@example.com") == Outcome::refused);
    CHECK(post.notify("juliet@example.com", "mercutio@example.net") == Outcome::sent);
    post.environment.advance(23h);
    CHECK(post.notify("juliet@example.com") == Outcome::refused);
    post.environment.advance(1h);
    CHECK(post.notify("juliet@example.com") == Outcome::sent);
  }
  SECTION("for a while") {
    CHECK(post.bounce("juliet@example.com", "service-unavailable"));
    CHECK(post.notify("juliet@example.com") == Outcome::sent);
  }
  SECTION("from another") {
    CHECK(!post.bounce("mallory@evil.example", "gone"));
    CHECK(post.notify("juliet@example.com") == Outcome::sent);
  }
  SECTION("twice") {
    CHECK(post.bounce("juliet@example.com", "service-unavailable"));
    CHECK(!post.bounce("juliet@example.com", "gone"));
  }
}

TEST_CASE("the exit status tells whether to try again", "[operations]") {
  struct Row {
    const char* answer;
    int exit_status;
  };
  const auto row = GENERATE(values<Row>({{R"({"outcome": "sent", "why": ""})", 0},
                                         {R"({"outcome": "not now", "why": "wait"})", 75},
                                         {R"({"outcome": "refused", "why": "no"})", 77},
                                         {"nonsense", 75},
                                         {"[]", 75}}));
  const std::string answer = row.answer;
  CHECK(component::to_notify_result(&answer).exit_status == row.exit_status);
  CHECK(component::to_notify_result(nullptr).exit_status == 75);
}
