// Who sees and reads which node, and what the others are told: nothing. docs/protocol.md.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

const std::string disclosure = "{urn:xmpp:message-store:0}disclosure";
const std::string forbidden = error_xml("auth", "forbidden");

// mail > a, a/ ; a/ > a, a/b, a/b/ ; a/b/ > a/b : as mapping/ lays out mailboxes
struct Mailboxes : World {
  explicit Mailboxes(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    collection("mail/a/b/", {"mail/a/"});
    leaf("mail/a/b", {"mail/a/", "mail/a/b/"});
    leaf("mail/c", {"mail"});
  }
  /// A leaf whose store rights let these read.
  void readers(const pubsub::NodeId& id, std::vector<std::string> bare) {
    auto node = service->tree(account)->find(id)->spec;
    node.readers = std::move(bare);
    apply({pubsub::PutNode{node}});
  }
  void publish_parts(const pubsub::NodeId& node) {
    apply({pubsub::PublishItem{node,
                               {{pubsub::Disclosure::counts, "<e xmlns='urn:e'>"},
                                {pubsub::Disclosure::actor, "<actor/>"},
                                {pubsub::Disclosure::envelope, "<envelope/>"},
                                {pubsub::Disclosure::content, "<content/>"},
                                {pubsub::Disclosure::counts, "</e>"}},
                               now}});
  }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

bool can_read(World& world, const std::string& node, const pubsub::Asker& asker) {
  return world.items(node, asker).starts_with("<pubsub");
}

}  // namespace

TEST_CASE("a visible node refuses who is banned, and tells", "[XEP-0060:6.1.3.8][XEP-0060:6.5.9]") {
  Mailboxes world;
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.grant("mail/a", romeo.bare, "outcast");
  CHECK(world.ask("set", "<subscribe node='mail/a' jid='romeo@example.net'/>", romeo) == forbidden);
  CHECK(world.items("mail/a", romeo) == forbidden);
}

TEST_CASE("the nearest grant decides, and an outcast stays out", "[XEP-0060:4.1][XEP-0248:10.1]") {
  using Grants = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    const char* name;
    Grants grants;
    std::vector<std::string> readers;  // of mail/a/b
    bool a, ab;                        // who reads mail/a, mail/a/b
  };
  const std::vector<Row> rows{
      {"nothing", {}, {}, false, false},
      {"member of the leaf", {{"mail/a/b", "member"}}, {}, false, true},
      {"member of its collection", {{"mail/a/b/", "member"}}, {}, false, true},
      {"member further up", {{"mail/a/", "member"}}, {}, true, true},
      {"member of everything", {{"mail", "member"}}, {}, true, true},
      {"out at the leaf", {{"mail", "member"}, {"mail/a/b", "outcast"}}, {}, true, false},
      {"out at the nearest", {{"mail/a/", "member"}, {"mail/a/b/", "outcast"}}, {}, true, false},
      {"in at the nearest", {{"mail/a/", "outcast"}, {"mail/a/b/", "member"}}, {}, false, true},
      {"a mailbox's own collection is nearer than the root",
       {{"mail", "member"}, {"mail/a/", "outcast"}},
       {},
       false,
       false},
      {"in again beneath", {{"mail", "outcast"}, {"mail/a/", "member"}}, {}, true, true},
      {"rights of the store", {}, {romeo.bare}, false, true},
      {"rights of the store for all", {}, {"*"}, false, true},
      {"another's rights", {}, {"paris@example.net"}, false, false},
      {"rights, but out", {{"mail/a/b", "outcast"}}, {romeo.bare}, false, false},
      {"rights, but out above", {{"mail", "outcast"}}, {"*"}, false, false},
      {"rights, out above, in here",
       {{"mail", "outcast"}, {"mail/a/b", "member"}},
       {romeo.bare},
       false,
       true},
  };
  for (const Row& row : rows) {
    Mailboxes world;
    for (const auto& [node, affiliation] : row.grants) world.grant(node, romeo.bare, affiliation);
    world.readers("mail/a/b", row.readers);
    INFO(row.name);
    CHECK(can_read(world, "mail/a", romeo) == row.a);
    CHECK(can_read(world, "mail/a/b", romeo) == row.ab);
    CHECK(!can_read(world, "mail/c", mallory));
    const bool any = row.a || row.ab || can_read(world, "mail/c", romeo);
    CHECK(world.service->sees_account(account, romeo.bare) == any);
    world.restart();
    CHECK(can_read(world, "mail/a/b", romeo) == row.ab);
  }
}

