#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

constexpr const char* open_pubsub = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>";

// mail > a/ > a, a/b ; state > state/a ; the shape of a mailbox tree in small
struct Furnished : World {
  explicit Furnished(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    leaf("mail/a/b", {"mail/a/"});
    collection("state");
    leaf("state/a", {"state"}, pubsub::Holding::state);
  }
};

std::string item(int id) {
  return "<item id='" + std::to_string(id) + "'><e xmlns='urn:e'>" + std::to_string(id) +
         "</e></item>";
}
std::string items(const std::string& node, int first, int last, const std::string& set = {}) {
  std::string xml = open_pubsub + ("<items node='" + node + "'");
  if (first > last) return xml + "/>" + set + "</pubsub>";
  xml += ">";
  for (int i = first; i <= last; ++i) xml += item(i);
  return xml + "</items>" + set + "</pubsub>";
}
std::string set_xml(int index, const std::string& first, const std::string& last, int count) {
  return "<set xmlns='http://jabber.org/protocol/rsm'><first index='" + std::to_string(index) +
         "'>" + first + "</first><last>" + last + "</last><count>" + std::to_string(count) +
         "</count></set>";
}
void publish(World& world, const std::string& node, int count) {
  for (int i = 1; i <= count; ++i)
    world.publish(node, "<e xmlns='urn:e'>" + std::to_string(i) + "</e>");
}
std::string rsm(const std::string& content) {
  return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>";
}

}  // namespace

TEST_CASE("a subscription is answered with its subid", "[XEP-0060:6.1.2]") {
  Furnished world;
  CHECK(world.subscribe("mail/a") ==
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscription node='mail/a' "
        "jid='juliet@example.com' subid='s1' subscription='subscribed'/></pubsub>");
}

TEST_CASE("malformed requests have their precise error",
          "[XEP-0060:6.1.3][XEP-0060:6.2.3][XEP-0060:6.5.9]") {
  struct Row {
    const char* name;
    const char* type;
    std::string content;
    std::string error;
  };
  const auto bad = [](const std::string& application) {
    return error_xml("modify", "bad-request", application);
  };
  const auto with_text = [](const std::string& text) {
    return "<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>" +
           text + "</text></error>";
  };
  const std::string two = with_text("two requests in one");
  const std::vector<Row> rows{
      {"subscribe without jid", "set", "<subscribe node='mail/a'/>", bad("jid-required")},
      {"subscribe without node", "set", "<subscribe jid='juliet@example.com'/>",
       bad("nodeid-required")},
      {"another's jid", "set", "<subscribe node='mail/a' jid='romeo@example.net'/>",
       bad("invalid-jid")},
      {"a jid that is none", "set", "<subscribe node='mail/a' jid='@@'/>", bad("invalid-jid")},
      {"a huge jid", "set", "<subscribe node='mail/a' jid='" + std::string(5000, 'j') + "'/>",
       bad("invalid-jid")},
      {"no such node", "set", "<subscribe node='mail/x' jid='juliet@example.com'/>", not_found},
      {"unsubscribe without jid", "set", "<unsubscribe node='mail/a'/>", bad("jid-required")},
      {"unsubscribe, no such node", "set", "<unsubscribe node='x' jid='juliet@example.com'/>",
       not_found},
      {"unsubscribe a foreign jid", "set", "<unsubscribe node='mail/a' jid='romeo@example.net'/>",
       error_xml("auth", "forbidden")},
      {"unsubscribe without subscription", "set",
       "<unsubscribe node='mail/a' jid='juliet@example.com'/>",
       error_xml("cancel", "unexpected-request", "not-subscribed")},
      {"items without node", "get", "<items/>", bad("nodeid-required")},
      {"items of no such node", "get", "<items node='x'/>", not_found},
      {"not canonical", "get", "<items node='mail/A'/>", not_found},
      {"two requests", "get", "<subscriptions/><affiliations/>", two},
      {"one request twice", "get", "<items node='mail/a'/><items node='mail/a'/>", two},
      {"options before what they go with", "set",
       "<options><x xmlns='jabber:x:data' type='submit'/></options>"
       "<subscribe node='mail/a' jid='juliet@example.com'/>",
       with_text("&lt;options/&gt; follows &lt;subscribe/&gt; and has no node and no jid")},
  };
  Furnished world;
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(world.ask(row.type, row.content) == row.error);
  }
}

