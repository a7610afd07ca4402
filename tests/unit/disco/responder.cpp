#include "disco/responder.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

const disco::DiscoTarget component{"", "mail.example.com"};
const disco::DiscoTarget at_account{account, account};
const disco::DiscoTarget alias{account,
                               "mail.example.com"};  // the component stands for the only account

struct Furnished : World {
  disco::Responder responder;

  Furnished() : responder(*service, {"Mail events"}) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    leaf("mail/b", {"mail"});
    leaf("state", {}, pubsub::Holding::state);
    auto hidden = spec("mail/b/", pubsub::NodeKind::collection, pubsub::Holding::nothing, {"mail"});
    hidden.is_listed = false;
    apply({pubsub::PutNode{hidden}});
    auto described = spec("mail/c", pubsub::NodeKind::leaf, pubsub::Holding::history, {"mail/a/"});
    described.meta_data = {{"{urn:x}colour", "blue & green"}};
    apply({pubsub::PutNode{described}});
  }
  std::string info(const disco::DiscoTarget& target, const std::string& node,
                   const pubsub::Asker& asker = juliet) const {
    return to_xml(responder.info(target, node, asker));
  }
  std::string items(const disco::DiscoTarget& target, const std::string& node,
                    const pubsub::Asker& asker = juliet, const std::string& set = {}) const {
    const auto query =
        parse_xml("<query xmlns='http://jabber.org/protocol/disco#items'>" + set + "</query>");
    if (const auto plan = responder.item_ids(target, node, query.get(), asker)) {
      return to_xml(responder.finish(target, *plan, read(*plan)));
    }
    return to_xml(responder.items(target, node, query.get(), asker));
  }
};

std::string feature(const std::string& var) {
  return "<feature var='" + var + "'/>";
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
const std::string open_items = "<query xmlns='http://jabber.org/protocol/disco#items'";
std::string rsm(const std::string& content) {
  return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>";
}

}  // namespace

