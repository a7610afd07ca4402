#include <cstdlib>
#include <new>
#include <random>

#include "pubsub/node_uri.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

std::size_t allocations = 0;  // of this test program

struct Furnished : World {
  explicit Furnished(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    leaf("mail/a/b", {"mail/a/"});
  }
};

const std::string shim = "<headers xmlns='http://jabber.org/protocol/shim'>";
std::string subid(const std::string& id) {
  return "<header name='SubID'>" + id + "</header>";
}
std::string through(const std::string& id) {
  return "<header name='Collection'>" + id + "</header>";
}
std::string message(const std::string& to, const std::string& id, const std::string& event,
                    const std::string& headers) {
  return "<message from='juliet@mail.example.com' to='" + to + "' type='headline' id='" + id +
         "'><event xmlns='http://jabber.org/protocol/pubsub#event'>" + event + "</event>" + shim +
         headers + "</headers></message>";
}
std::string depth(const std::string& value) {
  return options_form("<field var='pubsub#subscription_depth'><value>" + value +
                      "</value></field>");
}

}  // namespace

// COMPAT g++ 12: once inlined, the pair below looks mismatched to it
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#pragma GCC diagnostic pop

TEST_CASE("an item is spliced to each subscriber, octet by octet",
          "[XEP-0060:7.1.2][XEP-0060:7.1.2.4]") {
  Furnished world;
  world.subscribe("mail/a", "juliet@example.com/o&apos;clock");
  const auto notice = world.publish("mail/a", "<e xmlns='urn:e'/>");
  CHECK(notice.number == 1);
  const std::string event = "<items node='mail/a'><item id='1'><e xmlns='urn:e'/></item></items>";
  CHECK(world.send(notice) ==
        message("juliet@example.com/o&apos;clock", "e1-s1", event, subid("s1")));
  CHECK(world.send(notice) == world.send(notice));  // a repeat has equal ids
  const auto delayed = world.send(notice, true);
  CHECK(delayed.find(
            "</event><delay xmlns='urn:xmpp:delay' stamp='2026-11-22T12:00:00Z'/><headers") !=
        std::string::npos);
}

TEST_CASE("one publication reaches one JID once", "[XEP-0060:6.1.6][XEP-0248:5.2]") {
  Furnished world;
  world.subscribe("mail/a");
  world.subscribe("mail");
  world.subscribe("mail/a/");
  world.subscribe("mail", "juliet@example.com/balcony");  // another JID (§6.1.6)
  const auto notice = world.publish("mail/a", "<e/>");
  const std::string event = "<items node='mail/a'><item id='1'><e/></item></items>";
  CHECK(world.send(notice) ==
        message("juliet@example.com", "e1-s1", event,
                through("mail") + through("mail/a/") + subid("s1") + subid("s2") + subid("s3")) +
            message("juliet@example.com/balcony", "e1-s4", event, through("mail") + subid("s4")));
}

