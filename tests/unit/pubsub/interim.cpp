// What was published while a subscriber was away. XEP-0312.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

struct Tree : World {
  explicit Tree(int leaves) {
    collection("mail");
    for (int i = 0; i < leaves; ++i) leaf(name(i), {"mail"});
  }
  static std::string name(int i) { return "mail/" + std::to_string(100 + i); }
  void publish(int leaf) { World::publish(name(leaf), "<e xmlns='urn:e'/>"); }

  /// node:ids of each node that something is sent of, in order.
  std::string sent_since(std::chrono::seconds ago, const std::string& jid = juliet.full) {
    std::string sent;
    for (const auto& plan : service->interim_for(account, jid, now - ago)) {
      for (const auto& message : service->last_items(plan, read(plan))) {
        CHECK(message.find("to='" + jid + "'") != std::string::npos);
        CHECK(message.find("<delay ") != std::string::npos);
        sent += between(message, "<items node='") + ':' + between(message, "<item id='") + ' ';
      }
    }
    return sent;
  }
  static std::string between(const std::string& text, const std::string& start) {
    const auto at = text.find(start) + start.size();
    return text.substr(at, text.find('\'', at) - at);
  }
};

}  // namespace

TEST_CASE("the nodes with the latest news come first, each in order", "[XEP-0312:2]") {
  Tree world(3);
  world.subscribe("mail");
  world.publish(0);
  world.now += 1h;
  world.publish(2);
  world.now += 1min;
  world.publish(1);
  world.publish(2);
  CHECK(world.sent_since(10min) == "mail/101:1 mail/102:1 mail/102:2 ");
  CHECK(world.sent_since(2h) == "mail/101:1 mail/102:1 mail/102:2 mail/100:1 ");
  CHECK(world.sent_since(0s) == "mail/101:1 mail/102:2 ");
  world.now += 1s;
  CHECK(world.sent_since(0s).empty());
  world.restart();  // when they had news is not known any more: all are looked at
  CHECK(world.sent_since(10min) == "mail/101:1 mail/102:1 mail/102:2 ");
}

TEST_CASE("only who wants items hears what it missed", "[XEP-0312:2]") {
  Tree world(1);
  const auto option = [](const std::string& var, const std::string& value) {
    return options_form("<field var='" + var + "'><value>" + value + "</value></field>");
  };
  SECTION("no delivery") {
    world.subscribe("mail", juliet.bare, option("pubsub#deliver", "0"));
  }
  SECTION("digests") {
    world.subscribe("mail", juliet.bare, option("pubsub#digest", "1"));
  }
  SECTION("nodes alone") {
    world.subscribe("mail", juliet.bare, option("pubsub#subscription_type", "nodes"));
  }
  SECTION("another resource") {
    world.subscribe("mail", "juliet@example.com/elsewhere");
  }
  world.publish(0);
  CHECK(world.sent_since(1h).empty());
}

TEST_CASE("what is sent at once is bounded", "[XEP-0312:4]") {
  Tree world(25);
  world.subscribe("mail");
  SECTION("nodes") {
    for (int i = 0; i < 25; ++i) {
      world.publish(i);
      world.now += 1s;
    }
    const auto sent = world.sent_since(1h);
    CHECK(std::count(sent.begin(), sent.end(), ' ') == 20);
    CHECK(sent.starts_with("mail/124:1 "));
  }
  SECTION("items") {
    for (int i = 0; i < 130; ++i) world.publish(7);
    const auto sent = world.sent_since(1h);
    CHECK(std::count(sent.begin(), sent.end(), ' ') == 100);
    CHECK(sent.ends_with("mail/107:130 "));
  }
}

TEST_CASE("a guest is sent what it may read", "[XEP-0312:2][XEP-0060:14.3]") {
  Tree world(2);
  world.grant("mail/100", romeo.bare, "member");
  world.ask("set", "<subscribe node='mail' jid='" + romeo.bare + "'/>", romeo);
  world.publish(0);
  world.publish(1);
  CHECK(world.sent_since(1h, romeo.full) == "mail/100:1 ");
  CHECK(world.sent_since(1h, mallory.full).empty());
}
