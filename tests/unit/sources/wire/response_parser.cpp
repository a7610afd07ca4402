#include "sources/imap/response_parser.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace sources::imap;
using events::ModSeq;
using events::Uid;
using events::UidSet;
using events::UidValidity;

namespace {

struct Understood {
  std::string octets;
  Response response;
};
struct Refused {
  std::string octets;
  Errc why;
};

void check(const std::vector<Understood>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.octets);
    const auto response = parse_response(row.octets);
    REQUIRE(response.has_value());
    CHECK((*response == row.response));
  }
}

List list(std::vector<std::string> attributes, std::optional<char> separator, std::string mailbox,
          std::optional<std::string> old_name = std::nullopt) {
  List result;
  result.attributes = std::move(attributes);
  result.separator = separator;
  result.mailbox = std::move(mailbox);
  result.old_name = std::move(old_name);
  return result;
}

Fetch fetch(std::uint32_t sequence_number) {
  Fetch result;
  result.sequence_number = sequence_number;
  return result;
}

}  // namespace

TEST_CASE("conditions, tagged and untagged", "[RFC3501:7.1][RFC3501:7.1.5][RFC5465:5.8]") {
  check({
      {"a1 OK done", Tagged{"a1", Condition::ok, {"", "", "done"}}},
      {"a1 ok", Tagged{"a1", Condition::ok, {}}},
      {"a1 NO [AUTHENTICATIONFAILED] no",
       Tagged{"a1", Condition::no, {"AUTHENTICATIONFAILED", "", "no"}}},
      {"a1 NO [BADEVENT (A B)] x", Tagged{"a1", Condition::no, {"BADEVENT", "(A B)", "x"}}},
      {"a1 NO [BADEVENT A B] x", Tagged{"a1", Condition::no, {"BADEVENT", "A B", "x"}}},
      {"a1 BAD syntax", Tagged{"a1", Condition::bad, {"", "", "syntax"}}},
      {"* BYE", Untagged{Condition::bye, {}}},
      {"* PREAUTH hi", Untagged{Condition::preauth, {"", "", "hi"}}},
      {"* OK [uidvalidity 7] {3}", Untagged{Condition::ok, {"UIDVALIDITY", "7", "{3}"}}},
      {"* OK [NOTIFICATIONOVERFLOW] ...",
       Untagged{Condition::ok, {"NOTIFICATIONOVERFLOW", "", "..."}}},
      {"* OK [ALERT]", Untagged{Condition::ok, {"ALERT", "", ""}}},
      {"* OK [not a code", Untagged{Condition::ok, {"", "", "[not a code"}}},
      {"* OK [] x", Untagged{Condition::ok, {"", "", "[] x"}}},
      {"+ idling", Continuation{"idling"}},
      {"+ ", Continuation{""}},
      {"+", Continuation{""}},
  });
}

TEST_CASE("rights", "[RFC4314:3.6][RFC4314:3.8][RFC4314:4]") {
  check({
      {"* ACL INBOX", Acl{"INBOX", {}}},
      {"* ACL INBOX juliet lrwstipekxacd -nurse r",
       Acl{"INBOX", {{"juliet", "lrwstipekxacd"}, {"-nurse", "r"}}}},
      {"* acl \"a b\" {5}\r\nrom\xC3\xA9 lr \"x y\" \"\"",
       Acl{"a b", {{"rom\xC3\xA9", "lr"}, {"x y", ""}}}},
      {"* ACL Verona $staff lr !$off \"\" #anyone l",
       Acl{"Verona", {{"$staff", "lr"}, {"!$off", ""}, {"#anyone", "l"}}}},
      {"* MYRIGHTS INBOX lra", MyRights{"INBOX", "lra"}},
      {"* MYRIGHTS {5}\r\nINBOX \"\"", MyRights{"INBOX", ""}},
      // what cannot be read costs no connection
      {"* ACL INBOX juliet", Other{"ACL"}},
      {"* ACL INBOX (juliet lr)", Other{"ACL"}},
      {"* ACL", Other{"ACL"}},
      {"* MYRIGHTS INBOX", Other{"MYRIGHTS"}},
      {"* MYRIGHTS INBOX lr a", Other{"MYRIGHTS"}},
      {"* LISTRIGHTS INBOX romeo \"\" l r", Other{"LISTRIGHTS"}},
  });
}