TEST_CASE("a collection shows a guest the leaves that it may read", "[XEP-0248:6.2]") {
  Mailboxes world;
  for (const auto* leaf : {"mail/a", "mail/a/b", "mail/c"})
    world.publish(leaf, "<e xmlns='urn:e'/>");
  world.grant("mail/a/b", romeo.bare, "member");
  const auto all = world.items("mail", romeo);
  CHECK(all.find("node='mail/a/b'") != std::string::npos);
  CHECK(all.find("node='mail/a'") == std::string::npos);
  CHECK(all.find("node='mail/c'") == std::string::npos);
  // Its own access model makes a collection visible, and opens no leaf.
  world.configure("mail/a/", "pubsub#access_model", "authorize");
  CHECK(!can_read(world, "mail/a", mallory));
  CHECK(world.ask("set", "<subscribe node='mail/a/' jid='mallory@evil.example'/>", mallory)
            .find("subscription='pending'") != std::string::npos);
}

TEST_CASE("disclosure is inherited, the nearest wins, and the owner is not bound by it",
          "[XEP-0060:4.5]") {
  struct Row {
    const char* name;
    std::vector<std::pair<std::string, std::string>> limits;
    bool envelope;  // shown to a member
  };
  const std::vector<Row> rows{
      {"nothing said: counts", {}, false},
      {"the leaf's own", {{"mail/a/b", "envelope"}}, true},
      {"its collection's", {{"mail/a/b/", "envelope"}}, true},
      {"the root's", {{"mail", "envelope"}}, true},
      {"the nearer is less", {{"mail/a/", "envelope"}, {"mail/a/b/", "counts"}}, false},
      {"the nearer is more", {{"mail/a/", "counts"}, {"mail/a/b/", "content"}}, true},
      {"the leaf is less", {{"mail", "content"}, {"mail/a/b", "counts"}}, false},
  };
  for (const Row& row : rows) {
    Mailboxes world;
    for (const auto& [node, level] : row.limits) world.configure(node, disclosure, level);
    world.grant("mail", romeo.bare, "member");
    world.publish_parts("mail/a/b");
    INFO(row.name);
    const auto shown = world.items("mail/a/b", romeo);
    CHECK((shown.find("<envelope/>") != std::string::npos) == row.envelope);
    CHECK(shown.find("<actor/>") == std::string::npos);
    CHECK(shown.find("<content/>") == std::string::npos);  // not asked for
    const auto owners = world.items("mail/a/b");
    CHECK(owners.find("<envelope/>") != std::string::npos);
    CHECK(owners.find("<actor/>") != std::string::npos);
  }
}

