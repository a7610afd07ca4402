#include "sources/imap/command.hpp"

#include "sources/imap/octets.hpp"
#include "sources/imap/response_lexer.hpp"
#include "tests/support/catch.hpp"

using namespace sources::imap;
using events::ModSeq;
using events::Uid;
using events::UidSet;
using events::UidValidity;

TEST_CASE("text is sent quoted where it can be", "[RFC3501:4.3][RFC7888:3][RFC7888:5]") {
  struct Row {
    std::string text;
    Literals literals;
    std::optional<std::string> sent;
  };
  const Row rows[]{
      {"", Literals::none, R"("")"},
      {"a b", Literals::none, R"("a b")"},
      {R"(quo"te\)", Literals::none, R"("quo\"te\\")"},
      {"\xc3\xa9", Literals::none, std::nullopt},
      {"\xc3\xa9", Literals::plus, "{2+}\r\n\xc3\xa9"},
      {"\xc3\xa9", Literals::minus, "{2+}\r\n\xc3\xa9"},
      {"a\r\nb", Literals::none, std::nullopt},
      {"a\r\nb LOGOUT", Literals::plus, "{11+}\r\na\r\nb LOGOUT"},
      {std::string(4096, '\xe9'), Literals::minus, "{4096+}\r\n" + std::string(4096, '\xe9')},
      {std::string(4097, '\xe9'), Literals::minus, std::nullopt},
      {std::string(4097, '\xe9'), Literals::plus, "{4097+}\r\n" + std::string(4097, '\xe9')},
      {std::string("a\0b", 3), Literals::plus, std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 20), static_cast<int>(row.literals));
    const auto sent = to_quoted_or_literal(row.text, row.literals);
    REQUIRE(sent.has_value() == row.sent.has_value());
    if (row.sent) CHECK(*sent == *row.sent);
  }
  for (const auto* text :
       {"", "a b", R"(quo"te\)", "&AOk-"}) {  // what is quoted is read back as it was
    const auto sent = *to_quoted_or_literal(text, Literals::none);
    CHECK(ResponseLexer(sent).string() == text);
  }
}

TEST_CASE("tags are never used twice", "[RFC3501:2.2.1]") {
  TagSource tags;
  CHECK(tags.next() == "a1");
  CHECK(tags.next() == "a2");
}