TEST_CASE("quota roots are read", "[RFC9208:4.2.1][RFC9208:4.2.2][RFC2087:5.1]") {
  const auto max = 0x7FFFFFFFFFFFFFFFU;
  check({
      {R"(* QUOTA "" (STORAGE 10 512))", Quota{{"", {{10, 512}}, {}}}},
      {R"(* QUOTA "#user/alice" (STORAGE 54 111 MESSAGE 42 1000))",
       Quota{{"#user/alice", {{54, 111}}, {{42, 1000}}}}},
      {R"(* quota "User quota" (message 1 9223372036854775807))",
       Quota{{"User quota", {}, {{1, max}}}}},
      {"* QUOTA x (MAILBOX 1 2 X-VENDOR 3 4)", Quota{{"x", {}, {}}}},
      {"* QUOTA x ()", Quota{{"x", {}, {}}}},
      {R"(* QUOTAROOT INBOX "User quota")", QuotaRoots{"INBOX", {"User quota"}}},
      {R"(* QUOTAROOT comp.mail.mime)", QuotaRoots{"comp.mail.mime", {}}},
      {"* QUOTAROOT {1}\r\nx a \"\"", QuotaRoots{"x", {"a", ""}}},
      // what cannot be read costs no connection
      {"* QUOTA x (STORAGE 1)", Other{"QUOTA"}},
      {"* QUOTA x (STORAGE -1 2)", Other{"QUOTA"}},
      {"* QUOTA x (STORAGE 1 9223372036854775808)", Other{"QUOTA"}},
      {"* QUOTA x", Other{"QUOTA"}},
      {"* QUOTAROOT", Other{"QUOTAROOT"}},
  });
}

TEST_CASE("capabilities, enabled, namespaces", "[RFC3501:7.2.1][RFC5161:3.2][RFC2342:6]") {
  check({
      {"* CAPABILITY IMAP4rev1 auth=plain LITERAL+ ",
       Capabilities{{"IMAP4REV1", "AUTH=PLAIN", "LITERAL+"}}},
      {"* ENABLED", Enabled{}},
      {"* ENABLED QRESYNC", Enabled{{"QRESYNC"}}},
      {R"(* NAMESPACE (("" "/")) (("shared/" "/")) NIL)",
       Namespaces{{{"", '/'}}, {{"shared/", '/'}}, {}}},
      {R"(* NAMESPACE (("INBOX." ".")("#mh/" "/" "X-PARAM" ("F1" "F2"))) nil (("" NIL)))",
       Namespaces{{{"INBOX.", '.'}, {"#mh/", '/'}}, {}, {{"", std::nullopt}}}},
  });
  CHECK(to_capabilities(" imap4rev1  IDLE").words == std::vector<std::string>{"IMAP4REV1", "IDLE"});
}

TEST_CASE("LIST and LSUB", "[RFC3501:7.2.2][RFC3501:7.2.3][RFC5258:6][RFC5465:5.4]") {
  auto lsub = list({"\\NoSelect"}, '.', "a.b");
  lsub.is_lsub = true;
  check({
      {R"(* LIST () NIL inbox)", list({}, std::nullopt, "inbox")},
      {R"(* LIST (\HasNoChildren \UnMarked \Trash) "/" Trash)",
       list({"\\HasNoChildren", "\\UnMarked", "\\Trash"}, '/', "Trash")},
      {R"(* LIST () "\\" "quo\"te\\")", list({}, '\\', "quo\"te\\")},
      {"* LIST () \"/\" {5}\r\n\xc3\xa9t\xc3\xa9", list({}, '/', "\xc3\xa9t\xc3\xa9")},
      {"* LIST () \"/\" {7}\r\na\r\n\" {9", list({}, '/', "a\r\n\" {9")},
      {"* LIST () \"/\" \"\xc3\xa9\"", list({}, '/', "\xc3\xa9")},
      {R"(* LIST () "/" [brackets])", list({}, '/', "[brackets]")},
      {R"(* LIST () "/" &)", list({}, '/', "&")},
      {R"(* LIST (\NonExistent) "/" V ("OLDNAME" (U)))", list({"\\NonExistent"}, '/', "V", "U")},
      {"* LIST () \"/\" V (\"CHILDINFO\" (\"SUBSCRIBED\" (a {2}\r\n))) x) oldname (\"U v\"))",
       list({}, '/', "V", "U v")},
      {R"(* LIST () "/" V ())", list({}, '/', "V")},
      {R"(* LSUB (\NoSelect) "." a.b)", lsub},
  });
  CHECK(list({"\\noselect"}, '/', "x").has_attribute("\\NoSelect"));
  CHECK_FALSE(list({"\\NoSelect"}, '/', "x").has_attribute("NoSelect"));
}

