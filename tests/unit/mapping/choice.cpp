#include "mapping/choice.hpp"

#include "tests/unit/mapping/choice_forms.hpp"
#include "tests/unit/mapping/payload_examples.hpp"
#include "xmpp_schemas/validator.hpp"

using choice_forms::choice;
using choice_forms::clark;
using choice_forms::Option;
using choice_forms::Values;
using payload_examples::everything;
using pubsub::Disclosure;

namespace {

pubsub::NodeSpec leaf(const std::string& special_use = {}) {
  pubsub::NodeSpec spec;
  spec.id = "mail_events/INBOX";
  if (!special_use.empty()) spec.meta_data = {{clark("special_use"), special_use}};
  return spec;
}

std::string rendered(const mapping::MailChoice& chosen, const pubsub::Payload& payload,
                     const pubsub::Audience& audience = everything) {
  std::string out;
  chosen.append(out, leaf(), payload, audience);
  return out;
}

/// Of all examples, those that are wanted.
Values wanted(const std::vector<Option>& options) {
  const auto chosen = choice(options);
  Values names;
  for (const auto& name : payload_examples::event_names()) {
    if (chosen.wants(leaf(), payload_examples::read(name))) names.push_back(name);
  }
  return names;
}

pubsub::Payload event(const std::string& name, const std::string& flags) {
  const auto parameter = flags.empty() ? "" : "<flagNames>" + flags + "</flagNames>";
  return {{Disclosure::counts, "<" + name + " xmlns='urn:xmpp:message-store:0'>" + parameter +
                                   "<mailboxID>m</mailboxID></" + name + ">"}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("events are chosen by name or by group", "[RFC5423:4]") {
  struct Row {
    Values chosen;
    Values wanted;
  };
  const auto row = GENERATE(values<Row>({
      {{"message"}, {"MessageAppend", "MessageExpire", "MessageExpunge", "MessageNew"}},
      {{"flags"}, {"MessageRead", "MessageTrash", "FlagsSet", "FlagsClear"}},
      {{"access"}, {"Login", "Logout"}},
      {{"quota"}, {"QuotaExceed", "QuotaWithin", "QuotaChange"}},
      {{"mailbox"},
       {"MailboxCreate", "MailboxDelete", "MailboxRename", "MailboxSubscribe",
        "MailboxUnSubscribe"}},
      {{"Login", "MessageNew", "MessageNew", ""}, {"MessageNew", "Login"}},
      {{"vnd.cmu.MessageCopy"}, {}},
      {{""}, payload_examples::event_names()},  // empty values are as none: the default
  }));
  CHECK(wanted({{"event_types", row.chosen}}) == row.wanted);
}

TEST_CASE("a vendor's event is chosen by its name and passes as it is", "[RFC5423:6]") {
  const pubsub::Payload copy{
      {Disclosure::counts,
       "<vnd.cmu.MessageCopy xmlns='urn:xmpp:message-store:vnd:0'><x/></vnd.cmu.MessageCopy>"}};
  CHECK(choice({{"event_types", {"vnd.cmu.MessageCopy"}}}).wants(leaf(), copy));
  CHECK_FALSE(choice({{"event_types", {"message", "flags"}}}).wants(leaf(), copy));
  CHECK(rendered(choice({{"tags", {"a"}}, {"parameters", {"uri"}}}), copy) == copy.front().xml);
}

TEST_CASE("full flag events are FlagsSet, and chosen as such", "[RFC5423:4.2]") {
  const auto full = choice({{"flag_events", {"full"}}});
  const auto read = rendered(full, payload_examples::read("MessageRead"));
  CHECK(
      read.starts_with("<FlagsSet xmlns='urn:xmpp:message-store:0'><flagNames>\\Seen</flagNames>"));
  CHECK(contains(rendered(full, payload_examples::read("MessageTrash")),
                 "<flagNames>\\Deleted</flagNames>"));
  CHECK(wanted({{"flag_events", {"full"}}, {"event_types", {"FlagsSet"}}}) ==
        Values{"MessageRead", "MessageTrash", "FlagsSet"});
  CHECK(wanted({{"flag_events", {"full"}}, {"event_types", {"MessageRead"}}}).empty());
  CHECK(wanted({{"flag_events", {"simple"}}, {"event_types", {"FlagsSet"}}}) == Values{"FlagsSet"});
}

TEST_CASE("flag events are chosen by the flags that they touch", "[RFC5423:4.2][RFC3503:3.1]") {
  struct Row {
    std::string chosen, name, flags;
    bool is_wanted;
  };
  const auto row = GENERATE(values<Row>({
      {"\\SEEN", "MessageRead", "", true},
      {"\\Deleted", "MessageRead", "", false},
      {"\\deleted", "MessageTrash", "", true},
      {"$mdnsent", "FlagsSet", "$MDNSent \\Flagged", true},
      {"\\Flagged", "FlagsClear", "$MDNSent \\Flagged", true},
      {"\\Answered", "FlagsSet", "$MDNSent \\Flagged", false},
      {"a&b", "FlagsSet", "a&amp;b", true},
      {"\\Seen", "MessageNew", "", true},  // no flag event
      {"\\Seen", "MailboxCreate", "", true},
  }));
  INFO(row.chosen << ' ' << row.name);
  const auto full = GENERATE(as<std::string>(), "simple", "full");
  const auto chosen = choice({{"flag_names", {row.chosen}}, {"flag_events", {full}}});
  CHECK(chosen.wants(leaf(), event(row.name, row.flags)) == row.is_wanted);
}

TEST_CASE("spam is known by keywords, else by the mailbox",
          "[draft-dusseault-email-notif-model-00:3.7][RFC9051:2.3.2]") {
  struct Row {
    std::string name, flags, special_use;
    bool is_spam;
  };
  const auto row = GENERATE(values<Row>({
      {"MessageNew", "", "", false},
      {"MessageNew", "$Junk", "", true},
      {"MessageNew", "", "\\Junk", true},
      {"MessageNew", "", "\\Trash", false},
      {"MessageNew", "$notjunk", "\\Junk", false},
      {"MessageNew", "$Junk $NotJunk", "", false},
      {"MessageNew", "$Junk $NotJunk", "\\Junk", true},
      {"FlagsSet", "$Junk", "", true},
      {"FlagsSet", "$NotJunk", "\\Junk", false},
      {"FlagsClear", "$Junk", "\\Junk", false},
      {"FlagsClear", "$NotJunk", "", false},
      {"MessageExpunge", "", "\\Junk", true},
      {"MessageRead", "", "\\Junk", true},
  }));
  INFO(row.name << ' ' << row.flags << ' ' << row.special_use);
  const auto payload = event(row.name, row.flags);
  CHECK(choice({{"spam", {"all"}}}).wants(leaf(row.special_use), payload));
  CHECK(choice({{"spam", {"none"}}}).wants(leaf(row.special_use), payload) == !row.is_spam);
  CHECK(choice({{"spam", {"only"}}}).wants(leaf(row.special_use), payload) == row.is_spam);
}

TEST_CASE("events about no message are neither spam nor not",
          "[draft-dusseault-email-notif-model-00:3.7]") {
  const auto* const name = GENERATE("MailboxDelete", "QuotaExceed", "Login", "status");
  const auto* const spam = GENERATE("none", "only");
  CHECK(choice({{"spam", {spam}}}).wants(leaf("\\Junk"), event(name, "")));
}

TEST_CASE("only the chosen parameters come, and those that must", "[RFC5423:4][RFC5423:5]") {
  const pubsub::Payload append{
      {Disclosure::counts, rendered(choice({{"parameters", {"timestamp", "headers"}}}),
                                    payload_examples::read("MessageAppend"))}};
  const auto element = mapping::read_payload(append);
  REQUIRE(element.has_value());
  Values names;
  for (const auto& child : element->children) names.emplace_back(child.element.name);
  CHECK(names == Values{"mailboxID", "timestamp", "uri", "headers"});

  const auto least = choice({{"parameters", {"uri"}}});
  CHECK(contains(rendered(least, payload_examples::read("Login")), "<user>"));
  CHECK(contains(rendered(least, payload_examples::read("MailboxSubscribe")), "<user>"));
  CHECK(contains(rendered(least, payload_examples::read("FlagsSet")), "<flagNames>"));
  CHECK(contains(rendered(least, payload_examples::read("MailboxRename")), "<oldMailboxID>"));
  CHECK_FALSE(contains(rendered(least, payload_examples::read("QuotaExceed")), "<mailboxID>"));
  CHECK_FALSE(contains(rendered(least, payload_examples::read("QuotaExceed")), "<user>"));
  const auto vendor = choice({{"parameters", {"vnd.cmu.sessionId"}}});
  CHECK(contains(rendered(vendor, payload_examples::read("MessageAppend")), "<vnd.cmu.sessionId"));
}

TEST_CASE("the content of a message comes up to the chosen size", "[RFC5423:5]") {
  struct Row {
    std::string limit;
    std::string base64;
    bool is_shown;
  };
  const auto row = GENERATE(values<Row>({
      {"0", "", false},
      {"0", "YQ==", false},
      {"1", "YQ==", true},
      {"1", "YWI=", false},
      {"2", "YWI=", true},
      {"2", "YWJj", false},
      {"3", "YWJj", true},
      {"32768", "YWJj", true},
  }));
  const auto content = "<messageContent encoding='base64'>" + row.base64 + "</messageContent>";
  const pubsub::Payload payload{
      {Disclosure::counts, "<MessageNew xmlns='urn:xmpp:message-store:0'>"},
      {Disclosure::content, content},
      {Disclosure::counts, "</MessageNew>"}};
  INFO(row.limit << ' ' << row.base64);
  const auto chosen = choice({{"max_content_octets", {row.limit}}});
  CHECK(contains(rendered(chosen, payload), content) == row.is_shown);
  CHECK_FALSE(contains(rendered(chosen, payload, {Disclosure::envelope, true}), "messageContent"));
  const auto others = choice({{"max_content_octets", {row.limit}}, {"parameters", {"timestamp"}}});
  CHECK_FALSE(contains(rendered(others, payload), "messageContent"));
}

TEST_CASE("whom a message is too large for gets its reference", "[RFC5423:4.1][RFC4467:3]") {
  struct Row {
    std::string limit;
    std::string base64;
    std::string shown;
  };
  const std::string uri = " uri='imap://h/m;UIDVALIDITY=5/;UID=2;URLAUTH=authuser:internal:0f'";
  const std::string start = "<messageContent encoding='base64'";
  const auto row = GENERATE_COPY(values<Row>({
      {"0", "YQ==", ""},
      {"0", "", ""},
      {"1", "YQ==", start + ">YQ==</messageContent>"},
      {"1", "YWI=", start + uri + "/>"},
      {"1", "", start + uri + "/>"},
      {"32768", "", start + uri + "/>"},
  }));
  const pubsub::Payload payload{
      {Disclosure::counts, "<MessageNew xmlns='urn:xmpp:message-store:0'>"},
      {Disclosure::content, start + uri + ">" + row.base64 + "</messageContent>"},
      {Disclosure::counts, "</MessageNew>"}};
  INFO(row.limit << ' ' << row.base64);
  const auto chosen = choice({{"max_content_octets", {row.limit}}});
  CHECK(rendered(chosen, payload) ==
        "<MessageNew xmlns='urn:xmpp:message-store:0'>" + row.shown + "</MessageNew>");
  CHECK_FALSE(contains(rendered(chosen, payload, {Disclosure::envelope, true}), "messageContent"));
}

TEST_CASE("tags are added to those of the source", "[RFC5423:5]") {
  const auto append = payload_examples::read("MessageAppend");  // has <tags>desk,work</tags>
  CHECK(contains(rendered(choice({{"tags", {"z", "work", "wor"}}}), append),
                 "<tags>desk,work,wor,z</tags><timestamp>"));
  const auto both = choice({{"tags", {"a<b"}}, {"parameters", {"uri"}}});
  CHECK(contains(rendered(both, append), "<tags>a&lt;b</tags><uri>"));
  CHECK(contains(rendered(choice({{"tags", {"a"}}}), payload_examples::read("MessageNew")),
                 "</messageSize><tags>a</tags><timestamp>"));
}

TEST_CASE("states and sources are not filtered", "[RFC3842:1]") {
  const auto* const name = GENERATE("status-current", "status-stale", "status-gone", "source");
  const auto chosen = choice({{"event_types", {"Login"}},
                              {"flag_events", {"full"}},
                              {"parameters", {"uri"}},
                              {"flag_names", {"\\Seen"}},
                              {"spam", {"only"}},
                              {"tags", {"a"}}});
  const auto payload = payload_examples::read(name);
  CHECK(chosen.wants(leaf(), payload));
  CHECK(rendered(chosen, payload) == payload_examples::shown(payload, everything));
}

TEST_CASE("what is no payload of ours passes as it is", "[operations]") {
  const auto chosen = choice({{"event_types", {"Login"}}, {"tags", {"a"}}});
  auto payload = payload_examples::read("MessageNew");
  payload.back().xml.pop_back();
  CHECK(chosen.wants(leaf(), payload));
  CHECK(chosen.wants(leaf(), {}));
  CHECK(rendered(chosen, {}).empty());
  for (const auto& audience : payload_examples::audiences()) {
    CHECK(rendered(chosen, payload, audience) == payload_examples::shown(payload, audience));
  }
}

TEST_CASE("whatever is chosen, payloads are valid and show no more than they may",
          "[RFC5423:4][RFC5423:5]") {
  static const xmpp_schemas::Validator validator;
  const auto name = GENERATE(from_range(payload_examples::all_names()));
  const auto payload = payload_examples::read(name);
  const Values all_parameters = [] {
    Values all{"headers", "vnd.cmu.sessionId"};
    for (const auto& row : events::parameters) all.emplace_back(row.text);
    return all;
  }();
  for (const auto& audience : payload_examples::audiences()) {
    const auto allowed = payload_examples::shown(payload, audience);
    // who may not see the user gets no such event: mail_account is the owner's and auditors' alone
    const bool is_whole = audience.sees_actor || (name != "Login" && name != "Logout");
    for (const auto& parameters : {Values{}, Values{"uri"}, Values{"headers", "tags"},
                                   Values{"vnd.cmu.sessionId", "messageContent"}, all_parameters}) {
      for (const std::string content : {"0", "10", "32768"}) {
        for (const std::string flag_events : {"simple", "full"}) {
          for (const auto& tags : {Values{}, Values{"a", "work"}}) {
            const auto chosen = choice({{"parameters", parameters},
                                        {"max_content_octets", {content}},
                                        {"flag_events", {flag_events}},
                                        {"tags", tags}});
            const auto xml = rendered(chosen, payload, audience);
            INFO(xml);
            if (is_whole) REQUIRE(validator.validate(xml).reason.empty());
            const pubsub::Payload again{{Disclosure::counts, xml}};
            const auto element = mapping::read_payload(again);
            REQUIRE(element.has_value());
            for (const auto& [child, level] : element->children) {
              const bool is_ours = child.name == "tags" || child.name == "flagNames";
              REQUIRE((is_ours || contains(allowed, std::string(child.whole))));
            }
          }
        }
      }
    }
  }
}
