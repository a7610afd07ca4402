#include "mapping/payload.hpp"

#include "mapping/date_time.hpp"
#include "mapping/disclosure.hpp"
#include "mapping/message_waiting.hpp"
#include "mapping/parameter_values.hpp"
#include "tests/support/catch.hpp"

using events::Event;
using pubsub::Disclosure;

namespace {

const mapping::PayloadContext context{"imap.example.com", "example.com"};

// 2026-11-22T08:41:07.123Z
const events::WallTime moment{std::chrono::milliseconds(1795336867123)};

events::MailboxId inbox() {
  return {"juliet", "INBOX", events::UidValidity::from(385759045)};
}
events::Uid uid(std::uint32_t value) {
  return events::Uid::from(value).value();
}

std::string whole(const pubsub::Payload& payload) {
  std::string xml;
  for (const auto& part : payload) xml += part.xml;
  return xml;
}

std::string levels(const pubsub::Payload& payload) {
  std::string text;
  for (const auto& part : payload) {
    switch (part.disclosure) {
      case Disclosure::counts:
        text += 'c';
        break;
      case Disclosure::envelope:
        text += 'e';
        break;
      case Disclosure::content:
        text += 'm';
        break;
      case Disclosure::actor:
        text += 'a';
        break;
    }
  }
  return text;
}

Event message_new() {
  events::MessageNew arrival{{inbox(), uid(20), {231, uid(21)}, {}, 2342, {}, {}, {}, {}}, {}};
  arrival.headers = {{"From", "Romeo <romeo@example.net>"}, {"Subject", "Wherefore"}};
  Event event{"juliet@example.com", {}, arrival};
  event.circumstances.timestamp = events::Timestamp{moment, std::chrono::hours(1)};
  return event;
}

events::MessageNew& arrival_of(Event& event) {
  return std::get<events::MessageNew>(event.kind);
}

}  // namespace

TEST_CASE("MessageNew reads as docs/protocol.md shows it", "[RFC5423:4.1][RFC5423:5]") {
  const auto payload = mapping::to_payload(message_new(), context);
  REQUIRE(payload.has_value());
  CHECK(whole(*payload) ==
        "<MessageNew xmlns='urn:xmpp:message-store:0'>"
        "<mailboxID>imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045</mailboxID>"
        "<messages>231</messages><messageSize>2342</messageSize>"
        "<timestamp>2026-11-22T09:41:07.123+01:00</timestamp><uidnext>21</uidnext>"
        "<uri>imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045/;UID=20</uri>"
        "<headers xmlns='http://jabber.org/protocol/shim'>"
        "<header name='From'>Romeo &lt;romeo@example.net&gt;</header>"
        "<header name='Subject'>Wherefore</header></headers></MessageNew>");
  CHECK(levels(*payload) == "cec");
}

TEST_CASE("each parameter has its level, and the parts are the whole", "[RFC5423:5]") {
  auto event = message_new();
  arrival_of(event).body_structure = "(\"TEXT\" \"PLAIN\")";
  arrival_of(event).message_content = "Hello\r\n";
  arrival_of(event).envelope = "MAIL FROM:<a@b>\r\nRCPT TO:<juliet@example.com>\r\n";
  arrival_of(event).modseq = events::ModSeq::from(7);
  arrival_of(event).flag_names = events::FlagSet::from_text("\\Seen $MDNSent \\Recent b(ad");
  auto& who = event.circumstances;
  who.user = "juliet";
  who.admin = "gateway";
  who.client_ip = "2001:db8::1";
  who.client_port = 0;
  who.service = "lmtp";
  who.tags = {"a", "b"};
  who.vendor = {{"vnd.cmu.sessionId", "s<1"}, {"<bad>", "x"}};
  const auto payload = mapping::to_payload(event, context);
  REQUIRE(payload.has_value());
  CHECK(levels(*payload) == "caeacmcacaeac");
  const auto xml = whole(*payload);
  const std::string expected = GENERATE(
      as<std::string>(),
      "<admin>gateway</admin><bodyStructure>(&quot;TEXT&quot; &quot;PLAIN&quot;)</bodyStructure>"
      "<clientIP>2001:db8::1</clientIP>"
      "<envelope><line>MAIL FROM:&lt;a@b&gt;</line><line>RCPT TO:&lt;juliet@example.com&gt;</line>"
      "</envelope><flagNames>",
      "<messageContent encoding='base64'>SGVsbG8NCg==</messageContent><messages>",
      "<modseq>7</modseq><service>lmtp</service><tags>a,b</tags><timestamp>",
      "</uri><user>juliet</user><headers",
      "</headers><vnd.cmu.sessionId xmlns='urn:xmpp:message-store:vnd:0'>s&lt;1</vnd.cmu.sessionId>"
      "</MessageNew>");
  INFO(xml);
  CHECK(xml.find(expected) != std::string::npos);
  CHECK(xml.find("Recent") == std::string::npos);
  CHECK(xml.find("b(ad") == std::string::npos);
  CHECK(xml.find("clientPort") == std::string::npos);
}