TEST_CASE("STATUS", "[RFC3501:7.2.4][RFC7162:3.1.7][RFC8438:2]") {
  Status all;
  all.mailbox = "INBOX";
  all.messages = 0;
  all.recent = 4294967295;
  all.unseen = 2;
  all.uidnext = Uid::from(7);
  all.uidvalidity = UidValidity::from(4294967295);
  all.highestmodseq = ModSeq::from(9223372036854775807);
  Status none;
  none.mailbox = "a b";
  Status zero;
  zero.mailbox = "x";
  zero.highestmodseq = ModSeq::from(0);
  check({
      {"* STATUS INBOX (MESSAGES 0 recent 4294967295 UNSEEN 2 UIDNEXT 7 SIZE 99 UIDVALIDITY "
       "4294967295 HIGHESTMODSEQ "
       "9223372036854775807 MAILBOXID (F1-2))",
       all},
      {R"(* STATUS "a b" ())", none},
      {"* STATUS {1}\r\nx (HIGHESTMODSEQ 0 APPENDLIMIT NIL)", zero},
  });
}

TEST_CASE("mailbox size, expunges, flags",
          "[RFC3501:7.3.1][RFC3501:7.4.1][RFC3501:7.2.6][RFC7162:3.2.10]") {
  check({
      {"* 0 EXISTS", Exists{0}},
      {"* 1 expunge", Expunge{1}},
      {"* 3 RECENT", Other{"RECENT"}},
      {"* VANISHED 300:310,405", Vanished{false, *UidSet::parse("300:310,405")}},
      {"* VANISHED (EARLIER) 41", Vanished{true, *UidSet::parse("41")}},
      {R"(* FLAGS (\Answered \* $MDNSent custom]))",
       Flags{{"\\Answered", "\\*", "$MDNSent", "custom]"}}},
      {"* GENURLAUTH \"imap://a:internal:0f\" {1}\r\nx", GenUrlAuth{{"imap://a:internal:0f", "x"}}},
      {"* GENURLAUTH", GenUrlAuth{}},
      {R"(* LISTRIGHTS "" x)", Other{"LISTRIGHTS"}},
      {"* XYZZY", Other{"XYZZY"}},
  });
}

TEST_CASE("FETCH", "[RFC3501:7.4.2][RFC7162:3.1.4]") {
  auto flags = fetch(2);
  flags.uid = Uid::from(7);
  flags.modseq = ModSeq::from(12);
  flags.flags = {"\\Seen", "\\Recent", "$MDNSent"};
  auto header = fetch(4294967295);
  header.header = "Subject: x)\r\n\r\n";
  header.size = 4294967296;
  auto structure = fetch(1);
  structure.body_structure =
      R"((("text" "plain" ("charset" "a)b") NIL NIL "7bit" 8 2)("text" "html" NIL) "mixed"))";
  structure.flags.emplace();
  auto content = fetch(1);
  content.content = "From: a\r\n\r\n)";
  check({
      {"* 1 FETCH (BODY[]<0> {12}\r\nFrom: a\r\n\r\n))", content},
      {"* 1 FETCH (BODY[] \"\" BODY[TEXT] \"x\")",
       [&] {
         auto empty = content;
         empty.content = "";
         return empty;
       }()},
      {"* 1 FETCH (BODY[1] \"x\")", fetch(1)},
      {R"(* 2 FETCH (UID 7 MODSEQ (12) FLAGS (\Seen \Recent $MDNSent)))", flags},
      {"* 4294967295 FETCH (BODY[HEADER.FIELDS (SUBJECT \"a]b\")] {15}\r\nSubject: x)\r\n\r\n "
       "RFC822.SIZE 4294967296)",
       header},
      {"* 4294967295 FETCH (RFC822.SIZE 4294967296 BODY[HEADER]<0> \"Subject: x)\")",
       [&] {
         auto quoted = header;
         quoted.header = "Subject: x)";
         return quoted;
       }()},
      {"* 1 FETCH (ENVELOPE (\"d\" {3}\r\n((( NIL) INTERNALDATE \"22-Nov-2026 10:08:51 +0000\" "
       "BODYSTRUCTURE " +
           *structure.body_structure +
           " FLAGS () BODY[TEXT] {2}\r\n)) BODY[HEADER] NIL X-GM-LABELS (\\Inbox \"a b\"))",
       structure},
      {"* 1 FETCH ()", fetch(1)},
  });
}