TEST_CASE("depth counts by the shortest path, type chooses", "[XEP-0248:6.1]") {
  struct Row {
    const char* name;
    std::string options;
    const char* node;
    bool is_heard;
  };
  const auto type = [](const std::string& value) {
    return options_form("<field var='pubsub#subscription_type'><value>" + value +
                        "</value></field>");
  };
  const std::vector<Row> rows{
      {"a plain subscription hears everything", "", "mail/a/b", true},
      {"depth 1 reaches a child", depth("1"), "mail/a", true},
      {"depth 1 does not reach further", depth("1"), "mail/a/b", false},
      {"depth 2 does", depth("2"), "mail/a/b", true},
      {"depth 0 reaches nothing", depth("0"), "mail/a", false},
      {"items", type("items"), "mail/a", true},
      {"nodes", type("nodes"), "mail/a", false},
      {"not to be delivered",
       options_form("<field var='pubsub#deliver'><value>false</value></field>"), "mail/a", false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Furnished world;
    world.subscribe("mail", "juliet@example.com", row.options);
    CHECK(world.send(world.publish(row.node, "<e/>")).empty() != row.is_heard);
    world.restart();  // options survive
    CHECK(world.send(world.publish(row.node, "<e/>")).empty() != row.is_heard);
  }
}

TEST_CASE("a payload shows what policy lets an owner see", "[XEP-0060:4.5]") {
  const std::vector<std::pair<pubsub::Disclosure, std::string>> rows{
      {pubsub::Disclosure::counts, "<e>1A</e>"},
      {pubsub::Disclosure::envelope, "<e>12A</e>"},
      {pubsub::Disclosure::content, "<e>12A</e>"},  // content comes to who asks for it
  };
  for (const auto& [disclosure, shown] : rows) {
    pubsub::Policy policy;
    policy.disclosure = disclosure;
    Furnished world(policy);
    world.subscribe("mail/a");
    using pubsub::Disclosure;
    const pubsub::Payload payload{{Disclosure::counts, "<e>1"},
                                  {Disclosure::envelope, "2"},
                                  {Disclosure::content, "3"},
                                  {Disclosure::actor, "A"},
                                  {Disclosure::counts, "</e>"}};
    const auto notices = world.apply({pubsub::PublishItem{"mail/a", payload, noon}});
    CHECK(world.send(notices.back()).find(shown) != std::string::npos);
    CHECK(world.ask("get", "<items node='mail/a'/>").find(shown) != std::string::npos);
  }
}

TEST_CASE("a new node is announced once per collection", "[XEP-0248:5.3]") {
  Furnished world;
  world.subscribe("mail/a/");
  world.subscribe("mail", "juliet@example.com/top");
  const auto notices = world.leaf("mail/a/c", {"mail/a/"});
  REQUIRE(notices.size() == 1);
  const std::string event = "<collection node='mail/a/'><associate node='mail/a/c'/></collection>";
  CHECK(world.send(notices.front()) ==
        message("juliet@example.com", "e1-s1", event, subid("s1")) +
            message("juliet@example.com/top", "e1-s2", event, through("mail") + subid("s2")));
  CHECK(world.leaf("mail/a/c", {"mail/a/"}).empty());  // nothing new
}

TEST_CASE("a collection that comes after what it holds names that too", "[XEP-0248:5.3]") {
  Furnished world;
  world.subscribe("mail/a/");
  const auto first = world.leaf("mail/a/d", {"mail/a/", "mail/a/d/"});
  REQUIRE(first.size() == 1);
  CHECK(first.front().node == "mail/a/");
  const auto then = world.apply({pubsub::PutNode{World::spec(
      "mail/a/d/", pubsub::NodeKind::collection, pubsub::Holding::nothing, {"mail/a/"})}});
  REQUIRE(then.size() == 2);
  using pair = std::pair<std::string, std::string>;
  CHECK(pair(then[0].node, then[0].target) == pair("mail/a/", "mail/a/d/"));
  CHECK(pair(then[1].node, then[1].target) == pair("mail/a/d/", "mail/a/d"));
}

TEST_CASE("deleting ends subscriptions and keeps the numbers", "[XEP-0060:8.4]") {
  Furnished world;
  world.publish("mail/a", "<e/>");
  world.publish("mail/a", "<e/>");
  world.subscribe("mail/a");
  const auto notices = world.apply({pubsub::DeleteNode{"mail/a"}});
  REQUIRE(notices.size() == 1);
  CHECK(world.send(notices.front()) ==
        message("juliet@example.com", "e3-s1", "<delete node='mail/a'/>", subid("s1")));
  CHECK(world.ask("get", "<items node='mail/a'/>") == not_found);
  CHECK(world.ask("get", "<subscriptions/>").find("<subscriptions/>") != std::string::npos);
  world.restart();
  world.leaf("mail/a", {"mail", "mail/a/"});
  CHECK(world.publish("mail/a", "<e/>").number == 3);
  CHECK(world.ask("get", "<items node='mail/a'/>").find("id='1'") == std::string::npos);
}

TEST_CASE("a renamed node takes everything with it", "[XEP-0060:8.4.2][XEP-0060:6.1.3.11]") {
  Furnished world;
  for (int i = 0; i < 3; ++i) world.publish("mail/a", "<e/>");
  for (int i = 0; i < 5; ++i) world.publish("mail/a/b", "<e/>");
  world.subscribe("mail/a");
  world.apply({pubsub::DeleteNode{"mail/a/b"}});
  const auto spec =
      World::spec("mail/a/b", pubsub::NodeKind::leaf, pubsub::Holding::history, {"mail/a/"});
  const auto notices = world.apply({pubsub::MoveNode{"mail/a", spec}});
  REQUIRE(notices.size() == 1);
  const std::string uri = "xmpp:juliet@mail.example.com?;node=mail%2Fa%2Fb";
  CHECK(world.send(notices.front()) ==
        message("juliet@example.com", "e9-s1",
                "<delete node='mail/a'><redirect uri='" + uri + "'/></delete>", subid("s1")));
  for (int restarted = 0; restarted < 2; ++restarted) {
    CHECK(world.ask("get", "<items node='mail/a'/>") ==
          "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + uri +
              "</gone></error>");
    CHECK(world.ask("get", "<items node='mail/a'/>", mallory) == not_found);
    CHECK(world.ask("get", "<items node='mail/a/b'/>").find("<item id='3'>") != std::string::npos);
    CHECK(world.ask("get", "<subscriptions/>")
              .find("node='mail/a/b' jid='juliet@example.com' subid='s1'") != std::string::npos);
    world.restart();
  }
  const auto next = world.publish("mail/a/b", "<e/>");
  CHECK(next.number == 6);  // larger than both marks
  CHECK(world.send(next).find("to='juliet@example.com'") != std::string::npos);
  world.now += std::chrono::hours(31 * 24);
  CHECK(world.ask("get", "<items node='mail/a'/>") == not_found);
  world.leaf("mail/a", {"mail"});
  CHECK(world.publish("mail/a", "<e/>").number == 4);
}

TEST_CASE("a state is published when its key changes", "[XEP-0060:12.18]") {
  World world;
  world.collection("state");
  world.leaf("state/a", {"state"}, pubsub::Holding::state);
  world.subscribe("state");
  world.leaf("state/INBOX", {"state"}, pubsub::Holding::state);
  world.subscribe("state/a", "juliet@example.com/here");
  const auto state = [&](const std::string& node, const std::string& key, bool sight_only) {
    return world.apply({pubsub::PublishState{
        node, key, {{pubsub::Disclosure::counts, "<s/>"}}, noon, sight_only}});
  };
  const auto first = state("state/a", "k1", false);
  REQUIRE(first.size() == 1);
  CHECK(world.send(first.front()).find("<item id='current'><s/></item>") != std::string::npos);
  CHECK(state("state/a", "k1", false).empty());
  world.restart();
  CHECK(state("state/a", "k1", false).empty());
  const auto sight = state("state/a", "k2", true);
  CHECK(world.send(sight.front()).find("to='juliet@example.com/here'") != std::string::npos);
  CHECK(world.send(sight.front()).find("to='juliet@example.com'") == std::string::npos);
  // One leaf speaks for all beneath the collection.
  CHECK(world.send(state("state/INBOX", "k3", true).front()).find("to='juliet@example.com'") !=
        std::string::npos);
}

TEST_CASE("who may not see any more hears no more and is told", "[XEP-0060:12.14]") {
  Furnished world;
  world.subscribe("mail");
  const auto notice = world.publish("mail/a", "<e/>");
  pubsub::FanOut under_way(*world.service, notice, false);
  world.owners.pairs.clear();
  world.rows.carry_out(world.service->end_lost_subscriptions(noon));
  std::string out;
  CHECK(under_way.step(out, 10));
  CHECK(out.empty());
  CHECK(
      world.send(world.rows.notices().back()) ==
      "<message from='juliet@mail.example.com' to='juliet@example.com' type='headline' id='e2-s1'>"
      "<event xmlns='http://jabber.org/protocol/pubsub#event'><subscription node='mail' "
      "jid='juliet@example.com' "
      "subscription='none' subid='s1'/></event></message>");
  CHECK(world.rows.load().subscriptions.empty());
}

TEST_CASE("the subscriptions of an address that is gone end alone", "[XEP-0060:12.3]") {
  Furnished world;
  world.subscribe("mail");
  world.subscribe("mail", "juliet@example.com/balcony");
  world.subscribe("mail/a");
  world.rows.carry_out(world.service->on_bounce("juliet@example.com", "e1-s1", true, noon));
  const auto left = world.rows.load().subscriptions;
  REQUIRE(left.size() == 2);
  CHECK(left[0].jid == "juliet@example.com/balcony");
  CHECK(left[1].node == "mail/a");
  CHECK(world.service->subscriptions().size() == 2);
}

TEST_CASE("ten thousand subscribers cost no allocation each", "[XEP-0060:7.1.2]") {
  Furnished world;
  constexpr std::size_t count = 10000;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string bare = "user" + std::to_string(i) + "@example.com";
    world.owners.pairs.insert({account, bare});
    const pubsub::Subscribe request{i % 2 == 0 ? "mail/a" : "mail", bare, bare, {}};
    world.service->on_request({account, account}, {bare + "/x", bare}, request, noon);
  }
  const auto notice = world.publish("mail/a", "<e xmlns='urn:e'/>");
  std::string out;
  out.reserve(count * 600);
  const std::size_t before = allocations;
  pubsub::FanOut fan_out(*world.service, notice, false);
  std::size_t steps = 1;
  while (!fan_out.step(out, 512)) ++steps;
  const std::size_t spent = allocations - before;
  CHECK(fan_out.sent() == count);
  CHECK(steps == 20);
  // The owners of this test copy two strings per question; the fan-out itself grows a few vectors.
  CHECK(spent <= 2 * count + 200);
  const std::size_t splicing_before = allocations;
  out.clear();
  pubsub::FanOut again(*world.service, notice, false);
  const std::size_t prepared = allocations - splicing_before;
  again.step(out, count);
  CHECK(allocations - splicing_before == prepared);  // not one while splicing
}