TEST_CASE("what clients may not do names the feature that is missing", "[XEP-0060:8][XEP-0060:7]") {
  struct Row {
    const char* type;
    const char* xmlns;
    const char* content;
    const char* feature;
  };
  const char* plain = "http://jabber.org/protocol/pubsub";
  const char* owner = "http://jabber.org/protocol/pubsub#owner";
  const std::vector<Row> rows{
      {"set", plain, "<create node='whatever'/>", "create-nodes"},
      {"set", plain, "<create/><configure/>", "create-nodes"},
      {"set", plain, "<publish node='mail/a'><item/></publish>", "publish"},
      {"set", plain, "<publish node='mail/a'><item/></publish><publish-options/>",
       "publish-options"},
      {"set", owner, "<delete node='mail/a'/>", "delete-nodes"},
      {"set", owner, "<purge node='mail'/>", "persistent-items"},
      {"set", plain, "<retract node='mail'><item id='1'/></retract>", "persistent-items"},
  };
  Furnished world;
  for (const Row& row : rows) {
    INFO(row.content);
    CHECK(world.ask(row.type, row.content, juliet, row.xmlns) ==
          error_xml("cancel", "feature-not-implemented", "unsupported", row.feature));
    CHECK(world.ask(row.type, row.content, mallory, row.xmlns) == not_found);
  }
  CHECK(world.ask("set", "<publish node='x'><item/></publish>") == not_found);
  CHECK(world.ask("set", "<items node='mail/a'/>").find("bad-request") != std::string::npos);
}

TEST_CASE("to a stranger nothing is there", "[XEP-0060:14.3]") {
  Furnished world;
  publish(world, "mail/a", 1);
  const std::vector<std::pair<const char*, const char*>> requests{
      {"set", "<subscribe node='mail/a' jid='mallory@evil.example'/>"},
      {"set", "<unsubscribe node='mail/a' jid='mallory@evil.example'/>"},
      {"get", "<items node='mail/a'/>"},
      {"get", "<subscriptions/>"},
      {"get", "<affiliations/>"},
  };
  for (const auto& [type, content] : requests) {
    INFO(content);
    CHECK(world.ask(type, content, mallory) == not_found);
  }
}

TEST_CASE("equal options give the same subid, others a new one",
          "[XEP-0060:6.1.6][XEP-0060:6.3.7]") {
  pubsub::Policy policy;
  policy.max_subids = 3;
  Furnished world(policy);
  const auto field = [](const std::string& var, const std::string& value) {
    return options_form("<field var='" + var + "'><value>" + value + "</value></field>");
  };
  const std::string jid = "juliet@example.com";
  CHECK(world.subscribe("mail", jid).find("subid='s1'") != std::string::npos);
  CHECK(world.subscribe("mail", jid).find("subid='s1'") != std::string::npos);
  const auto with_options = world.subscribe("mail", jid, field("pubsub#deliver", "true"));
  CHECK(with_options.find("subid='s1'") != std::string::npos);  // the default, spelled out
  CHECK(with_options.find("<field var='pubsub#subscription_depth'><value>all</value>") !=
        std::string::npos);
  CHECK(world.subscribe("mail", jid, field("pubsub#subscription_type", "nodes")).find("s2") !=
        std::string::npos);
  CHECK(world.subscribe("mail", jid, field("urn:x#unknown", "?")).find("subid='s1'") !=
        std::string::npos);
  CHECK(world.subscribe("mail", jid, field("pubsub#subscription_depth", "1")).find("s3") !=
        std::string::npos);
  CHECK(world.subscribe("mail", jid, field("pubsub#subscription_depth", "2")) ==
        error_xml("wait", "policy-violation", "too-many-subscriptions"));
  for (const char* bad :
       {"pubsub#deliver", "pubsub#subscription_type", "pubsub#subscription_depth"}) {
    INFO(bad);
    const auto error = world.subscribe("mail", jid, field(bad, "-1"));
    CHECK(error.find("<bad-request") != std::string::npos);
    CHECK(error.find("<invalid-options") != std::string::npos);
  }
  CHECK(world.ask("set", options_form("") + "<subscribe node='mail' jid='juliet@example.com'/>")
            .find("bad-request") != std::string::npos);
}