TEST_CASE("admin is left out when it equals user", "[RFC5423:5]") {
  auto event = message_new();
  event.circumstances.user = event.circumstances.admin = "juliet";
  CHECK(whole(*mapping::to_payload(event, context)).find("admin") == std::string::npos);
}

TEST_CASE("changes of message sets, mailboxes and access",
          "[RFC5423:4.1][RFC5423:4.2][RFC5423:4.4]") {
  const auto seven = events::UidSet::parse("7").value();
  const auto many = events::UidSet::parse("7:9,12").value();
  const auto modseq = events::ModSeq::from(5);
  const events::MailboxId no_validity{"juliet", "a b", {}};
  const std::string url = "imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045";
  struct Row {
    Event::Kind kind;
    std::string inside;  // empty: refused
  };
  const auto row = GENERATE_COPY(values<Row>({
      {events::MessageRead{{inbox(), seven, {}, modseq}},
       "<mailboxID>" + url + "</mailboxID><modseq>5</modseq><uidset>7</uidset><uri>" + url +
           "/;UID=7</uri>"},
      {events::MessageExpunge{{inbox(), many, {3, {}}, modseq}},
       "<mailboxID>" + url + "</mailboxID><messages>3</messages><uidset>7:9,12</uidset><uri>" +
           url + "</uri>"},
      {events::FlagsSet{{inbox(), seven, {}, {}}, events::FlagSet::from_text("$x")},
       "<flagNames>$x</flagNames><mailboxID>" + url + "</mailboxID><uidset>7</uidset><uri>" + url +
           "/;UID=7</uri>"},
      {events::FlagsSet{{inbox(), seven, {}, {}}, {}}, ""},
      {events::MessageRead{{inbox(), {}, {}, {}}}, ""},
      {events::MessageRead{{no_validity, seven, {}, {}}}, ""},
      {events::MailboxCreate{no_validity}, ""},
      {events::MailboxDelete{no_validity},
       "<mailboxID>imap://juliet@imap.example.com/a%20b</mailboxID>"
       "<uri>imap://juliet@imap.example.com/a%20b</uri>"},
      {events::MailboxDelete{{"juliet", "", {}}}, ""},
      {events::MailboxDelete{{"juliet", std::string(1537, 'x'), {}}}, ""},
      {events::MailboxRename{inbox(), no_validity},
       "<mailboxID>imap://juliet@imap.example.com/a%20b</mailboxID><oldMailboxID>" + url +
           "</oldMailboxID><uri>imap://juliet@imap.example.com/a%20b</uri>"},
      {events::MailboxSubscribe{no_validity},
       "<mailboxID>imap://juliet@imap.example.com/a%20b</mailboxID>"
       "<uri>imap://juliet@imap.example.com/a%20b</uri><user>juliet</user>"},
      {events::QuotaExceed{{100, 101, {}, {}, {}}},
       "<diskQuota>100</diskQuota><diskUsed>101</diskUsed>"
       "<uri>imap://juliet@imap.example.com</uri><user>juliet</user>"},
      {events::Login{}, "<uri>imap://juliet@imap.example.com</uri><user>juliet</user>"},
  }));
  const Event event{"juliet", {}, row.kind};
  const auto payload = mapping::to_payload(event, context);
  const std::string name(events::to_text(events::name_of(event)));
  if (row.inside.empty()) {
    CHECK_FALSE(payload.has_value());
  } else {
    REQUIRE(payload.has_value());
    CHECK(whole(*payload) ==
          "<" + name + " xmlns='urn:xmpp:message-store:0'>" + row.inside + "</" + name + ">");
  }
}