TEST_CASE("commands as they go over the wire", "[RFC3501:6][RFC5161:3.1][RFC5465:3.1][RFC2177:3]") {
  struct Row {
    Command command;
    std::string octets;
  };
  const auto none = Literals::none;
  const auto modseq = *ModSeq::from(7);
  const FetchItems all{true, true, true, true, true};
  const Row rows[]{
      {capability("a1"), "a1 CAPABILITY\r\n"},
      {noop("a1"), "a1 NOOP\r\n"},
      {logout("a1"), "a1 LOGOUT\r\n"},
      {starttls("a1"), "a1 STARTTLS\r\n"},
      {*login("a1", "juliet", "pw \"x", none), "a1 LOGIN \"juliet\" \"pw \\\"x\"\r\n"},
      {authenticate_plain("a1", "AGE="), "a1 AUTHENTICATE PLAIN AGE=\r\n"},
      {authenticate_plain("a1"), "a1 AUTHENTICATE PLAIN\r\n"},
      {enable("a1", {"QRESYNC", "CONDSTORE"}), "a1 ENABLE QRESYNC CONDSTORE\r\n"},
      {name_space("a1"), "a1 NAMESPACE\r\n"},
      {*list("a1", "*", {}, none), "a1 LIST \"\" \"*\"\r\n"},
      {*list("a1", "*", {true, true, true, StatusItems::counts | StatusItems::highestmodseq}, none),
       "a1 LIST \"\" \"*\" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT "
       "UIDVALIDITY "
       "HIGHESTMODSEQ))\r\n"},
      {*list_subscribed("a1", "*", none), "a1 LIST (SUBSCRIBED) \"\" \"*\"\r\n"},
      {*lsub("a1", "*", none), "a1 LSUB \"\" \"*\"\r\n"},
      {*status("a1", "a b", StatusItems::uidnext | StatusItems::messages, none),
       "a1 STATUS \"a b\" (MESSAGES UIDNEXT)\r\n"},
      {*status("a1", "INBOX", StatusItems::recent, none), "a1 STATUS \"INBOX\" (RECENT)\r\n"},
      {*get_quota_root("a1", "a b", none), "a1 GETQUOTAROOT \"a b\"\r\n"},
      {*select("a1", "INBOX", none), "a1 SELECT \"INBOX\"\r\n"},
      {*examine("a1", "INBOX", ExamineMode::plain, none), "a1 EXAMINE \"INBOX\"\r\n"},
      {*examine("a1", "INBOX", ExamineMode::condstore, none),
       "a1 EXAMINE \"INBOX\" (CONDSTORE)\r\n"},
      {*examine("a1", "INBOX", QresyncParameters{*UidValidity::from(5), modseq}, none),
       "a1 EXAMINE \"INBOX\" (QRESYNC (5 7))\r\n"},
      {unselect("a1"), "a1 UNSELECT\r\n"},
      {uid_fetch("a1", *UidSet::parse("1:3,7"), {}), "a1 UID FETCH 1:3,7 (UID FLAGS)\r\n"},
      {uid_fetch_from("a1", *Uid::from(4), {}, ChangedSince{modseq, true}),
       "a1 UID FETCH 4:* (UID FLAGS) (CHANGEDSINCE 7 VANISHED)\r\n"},
      {uid_fetch("a1", *UidSet::parse("9"), all, ChangedSince{modseq, false}),
       "a1 UID FETCH 9 (UID FLAGS MODSEQ RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (From "
       "To Cc Reply-To "
       "Subject Date Message-ID In-Reply-To List-Id Auto-Submitted "
       "Disposition-Notification-To)]<0.65536>) "
       "(CHANGEDSINCE 7)\r\n"},
      {uid_fetch("a1", *UidSet::parse("9"), {true, false, true, false, false, 1001}),
       "a1 UID FETCH 9 (UID FLAGS RFC822.SIZE BODY.PEEK[]<0.1001>)\r\n"},
      {*gen_urlauth("a1", "imap://juliet@h/INBOX;UIDVALIDITY=5/;UID=2;URLAUTH=authuser", none),
       "a1 GENURLAUTH \"imap://juliet@h/INBOX;UIDVALIDITY=5/;UID=2;URLAUTH=authuser\" "
       "INTERNAL\r\n"},
      {notify_set_status("a1", {}),
       "a1 NOTIFY SET STATUS (personal (MessageNew MessageExpunge FlagChange MailboxName "
       "SubscriptionChange))\r\n"},
      {notify_set_status("a1", {NotifyScope::inbox, NotifyEvents{7}}),
       "a1 NOTIFY SET STATUS (mailboxes INBOX (MessageNew MessageExpunge FlagChange))\r\n"},
      {notify_none("a1"), "a1 NOTIFY NONE\r\n"},
      {idle("a1"), "a1 IDLE\r\n"},
  };
  for (const auto& row : rows) {
    CHECK(row.command.tag == "a1");
    CHECK(row.command.octets == row.octets);
  }
  CHECK(idle_done() == "DONE\r\n");
  CHECK(authenticate_response("AGE=") == "AGE=\r\n");
}

TEST_CASE("a name cannot smuggle a command", "[RFC3501:4.3]") {
  const std::string name = "x\"\r\na9 DELETE INBOX";
  CHECK(status("a1", name, StatusItems::messages, Literals::none).has_error());
  CHECK(status("a1", name, StatusItems::messages, Literals::plus)->octets ==
        "a1 STATUS {19+}\r\n" + name + " (MESSAGES)\r\n");
}

TEST_CASE("QRESYNC is not asked with modseq 0", "[RFC7162:3.2.5]") {
  const QresyncParameters known{*UidValidity::from(5), *ModSeq::from(0)};
  CHECK(examine("a1", "INBOX", known, Literals::none).error() == Errc::not_sendable);
}

TEST_CASE("SASL PLAIN with an authorization identity", "[RFC3501:6.2.2]") {
  CHECK(*sasl_plain("juliet@mail.example.com", "gateway", "pw-gateway") ==
        "anVsaWV0QG1haWwuZXhhbXBsZS5jb20AZ2F0ZXdheQBwdy1nYXRld2F5");  // as captured from Dovecot
  CHECK(*sasl_plain("", "a", "b") == "AGEAYg==");
  CHECK(*sasl_plain("", "a", "bc") == "AGEAYmM=");
  CHECK(sasl_plain("", "", "b").has_error());
  CHECK(sasl_plain("", "a", "").has_error());
  CHECK(sasl_plain(std::string_view("a\0b", 3), "a", "b").has_error());
}
