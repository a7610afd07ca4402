// What becomes of a subscription: approval, leases, presence, bounces. XEP-0060 §6.1, §8.6, §12.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

struct Mailbox : World {
  explicit Mailbox(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    leaf("mail/a", {"mail"});
    collection("state");
    leaf("state/INBOX", {"state"}, pubsub::Holding::state);
    leaf("state/b", {"state"}, pubsub::Holding::state);
    state("state/INBOX", "k1");
    state("state/b", "k1");
  }
  std::vector<pubsub::Notice> state(const pubsub::NodeId& node, const std::string& key) {
    return apply({pubsub::PublishState{
        node, key, {{pubsub::Disclosure::counts, "<s xmlns='urn:s'>" + key + "</s>"}}, now}});
  }
  std::string romeo_subscribes(const std::string& node, const std::string& jid = romeo.bare,
                               const std::string& options = {}) {
    return ask("set", "<subscribe node='" + node + "' jid='" + jid + "'/>" + options, romeo);
  }
  /// An owner's answer to the form; what it brings on the wire.
  std::string decide(const std::string& subid, const std::string& allow,
                     const std::string& type = "submit", const pubsub::Asker& owner = juliet) {
    const auto before = service->last_sequence();
    const auto field = [](const std::string& var, const std::string& value) {
      return "<field var='" + var + "'><value>" + value + "</value></field>";
    };
    const auto form = parse_xml(
        "<x xmlns='jabber:x:data' type='" + type + "'>" +
        field("FORM_TYPE", "http://jabber.org/protocol/pubsub#subscribe_authorization") +
        field("pubsub#subid", subid) + field("pubsub#node", node_) +
        field("pubsub#subscriber_jid", romeo.bare) + field("pubsub#allow", allow) + "</x>");
    auto outcome = service->on_authorization({account, account}, owner, *form, now);
    rows.carry_out(outcome.writes);
    auto sent = sent_after(before);
    last_items.clear();
    for (const auto& plan : outcome.last_items) {
      for (auto& message : service->last_items(plan, read(plan)))
        last_items.push_back(std::move(message));
    }
    return sent;
  }
  void passes(std::chrono::seconds by) { now += by; }
  std::string expire() {
    const auto before = service->last_sequence();
    rows.carry_out(service->expire(now));
    return sent_after(before);
  }
  bool is_told(const std::string& jid = juliet.bare) {
    return send(publish("mail/a", "<e xmlns='urn:e'/>")).find("to='" + jid + "'") !=
           std::string::npos;
  }

  std::string node_ = "mail/a";
};

std::string expires(const std::string& when) {
  return options_form("<field var='pubsub#expire'><value>" + when + "</value></field>");
}
std::string told(const std::string& state, const std::string& subid) {
  return "<subscription node='mail/a' jid='romeo@example.net' subid='" + subid +
         "' subscription='" + state + "'/>";
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string pending = error_xml("auth", "not-authorized", "pending-subscription");
const std::string not_yet = error_xml("auth", "not-authorized", "not-subscribed");

}  // namespace

TEST_CASE("a request waits for an owner, who is asked with a form",
          "[XEP-0060:6.1.4][XEP-0060:8.6]") {
  Mailbox world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  const auto before = world.service->last_sequence();
  CHECK(has(world.romeo_subscribes("mail/a"), told("pending", "s1")));
  const auto form = world.sent_after(before);
  CHECK(has(form, "<message from='juliet@mail.example.com' to='juliet@example.com' id="));
  CHECK(has(form, "<field var='pubsub#subid' type='hidden'><value>s1</value></field>"));
  CHECK(has(form,
            "<field var='pubsub#subscriber_jid' type='jid-single' label='Subscriber Address'>"
            "<value>romeo@example.net</value></field>"));
  CHECK(world.romeo_subscribes("mail/a") == pending);  // XEP-0060 §6.1.3.7
  CHECK(world.items("mail/a", romeo) == not_yet);
  CHECK(!world.is_told(romeo.bare));
  world.restart();
  CHECK(world.romeo_subscribes("mail/a") == pending);
  CHECK(has(world.ask("get", "<subscriptions/>", romeo), "subscription='pending'"));

  CHECK(world.decide("s1", "1", "cancel").empty());  // it stays pending
  CHECK(world.decide("s9", "1").empty());
  CHECK(world.decide("s1", "perhaps").empty());
  CHECK(world.decide("s1", "1", "submit", romeo).empty());
  CHECK(world.romeo_subscribes("mail/a") == pending);

  CHECK(has(world.decide("s1", "1"), told("subscribed", "s1")));
  CHECK(world.decide("s1", "0").empty());  // another owner has decided already
  CHECK(world.is_told(romeo.bare));
  CHECK(has(world.items("mail/a", romeo), "<item id='1'>"));
  world.restart();
  CHECK(world.is_told(romeo.bare));
}

