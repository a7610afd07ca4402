#include "mapping/characters.hpp"
#include "mapping/imap_url.hpp"
#include "mapping/mailbox_names.hpp"
#include "mapping/node_id.hpp"
#include "tests/support/catch.hpp"

using mapping::MailboxName;
using mapping::Tree;

namespace {

std::string node_of(std::string_view store_name, char separator) {
  const auto name = mapping::parse_mailbox_name(store_name, separator);
  return name ? mapping::to_node_id({Tree::events, name->levels(), false}) : "refused";
}

}  // namespace

TEST_CASE("a mailbox name becomes a path", "[XEP-0060:4.6.2][RFC3501:5.1]") {
  struct Row {
    std::string store_name;
    char separator;
    std::string node;
  };
  const auto row = GENERATE(values<Row>({
      {"INBOX", '/', "mail_events/INBOX"},
      {"inBox", '/', "mail_events/INBOX"},
      {"inbox/a", '/', "mail_events/inbox/a"},
      {"a.b/c", '.', "mail_events/a/b%2Fc"},
      {"a.b/c", '/', "mail_events/a.b/c"},
      {"a/b", '\0', "mail_events/a%2Fb"},
      {"\xC3\x9C"
       "ber 100%",
       '/',
       "mail_events/\xC3\x9C"
       "ber 100%25"},
      {"%41", '/', "mail_events/%2541"},
      {"a\tb\x01\x7F", '/', "mail_events/a%09b%01%7F"},
      {"\xC3(", '/', "mail_events/%C3("},
      {"\xFF\xFE", '/', "mail_events/%FF%FE"},
      {"\xEF\xBF\xBE", '/', "mail_events/%EF%BF%BE"},  // U+FFFE
      {"\xED\xA0\x80", '/', "mail_events/%ED%A0%80"},  // a surrogate
      {"\xF0\x9F\x8D\x95", '/', "mail_events/\xF0\x9F\x8D\x95"},
      {"e\xCC\x81", '/', "mail_events/e\xCC\x81"},  // not normalised
      {"<&'\">", '/', "mail_events/<&'\">"},
      {"a//b", '/', "refused"},
      {"/a", '/', "refused"},
      {"a/", '/', "refused"},
      {"", '/', "refused"},
      {std::string(255, 'n'), '/', "mail_events/" + std::string(255, 'n')},
      {std::string(1537, 'n'), '/', "refused"},
  }));
  CHECK(node_of(row.store_name, row.separator) == row.node);
}

TEST_CASE("too many levels are refused", "[XEP-0248:2]") {
  std::string deep = "a";
  for (int i = 1; i < 64; ++i) deep += "/a";
  CHECK(mapping::parse_mailbox_name(deep, '/').has_value());
  CHECK_FALSE(mapping::parse_mailbox_name(deep + "/a", '/').has_value());
}

TEST_CASE("only the canonical form of a node id is accepted", "[XEP-0060:4.6.2]") {
  const std::string accepted =
      GENERATE("mail_events", "mail_status", "mail_account", "mail_events/INBOX", "mail_events/a/",
               "mail_status/a/b", "mail_events/b%2Fc", "mail_events/%25", "mail_events/%FF");
  const auto ref = mapping::parse_node_id(accepted);
  REQUIRE(ref.has_value());
  CHECK(mapping::to_node_id(*ref) == accepted);
}

TEST_CASE("any other form of a node id is none", "[XEP-0060:4.6.2]") {
  const std::string refused = GENERATE(
      "", "/", "mail", "mail_events/", "mail_events//", "mail_events/a//b", "mail_events/a//",
      "mail_events/inbox", "mail_events/%41", "mail_events/b%2fc", "mail_events/%",
      "mail_events/%2", "mail_events/%GG", "mail_account/", "mail_account/a", "Mail_events/a",
      "mail_events/a\x01", "mail_events/\xFF", "mail_events/%C3%BC");
  CHECK_FALSE(mapping::parse_node_id(refused).has_value());
}

TEST_CASE("every octet in a level comes back", "[XEP-0060:4.6.2]") {
  for (int octet = 0; octet < 256; ++octet) {
    const std::vector<std::string> levels{"x", std::string("a") + static_cast<char>(octet)};
    const auto name = MailboxName::from_levels(levels);
    REQUIRE(name.has_value());
    const auto back = mapping::parse_node_id(mapping::to_node_id({Tree::status, levels, true}));
    REQUIRE(back.has_value());
    CHECK(back->levels == levels);
    CHECK(back->is_subtree);
  }
}

TEST_CASE("a node id is percent-encoded once more in an xmpp URI", "[RFC5122:2.2]") {
  CHECK(mapping::to_xmpp_uri("juliet@mail.example.com", "mail_events/b%2Fc d") ==
        "xmpp:juliet@mail.example.com?;node=mail_events%2Fb%252Fc%20d");
}

