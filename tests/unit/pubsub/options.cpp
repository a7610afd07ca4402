// The options of a subscription: how they are asked for and set, and what they do to what is
// delivered. XEP-0060 §6.3, §6.4, §12.7; XEP-0248 §6.1; docs/protocol.md.
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

const std::string ours = "{urn:xmpp:message-store:0}";

struct Mailbox : World {
  explicit Mailbox(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    collection("mail/a/", {"mail"});
    leaf("mail/a", {"mail", "mail/a/"});
    leaf("mail/a/b", {"mail/a/"});
    collection("state");
    leaf("state/INBOX", {"state"}, pubsub::Holding::state);
    leaf("state/b", {"state"}, pubsub::Holding::state);
    for (const auto* node : {"state/INBOX", "state/b"}) {
      apply({pubsub::PublishState{
          node, "k", {{pubsub::Disclosure::counts, "<s xmlns='urn:s'/>"}}, now}});
    }
  }
  std::string set(const std::string& fields, const std::string& attributes = {},
                  const std::string& jid = juliet.bare) {
    return ask("set", "<options node='mail/a' jid='" + jid + "'" + attributes +
                          "><x xmlns='jabber:x:data' type='submit'>" + fields + "</x></options>");
  }
  std::string get(const std::string& attributes = {}) {
    return ask("get", "<options node='mail/a' jid='juliet@example.com'" + attributes + "/>");
  }
  std::string sent(const std::string& node = "mail/a") {
    return send(apply({pubsub::PublishItem{node,
                                           {{pubsub::Disclosure::counts, "<e xmlns='urn:e'>"},
                                            {pubsub::Disclosure::envelope, "<envelope/>"},
                                            {pubsub::Disclosure::counts, "</e>"}},
                                           now}})
                    .back());
  }
};

std::string field(const std::string& var, const std::vector<std::string>& values,
                  const std::string& type = {}) {
  std::string xml = "<field var='" + var + "'" + (type.empty() ? "" : " type='" + type + "'") + ">";
  for (const auto& value : values) xml += "<value>" + value + "</value>";
  return xml + "</field>";
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}
/// The <value/>s of a field as the form shows it.
std::string values_of(const std::string& form, const std::string& var) {
  const auto at = form.find("<field var='" + var + "'");
  if (at == std::string::npos) return "no such field";
  const auto close = form.find('>', at);
  if (form[close - 1] == '/') return {};
  auto inside = form.substr(close + 1, form.find("</field>", at) - close - 1);
  const auto options = inside.rfind("</option>");
  if (options != std::string::npos) inside.erase(0, options + 9);
  return inside;
}

}  // namespace

TEST_CASE("options have their six errors", "[XEP-0060:6.3.4][XEP-0060:6.3.6]") {
  Mailbox world;
  const auto get_for = [&](const std::string& attributes, const pubsub::Asker& asker = juliet) {
    return world.ask("get", "<options " + attributes + "/>", asker);
  };
  CHECK(get_for("jid='juliet@example.com'") ==
        error_xml("modify", "bad-request", "nodeid-required"));
  CHECK(get_for("node='mail/a'") == error_xml("modify", "bad-request", "jid-required"));
  CHECK(get_for("node='mail/x' jid='juliet@example.com'") == not_found);
  CHECK(get_for("node='mail/a' jid='romeo@example.net'") == error_xml("auth", "forbidden"));
  CHECK(get_for("node='mail/a' jid='juliet@example.com'") ==
        error_xml("modify", "unexpected-request", "not-subscribed"));
  world.subscribe("mail/a");
  CHECK(get_for("node='mail/a' jid='juliet@example.com' subid='none'") ==
        error_xml("modify", "not-acceptable", "invalid-subid"));
  CHECK(get_for("node='mail/a' jid='juliet@example.com/balcony'") ==
        error_xml("modify", "unexpected-request", "not-subscribed"));
  world.subscribe("mail/a", juliet.bare, options_form(field("pubsub#deliver", {"0"})));
  CHECK(get_for("node='mail/a' jid='juliet@example.com'") ==
        error_xml("modify", "bad-request", "subid-required"));
  CHECK(world.set("") == error_xml("modify", "bad-request", "subid-required"));
  CHECK(values_of(world.get(" subid='s1'"), "pubsub#deliver") == "<value>1</value>");
  CHECK(values_of(world.get(" subid='s2'"), "pubsub#deliver") == "<value>0</value>");
  CHECK(world.set("", " subid='s3'") == error_xml("modify", "not-acceptable", "invalid-subid"));
}