TEST_CASE("what breaks the grammar is refused", "[RFC3501:9]") {
  const std::vector<Refused> rows{
      {"", Errc::malformed_response},
      {"*", Errc::malformed_response},
      {"* ", Errc::malformed_response},
      {"** OK", Errc::malformed_response},
      {"a1", Errc::malformed_response},
      {"a1 BYE x", Errc::malformed_response},
      {"a1 OKAY x", Errc::malformed_response},
      {"+x", Errc::malformed_response},
      {"* LIST", Errc::malformed_response},
      {R"(* LIST () "//" x)", Errc::malformed_response},
      {R"(* LIST () "/")", Errc::malformed_response},
      {R"(* LIST () "/" "x)", Errc::malformed_response},
      {R"(* LIST () "/" "a\b")", Errc::malformed_response},
      {R"(* LIST () "/" x y)", Errc::malformed_response},
      {R"(* LIST () "/" x ("OLDNAME" y))", Errc::malformed_response},
      {"* LIST () \"/\" {5}\r\nabc", Errc::malformed_response},
      {"* LIST () \"/\" {99999999999999999999}\r\nabc", Errc::number_out_of_range},
      {"* STATUS x (MESSAGES)", Errc::malformed_response},
      {"* STATUS x (MESSAGES -1)", Errc::malformed_response},
      {"* STATUS x (MESSAGES 4294967296)", Errc::number_out_of_range},
      {"* STATUS x (UIDNEXT 0)", Errc::number_out_of_range},
      {"* STATUS x (HIGHESTMODSEQ 9223372036854775808)", Errc::number_out_of_range},
      {"* STATUS x (MESSAGES 1", Errc::malformed_response},
      {"* 0 EXPUNGE", Errc::number_out_of_range},
      {"* 0 FETCH ()", Errc::number_out_of_range},
      {"* 4294967296 EXISTS", Errc::number_out_of_range},
      {"* 1 EXISTS x", Errc::malformed_response},
      {"* 1 FETCH (UID 0)", Errc::number_out_of_range},
      {"* 1 FETCH (FLAGS (\\Seen)", Errc::malformed_response},
      {"* 1 FETCH (BODYSTRUCTURE x)", Errc::malformed_response},
      {"* 1 FETCH (X ((a)", Errc::malformed_response},
      {"* VANISHED", Errc::malformed_response},
      {"* VANISHED 1:*", Errc::malformed_response},
      {"* VANISHED (LATER) 1", Errc::malformed_response},
      {"* NAMESPACE NIL NIL", Errc::malformed_response},
      {R"(* NAMESPACE () NIL NIL x)", Errc::malformed_response},
  };
  for (const auto& row : rows) {
    CAPTURE(row.octets);
    const auto response = parse_response(row.octets);
    REQUIRE(response.has_error());
    CHECK(response.error() == row.why);
  }
}

TEST_CASE("every truncation of a response ends in a verdict", "[RFC3501:9]") {
  const std::string whole =
      "* 2 FETCH (UID 7 MODSEQ (12) FLAGS (\\Seen) ENVELOPE (\"d\" {3}\r\n((( NIL) "
      "BODY[HEADER.FIELDS (A \"b\")]<0> {2}\r\nxy)";
  REQUIRE(parse_response(whole).has_value());
  // "* 2 FE" alone would be another, unknown response
  for (std::size_t size = std::string_view("* 2 FETCH").size(); size < whole.size(); ++size)
    CHECK(parse_response(whole.substr(0, size)).has_error());
}

TEST_CASE("deep nesting costs no stack", "[RFC4466:6]") {
  const std::string open(1'000'000, '('), close(1'000'000, ')');
  CHECK(parse_response("* 1 FETCH (X " + open + "a" + close + ")").has_value());
  CHECK(parse_response("* 1 FETCH (X " + open + "a").has_error());
}