TEST_CASE("a request that is denied ends, and another may follow", "[XEP-0060:8.6]") {
  Mailbox world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.romeo_subscribes("mail/a");
  const auto sent = world.decide("s1", "false");
  CHECK(has(sent, "to='romeo@example.net'"));
  CHECK(has(sent, "subscription='none'"));
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(has(world.romeo_subscribes("mail/a"), "'pending'"));
}

TEST_CASE("who withdraws a request takes it back", "[XEP-0060:6.2]") {
  Mailbox world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.romeo_subscribes("mail/a");
  CHECK(has(world.ask("set", "<unsubscribe node='mail/a' jid='romeo@example.net'/>", romeo),
            told("none", "s1")));
  CHECK(world.decide("s1", "1").empty());
}

TEST_CASE("membership approves what was pending", "[XEP-0060:8.9.2][XEP-0060:8.6]") {
  Mailbox world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.romeo_subscribes("mail/a");
  SECTION("at the node at once") {
    world.grant("mail/a", romeo.bare, "member");
    CHECK(world.is_told(romeo.bare));
  }
  SECTION("above it as soon as it asks again") {
    world.grant("mail", romeo.bare, "member");
    CHECK(has(world.romeo_subscribes("mail/a"), told("subscribed", "s1")));
    CHECK(world.is_told(romeo.bare));
    world.restart();
    CHECK(world.is_told(romeo.bare));
  }
}

TEST_CASE("a request for a node that becomes hidden ends", "[XEP-0060:12.14]") {
  Mailbox world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.romeo_subscribes("mail/a");
  const auto before = world.service->last_sequence();
  world.configure("mail/a", "pubsub#access_model", "whitelist");
  CHECK(has(world.sent_after(before), "subscription='none'"));
  CHECK(world.service->subscriptions().size() == 0);
}

TEST_CASE("the states follow who is approved", "[XEP-0060:6.1.7]") {
  Mailbox world;
  world.node_ = "state/INBOX";
  world.configure("state/INBOX", "pubsub#access_model", "authorize");
  world.romeo_subscribes("state/INBOX");
  CHECK(world.last_items.empty());
  world.decide("s1", "true");
  REQUIRE(world.last_items.size() == 1);
  CHECK(has(world.last_items.front(), "to='romeo@example.net'"));
  CHECK(has(world.last_items.front(), "<item id='current'><s xmlns='urn:s'>k1</s></item>"));
}

TEST_CASE("a lease ends, is renewed, and is never longer than a year", "[XEP-0060:12.18]") {
  Mailbox world;  // noon is 2026-11-22T12:00:00Z
  const auto end_of = [](const std::string& reply) {
    const std::string start = "<field var='pubsub#expire'><value>";
    const auto at = reply.find(start) + start.size();
    return reply.substr(at, reply.find('<', at) - at);
  };
  for (const std::string bad : {"2026-11-22T12:00:00Z", "2020-01-01T00:00:00Z", "tomorrow",
                                "2026-11-22", "2026-13-01T00:00:00Z", "2026-11-22T12:00:01"}) {
    INFO(bad);
    const auto reply = world.subscribe("mail/a", juliet.bare, expires(bad));
    CHECK(has(reply, "<invalid-options"));
    CHECK(has(reply, "pubsub#expire"));
  }
  CHECK(end_of(world.subscribe("mail/a", juliet.bare, expires("2026-11-22T14:00:00+01:00"))) ==
        "2026-11-22T13:00:00Z");
  world.passes(59min);
  CHECK(world.expire().empty());
  // Renewed by subscribing again.
  CHECK(end_of(world.subscribe("mail/a", juliet.bare, expires("2026-11-22T15:00:00Z"))) ==
        "2026-11-22T15:00:00Z");
  CHECK(world.service->subscriptions().size() == 1);
  world.restart();
  world.passes(2h);
  CHECK(world.expire().empty());
  CHECK(world.is_told());
  world.passes(2min);
  CHECK(has(world.expire(),
            "<subscription node='mail/a' jid='juliet@example.com' "
            "subscription='none' subid='s1'/>"));
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.rows.load().subscriptions.empty());
  CHECK(world.expire().empty());
  CHECK(end_of(world.subscribe("mail/a", juliet.bare, expires("2099-01-01T00:00:00Z"))) ==
        "2027-11-22T15:01:00Z");
  // Taken away again.
  CHECK(has(world.subscribe("mail/a", juliet.bare, expires("")), "<field var='pubsub#expire'/>"));
  world.passes(24h * 400);
  CHECK(world.expire().empty());
}

