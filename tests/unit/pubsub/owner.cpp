// What owners do to their nodes, beyond what the transcripts show: whole forms of every kind of
// node, what survives a restart, bounds. XEP-0060 chapter 8.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

struct Estate : World {
  explicit Estate(pubsub::Policy with = {}) : World(std::move(with)) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    leaf("mail/b", {"mail"});
    leaf("state", {}, pubsub::Holding::state);
    auto closed = spec("account", pubsub::NodeKind::leaf, pubsub::Holding::history, {});
    closed.is_closed = true;
    apply({pubsub::PutNode{closed}});
  }
  std::string as_owner(const std::string& type, const std::string& content,
                       const pubsub::Asker& asker = juliet) {
    return ask(type, content, asker, "http://jabber.org/protocol/pubsub#owner");
  }
  std::string form_of(const std::string& node) {
    return as_owner("get", "<configure node='" + node + "'/>");
  }
  std::string submit(const std::string& node, const std::string& fields) {
    return as_owner("set", "<configure node='" + node +
                               "'><x xmlns='jabber:x:data' type='submit'>" + fields +
                               "</x></configure>");
  }
  std::string affiliate(const std::string& node, const std::string& bare, const std::string& as) {
    return as_owner("set", "<affiliations node='" + node + "'><affiliation jid='" + bare +
                               "' affiliation='" + as + "'/></affiliations>");
  }
};

std::string field(const std::string& var, const std::string& value) {
  return "<field var='" + var + "'><value>" + value + "</value></field>";
}
const std::string authorize = field("pubsub#access_model", "authorize");
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A client's answer to a form: every field with the values that it was shown.
std::string filled_in(const std::string& form) {
  const auto shown = parse_xml(form);
  std::string fields;
  for (const auto* tag : shown->findChild("configure")->findChild("x")->children()) {
    fields += "<field var='" + tag->findAttribute("var") + "'>";
    for (const auto* value : tag->findChildren("value"))
      fields += "<value>" + value->cdata() + "</value>";
    fields += "</field>";
  }
  return fields;
}

}  // namespace

TEST_CASE("every form can be sent back as it is", "[XEP-0060:8.2.4][XEP-0248:7.2]") {
  Estate world;
  for (const char* node : {"mail", "mail/a/", "mail/a", "mail/b", "state", "account"}) {
    INFO(node);
    const auto form = world.form_of(node);
    CHECK(world.submit(node, filled_in(form)).empty());
    CHECK(world.form_of(node) == form);
  }
}

TEST_CASE("the form of a large collection can be sent back too", "[XEP-0248:7.2]") {
  Estate world;
  for (int i = 0; i < 300; ++i) world.leaf("mail/a/" + std::to_string(i), {"mail/a/"});
  const auto form = world.form_of("mail/a/");
  CHECK(form.size() < 60000);
  CHECK(world.submit("mail/a/", filled_in(form)).empty());
}

TEST_CASE("what an owner has set survives a restart", "[XEP-0060:8.2.5]") {
  Estate world;
  CHECK(world.submit("mail/b", authorize + field("pubsub#title", "Letters")).empty());
  CHECK(world.affiliate("mail/a/", romeo.bare, "member").empty());
  const auto form = world.form_of("mail/b");
  CHECK(has(form, "<value>Letters</value>"));
  world.restart();
  CHECK(world.form_of("mail/b") == form);
  CHECK(has(world.as_owner("get", "<affiliations node='mail/a/'/>"),
            "<affiliation jid='romeo@example.net' affiliation='member'/>"));
  CHECK(has(world.subscribe("mail/a", romeo.bare), "<error"));  // Juliet asks for him
  CHECK(has(world.ask("set", "<subscribe node='mail/a' jid='romeo@example.net'/>", romeo),
            "subscription='subscribed'"));
}

TEST_CASE("a model that is not allowed any more closes the node", "[XEP-0060:4.5]") {
  Estate world;
  CHECK(world.submit("mail/b", authorize).empty());
  CHECK(has(world.ask("set", "<subscribe node='mail/b' jid='romeo@example.net'/>", romeo),
            "subscription='pending'"));
  world.policy.access_models = {pubsub::AccessModel::whitelist};
  world.service->set_policy(world.policy);
  world.rows.carry_out(world.service->end_lost_subscriptions(world.now));
  CHECK(world.ask("get", "<subscriptions/>", romeo) == not_found);
  CHECK(world.service->subscriptions().of(romeo.bare).empty());
}

