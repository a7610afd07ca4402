// The archive of a node against a plain list of what was published, and its bounds. XEP-0313,
// XEP-0442.
#include "pubsub/archive.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

struct Archive : World {
  explicit Archive(pubsub::Policy with = {}) : World(with) {
    collection("mail");
    leaf("mail/a", {"mail"});
  }
  void publish_each_minute(int count) {
    for (int i = 0; i < count; ++i) {
      World::publish("mail/a", "<e xmlns='urn:e'/>");
      now += 1min;
    }
  }
  struct Answer {
    std::string ids;  ///< of the results, as they are sent
    std::string fin;  ///< or the error
    std::size_t octets = 0;
  };
  Answer query(const std::string& content) {
    const auto tag =
        parse_xml("<query xmlns='urn:xmpp:mam:2' node='mail/a'>" + content + "</query>");
    const auto asked = pubsub::parse_archive_query(*tag, {});
    if (!asked) return {{}, pubsub::to_error_xml(asked.error())};
    const auto leaf = service->readable_leaf(account, juliet.bare, asked->node);
    const auto plan = pubsub::plan_archive(account, account, *leaf, *asked);
    if (!plan) return {{}, pubsub::to_error_xml(plan.error())};
    const auto made =
        pubsub::make_archive_answer(*plan, rows.read(plan->items), {account, juliet.full}, "m");
    Answer answer{{}, to_xml(made.reply)};
    for (const auto& message : made.messages) {
      const auto at = message.find(" id='", message.find("<result")) + 5;
      answer.ids += message.substr(at, message.find('\'', at) - at) + ' ';
      answer.octets += message.size();
    }
    return answer;
  }
};

std::string form(const std::string& fields) {
  return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
         "<value>urn:xmpp:mam:2</value></field>" +
         fields + "</x>";
}
std::string field(const std::string& var, const std::string& value) {
  return "<field var='" + var + "'><value>" + value + "</value></field>";
}
std::string rsm(const std::string& content) {
  return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>";
}
bool is_complete(const Archive::Answer& answer) {
  return answer.fin.find(" complete='true'") != std::string::npos;
}

}  // namespace

TEST_CASE("filters and pages together choose what is sent",
          "[XEP-0313:4.1.2][XEP-0313:4.1.3][XEP-0313:4.3.2][XEP-0413:4.3]") {
  const std::string newest_first = "<order xmlns='urn:xmpp:order-by:1' by='creation' desc='true'/>";
  struct Row {
    const char* name;
    std::string content;
    const char* ids;
    bool is_complete;
  };
  const std::vector<Row> rows{
      {"all", "", "1 2 3 4 5 6 ", true},
      {"a page that is just full", rsm("<max>6</max>"), "1 2 3 4 5 6 ", true},
      {"a page", rsm("<max>2</max><after>2</after>"), "3 4 ", false},
      {"the last page", rsm("<max>2</max><before/>"), "5 6 ", false},
      {"the page before", rsm("<max>2</max><before>3</before>"), "1 2 ", true},
      {"flipped", rsm("<max>2</max>") + "<flip-page/>", "2 1 ", false},
      {"newest first", newest_first + rsm("<max>2</max>"), "6 5 ", false},
      {"newest first, on", newest_first + rsm("<max>3</max><after>3</after>"), "2 1 ", true},
      {"newest first, back", newest_first + rsm("<max>2</max><before>2</before>"), "4 3 ", false},
      {"newest first, last page", newest_first + rsm("<max>2</max><before/>"), "2 1 ", false},
      {"since a moment, both ends", form(field("start", "2026-11-22T12:02:00Z")), "3 4 5 6 ", true},
      {"with an offset", form(field("end", "2026-11-22T13:01:00+01:00")), "1 2 ", true},
      {"page within", form(field("start", "2026-11-22T12:02:00Z")) + rsm("<max>2</max><before/>"),
       "5 6 ", false},
      {"page beyond the filter",
       form(field("end", "2026-11-22T12:02:00Z")) + rsm("<after>3</after>"), "", true},
      {"between ids", form(field("after-id", "2") + field("before-id", "5")), "3 4 ", true},
      {"the narrower of two bounds", form(field("after-id", "2")) + rsm("<after>4</after>"), "5 6 ",
       true},
      {"by id, twice the same",
       form("<field var='ids'><value>5</value><value>2</value><value>5</value></field>"), "2 5 ",
       true},
      {"by id, a page",
       form("<field var='ids'><value>5</value><value>2</value></field>") + rsm("<max>1</max>"),
       "2 ", false},
      {"by id and time",
       form("<field var='ids'><value>5</value><value>2</value></field>" +
            field("start", "2026-11-22T12:03:00Z")),
       "5 ", true},
      {"from another", form(field("with", "romeo@example.net")), "", true},
      {"from a resource", form(field("with", account + "/x")), "", true},
      {"a field without a value", form("<field var='with'/>"), "1 2 3 4 5 6 ", true},
  };
  Archive world;
  world.publish_each_minute(6);
  for (const Row& row : rows) {
    INFO(row.name);
    const auto answer = world.query(row.content);
    INFO(answer.fin);
    CHECK(answer.ids == row.ids);
    CHECK(is_complete(answer) == row.is_complete);
  }
}