TEST_CASE("a temporary subscription ends with its holder's presence", "[XEP-0060:12.4]") {
  Mailbox world;
  CHECK(has(world.subscribe("mail/a", juliet.full, expires("presence")), ">presence<"));
  world.subscribe("mail/a", juliet.bare, expires("presence"));
  world.subscribe("mail", juliet.bare);
  world.restart();
  world.rows.carry_out(world.service->on_unavailable(account, "juliet@example.com/x", noon));
  CHECK(world.service->subscriptions().size() == 3);  // nothing known of the others
  world.owners.shows[juliet.bare] = 0;
  world.rows.carry_out(world.service->on_unavailable(account, juliet.full, noon));
  CHECK(world.service->subscriptions().size() == 1);
}

TEST_CASE("a resource that goes takes its own subscriptions, those with a lease not",
          "[XEP-0060:12.4]") {
  struct Row {
    const char* name;
    const char* gone;
    std::size_t left;
  };
  const std::vector<Row> rows{
      {"that resource", "juliet@example.com/balcony", 3},
      {"another resource", "juliet@example.com/desk", 4},
      {"all of them", "juliet@example.com", 3},
      {"another entity", "romeo@example.net/orchard", 4},
  };
  for (const Row& row : rows) {
    Mailbox world;
    world.subscribe("mail/a", juliet.full);
    world.subscribe("mail", juliet.full, expires("2027-01-01T00:00:00Z"));
    world.subscribe("mail/a", juliet.bare);
    world.subscribe("mail", juliet.bare);
    world.rows.carry_out(world.service->on_unavailable(account, row.gone, noon));
    INFO(row.name);
    CHECK(world.service->subscriptions().size() == row.left);
    CHECK(world.rows.load().subscriptions.size() == row.left);
  }
}

TEST_CASE("a resource without a sign of life for 30 days loses its subscriptions",
          "[XEP-0060:12.4]") {
  Mailbox world;
  world.subscribe("mail/a", juliet.full);
  world.subscribe("mail/a", juliet.bare);
  world.subscribe("mail", juliet.full, expires("2027-06-01T00:00:00Z"));
  world.passes(24h * 29);
  world.ask("get", "<subscriptions/>");  // a sign
  world.restart();
  world.passes(24h * 29);
  world.rows.carry_out(world.service->end_silent(world.now));
  CHECK(world.service->subscriptions().size() == 3);
  world.passes(24h * 2);
  world.owners.shows[juliet.full] = pubsub::all_shows;  // it is there, and has nothing to ask
  world.rows.carry_out(world.service->end_silent(world.now));
  CHECK(world.service->subscriptions().size() == 3);
  world.owners.shows.clear();
  world.rows.carry_out(world.service->end_silent(world.now));
  CHECK(world.service->subscriptions().size() == 2);
}

TEST_CASE("who becomes available is sent its states, at most 20", "[XEP-0060:12.5]") {
  Mailbox world;
  for (int i = 0; i < 30; ++i) {
    const auto id = "state/m" + std::to_string(i);
    world.leaf(id, {"state"}, pubsub::Holding::state);
    world.state(id, "k1");
  }
  world.subscribe("state");
  world.subscribe("state", "juliet@example.com/other");
  world.subscribe("mail");
  const auto plans = world.service->states_for(account, juliet.full);
  REQUIRE(plans.size() == 1);
  const auto sent = world.service->last_items(plans.front(), world.read(plans.front()));
  CHECK(sent.size() == 20);
  CHECK(has(sent.front(), "to='juliet@example.com/balcony'"));
  CHECK(world.service->states_for(account, romeo.full).empty());
}

TEST_CASE("a client that asks by its capabilities gets a temporary subscription",
          "[XEP-0060:9.2][XEP-0060:12.4]") {
  Mailbox world;
  const auto ask = [&](const std::string& node, const pubsub::Asker& asker) {
    auto outcome = world.service->auto_subscribe(account, asker, node, noon);
    world.rows.carry_out(outcome.writes);
    return !outcome.last_items.empty();
  };
  CHECK(ask("state/INBOX", juliet));
  CHECK(!ask("state/INBOX", romeo));
  CHECK(!ask("nothing", juliet));
  REQUIRE(world.service->subscriptions().size() == 1);
  CHECK(has(world.ask("get", "<subscriptions/>"), "jid='juliet@example.com/balcony'"));
  world.rows.carry_out(world.service->on_unavailable(account, juliet.full, noon));
  CHECK(world.service->subscriptions().size() == 0);
}