TEST_CASE("what is not sent stays as it is", "[XEP-0060:6.3.5]") {
  Mailbox world;
  world.subscribe("mail/a");
  CHECK(world.set(field("pubsub#include_body", {"true"})).empty());
  CHECK(world.set(field("word", {"w"})).empty());
  CHECK(world.set(field(ours + "heartbeat", {"60"})).empty());
  CHECK(world.set(field("pubsub#expire", {"2027-01-01T00:00:00Z"})).empty());
  CHECK(world.set(field("urn:unknown#field", {"x", "y"})).empty());  // ignored
  world.restart();
  const auto form = world.get();
  CHECK(values_of(form, "pubsub#include_body") == "<value>1</value>");
  CHECK(values_of(form, "word") == "<value>w</value>");
  CHECK(values_of(form, ours + "heartbeat") == "<value>60</value>");
  CHECK(values_of(form, "pubsub#expire") == "<value>2027-01-01T00:00:00Z</value>");
  CHECK(values_of(form, "pubsub#deliver") == "<value>1</value>");
  CHECK(!has(form, "unknown"));
  // A form that is cancelled changes nothing.
  CHECK(world
            .ask("set",
                 "<options node='mail/a' jid='juliet@example.com'>"
                 "<x xmlns='jabber:x:data' type='cancel'/></options>")
            .empty());
  CHECK(world.get() == form);
}

TEST_CASE("a form that is sent back as it was shown changes nothing", "[XEP-0060:6.3.3]") {
  Mailbox world;
  world.subscribe("mail/a");
  const auto form = world.get();
  std::string fields;
  const auto shown = parse_xml(form);
  const auto* x = shown->findChild("options")->findChild("x");
  for (const bool sends_empty_values : {false, true}) {
    fields.clear();
    for (const auto* each : x->findChildren("field")) {
      std::vector<std::string> values;
      for (const auto* value : each->findChildren("value")) values.push_back(value->cdata());
      if (values.empty() && sends_empty_values) values.emplace_back();
      fields += field(each->findAttribute("var"), values, each->findAttribute("type"));
    }
    INFO(fields);
    CHECK(world.set(fields).empty());
    CHECK(world.get() == form);
  }
}

TEST_CASE("a bad value of any field is invalid-options, and named", "[XEP-0060:6.3.6.2]") {
  struct Row {
    std::string var;
    std::vector<std::vector<std::string>> bad;
  };
  const std::vector<Row> rows{
      {"pubsub#deliver", {{"yes"}, {"2"}, {"1", "1"}}},
      {"pubsub#digest", {{"TRUE"}, {"0", "1"}}},
      {"pubsub#digest_frequency", {{"0"}, {"-1"}, {"1.5"}, {"99999999999999999999"}, {"1", "2"}}},
      {"pubsub#include_body", {{"x"}}},
      {"pubsub#show-values", {{"unavailable"}, {"online", "x"}, {"Online"}}},
      {"pubsub#subscription_type", {{"everything"}, {"items", "nodes"}}},
      {"pubsub#subscription_depth", {{"-1"}, {"1x"}, {"4294967296"}, {"all", "1"}}},
      {"pubsub#expire", {{"soon"}, {"2020-01-01T00:00:00Z"}, {"presence", "presence"}}},
      {ours + "disclosure", {{"actor"}, {"everything"}, {"counts", "content"}}},
      {ours + "heartbeat", {{"29"}, {"86401"}, {"-30"}, {"x"}, {"30", "40"}}},
      {ours + "notification_type", {{"error"}, {"groupchat"}, {"chat", "normal"}}},
  };
  Mailbox world;
  world.subscribe("mail/a");
  const auto form = world.get();
  for (const Row& row : rows) {
    for (const auto& values : row.bad) {
      INFO(row.var << " " << values.front());
      for (const auto& reply :
           {world.set(field("word", {"w"}) + field(row.var, values)),
            world.subscribe("mail/a", juliet.bare, options_form(field(row.var, values)))}) {
        CHECK(has(reply, "<error type='modify'><bad-request"));
        CHECK(has(reply, "<invalid-options xmlns='http://jabber.org/protocol/pubsub#errors'/>"));
        CHECK(has(reply, row.var));
      }
      CHECK(world.get() == form);  // all or nothing
    }
  }
  CHECK(world.service->subscriptions().size() == 1);
}