TEST_CASE("a payload is bounded: bodyStructure goes first, then the content", "[RFC5423:5]") {
  auto event = message_new();
  auto& arrival = arrival_of(event);
  arrival.headers.assign(40, {"Subject", std::string(3000, '"')});
  arrival.body_structure = std::string(30'000, 'b');
  arrival.message_content = std::string(20'000, 'c');
  const auto both = whole(*mapping::to_payload(event, context));
  CHECK(both.size() <= mapping::max_payload);
  CHECK(both.find("<headers") != std::string::npos);
  CHECK(both.find("<bodyStructure") == std::string::npos);
  CHECK(both.find("<messageContent") != std::string::npos);
  arrival.message_content = std::string(44'000, 'c');
  const auto none = whole(*mapping::to_payload(event, context));
  CHECK(none.find("<messageContent") == std::string::npos);
  CHECK(none.find("<headers") != std::string::npos);
}

TEST_CASE("the content comes with its reference, or the reference alone",
          "[RFC5423:4.1][RFC4467:3]") {
  auto event = message_new();
  auto& arrival = arrival_of(event);
  arrival.content_reference = "imap://h/m;UIDVALIDITY=5/;UID=2;URLAUTH=authuser:internal:0f";
  const auto alone = whole(*mapping::to_payload(event, context));
  const auto uri = " encoding='base64' uri='" + *arrival.content_reference + "'";
  CHECK(alone.find("<messageContent" + uri + "/>") != std::string::npos);
  arrival.message_content = "Hello";
  const auto both = whole(*mapping::to_payload(event, context));
  CHECK(both.find("<messageContent" + uri + ">SGVsbG8=<") != std::string::npos);
  arrival.content_reference = std::string(5000, 'x');
  arrival.message_content.reset();
  CHECK(whole(*mapping::to_payload(event, context)).find("messageContent") == std::string::npos);
}

TEST_CASE("the largest of everything fits", "[RFC5423:5]") {
  auto event = message_new();
  auto& arrival = arrival_of(event);
  arrival.mailbox.name = std::string(1536, '\xFF');
  arrival.headers.assign(100, {"Subject", std::string(9000, '\xFF')});
  arrival.envelope = std::string(100'000, '"');
  for (int i = 0; i < 5000; ++i) arrival.flag_names.add("keyword" + std::to_string(i));
  for (int i = 0; i < 500; ++i) {
    event.circumstances.vendor.emplace_back("vnd.x.y", std::string(5000, '<'));
    event.circumstances.tags.emplace_back(500, '\'');
  }
  event.circumstances.user = event.circumstances.process = event.circumstances.service =
      event.circumstances.pid = std::string(5000, '&');
  const auto payload = mapping::to_payload(event, context);
  REQUIRE(payload.has_value());
  CHECK(whole(*payload).size() <= mapping::max_payload);
}

TEST_CASE("MessageRead and MessageTrash have another form", "[RFC5423:4.2]") {
  const auto seven = events::UidSet::parse("7").value();
  Event event{"juliet", {}, events::MessageTrash{{inbox(), seven, {}, {}}}};
  event.circumstances.admin = "gateway";
  const auto full = mapping::to_full_flag_events(*mapping::to_payload(event, context));
  event.kind = events::FlagsSet{{inbox(), seven, {}, {}}, events::FlagSet::from_text("\\Deleted")};
  CHECK(full == *mapping::to_payload(event, context));
  const auto other = *mapping::to_payload(message_new(), context);
  CHECK(mapping::to_full_flag_events(other) == other);
}

TEST_CASE("moments are written with their offset", "[RFC3339:5.6]") {
  using std::chrono::minutes;
  CHECK(mapping::to_local_date_time({moment, minutes(0)}) == "2026-11-22T08:41:07.123+00:00");
  CHECK(mapping::to_local_date_time({moment, minutes(-570)}) == "2026-11-21T23:11:07.123-09:30");
  CHECK(mapping::to_utc_date_time(moment) == "2026-11-22T08:41:07Z");
  CHECK(mapping::to_utc_date_time(events::WallTime(std::chrono::milliseconds(-1))) ==
        "1969-12-31T23:59:59Z");
  CHECK(mapping::to_local_date_time({events::WallTime::max(), minutes(9999999)}).size() == 29);
}

TEST_CASE("base64", "[RFC3501:6.4.5]") {
  CHECK(mapping::to_base64("") == "");
  CHECK(mapping::to_base64("f") == "Zg==");
  CHECK(mapping::to_base64("fo") == "Zm8=");
  CHECK(mapping::to_base64("foo") == "Zm9v");
  CHECK(mapping::to_base64("\xFF\xFE\xFD\xFC") == "//79/A==");
}

TEST_CASE("the message-waiting state", "[RFC3842:1]") {
  events::MailboxState state;
  state.name = "INBOX";
  const auto bare = mapping::to_publish_state("n", state, mapping::WaitingState::stale, moment);
  CHECK(whole(bare.payload) ==
        "<status xmlns='urn:xmpp:message-store:0' state='stale' stamp='2026-11-22T08:41:07Z'/>");
  state.messages = 231;
  state.unseen = 3;
  state.uidnext = events::Uid::from(21);
  state.uidvalidity = events::UidValidity::from(385759045);
  state.highestmodseq = events::ModSeq::from(90060115205545359ULL);
  const auto known = mapping::to_publish_state("n", state, mapping::WaitingState::current, moment);
  CHECK(whole(known.payload) ==
        "<status xmlns='urn:xmpp:message-store:0' state='current' messages='231' unseen='3' "
        "uidnext='21' uidvalidity='385759045' highestmodseq='90060115205545359' "
        "stamp='2026-11-22T08:41:07Z'/>");
  const auto later = mapping::to_publish_state("n", state, mapping::WaitingState::current,
                                               moment + std::chrono::hours(1));
  CHECK(later.key == known.key);
  CHECK(bare.key != known.key);
}

TEST_CASE("the health of a source", "[RFC5423:4.3]") {
  events::SightChange change{"juliet", "imap", events::Sight::stale, events::SightReason::timeout,
                             moment,   ""};
  CHECK(whole(mapping::to_source_payload(change)) ==
        "<source xmlns='urn:xmpp:message-store:0' name='imap' state='stale' reason='timeout' "
        "since='2026-11-22T08:41:07Z'/>");
  change.sight = events::Sight::current;
  change.reason = events::SightReason::none;
  CHECK(whole(mapping::to_source_payload(change)) ==
        "<source xmlns='urn:xmpp:message-store:0' name='imap' state='current' "
        "since='2026-11-22T08:41:07Z'/>");
}