TEST_CASE("no change of the graph makes a cycle, and depth is the shortest path",
          "[XEP-0248:4.1]") {
  std::mt19937 random(20261122);  // a fixed seed: the same graphs every time
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (int round = 0; round < 50; ++round) {
    pubsub::NodeTree tree;
    for (int step = 0; step < 60; ++step) {
      const std::string id = "n" + std::to_string(below(15));
      if (below(8) == 0) {
        tree.erase(id);
        continue;
      }
      pubsub::NodeRecord record;
      record.spec.id = id;
      record.spec.kind = pubsub::NodeKind::collection;
      for (std::size_t i = below(3); i > 0; --i)
        record.spec.parents.push_back("n" + std::to_string(below(15)));
      tree.put(std::move(record));
    }
    for (const auto& [id, record] : tree.nodes()) {
      for (const auto& above : tree.ancestors(id)) {
        CHECK(above.id != id);
        const auto beneath = tree.descendants(above.id);
        const auto back =
            std::find_if(beneath.begin(), beneath.end(), [&](const auto& s) { return s.id == id; });
        REQUIRE(back != beneath.end());
        CHECK(back->depth <= above.depth);
      }
      for (const auto& parent : record.spec.parents) {
        const auto children = tree.children(parent);
        CHECK(std::find(children.begin(), children.end(), id) != children.end());
      }
    }
  }
}

