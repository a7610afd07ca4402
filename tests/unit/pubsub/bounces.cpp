// What comes back: notifications that did not reach their subscriber. XEP-0060 §12.3.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

struct Mailbox : World {
  Mailbox() {
    collection("mail");
    leaf("mail/a", {"mail"});
  }
  void passes(std::chrono::seconds by) {
    now += by;
    rows.carry_out(service->expire(now));
  }
  void bounce(const std::string& from, const std::string& id, bool is_final) {
    rows.carry_out(service->on_bounce(from, id, is_final, now));
  }
  bool is_told(const std::string& jid = juliet.bare) {
    return send(publish("mail/a", "<e xmlns='urn:e'/>")).find("to='" + jid + "'") !=
           std::string::npos;
  }
};

}  // namespace

TEST_CASE("what comes back for a while rests and is tried again", "[XEP-0060:12.3]") {
  Mailbox world;
  world.subscribe("mail/a");
  CHECK(world.is_told());
  world.bounce(juliet.bare, "e1-s1", false);
  CHECK(world.service->subscriptions().size() == 1);
  CHECK(!world.is_told());
  world.passes(59s);
  CHECK(!world.is_told());
  world.passes(1s);
  CHECK(world.is_told());
  world.bounce(juliet.bare, "e1-s1", false);  // then longer
  world.passes(1min);
  CHECK(!world.is_told());
  world.passes(1min);
  CHECK(world.is_told());
}

TEST_CASE("what comes back for a week ends", "[XEP-0060:12.3]") {
  Mailbox world;
  world.subscribe("mail/a");
  for (int hour = 0; hour < 7 * 24; ++hour) {
    if (world.is_told()) world.bounce(juliet.bare, "e1-s1", false);
    world.passes(1h);
  }
  CHECK(world.service->subscriptions().size() == 1);
  world.passes(24h);
  CHECK(world.is_told());
  world.bounce(juliet.bare, "e1-s1", false);
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.rows.load().subscriptions.empty());
}

TEST_CASE("who rests is awake after a restart, a renaming, or a sign of life", "[XEP-0060:12.3]") {
  Mailbox world;
  world.subscribe("mail/a", juliet.full);
  world.bounce(juliet.full, "e1-s1", false);
  CHECK(!world.is_told(juliet.full));
  SECTION("restart") {
    world.restart();
    CHECK(!world.is_told(juliet.full));
    world.passes(0s);
    CHECK(world.is_told(juliet.full));
  }
  SECTION("renaming") {
    world.apply({pubsub::MoveNode{"mail/a", World::spec("mail/z", pubsub::NodeKind::leaf,
                                                        pubsub::Holding::history, {"mail"})}});
    world.passes(1min);
    CHECK(world.send(world.publish("mail/z", "<e xmlns='urn:e'/>")).find("to='juliet") !=
          std::string::npos);
  }
  SECTION("another resource changes its options") {
    const pubsub::Asker desk{"juliet@example.com/desk", juliet.bare};
    world.ask("set",
              "<options node='mail/a' jid='juliet@example.com/balcony'>"
              "<x xmlns='jabber:x:data' type='submit'><field var='pubsub#include_body'>"
              "<value>1</value></field></x></options>",
              desk);
    world.passes(1min);
    CHECK(world.is_told(juliet.full));
  }
  SECTION("subscribing again") {
    world.subscribe("mail/a", juliet.full);
    CHECK(world.is_told(juliet.full));
  }
}

TEST_CASE("patience goes on after a restart", "[XEP-0060:12.3]") {
  Mailbox world;
  world.subscribe("mail/a");
  for (int hour = 0; hour < 7 * 24; ++hour) {
    if (world.is_told()) world.bounce(juliet.bare, "e1-s1", false);
    world.passes(1h);
    if (hour == 100) world.restart();
  }
  CHECK(world.service->subscriptions().size() == 1);
  world.passes(24h);
  CHECK(world.is_told());
  world.bounce(juliet.bare, "e1-s1", false);
  CHECK(world.service->subscriptions().size() == 0);
}

TEST_CASE("who has recovered is on record, so that a later trouble is a new one",
          "[XEP-0060:12.3]") {
  Mailbox world;
  world.subscribe("mail/a");
  world.bounce(juliet.bare, "e1-s1", false);
  CHECK(world.rows.load().subscriptions.front().parked);
  SECTION("in one run") {}
  SECTION("with a restart between") {
    world.restart();
  }
  for (int hour = 0; hour < 50; ++hour) {
    world.passes(1h);
    world.rows.carry_out(world.service->end_silent(world.now));
  }
  CHECK(!world.rows.load().subscriptions.front().parked);
  world.passes(24h * 8);
  world.bounce(juliet.bare, "e1-s1", false);  // the first since long
  CHECK(world.service->subscriptions().size() == 1);
}

TEST_CASE("a forged bounce changes nothing", "[XEP-0060:12.3]") {
  struct Row {
    const char* name;
    const char* from;
    const char* id;
  };
  const std::vector<Row> rows{
      {"another's", "mallory@evil.example", "e1-s1"},
      {"another resource", "juliet@example.com/x", "e1-s1"},
      {"another subid", "juliet@example.com", "e1-s2"},
      {"no subid", "juliet@example.com", "e1-"},
      {"no dash", "juliet@example.com", "s1"},
      {"nothing", "juliet@example.com", ""},
  };
  Mailbox world;
  world.subscribe("mail/a");
  for (const Row& row : rows) {
    INFO(row.name);
    world.bounce(row.from, row.id, true);
    world.bounce(row.from, row.id, false);
    CHECK(world.service->subscriptions().size() == 1);
    CHECK(world.is_told());
  }
}