TEST_CASE("the personal prefix is cut unless that collides", "[RFC2342:5]") {
  mapping::MailboxNames names;
  names.set_personal_prefix("INBOX.");
  const auto path = [&](const char* name) {
    const auto place = names.claim(name, '.');
    return place ? mapping::to_path(*place) : place.error().message();
  };
  names.announce("Junk");
  CHECK(path("INBOX") == "INBOX");
  CHECK(path("INBOX.Sent") == "Sent");
  CHECK(path("INBOX.Junk") == "INBOX/Junk");
  CHECK(path("Junk") == "Junk");
  CHECK(path("INBOX.inbox") == "INBOX/inbox");
  CHECK(path("inbox") == "INBOX");
  CHECK(path("Sent") == "another mailbox has this node id");
  names.release("INBOX.Sent");
  CHECK(path("Sent") == "Sent");
}

TEST_CASE("IMAP URLs are written and read", "[RFC5092:11]") {
  struct Row {
    mapping::ImapUrl url;
    std::string text;
  };
  const auto validity = events::UidValidity::from(385759045);
  const auto uid = events::Uid::from(20);
  const std::string host = "imap.example.com";
  const auto row = GENERATE_COPY(values<Row>({
      {{"juliet", host, "", {}, {}}, "imap://juliet@imap.example.com"},
      {{"", host, "", {}, {}}, "imap://imap.example.com"},
      {{"juliet", host, "INBOX", validity, {}},
       "imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045"},
      {{"juliet", host, "INBOX", validity, uid},
       "imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045/;UID=20"},
      {{"j;u@x", host, "a", {}, {}}, "imap://j%3Bu%40x@imap.example.com/a"},
      {{"j", host, "a b%c;d?e@f", {}, {}}, "imap://j@imap.example.com/a%20b%25c%3Bd%3Fe@f"},
      {{"j", host, "\xC3\xBC\xF0\x9F\x8D\x95", {}, {}},
       "imap://j@imap.example.com/%C3%BC%F0%9F%8D%95"},
      {{"j", host, "a/../b/.", {}, {}}, "imap://j@imap.example.com/a/%2E%2E/b/%2E"},
      {{"j", host, "/a//b/", {}, {}}, "imap://j@imap.example.com/%2Fa/%2Fb%2F"},
      {{"j", host, ";UIDVALIDITY=3", validity, {}},
       "imap://j@imap.example.com/%3BUIDVALIDITY=3;UIDVALIDITY=385759045"},
      {{"j", "[2001:db8::1]:143", "a", {}, {}}, "imap://j@[2001:db8::1]:143/a"},
  }));
  CHECK(mapping::to_text(row.url) == row.text);
  const auto back = mapping::parse_imap_url(row.text);
  REQUIRE(back.has_value());
  CHECK(*back == row.url);
}

TEST_CASE("what is no IMAP URL of ours is refused", "[RFC5092:11]") {
  const std::string text = GENERATE(
      "", "imap://", "http://h/a", "imap:///a", "imap://@h/a", "imap://h/a;UIDVALIDITY=0",
      "imap://h/a;UIDVALIDITY=", "imap://h/a;UIDVALIDITY=4294967296", "imap://h/a;UIDVALIDITY=01",
      "imap://h/a/;UID=3", "imap://h/a;UIDVALIDITY=1/;UID=x", "imap://h/a?SUBJECT", "imap://h//a",
      "imap://h/a%2", "imap://h/a b", "imap://h/\xC3\xBC", "imap://h/;UIDVALIDITY=1");
  CHECK_FALSE(mapping::parse_imap_url(text).has_value());
}

TEST_CASE("every octet of a mailbox name survives the URL", "[RFC5092:8]") {
  for (int octet = 1; octet < 256; ++octet) {
    const mapping::ImapUrl url{"j", "h", std::string("a") + static_cast<char>(octet) + "b", {}, {}};
    const auto back = mapping::parse_imap_url(mapping::to_text(url));
    REQUIRE(back.has_value());
    CHECK(*back == url);
  }
}

TEST_CASE("text from a mail is made harmless", "[RFC5423:5]") {
  struct Row {
    std::string given, expected;
  };
  const auto row = GENERATE(values<Row>({
      {"plain", "plain"},
      {"a\r\n b", "a   b"},
      {"evil\xE2\x80\xAE"
       "txt",
       "evil\xEF\xBF\xBD"
       "txt"},
      {"\xFF", "\xEF\xBF\xBD"},
      {"\xEF\xBF\xBF", "\xEF\xBF\xBD"},
      {"\xC2\x85", " "},
  }));
  CHECK(mapping::to_harmless_text(row.given, 1024) == row.expected);
  CHECK(mapping::to_harmless_text("\xC3\xBC\xC3\xBC", 3) == "\xC3\xBC");
  CHECK(mapping::cut_text("\xC3\xBC\xC3\xBC", 3) == "\xC3\xBC");
}
