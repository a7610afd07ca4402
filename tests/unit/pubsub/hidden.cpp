// To who may not see a node, it answers as one that does not exist: every kind of request.
// XEP-0060 §14.3; docs/protocol.md.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;

namespace {

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
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string form(const std::string& fields) {
  return "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>";
}

struct Request {
  const char* name;
  const char* type;
  bool is_of_owner;
  std::string content;  // NODE, JID: to be filled in
};

const std::vector<Request>& every_request() {
  static const std::vector<Request> requests{
      {"subscribe", "set", false, "<subscribe node='NODE' jid='JID'/>"},
      {"subscribe a full JID", "set", false, "<subscribe node='NODE' jid='JID/x'/>"},
      {"subscribe another", "set", false, "<subscribe node='NODE' jid='juliet@example.com'/>"},
      {"subscribe without a JID", "set", false, "<subscribe node='NODE'/>"},
      {"subscribe with options", "set", false,
       "<subscribe node='NODE' jid='JID'/>" + options_form("")},
      {"subscribe with bad options", "set", false,
       "<subscribe node='NODE' jid='JID'/>" +
           options_form("<field var='pubsub#deliver'><value>x</value></field>")},
      {"unsubscribe", "set", false, "<unsubscribe node='NODE' jid='JID'/>"},
      {"unsubscribe another", "set", false, "<unsubscribe node='NODE' jid='juliet@example.com'/>"},
      {"unsubscribe by subid", "set", false, "<unsubscribe node='NODE' jid='JID' subid='s1'/>"},
      {"options", "get", false, "<options node='NODE' jid='JID'/>"},
      {"another's options", "get", false, "<options node='NODE' jid='juliet@example.com'/>"},
      {"set options", "set", false, "<options node='NODE' jid='JID'>" + form("") + "</options>"},
      {"set bad options", "set", false,
       "<options node='NODE' jid='JID'>" +
           form("<field var='pubsub#deliver'><value>x</value></field>") + "</options>"},
      {"default options", "get", false, "<default node='NODE'/>"},
      {"items", "get", false, "<items node='NODE'/>"},
      {"newest items", "get", false, "<items node='NODE' max_items='1'/>"},
      {"items by id", "get", false, "<items node='NODE'><item id='1'/></items>"},
      {"items by subid", "get", false, "<items node='NODE' subid='s1'/>"},
      {"a page of items", "get", false,
       "<items node='NODE'/><set xmlns='http://jabber.org/protocol/rsm'><max>1</max></set>"},
      {"subscriptions", "get", false, "<subscriptions node='NODE'/>"},
      {"affiliations", "get", false, "<affiliations node='NODE'/>"},
      {"publish", "set", false, "<publish node='NODE'><item/></publish>"},
      {"publish with options", "set", false,
       "<publish node='NODE'><item/></publish><publish-options/>"},
      {"retract", "set", false, "<retract node='NODE'><item id='1'/></retract>"},
      {"configuration", "get", true, "<configure node='NODE'/>"},
      {"configure", "set", true, "<configure node='NODE'>" + form("") + "</configure>"},
      {"delete", "set", true, "<delete node='NODE'/>"},
      {"purge", "set", true, "<purge node='NODE'/>"},
      {"subscribers", "get", true, "<subscriptions node='NODE'/>"},
      {"set subscribers", "set", true,
       "<subscriptions node='NODE'><subscription jid='JID' subscription='none'/></subscriptions>"},
      {"affiliates", "get", true, "<affiliations node='NODE'/>"},
      {"set affiliates", "set", true,
       "<affiliations node='NODE'><affiliation jid='JID' affiliation='member'/></affiliations>"},
      {"associate", "set", true, "<associate node='NODE'/>"},
      {"dissociate", "set", true, "<dissociate node='NODE'/>"},
  };
  return requests;
}

std::string answer(World& world, const Request& request, const std::string& node,
                   const pubsub::Asker& asker) {
  const auto content = replaced(replaced(request.content, "NODE", node), "JID", asker.bare);
  const auto given = request.is_of_owner ? world.own(request.type, content, asker)
                                         : world.ask(request.type, content, asker);
  return replaced(given, node, "NODE");
}

}  // namespace

TEST_CASE("a hidden node answers as one that does not exist, whatever is asked",
          "[XEP-0060:14.3]") {
  Mailboxes world;
  world.publish("mail/a/b", "<e xmlns='urn:e'/>");
  world.grant("mail/a", romeo.bare, "member");
  world.grant("mail/c", mallory.bare, "outcast");
  struct Row {
    const char* name;
    const char* node;
    pubsub::Asker asker;
  };
  const std::vector<Row> rows{
      {"to a stranger", "mail/a/b", nurse},
      {"a collection to a stranger", "mail", nurse},
      {"to who sees another", "mail/a/b", romeo},
      {"a collection to who sees another", "mail/a/b/", romeo},
      {"to an outcast", "mail/c", mallory},
  };
  for (const auto& row : rows) {
    for (const auto& request : every_request()) {
      INFO(row.name << ": " << request.name);
      const auto hidden = answer(world, request, row.node, row.asker);
      CHECK(hidden == answer(world, request, "mail/nothing", row.asker));
      CHECK(hidden.find("<error") == 0);
    }
  }
}