TEST_CASE("too many subscriptions of one JID are refused", "[XEP-0060:6.1.3.9]") {
  pubsub::Policy policy;
  policy.max_subscriptions_per_jid = 2;
  Furnished world(policy);
  world.subscribe("mail");
  world.subscribe("mail/a", "juliet@example.com/balcony");
  CHECK(world.subscribe("mail/a/b") ==
        error_xml("wait", "policy-violation", "too-many-subscriptions"));
  CHECK(world.subscribe("mail").find("s1") != std::string::npos);  // that one is there already
}

TEST_CASE("unsubscribing needs the subid only where there are several",
          "[XEP-0060:6.2.2][XEP-0060:6.2.3]") {
  Furnished world;
  const std::string unsubscribe = "<unsubscribe node='mail' jid='juliet@example.com'";
  world.subscribe("mail");
  CHECK(world.ask("set", unsubscribe + " subid='x'/>") ==
        error_xml("modify", "not-acceptable", "invalid-subid"));
  world.subscribe("mail", "juliet@example.com",
                  options_form("<field var='pubsub#deliver'><value>0</value></field>"));
  CHECK(world.ask("set", unsubscribe + "/>") ==
        error_xml("modify", "bad-request", "subid-required"));
  CHECK(world.ask("get", "<items node='mail'/>") ==
        error_xml("modify", "bad-request", "subid-required"));
  CHECK(world.ask("get", "<items node='mail' subid='x'/>") ==
        error_xml("modify", "not-acceptable", "invalid-subid"));
  CHECK(world.ask("get", "<items node='mail' subid='s2'/>").find("<items node='mail/a'/>") !=
        std::string::npos);
  CHECK(world.ask("set", unsubscribe + " subid='s2'/>") ==
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscription node='mail' "
        "jid='juliet@example.com' "
        "subid='s2' subscription='none'/></pubsub>");
  CHECK(world.ask("set", unsubscribe + "/>").find("subid='s1' subscription='none'") !=
        std::string::npos);
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.rows.load().subscriptions.empty());
}