TEST_CASE("odd forms are read or refused, never half", "[XEP-0060:6.3.6.2][XEP-0068:3]") {
  Mailbox world;
  world.subscribe("mail/a");
  const auto form = world.get();
  const auto type = [](const std::string& value) { return field("FORM_TYPE", {value}, "hidden"); };
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += field("f" + std::to_string(i), {"x"});
  const std::vector<std::string> values(10'000, "online");
  struct Row {
    const char* name;
    std::string fields;
  };
  const std::vector<Row> bad{
      {"a field twice", field("pubsub#deliver", {"1"}) + field("pubsub#deliver", {"0"})},
      {"another form", type("http://jabber.org/protocol/pubsub#node_config")},
      {"a form type of two", field("FORM_TYPE", {"a", "b"})},
      {"a form type without one", field("FORM_TYPE", {})},
      {"10,000 fields", many},
      {"10,000 values", field("pubsub#show-values", values)},
      {"a megabyte", field(ours + "heartbeat", {std::string(1 << 20, '9')})},
      {"a megabyte of letters", field("pubsub#deliver", {std::string(1 << 20, 'x')})},
  };
  for (const Row& row : bad) {
    INFO(row.name);
    const auto reply = world.set(row.fields);
    CHECK(has(reply, "<invalid-options"));
    CHECK(reply.size() < 1024);
    CHECK(world.get() == form);
  }
  const std::vector<Row> good{
      {"no form type", field("pubsub#deliver", {"0"})},
      {"without types", type("http://jabber.org/protocol/pubsub#subscribe_options") +
                            field("pubsub#deliver", {"0"})},
      {"with types", field("pubsub#deliver", {"false"}, "boolean")},
      {"a megabyte that nobody reads",
       field("unknown", {std::string(1 << 20, 'x')}) + field("pubsub#deliver", {"0"})},
  };
  for (const Row& row : good) {
    INFO(row.name);
    world.set(field("pubsub#deliver", {"1"}));
    CHECK(world.set(row.fields).empty());
    CHECK(values_of(world.get(), "pubsub#deliver") == "<value>0</value>");
  }
  for (const auto* wrong : {"form", "result", ""}) {
    CHECK(has(world.ask("set", std::string("<options node='mail/a' jid='juliet@example.com'><x "
                                           "xmlns='jabber:x:data' type='") +
                                   wrong + "'/></options>"),
              "<invalid-options"));
  }
  CHECK(has(world.ask("set", "<options node='mail/a' jid='juliet@example.com'/>"), "bad-request"));
}

TEST_CASE("default options are shown with and without a node", "[XEP-0060:6.4]") {
  Mailbox world;
  const auto general = world.ask("get", "<default/>");
  CHECK(has(general, "<default><x xmlns='jabber:x:data' type='result'>"));
  CHECK(values_of(general, "pubsub#deliver") == "<value>1</value>");
  CHECK(values_of(general, "pubsub#subscription_type") == "no such field");
  const auto of_collection = world.ask("get", "<default node='mail'/>");
  CHECK(has(of_collection, "<default node='mail'>"));
  CHECK(values_of(of_collection, "pubsub#subscription_type") == "<value>all</value>");
  CHECK(values_of(of_collection, "pubsub#subscription_depth") == "<value>all</value>");
  CHECK(world.ask("get", "<default node='mail/x'/>") == not_found);
  CHECK(world.ask("get", "<default/>", mallory) == not_found);
}

TEST_CASE("items are not for who must not read them", "[XEP-0060:6.5.9]") {
  Mailbox world;
  world.sent();
  const auto items_of = [&](const std::string& attributes) {
    return world.ask("get", "<items node='mail/a'" + attributes + "/>");
  };
  world.subscribe("mail/a");
  world.subscribe("mail/a", juliet.bare, options_form(field(ours + "disclosure", {"counts"})));
  CHECK(items_of("") == error_xml("modify", "bad-request", "subid-required"));
  CHECK(items_of(" subid='s9'") == error_xml("modify", "not-acceptable", "invalid-subid"));
  CHECK(has(items_of(" subid='s1'"), "<envelope/>"));
  CHECK(!has(items_of(" subid='s2'"), "<envelope/>"));  // as that subscription asks
  CHECK(items_of(" max_items='0'").find("<bad-request") != std::string::npos);
  world.configure("mail/a", "pubsub#access_model", "authorize");
  CHECK(world.items("mail/a", mallory) == error_xml("auth", "not-authorized", "not-subscribed"));
  world.configure("mail/a", "pubsub#access_model", "presence");
  CHECK(world.items("mail/a", mallory) ==
        error_xml("auth", "not-authorized", "presence-subscription-required"));
  world.grant("mail/a", mallory.bare, "outcast");
  CHECK(world.items("mail/a", mallory) == error_xml("auth", "forbidden"));
  world.configure("mail/a", "pubsub#access_model", "whitelist");
  CHECK(world.items("mail/a", mallory) == not_found);
}

TEST_CASE("options decide what is delivered, and as what", "[XEP-0060:6.3.1][XEP-0060:12.7]") {
  struct Row {
    const char* name;
    std::string fields;
    bool is_sent;
    std::string part;  // of what is sent
  };
  const std::vector<Row> rows{
      {"nothing chosen", "", true, "type='headline' id="},
      {"deliver not", field("pubsub#deliver", {"0"}), false, ""},
      {"a text", field("pubsub#include_body", {"1"}), true, "<body>Name of mail/a in full</body>"},
      {"a text of what may be known",
       field("pubsub#include_body", {"1"}) + field(ours + "disclosure", {"counts"}), true,
       "<body>Name of mail/a</body>"},
      {"counts", field(ours + "disclosure", {"counts"}), true, "<e xmlns='urn:e'></e>"},
      {"normal", field(ours + "notification_type", {"normal"}), true,
       "to='juliet@example.com' id="},
      {"chat", field(ours + "notification_type", {"chat"}), true, "type='chat' id="},
      {"a choice that wants it", field("word", {"urn:e"}), true, "<item id='1'>"},
      {"a choice that does not", field("word", {"urn:f"}), false, ""},
  };
  for (const Row& row : rows) {
    Mailbox world;
    world.subscribe("mail/a", juliet.bare, options_form(row.fields));
    const auto sent = world.sent();
    INFO(row.name << "\n" << sent);
    CHECK(sent.empty() != row.is_sent);
    CHECK(has(sent, row.part));
  }
}

TEST_CASE("show-values hold back what comes at the wrong moment", "[XEP-0060:6.3.1]") {
  struct Row {
    const char* name;
    std::vector<std::string> wanted;
    std::optional<pubsub::Shows> shows;
    bool is_sent;
  };
  const auto bits = [](std::initializer_list<pubsub::Show> all) {
    pubsub::Shows shows = 0;
    for (const auto show : all) shows = static_cast<pubsub::Shows>(shows | static_cast<int>(show));
    return shows;
  };
  using pubsub::Show;
  const std::vector<Row> rows{
      {"unknown presence is told", {"online"}, std::nullopt, true},
      {"online", {"online"}, bits({Show::online}), true},
      {"away", {"online"}, bits({Show::away}), false},
      {"one of two", {"online", "chat"}, bits({Show::chat}), true},
      {"one resource of two", {"online"}, bits({Show::dnd, Show::online}), true},
      {"unavailable", {"online", "away", "dnd", "xa"}, pubsub::Shows{0}, false},
      {"unavailable, all wanted", {"online", "away", "dnd", "xa", "chat"}, pubsub::Shows{0}, true},
      {"none chosen is all", {}, bits({Show::xa}), true},
  };
  for (const Row& row : rows) {
    Mailbox world;
    if (row.shows) world.owners.shows[juliet.bare] = *row.shows;
    const auto options = field("pubsub#show-values", row.wanted);
    world.subscribe("mail/a", juliet.bare, options_form(options));
    world.subscribe("state", juliet.bare,
                    options_form(options + field(ours + "heartbeat", {"30"})));
    INFO(row.name);
    CHECK(world.sent().empty() != row.is_sent);
    world.restart();
    CHECK(world.sent().empty() != row.is_sent);
    world.now += 30s;
    CHECK(world.service->heartbeats(world.now).empty() != row.is_sent);
    CHECK(world.service->states_for(account, juliet.full).empty() != row.is_sent);
  }
}

TEST_CASE("a heartbeat repeats the state of one leaf",
          "[draft-dusseault-email-notif-model-00:3.6]") {
  Mailbox world;
  world.subscribe("state", juliet.bare, options_form(field(ours + "heartbeat", {"60"})));
  CHECK(world.last_items.size() == 2);
  CHECK(world.service->heartbeats(world.now + 59s).empty());
  for (int i = 1; i <= 3; ++i) {
    const auto plans = world.service->heartbeats(world.now + i * 60s);
    REQUIRE(plans.size() == 1);
    const auto sent = world.service->last_items(plans.front(), world.read(plans.front()));
    REQUIRE(sent.size() == 1);
    CHECK(has(sent.front(), "<items node='state/INBOX'>"));
    CHECK(has(sent.front(), "<header name='Collection'>state</header>"));
    CHECK(!has(sent.front(), "<delay"));
  }
  world.ask("set", "<unsubscribe node='state' jid='juliet@example.com'/>");
  CHECK(world.service->heartbeats(world.now + 1h).empty());
}

TEST_CASE("distinct renderings come once each, with all that they are for",
          "[XEP-0248:5.2][XEP-0060:12.18]") {
  Mailbox world;
  const auto counts = options_form(field(ours + "disclosure", {"counts"}));
  world.subscribe("mail/a");                     // s1, envelope
  world.subscribe("mail");                       // s2, envelope
  world.subscribe("mail/a/");                    // s3, envelope
  world.subscribe("mail", juliet.bare, counts);  // s4
  world.subscribe("mail/a", juliet.full);        // s5
  const auto sent = world.sent();
  CHECK(count(sent, "<message ") == 3);
  CHECK(has(sent,
            "<headers xmlns='http://jabber.org/protocol/shim'>"
            "<header name='Collection'>mail</header><header name='Collection'>mail/a/"
            "</header><header name='SubID'>s1</header><header name='SubID'>s2</header>"
            "<header name='SubID'>s3</header></headers>"));
  CHECK(has(sent, "<header name='Collection'>mail</header><header name='SubID'>s4</header>"));
  CHECK(count(sent, "<envelope/>") == 2);
  CHECK(count(sent, "<header name='SubID'>s5</header>") == 1);
}