TEST_CASE("an auditor reads what is audited, counts and who did it", "[XEP-0060:4.1]") {
  World world;
  world.owners.auditors.insert(nurse.bare);
  auto audited = [&](const pubsub::NodeId& id, pubsub::NodeKind kind,
                     std::vector<pubsub::NodeId> parents, bool is_closed) {
    auto node = World::spec(
        id, kind,
        kind == pubsub::NodeKind::leaf ? pubsub::Holding::history : pubsub::Holding::nothing,
        std::move(parents));
    node.is_audited = true;
    node.is_closed = is_closed;
    world.apply({pubsub::PutNode{node}});
  };
  audited("mail", pubsub::NodeKind::collection, {}, false);
  audited("mail/a", pubsub::NodeKind::leaf, {"mail"}, false);
  audited("account", pubsub::NodeKind::leaf, {}, true);
  world.collection("state");
  world.leaf("state/a", {"state"}, pubsub::Holding::state);
  const pubsub::Payload payload{{pubsub::Disclosure::counts, "<e xmlns='urn:e'>"},
                                {pubsub::Disclosure::actor, "<actor/>"},
                                {pubsub::Disclosure::envelope, "<envelope/>"},
                                {pubsub::Disclosure::counts, "</e>"}};
  world.configure("mail", disclosure, "content");  // which is for guests
  world.grant("account", romeo.bare, "member");    // which opens nothing
  CHECK(world.subscribe("mail", nurse.bare) == error_xml("modify", "bad-request", "invalid-jid"));
  CHECK(world.ask("set", "<subscribe node='mail' jid='nurse@example.com'/>", nurse)
            .find("'subscribed'") != std::string::npos);
  for (const auto* node : {"mail/a", "account"}) {
    const auto notice = world.apply({pubsub::PublishItem{node, payload, noon}}).back();
    CHECK(world.items(node, nurse).find("<item id='1'><e xmlns='urn:e'><actor/></e></item>") !=
          std::string::npos);
    const bool is_told = world.send(notice).find("to='nurse@example.com'") != std::string::npos;
    CHECK(is_told == (std::string(node) == "mail/a"));
  }
  CHECK(world.items("state/a", nurse) == not_found);
  CHECK(world.items("state", nurse) == not_found);
  CHECK(world.items("account", romeo) == not_found);
  CHECK(world.own("get", "<configure node='mail/a'/>", nurse) == forbidden);
  CHECK(world.service->accounts_seen_by(nurse.bare) == std::vector<std::string>{account});
  // An auditor no more.
  world.owners.auditors.clear();
  world.rows.carry_out(world.service->end_lost_subscriptions(noon));
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.items("mail/a", nurse) == not_found);
}

TEST_CASE("what the operator does not allow is closed, whatever owners chose",
          "[XEP-0060:4.5][XEP-0060:8.2.5]") {
  pubsub::Policy with_open;
  with_open.access_models.insert(pubsub::AccessModel::open);
  Mailboxes world(with_open);
  CHECK(world.configure("mail/a", "pubsub#access_model", "open").find("<error") ==
        std::string::npos);
  CHECK(can_read(world, "mail/a", mallory));
  world.ask("set", "<subscribe node='mail/a' jid='mallory@evil.example'/>", mallory);
  CHECK(world.service->subscriptions().size() == 1);
  world.service->set_policy({});
  world.rows.carry_out(world.service->end_lost_subscriptions(noon));
  CHECK(world.items("mail/a", mallory) == not_found);
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.configure("mail/c", "pubsub#access_model", "open") ==
        replaced(error_xml("modify", "not-acceptable", "unsupported-access-model"), "<unsupported",
                 "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>"
                 "pubsub#access_model cannot be set to that</text><unsupported"));
}

TEST_CASE("who comes from where the operator wants nobody from sees nothing", "[XEP-0060:14.3]") {
  Mailboxes world;
  world.grant("mail", romeo.bare, "member");
  world.ask("set", "<subscribe node='mail' jid='romeo@example.net'/>", romeo);
  CHECK(world.service->subscriptions().size() == 1);
  world.owners.unwelcome.insert(romeo.bare);
  world.rows.carry_out(world.service->end_lost_subscriptions(noon));
  CHECK(world.service->subscriptions().size() == 0);
  CHECK(world.items("mail/a", romeo) == not_found);
  CHECK(!world.service->sees_account(account, romeo.bare));
}

TEST_CASE("a presence node is for who shares presence", "[XEP-0060:6.1.3.2]") {
  Mailboxes world;
  const auto required = error_xml("auth", "not-authorized", "presence-subscription-required");
  world.configure("mail/a", "pubsub#access_model", "presence");
  CHECK(world.items("mail/a", romeo) == required);
  CHECK(world.ask("set", "<subscribe node='mail/a' jid='romeo@example.net'/>", romeo) == required);
  world.owners.contacts.insert(romeo.bare);
  CHECK(world.ask("set", "<subscribe node='mail/a' jid='romeo@example.net'/>", romeo)
            .find("'subscribed'") != std::string::npos);
  CHECK(can_read(world, "mail/a", romeo));
  world.owners.contacts.clear();
  world.rows.carry_out(world.service->end_lost_subscriptions(noon));
  CHECK(world.service->subscriptions().size() == 0);
}