TEST_CASE("subscriptions and affiliations are listed", "[XEP-0060:5.6][XEP-0060:5.7]") {
  Furnished world;
  CHECK(world.ask("get", "<subscriptions/>") ==
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions/></pubsub>");
  world.subscribe("mail/a");
  world.subscribe("mail", "juliet@example.com/balcony");
  CHECK(
      world.ask("get", "<subscriptions/>") ==
      "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions>"
      "<subscription node='mail' jid='juliet@example.com/balcony' subid='s2' "
      "subscription='subscribed'/>"
      "<subscription node='mail/a' jid='juliet@example.com' subid='s1' subscription='subscribed'/>"
      "</subscriptions></pubsub>");
  CHECK(
      world.ask("get", "<subscriptions node='mail/a'/>") ==
      "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions node='mail/a'>"
      "<subscription node='mail/a' jid='juliet@example.com' subid='s1' subscription='subscribed'/>"
      "</subscriptions></pubsub>");
  CHECK(world.ask("get", "<subscriptions node='x'/>") == not_found);
  CHECK(world.ask("get", "<affiliations node='mail/a'/>") ==
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><affiliations node='mail/a'>"
        "<affiliation node='mail/a' affiliation='owner'/></affiliations></pubsub>");
  const auto page = world.ask("get", "<affiliations/>" + rsm("<max>1</max>"));
  CHECK(page.find("</affiliations><set xmlns='http://jabber.org/protocol/rsm'><first index='0'>") !=
        std::string::npos);
  CHECK(page.find("<count>6</count>") != std::string::npos);
}

TEST_CASE("items are retrieved, newest first to be kept, oldest first in order",
          "[XEP-0060:6.5][XEP-0059:2]") {
  Furnished world;
  CHECK(world.ask("get", "<items node='mail/a'/>") == items("mail/a", 1, 0));  // §6.5.9.12
  publish(world, "mail/a", 5);
  struct Row {
    std::string content;
    std::string answer;
  };
  const std::string all = "<items node='mail/a'/>";
  const std::vector<Row> rows{
      {all, items("mail/a", 1, 5)},
      {"<items node='mail/a' max_items='2'/>", items("mail/a", 4, 5)},
      {"<items node='mail/a'><item id='2'/><item id='99'/><item id='x'/></items>",
       items("mail/a", 2, 2)},
      {"<items node='mail/a'><item id='x'/></items>", items("mail/a", 1, 0)},
      {all + rsm("<after>3</after>"), items("mail/a", 4, 5, set_xml(3, "4", "5", 5))},
      {all + rsm("<max>2</max><after>1</after>"), items("mail/a", 2, 3, set_xml(1, "2", "3", 5))},
      {all + rsm("<max>2</max>"), items("mail/a", 1, 2, set_xml(0, "1", "2", 5))},
      {all + rsm("<max>2</max><before/>"), items("mail/a", 4, 5, set_xml(3, "4", "5", 5))},
      {all + rsm("<max>2</max><before>4</before>"), items("mail/a", 2, 3, set_xml(1, "2", "3", 5))},
      {all + rsm("<after>5</after>"), items("mail/a", 1, 0, rsm("<count>5</count>"))},
      {all + rsm("<max>0</max>"), items("mail/a", 1, 0, rsm("<count>5</count>"))},
      {all + rsm("<after>6</after>"), not_found},
      {all + rsm("<after>x</after>"), not_found},
      {all + rsm("<after>01</after>"), not_found},
      {all + rsm("<before>x</before>"), not_found},
  };
  for (const Row& row : rows) {
    INFO(row.content);
    CHECK(world.ask("get", row.content) == row.answer);
  }
  for (const char* bad : {"<max>x</max>", "<max>-1</max>", "<after>1</after><before>2</before>"}) {
    CHECK(world.ask("get", all + rsm(bad)).find("<bad-request") != std::string::npos);
  }
  CHECK(world.ask("get", all + rsm("<index>1</index>")).find("feature-not-implemented") !=
        std::string::npos);
  for (const char* bad : {"0", "-1", "x", "1x"}) {
    const std::string content = std::string("<items node='mail/a' max_items='") + bad + "'/>";
    CHECK(world.ask("get", content).find("<bad-request") != std::string::npos);
  }
}

TEST_CASE("what retention took cannot be continued from", "[XEP-0059:2.4]") {
  pubsub::Policy policy;
  policy.history_items = 3;
  Furnished world(policy);
  publish(world, "mail/a", 5);  // 3, 4, 5 are kept
  const std::string all = "<items node='mail/a'/>";
  CHECK(world.ask("get", all + rsm("<after>1</after>")) == not_found);
  CHECK(world.ask("get", all + rsm("<after>2</after>")) ==
        items("mail/a", 3, 5, set_xml(0, "3", "5", 3)));
  world.now += std::chrono::hours(31 * 24);
  publish(world, "mail/a", 1);  // the others are too old now
  CHECK(world.ask("get", all + rsm("<after>4</after>")) == not_found);
  CHECK(world.ask("get", all + rsm("<after>6</after>")).find("<count>1</count>") !=
        std::string::npos);
}

TEST_CASE("large answers are cut and say so", "[XEP-0060:6.5.4]") {
  Furnished world;
  for (int i = 0; i < 10; ++i)
    world.publish("mail/a", "<e xmlns='urn:e'>" + std::string(9000, 'x') + "</e>");
  const auto newest = world.ask("get", "<items node='mail/a'/>");
  CHECK(newest.size() < 64 * 1024);
  CHECK(newest.find("<item id='10'>") != std::string::npos);
  CHECK(newest.find("<last>10</last><count>10</count>") != std::string::npos);
  const auto oldest = world.ask("get", "<items node='mail/a'/>" + rsm("<after>0</after>"));
  CHECK(oldest.size() < 64 * 1024);
  CHECK(oldest.find("<first index='0'>1</first>") != std::string::npos);
  for (int i = 0; i < 120; ++i) world.publish("mail/a/b", "<e xmlns='urn:e'/>");
  CHECK(world.ask("get", "<items node='mail/a/b'/>").find("<first index='20'>21</first>") !=
        std::string::npos);
}

TEST_CASE("a collection answers with one list per leaf", "[XEP-0248:6.2]") {
  Furnished world;
  publish(world, "mail/a", 2);
  CHECK(world.ask("get", "<items node='mail'/>") ==
        open_pubsub + ("<items node='mail/a'>" + item(1) + item(2) +
                       "</items><items node='mail/a/b'/></pubsub>"));
  CHECK(world.ask("get", "<items node='mail' max_items='1'/>" + rsm("<max>1</max>")) ==
        open_pubsub + ("<items node='mail/a'>" + item(2) + "</items>" +
                       set_xml(0, "mail/a", "mail/a", 2) + "</pubsub>"));
  CHECK(world.ask("get", "<items node='mail'/>" + rsm("<after>mail/a</after>")) ==
        open_pubsub +
            ("<items node='mail/a/b'/>" + set_xml(1, "mail/a/b", "mail/a/b", 2) + "</pubsub>"));
  CHECK(world.ask("get", "<items node='mail'/>" + rsm("<after>nowhere</after>")) == not_found);
}

TEST_CASE("a state is one item called current, sent to who subscribes",
          "[XEP-0060:6.1.7][XEP-0060:12.18]") {
  Furnished world;
  CHECK(world.ask("get", "<items node='state/a'/>") == items("state/a", 1, 0));
  world.subscribe("state/a");
  CHECK(world.last_items.empty());
  world.apply({pubsub::PublishState{
      "state/a", "k1", {{pubsub::Disclosure::counts, "<s xmlns='urn:s'/>"}}, noon}});
  const std::string state =
      "<items node='state/a'><item id='current'><s xmlns='urn:s'/></item></items>";
  CHECK(world.ask("get", "<items node='state/a'/>") == open_pubsub + state + "</pubsub>");
  CHECK(world.ask("get", "<items node='state/a'><item id='current'/></items>") ==
        open_pubsub + state + "</pubsub>");
  CHECK(
      world.ask("get", "<items node='state/a'/>" + rsm("<after>current</after>")).find("<item ") ==
      std::string::npos);
  CHECK(world.ask("get", "<items node='state/a'/>" + rsm("<after>1</after>")) == not_found);
  world.subscribe("state", "juliet@example.com/balcony");
  REQUIRE(world.last_items.size() == 1);
  CHECK(world.last_items.front() ==
        "<message from='juliet@mail.example.com' to='juliet@example.com/balcony' type='headline' "
        "id='l1-s2'>"
        "<event xmlns='http://jabber.org/protocol/pubsub#event'>" +
            state +
            "</event>"
            "<delay xmlns='urn:xmpp:delay' stamp='2026-11-22T12:00:00Z'/>"
            "<headers xmlns='http://jabber.org/protocol/shim'><header "
            "name='Collection'>state</header>"
            "<header name='SubID'>s2</header></headers></message>");
  world.subscribe("mail/a");
  CHECK(world.last_items.empty());  // a history is fetched by who wants it
}

TEST_CASE("the owner of several accounts has all lists at the component's address",
          "[XEP-0060:5.6]") {
  Furnished world;
  world.owners.pairs.insert({"shared@mail.example.com", juliet.bare});
  world.subscribe("mail/a");
  const pubsub::Target component{"", "mail.example.com"};
  const auto list = world.service->on_request(component, juliet, pubsub::GetSubscriptions{}, noon);
  CHECK(World::to_xml(std::get<pubsub::Reply>(list.answer)).find("subid='s1'") !=
        std::string::npos);
  const auto other = world.service->on_request(component, juliet,
                                               pubsub::GetItems{"mail/a", {}, {}, {}, {}}, noon);
  CHECK(World::to_xml(std::get<pubsub::Reply>(other.answer)) == not_found);
  const auto stranger =
      world.service->on_request(component, mallory, pubsub::GetSubscriptions{}, noon);
  CHECK(World::to_xml(std::get<pubsub::Reply>(stranger.answer)) == not_found);
}