TEST_CASE("what happened within the last millisecond of 'end' is meant too", "[XEP-0313:4.1.2]") {
  Archive world;
  world.now += 123456us;
  world.publish("mail/a", "<e xmlns='urn:e'/>");
  const auto stamp = "2026-11-22T12:00:00.123Z";
  CHECK(world.query(form(field("start", stamp) + field("end", stamp))).ids == "1 ");
  CHECK(world.query(form(field("end", "2026-11-22T12:00:00.122Z"))).ids.empty());
  CHECK(world.query(form(field("start", "2026-11-22T12:00:00.124Z"))).ids.empty());
}

TEST_CASE("an answer holds no more than a hundred results and 256 KiB", "[XEP-0313:4.3.1]") {
  Archive world;
  SECTION("many") {
    world.publish_each_minute(130);
    for (const char* set : {"", "<max>4000000000</max>"}) {
      const auto answer = world.query(rsm(set));
      CHECK(std::count(answer.ids.begin(), answer.ids.end(), ' ') == 100);
      CHECK(!is_complete(answer));
      CHECK(answer.fin.find("<last>100</last><count>130</count>") != std::string::npos);
    }
    CHECK(is_complete(world.query(rsm("<after>100</after>"))));
  }
  SECTION("large") {
    for (int i = 0; i < 50; ++i)
      world.publish("mail/a", "<e xmlns='urn:e'>" + std::string(16000, 'x') + "</e>");
    const auto oldest = world.query({});
    CHECK(oldest.octets < pubsub::max_archive_octets + 16 * 1024);
    CHECK(oldest.ids.starts_with("1 2 3 "));
    CHECK(!is_complete(oldest));
    const auto newest = world.query(rsm("<before/>"));
    CHECK(newest.ids.ends_with(" 49 50 "));
    CHECK(!is_complete(newest));
  }
}

TEST_CASE("what is not kept any more bounds no page", "[XEP-0313:4.3.2][XEP-0313:3.2]") {
  pubsub::Policy policy;
  policy.history_items = 3;
  Archive world(policy);
  world.publish_each_minute(6);  // 4, 5, 6 are kept
  world.ask("set", "<retract node='mail/a'><item id='5'/></retract>");
  CHECK(world.query({}).ids == "4 6 ");
  CHECK(world.query(rsm("<after>3</after>")).fin == not_found);
  CHECK(world.query(rsm("<after>4</after>")).ids == "6 ");
  CHECK(world.query(rsm("<after>5</after>")).ids == "6 ");  // the order knows where it was
  CHECK(world.query(rsm("<before>5</before>")).ids == "4 ");
  CHECK(world.query(form(field("ids", "5"))).fin == not_found);
  CHECK(world.query(form(field("ids", "3"))).fin == not_found);
  CHECK(world.query(form(field("before-id", "3"))).fin == not_found);
  world.own("set", "<purge node='mail/a'/>");
  CHECK(world.query(rsm("<after>6</after>")).fin == not_found);
  CHECK(is_complete(world.query({})));
}

TEST_CASE("a query that is none has its precise error", "[XEP-0313:4.1.5]") {
  const auto with_text = [](const std::string& text) {
    return "<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>" +
           text + "</text></error>";
  };
  struct Row {
    const char* name;
    std::string content;
    std::string error;
  };
  std::string many;
  for (int i = 0; i < 101; ++i) many += "<value>" + std::to_string(i) + "</value>";
  const std::vector<Row> rows{
      {"two forms", form("") + form(""), with_text("two forms in one")},
      {"no submission", "<x xmlns='jabber:x:data' type='form'/>",
       with_text("the form is neither submit nor cancel")},
      {"cancelled", "<x xmlns='jabber:x:data' type='cancel'/>", with_text("the form is cancelled")},
      {"too many ids", form("<field var='ids'>" + many + "</field>"),
       with_text("the form is too large")},
      {"a field twice", form(field("with", "a@x") + field("with", "b@x")),
       with_text("a field twice")},
      {"an empty id", form(field("after-id", "")), not_found},
      {"an empty time", form(field("start", "")), with_text("&apos;start&apos; is no DateTime")},
      {"an id that is no number", form(field("ids", "x")), not_found},
      {"a number too large", form(field("ids", "99999999999999999999999")), not_found},
  };
  Archive world;
  world.publish_each_minute(2);
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(world.query(row.content).fin == row.error);
  }
  const auto tag = parse_xml("<query xmlns='urn:xmpp:mam:2' node='mail/a' queryid='" +
                             std::string(300, 'q') + "'/>");
  CHECK(pubsub::parse_archive_query(*tag, {}).error().code == pubsub::ErrorCode::bad_request);
}