TEST_CASE("losing access ends the subscription, tells so, and drops what is queued",
          "[XEP-0060:12.14][XEP-0060:8.9.2]") {
  struct Row {
    const char* name;
    void (*lose)(Mailboxes&);
  };
  const std::vector<Row> rows{
      {"made an outcast", [](Mailboxes& world) { world.grant("mail/a/", romeo.bare, "outcast"); }},
      {"the grant is taken", [](Mailboxes& world) { world.grant("mail/a/", romeo.bare, "none"); }},
      {"out at the leaf", [](Mailboxes& world) { world.grant("mail/a", romeo.bare, "outcast"); }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Mailboxes world;
    world.grant("mail/a/", romeo.bare, "member");
    world.ask("set", "<subscribe node='mail/a' jid='romeo@example.net'/>", romeo);
    const auto before = world.service->last_sequence();
    world.publish("mail/a", "<e xmlns='urn:e'/>");
    row.lose(world);
    CHECK(world.sent_after(before) ==
          "<message from='juliet@mail.example.com' to='romeo@example.net' type='headline' "
          "id='e2-s1'><event xmlns='http://jabber.org/protocol/pubsub#event'><subscription "
          "node='mail/a' jid='romeo@example.net' subscription='none' subid='s1'/></event>"
          "</message>");
    CHECK(world.rows.load().subscriptions.empty());
  }
}

TEST_CASE("rights of the store that are taken end what they gave", "[XEP-0060:12.14]") {
  Mailboxes world;
  world.readers("mail/a", {romeo.bare});
  world.ask("set", "<subscribe node='mail' jid='romeo@example.net'/>", romeo);
  CHECK(world.service->subscriptions().size() == 1);
  world.readers("mail/a", {});
  CHECK(world.service->subscriptions().size() == 0);
}

TEST_CASE("names of hidden nodes do not leave with what was queued", "[XEP-0248:5.3]") {
  Mailboxes world;
  world.grant("mail", romeo.bare, "member");
  world.grant("mail/c", romeo.bare, "member");
  world.ask("set", "<subscribe node='mail' jid='romeo@example.net'/>", romeo);
  const auto before = world.service->last_sequence();
  world.leaf("mail/a/secret", {"mail/a/"});
  CHECK(world.sent_after(before).find("mail/a/secret") != std::string::npos);
  world.grant("mail", romeo.bare, "none");  // mail/c keeps the collection visible
  CHECK(world.service->subscriptions().size() == 1);
  CHECK(world.sent_after(before).empty());
}

TEST_CASE("where a node went is told to who may see it there", "[XEP-0060:8.4.2]") {
  Mailboxes world;
  world.grant("mail/a/", romeo.bare, "member");
  world.ask("set", "<subscribe node='mail/a/' jid='romeo@example.net'/>", romeo);
  world.subscribe("mail/a/");
  const auto before = world.service->last_sequence();
  world.apply({pubsub::MoveNode{"mail/a/b", World::spec("mail/private", pubsub::NodeKind::leaf,
                                                        pubsub::Holding::history, {"mail"})}});
  const auto sent = world.sent_after(before);
  const auto to = [&](const std::string& jid) {
    const auto at = sent.find("to='" + jid + "'");
    return at == std::string::npos ? std::string()
                                   : sent.substr(at, sent.find("</message>", at) - at);
  };
  CHECK(to("juliet@example.com").find("mail%2Fprivate") != std::string::npos);
  CHECK(to(romeo.bare).find("<delete node='mail/a/b'/>") != std::string::npos);
  CHECK(to(romeo.bare).find("private") == std::string::npos);
  CHECK(world.items("mail/a/b", romeo) == not_found);
}

TEST_CASE("of a node that may be seen but not read no item is mentioned", "[XEP-0060:8.5.2]") {
  Mailboxes world;
  world.grant("mail/c", romeo.bare, "member");
  world.configure("mail/a", "pubsub#access_model", "authorize");
  world.ask("set", "<subscribe node='mail' jid='romeo@example.net'/>", romeo);
  world.publish("mail/a", "<e xmlns='urn:e'/>");
  const auto before = world.service->last_sequence();
  world.own("set", "<purge node='mail/a'/>");
  CHECK(world.sent_after(before).empty());
}