TEST_CASE("a restart finds everything as it was", "[XEP-0060:12.3]") {
  Furnished world;
  world.subscribe("mail", "juliet@example.com", depth("1"));
  world.subscribe("mail/a");
  world.publish("mail/a", "<e/>");
  world.apply({pubsub::DeleteNode{"mail/a/b"}});
  const std::vector<std::pair<const char*, const char*>> requests{
      {"get", "<subscriptions/>"},         {"get", "<affiliations/>"},
      {"get", "<items node='mail'/>"},     {"get", "<items node='mail/a'/>"},
      {"get", "<items node='mail/a/b'/>"},
  };
  std::vector<std::string> before;
  for (const auto& [type, content] : requests) before.push_back(world.ask(type, content));
  const auto sequence = world.service->last_sequence();
  world.restart();
  CHECK(world.service->last_sequence() == sequence);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CHECK(world.ask(requests[i].first, requests[i].second) == before[i]);
  }
  CHECK(world.publish("mail/a", "<e/>").sequence == sequence + 1);
}

TEST_CASE("node URIs are percent-encoded", "[XEP-0060:12.22]") {
  CHECK(pubsub::to_node_uri("juliet@mail.example.com", "mail/\xC3\x9C 100%25") ==
        "xmpp:juliet@mail.example.com?;node=mail%2F%C3%9C%20100%2525");
}
