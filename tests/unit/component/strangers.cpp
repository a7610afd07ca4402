// To a stranger an account that exists is as one that does not, whatever is sent to it. XEP-0060
// §14.3; docs/protocol.md.
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/gateway_world.hpp"

namespace {

const std::string mailbox = "INBOX uidvalidity 385759045 messages 230 unseen 2 uidnext 20";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct Row {
  const char* type;
  const char* payload;
};

// NODE: with and without one
const std::vector<Row> requests{
    {"get", "<query xmlns='http://jabber.org/protocol/disco#info' NODE/>"},
    {"get", "<query xmlns='http://jabber.org/protocol/disco#items' NODE/>"},
    {"get",
     "<query xmlns='http://jabber.org/protocol/disco#items'"
     " node='http://jabber.org/protocol/commands'/>"},
    {"get", "<ping xmlns='urn:xmpp:ping'/>"},
    {"get", "<query xmlns='jabber:iq:version'/>"},
    {"get", "<query xmlns='jabber:iq:last'/>"},
    {"get", "<time xmlns='urn:xmpp:time'/>"},
    {"get", "<vCard xmlns='vcard-temp'/>"},
    {"get", "<query xmlns='jabber:iq:register'/>"},
    {"get", "<query xmlns='urn:unknown'/>"},
    {"get", ""},
    {"set", "<query xmlns='http://jabber.org/protocol/disco#info'/>"},
    {"set",
     "<command xmlns='http://jabber.org/protocol/commands'"
     " node='http://jabber.org/protocol/pubsub#get-pending'/>"},
    {"set", "<command xmlns='http://jabber.org/protocol/commands' node='nothing'/>"},
    {"set",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
     "<subscribe NODE jid='mallory@evil.example'/></pubsub>"},
    {"set",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
     "<unsubscribe NODE jid='mallory@evil.example'/></pubsub>"},
    {"get",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
     "<options NODE jid='mallory@evil.example'/></pubsub>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><default NODE/></pubsub>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items NODE/></pubsub>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions NODE/></pubsub>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><affiliations NODE/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><create NODE/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish NODE/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract NODE/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><nonsense/></pubsub>"},
    {"set", "<query xmlns='urn:xmpp:mam:2' NODE/>"},
    {"set", "<query xmlns='urn:xmpp:mam:2' NODE><set xmlns='nonsense'/></query>"},
    {"get", "<query xmlns='urn:xmpp:mam:2' NODE/>"},
    {"get", "<metadata xmlns='urn:xmpp:mam:2' NODE/>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure NODE/></pubsub>"},
    {"get", "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><default/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete NODE/></pubsub>"},
    {"set", "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><purge NODE/></pubsub>"},
    {"get",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>"
     "<subscriptions NODE/></pubsub>"},
    {"set",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>"
     "<affiliations NODE/></pubsub>"},
};

std::vector<std::string> every_stanza() {
  std::vector<std::string> stanzas;
  for (const auto& row : requests) {
    for (const std::string node : {"", "node='mail_events/INBOX'", "node='mail_events/none'"}) {
      for (const std::string resource : {"", "/mail_events/INBOX"}) {
        stanzas.push_back("<iq id='q' type='" + std::string(row.type) + "' to='ACCOUNT" + resource +
                          "'>" + replaced(row.payload, "NODE", node) + "</iq>");
      }
    }
  }
  for (const std::string type : {"subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe",
                                 "unavailable", "error", "nonsense"})
    stanzas.push_back("<presence to='ACCOUNT' type='" + type + "'/>");
  stanzas.emplace_back("<presence to='ACCOUNT'/>");
  stanzas.emplace_back("<presence to='ACCOUNT/x'/>");
  for (const std::string type : {"chat", "normal", "headline", "groupchat", "error"}) {
    stanzas.push_back("<message to='ACCOUNT' id='m' type='" + type +
                      "'><body>help</body></message>");
    stanzas.push_back("<message to='ACCOUNT' id='m' type='" + type +
                      "'><x xmlns='jabber:x:data' type='submit'/></message>");
  }
  return stanzas;
}

}  // namespace

TEST_CASE("no stanza tells a stranger whether an account exists",
          "[XEP-0060:14.3][RFC6121:8.5.1]") {
  tests::GatewayWorld world;
  world.mail_store(mailbox);
  (void)world.settle();
  for (const auto& stanza : every_stanza()) {
    INFO(stanza);
    std::vector<std::string> answers;
    for (const std::string account : {"juliet@mail.example.com", "nobody@mail.example.com"}) {
      world.environment.advance(std::chrono::seconds(1));  // below the limit of requests
      world.client_sends("mallory@evil.example/cave", replaced(stanza, "ACCOUNT", account),
                         1 << 20);
      answers.push_back(replaced(world.settle(), account, "ACCOUNT"));
    }
    CHECK(answers[0] == answers[1]);
  }
}