TEST_CASE("each kind of place says what it is", "[XEP-0030:3][XEP-0060:5.3]") {
  const Furnished world;
  struct Row {
    const char* name;
    disco::DiscoTarget target;
    const char* node;
    std::string identity;
  };
  const std::vector<Row> rows{
      {"component", component, "",
       "<identity category='pubsub' type='service' name='Mail events'/>"},
      {"account", at_account, "",
       "<identity category='pubsub' type='service' name='juliet'/><identity category='headline' "
       "type='newmail' "
       "name='juliet'/>"},
      {"leaf", at_account, "mail/a",
       "<identity category='pubsub' type='leaf' name='Name of mail/a'/>"},
      {"collection", at_account, "mail",
       "<identity category='pubsub' type='collection' name='Name of mail'/>"},
      {"leaf at the component", alias, "state",
       "<identity category='pubsub' type='leaf' name='Name of state'/>"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto xml = world.info(row.target, row.node);
    CHECK(has(xml, row.identity));
    CHECK(has(xml, feature("http://jabber.org/protocol/disco#info")));
    CHECK(has(xml, feature("http://jabber.org/protocol/pubsub#subscribe")));
    CHECK(has(xml, feature("http://jabber.org/protocol/pubsub#subscription-options")));
    CHECK(!has(xml, "create-nodes"));
  }
}

TEST_CASE("features stand where they hold", "[XEP-0060:5.1]") {
  const Furnished world;
  const std::string last_published = feature("http://jabber.org/protocol/pubsub#last-published");
  CHECK(has(world.info(at_account, "state"), last_published));
  CHECK(!has(world.info(at_account, ""), last_published));
  CHECK(!has(world.info(at_account, "mail/a"), last_published));
  CHECK(has(world.info(at_account, ""), feature("urn:xmpp:message-store:0")));
  CHECK(has(world.info(component, ""), feature("urn:xmpp:message-store:0")));
  CHECK(!has(world.info(at_account, "mail/a"), feature("urn:xmpp:message-store:0")));
  CHECK(has(world.info(at_account, "mail"),
            feature("http://jabber.org/protocol/pubsub#collections")));
  CHECK(!has(world.info(at_account, "mail"),
             feature("http://jabber.org/protocol/pubsub#persistent-items")));
}

TEST_CASE("models that the operator does not allow are not advertised", "[XEP-0060:4.5]") {
  Furnished world;
  const std::string models = "http://jabber.org/protocol/pubsub#access-";
  for (const char* node : {"", "mail", "mail/a"}) {
    CHECK(!has(world.info(at_account, node), feature(models + "open")));
    CHECK(has(world.info(at_account, node), feature(models + "authorize")));
  }
  world.policy.access_models = {pubsub::AccessModel::open};
  world.service->set_policy(world.policy);
  CHECK(has(world.info(component, ""), feature(models + "open")));
  CHECK(has(world.info(component, ""), feature(models + "whitelist")));  // what nodes start with
  CHECK(!has(world.info(component, ""), feature(models + "presence")));
}

TEST_CASE("a node's meta-data is a form of its own type", "[XEP-0060:5.4][XEP-0128:3]") {
  Furnished world;
  world.subscribe("mail/c");
  world.subscribe("mail/c", "juliet@example.com/balcony");
  const auto xml = world.info(at_account, "mail/c");
  CHECK(has(xml,
            "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>"
            "<value>http://jabber.org/protocol/pubsub#meta-data</value></field>"));
  CHECK(has(xml,
            "<field var='pubsub#num_subscribers' type='text-single' label='Number of subscribers "
            "to this node'>"
            "<value>2</value></field>"));
  CHECK(has(xml,
            "<field var='pubsub#owner' type='jid-multi' label='Node "
            "owners'><value>juliet@example.com</value>"));
  CHECK(
      has(xml,
          "<field var='{urn:x}colour' type='text-single'><value>blue &amp; green</value></field>"));
  CHECK(has(xml, "<value>Name of mail/c</value>"));
}

TEST_CASE("the tree is browsed from the component to the items", "[XEP-0060:5.2][XEP-0060:5.5]") {
  Furnished world;
  CHECK(world.items(component, "") ==
        open_items + "><item jid='juliet@mail.example.com' name='juliet'/></query>");
  CHECK(world.items(at_account, "") ==
        open_items +
            "><item jid='juliet@mail.example.com' node='mail' name='Name of mail'/>"
            "<item jid='juliet@mail.example.com' node='state' name='Name of state'/></query>");
  CHECK(world.items(
            alias,
            "mail") ==  // entries name the address that was asked; what is not listed is left out
        open_items +
            " node='mail'><item jid='mail.example.com' node='mail/a' name='Name of mail/a'/>"
            "<item jid='mail.example.com' node='mail/a/' name='Name of mail/a/'/>"
            "<item jid='mail.example.com' node='mail/b' name='Name of mail/b'/></query>");
  CHECK(world.items(at_account, "mail/a") == open_items + " node='mail/a'/>");
  for (int i = 0; i < 130; ++i) world.publish("mail/a", "<e/>");
  const auto ids = world.items(at_account, "mail/a");
  CHECK(has(ids, "<item jid='juliet@mail.example.com' name='31'/>"));
  CHECK(!has(ids, "name='30'"));  // bounded, and says so
  CHECK(has(ids, "<first index='30'>31</first><last>130</last><count>130</count>"));
}

TEST_CASE("many children come in pages", "[XEP-0030:8][XEP-0059:2]") {
  Furnished world;
  world.collection("many");
  for (int i = 100; i < 350; ++i) world.leaf("many/" + std::to_string(i), {"many"});
  const auto all = world.items(at_account, "many");
  CHECK(has(all, rsm("<first index='0'>many/100</first><last>many/299</last><count>250</count>")));
  CHECK(!has(all, "node='many/300'"));
  const auto rest = world.items(at_account, "many", juliet, rsm("<after>many/299</after>"));
  CHECK(
      has(rest, rsm("<first index='200'>many/300</first><last>many/349</last><count>250</count>")));
  CHECK(world.items(at_account, "many", juliet, rsm("<after>nowhere</after>")) == not_found);
  CHECK(has(world.items(at_account, "many", juliet, rsm("<max>x</max>")), "<bad-request"));
  CHECK(
      has(world.items(at_account, "many", juliet, rsm("<max>0</max>")), rsm("<count>250</count>")));
}

TEST_CASE("a stranger finds the component, and nothing on it", "[XEP-0060:14.3]") {
  const Furnished world;
  CHECK(has(world.info(component, "", mallory), "<identity category='pubsub' type='service'"));
  CHECK(world.items(component, "", mallory) == open_items + "/>");
  const disco::DiscoTarget nobody{"nobody@mail.example.com", "nobody@mail.example.com"};
  for (const char* node : {"", "mail", "mail/a", "nothing"}) {
    INFO(node);
    CHECK(world.info(at_account, node, mallory) == not_found);
    CHECK(world.items(at_account, node, mallory) == not_found);
    CHECK(world.info(nobody, node, mallory) == not_found);
    CHECK(world.items(nobody, node, mallory) == not_found);
  }
  CHECK(world.info(component, "mail", mallory) == not_found);
}

TEST_CASE("a node that has moved says where to", "[XEP-0060:6.1.3.11]") {
  Furnished world;
  world.apply({pubsub::MoveNode{"mail/b", World::spec("mail/d", pubsub::NodeKind::leaf,
                                                      pubsub::Holding::history, {"mail"})}});
  CHECK(has(world.info(at_account, "mail/b"), "xmpp:juliet@mail.example.com?;node=mail%2Fd"));
  CHECK(has(world.items(at_account, "mail/b"), "<gone"));
  CHECK(world.info(at_account, "mail/b", mallory) == not_found);
}
