#include "mapping/body_text.hpp"

#include "mapping/characters.hpp"
#include "mapping/vocabulary.hpp"
#include "tests/unit/mapping/payload_examples.hpp"

using payload_examples::everything;
using pubsub::Disclosure;

namespace {

constexpr pubsub::Audience stranger{Disclosure::counts, false};
constexpr pubsub::Audience reader{Disclosure::envelope, false};

std::string body(const std::string& node, const pubsub::Payload& payload,
                 const pubsub::Audience& audience = everything) {
  pubsub::NodeSpec leaf;
  leaf.id = node;
  return mapping::MailVocabulary().body_of(leaf, payload, audience);
}

pubsub::Payload mail(const std::string& from, const std::string& subject) {
  std::string fields;
  if (!from.empty()) fields += "<header name='From'>" + from + "</header>";
  if (!subject.empty()) fields += "<header name='Subject'>" + subject + "</header>";
  return {{Disclosure::counts, "<MessageNew xmlns='urn:xmpp:message-store:0'>"},
          {Disclosure::envelope,
           "<headers xmlns='http://jabber.org/protocol/shim'>" + fields + "</headers>"},
          {Disclosure::counts, "</MessageNew>"}};
}

struct Row {
  std::string example, node, owner, stranger;
};

}  // namespace

TEST_CASE("each payload reads as one line", "[XEP-0060:12.7][RFC5423:4]") {
  const auto row = GENERATE(values<Row>({
      {"MessageNew", "mail_events/INBOX", "Romeo: Wherefore (INBOX)", "New message in INBOX"},
      {"MessageAppend", "mail_events/Drafts", "Message added to Drafts: Wherefore",
       "Message added to Drafts"},
      {"MessageExpunge", "mail_events/INBOX", "3 messages deleted in INBOX", "="},
      {"MessageExpire", "mail_events/INBOX", "3 messages expired in INBOX", "="},
      {"MessageRead", "mail_events/INBOX", "1 message read in INBOX", "="},
      {"MessageTrash", "mail_events/a/b%2Fc", "3 messages marked as deleted in a/b/c", "="},
      {"FlagsSet", "mail_events/INBOX", "$MDNSent \\Flagged set on 1 message in INBOX", "="},
      {"FlagsClear", "mail_events/INBOX", "\\Deleted \\Seen cleared on 3 messages in INBOX", "="},
      {"MailboxCreate", "mail_events/Lists/Über 100%25", "Mailbox created: Lists/Über 100%", "="},
      {"MailboxDelete", "mail_events/Lists/Über 100%25", "Mailbox deleted: Lists/Über 100%", "="},
      {"MailboxRename", "mail_events/Archive/Lists", "Mailbox renamed: Lists -> Archive/Lists",
       "="},
      {"MailboxSubscribe", "mail_events/INBOX", "Mailbox subscribed: INBOX", "="},
      {"MailboxUnSubscribe", "mail_account", "Mailbox unsubscribed: No Such Mailbox", "="},
      {"QuotaExceed", "mail_events/INBOX", "Quota exceeded in INBOX: 1048571 of 1048576 KiB", "="},
      {"QuotaWithin", "mail_account",
       "Within the quota again: 1040000 of 1048576 KiB, 231 of 10000 messages", "="},
      {"QuotaChange", "mail_account", "Quota changed: at most 2097152 KiB", "="},
      {"Login", "mail_account", "juliet logged in (imap) from 192.0.2.7", "Login"},
      {"Logout", "mail_account", "juliet logged out (imap) from 192.0.2.7", "Logout"},
      {"status-current", "mail_status/INBOX", "INBOX: 3 unread of 231", "="},
      {"status-stale", "mail_status/INBOX", "INBOX: not known", "="},
      {"status-gone", "mail_status/INBOX", "INBOX: mailbox deleted", "="},
      {"source", "mail_account", "Source imap: stale (timeout)", "="},
  }));
  INFO(row.example);
  const auto payload = payload_examples::read(row.example);
  CHECK(body(row.node, payload) == row.owner);
  CHECK(body(row.node, payload, stranger) == (row.stranger == "=" ? row.owner : row.stranger));
}

TEST_CASE("counts as far as they are known", "[RFC3842:1]") {
  struct State {
    std::string attributes, text;
  };
  const auto row = GENERATE(values<State>({
      {"state='stale' messages='231' unseen='3'", "a: 3 unread of 231 (out of date)"},
      {"state='current' messages='231'", "a: 231 messages"},
      {"state='current' messages='1'", "a: 1 message"},
      {"state='current' unseen='2'", "a: 2 unread"},
      {"state='current'", "a: not known"},
  }));
  CHECK(body("mail_status/a", {{Disclosure::counts, "<status " + row.attributes + "/>"}}) ==
        row.text);
}

TEST_CASE("a source that sees again has no reason", "[operations]") {
  CHECK(body("mail_account", {{Disclosure::counts, "<source name='imap' state='current'/>"}}) ==
        "Source imap: current");
}

TEST_CASE("who wrote, by name, else by address", "[RFC5322:3.4]") {
  struct Sender {
    std::string from, subject, text;
  };
  const auto row = GENERATE(values<Sender>({
      {"Romeo &lt;romeo@example.net&gt;", "Hi", "Romeo: Hi (a)"},
      {"&quot;Montague, R.&quot; &lt;romeo@example.net&gt;", "Hi", "Montague, R.: Hi (a)"},
      {"&lt;romeo@example.net&gt;", "Hi", "romeo@example.net: Hi (a)"},
      {"romeo@example.net", "", "romeo@example.net: (no subject) (a)"},
      {"", "Hi", "New message in a: Hi"},
      {"", "", "New message in a"},
      {"&lt;", "", "New message in a"},
      {"R\xE2\x80\xAEomeo", "a&#13;\nb", "R\xEF\xBF\xBDomeo: a  b (a)"},
  }));
  INFO(row.from);
  CHECK(body("mail_events/a", mail(row.from, row.subject), reader) == row.text);
  CHECK(body("mail_events/a", mail(row.from, row.subject), stranger) == "New message in a");
}

TEST_CASE("a line stays short, and shows the mailbox", "[XEP-0060:12.7]") {
  std::string name;
  while (name.size() < 1000) name += "\xC3\x9C";
  const auto line = body("mail_events/" + name, mail(name, name));
  CHECK(line.size() <= mapping::max_body_text);
  CHECK(line.ends_with("…)"));
  CHECK(mapping::to_harmless_text(line, line.size()) == line);  // no half character
}

TEST_CASE("what is no payload of ours is some event", "[operations]") {
  CHECK(body("mail_events/a", {}) == "Event in a");
  CHECK(body("mail_events/a", {{Disclosure::counts, "<MessageNew"}}) == "Event in a");
  CHECK(body("nowhere", {{Disclosure::counts, "<vnd.x.y/>"}}) == "Event");
}