TEST_CASE("who is put out loses the subscriptions of all that is beneath", "[XEP-0060:8.9.2]") {
  Estate world;
  CHECK(world.affiliate("mail", romeo.bare, "member").empty());
  for (const char* node : {"mail", "mail/a", "mail/b"}) {
    const std::string subscribe = "<subscribe node='" + std::string(node) + "' jid='";
    CHECK(has(world.ask("set", subscribe + romeo.bare + "'/>", romeo), "'subscribed'"));
  }
  const auto before = world.service->last_sequence();
  CHECK(world.affiliate("mail", romeo.bare, "none").empty());
  CHECK(world.service->subscriptions().of(romeo.bare).empty());
  CHECK(world.rows.notices(before).size() == 3);  // each is told
}

TEST_CASE("a node has at most 1000 affiliates", "[XEP-0060:8.9.2]") {
  Estate world;
  std::string entries;
  for (int i = 0; i < 1000; ++i)
    entries += "<affiliation jid='u" + std::to_string(i) + "@example.net' affiliation='member'/>";
  const std::string open = "<affiliations node='mail/a'>";
  CHECK(world.as_owner("set", open + entries + "</affiliations>").empty());
  CHECK(has(world.affiliate("mail/a", "more@example.net", "member"), "<not-acceptable"));
  CHECK(world.affiliate("mail/a", "u7@example.net", "none").empty());
  CHECK(world.affiliate("mail/a", "more@example.net", "member").empty());
  CHECK(has(world.as_owner("set", open + entries + entries + "</affiliations>"), "<error"));
}

TEST_CASE("a long list of subscribers comes in pages that fit", "[XEP-0060:8.8.1][XEP-0059:2]") {
  pubsub::Policy policy;
  policy.max_subids = 2000;
  Estate world(policy);
  for (int i = 0; i < 900; ++i)
    world.subscribe("mail/a", "juliet@example.com/" + std::to_string(10000 + i));
  std::size_t seen = 0;
  std::string after;
  for (int pages = 0; pages < 10; ++pages) {
    const std::string set = after.empty() ? "" : "<after>" + after + "</after>";
    const auto page = world.as_owner("get",
                                     "<subscriptions node='mail/a'/>"
                                     "<set xmlns='http://jabber.org/protocol/rsm'>" +
                                         set + "</set>");
    CHECK(page.size() < 65536);
    const auto tag = parse_xml(page);
    const auto listed = tag->findChild("subscriptions")->findChildren("subscription").size();
    if (listed == 0) break;
    seen += listed;
    after = tag->findChild("set")->findChild("last")->cdata();
  }
  CHECK(seen == 900);
}

TEST_CASE("what is not there to be purged tells nobody", "[XEP-0060:8.5]") {
  Estate world;
  const auto before = world.service->last_sequence();
  CHECK(world.as_owner("set", "<purge node='mail/a'/>").empty());
  CHECK(world.service->last_sequence() == before);  // nobody is subscribed
}

TEST_CASE("a client that asks for a node by its capabilities gets it", "[XEP-0060:9.2]") {
  Estate world;
  auto outcome = world.service->auto_subscribe(account, juliet, "mail/a", world.now);
  REQUIRE(world.service->subscriptions().of(juliet.bare).size() == 1);
  CHECK(world.service->subscriptions().of(juliet.bare).front()->jid() == juliet.full);
  world.service->auto_subscribe(account, mallory, "mail/a", world.now);
  CHECK(world.service->subscriptions().of(mallory.bare).empty());
  world.service->on_unavailable(account, juliet.full, world.now);
  CHECK(world.service->subscriptions().of(juliet.bare).empty());
}

TEST_CASE("a node for contacts asks for presence first", "[XEP-0060:6.1.3.2]") {
  Estate world;
  CHECK(world.submit("mail/b", field("pubsub#access_model", "presence")).empty());
  const std::string subscribe = "<subscribe node='mail/b' jid='romeo@example.net'/>";
  CHECK(world.ask("set", subscribe, romeo) ==
        error_xml("auth", "not-authorized", "presence-subscription-required"));
  world.owners.contacts.insert(romeo.bare);
  CHECK(has(world.ask("set", subscribe, romeo), "subscription='subscribed'"));
}

TEST_CASE("the default of subscription options is shown", "[XEP-0060:6.4]") {
  Estate world;
  CHECK(has(world.ask("get", "<default node='mail/a'/>"), "pubsub#deliver"));
  CHECK(has(world.ask("get", "<default/>"), "pubsub#deliver"));
}
