// message-store.xsd: every example is valid, and each rule of the schema refuses the example that
// breaks it.
#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"
#include "xmpp_schemas/validator.hpp"

using xmpp_schemas::Validator;

namespace {

constexpr std::array<std::string_view, 18> event_types{
    "MessageAppend",    "MessageExpire",     "MessageExpunge", "MessageNew",
    "QuotaExceed",      "QuotaWithin",       "QuotaChange",    "MessageRead",
    "MessageTrash",     "FlagsSet",          "FlagsClear",     "Login",
    "Logout",           "MailboxCreate",     "MailboxDelete",  "MailboxRename",
    "MailboxSubscribe", "MailboxUnSubscribe"};

/// Unit tests run in the source folder.
std::string example(std::string_view name) {
  std::ifstream file("xmpp_schemas/examples/" + std::string(name) + ".xml");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `from` must be there, so that a changed example cannot turn a test into one that always passes.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Without the element `name` and what is in it.
std::string without(std::string text, const std::string& name) {
  const auto begin = text.find("<" + name + ">");
  const auto end = text.find("</" + name + ">");
  INFO(name);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  return text.erase(begin, end + name.size() + 3 - begin);
}

const Validator& validator() {
  static const Validator one;
  return one;
}

}  // namespace

TEST_CASE("every event has a valid example of its own name", "[RFC5423:4]") {
  for (const auto name : event_types) {
    INFO(name);
    const auto text = example(name);
    CHECK(text.starts_with("<" + std::string(name) + " xmlns='urn:xmpp:message-store:0'>"));
    CHECK(validator().validate(text).reason.empty());
  }
  for (const auto name : {"status-current", "status-stale", "status-gone", "source"}) {
    INFO(name);
    CHECK(validator().validate(example(name)).reason.empty());
  }
}

TEST_CASE("an event without a required parameter is refused",
          "[RFC5423:5][RFC5423:4.1][RFC5423:4.2][RFC5423:4.3][RFC5423:4.4]") {
  for (const auto name : event_types) {
    INFO(name);
    CHECK_FALSE(validator().validate(without(example(name), "uri")).valid);
    if (name.starts_with("Message") || name.starts_with("Flags") || name.starts_with("Mailbox")) {
      CHECK_FALSE(validator().validate(without(example(name), "mailboxID")).valid);
    }
  }
  for (const auto name : {"MessageExpire", "MessageExpunge", "MessageRead", "MessageTrash",
                          "FlagsSet", "FlagsClear"}) {
    INFO(name);
    CHECK_FALSE(validator().validate(without(example(name), "uidset")).valid);
  }
  CHECK_FALSE(validator().validate(without(example("FlagsSet"), "flagNames")).valid);
  CHECK_FALSE(validator().validate(without(example("FlagsClear"), "flagNames")).valid);
  CHECK_FALSE(validator().validate(without(example("Login"), "user")).valid);
  CHECK_FALSE(validator().validate(without(example("Logout"), "user")).valid);
  CHECK_FALSE(validator().validate(without(example("MailboxRename"), "oldMailboxID")).valid);
}

TEST_CASE("what the disclosure counts leaves of an event is valid", "[RFC5423:3]") {
  const std::string url = "imap://juliet@imap.example.com/INBOX;UIDVALIDITY=1";
  const std::string xmlns = " xmlns='urn:xmpp:message-store:0'>";
  const std::string mailbox = "<mailboxID>" + url + "</mailboxID>";
  for (const auto name : event_types) {
    INFO(name);
    std::string body;
    if (name == "MessageNew" || name == "MessageAppend") {
      body = mailbox + "<uri>" + url + "/;UID=1</uri>";
    } else if (name.starts_with("Message")) {
      body = mailbox + "<uidset>1</uidset><uri>" + url + "</uri>";
    } else if (name.starts_with("Flags")) {
      body = "<flagNames>\\Seen</flagNames>" + mailbox + "<uidset>1</uidset><uri>" + url + "</uri>";
    } else if (name == "MailboxRename") {
      body = mailbox + "<oldMailboxID>" + url + "</oldMailboxID><uri>" + url + "</uri>";
    } else if (name.starts_with("Mailbox")) {
      body = mailbox + "<uri>" + url + "</uri>";
    } else if (name.starts_with("Quota")) {
      body = "<uri>" + url + "</uri>";
    } else {  // mail_account is for owners and auditors, who may see the user
      body = "<uri>imap://imap.example.com</uri><user>juliet</user>";
    }
    const auto text = std::string(name);
    CHECK(validator().validate("<" + text + xmlns + body + "</" + text + ">").reason.empty());
  }
}

TEST_CASE("each rule about values refuses what breaks it", "[RFC5423:5]") {
  struct Row {
    const char* rule;
    const char* example;
    const char* from;
    const char* to;
  };
  const Row rows[] = {
      {"an event of RFC 5423", "Login", "<Login xmlns", "<Log xmlns"},
      {"namespace", "MessageNew", "message-store:0", "message-store:1"},
      {"order", "MessageNew", "<messages>231</messages>", "<user>a</user>"},
      {"messages before messageSize", "MessageNew", "<messageSize>2342</messageSize>",
       "<messageSize>2342</messageSize><messages>1</messages>"},
      {"once", "MessageNew", "<messages>231</messages>",
       "<messages>231</messages><messages>231</messages>"},
      {"no text between", "MessageNew", "<messages>", "text<messages>"},
      {"no unknown parameter", "MessageNew", "<messages>231</messages>", "<size>231</size>"},
      {"no attribute", "MessageNew", "<messages>", "<messages a='b'>"},
      {"count is a number", "MessageNew", "231", "many"},
      {"count is not negative", "MessageNew", "231", "-1"},
      {"count is a number32", "MessageNew", "231", "4294967296"},
      {"uidnext is not 0", "MessageNew", "<uidnext>21", "<uidnext>0"},
      {"modseq is not 0", "MessageRead", "90060115205545360", "0"},
      {"modseq has 63 bits", "MessageRead", "90060115205545360", "9223372036854775808"},
      {"port is not 0", "Login", "<serverPort>143", "<serverPort>0"},
      {"port has 16 bits", "Login", "<serverPort>143", "<serverPort>65536"},
      {"clientIP is an address", "Login", "192.0.2.7", "client.example"},
      {"timestamp has an offset", "MessageNew", "+01:00", ""},
      {"timestamp is a date", "MessageNew", "2026-11-22", "2026-13-22"},
      {"timestamp has a time", "MessageNew", "T09:41:07.123+01:00", ""},
      {"timestamp in one form", "MessageNew", "2026-11-22T", "+2026-11-22T"},
      {"uidset without *", "MessageRead", "<uidset>20<", "<uidset>20:*<"},
      {"uidset without 0", "MessageRead", "<uidset>20<", "<uidset>0<"},
      {"uidset not empty", "MessageRead", "<uidset>20<", "<uidset><"},
      {"uidset without spaces", "MessageRead", "<uidset>20<", "<uidset>20, 21<"},
      {"uidset without empty parts", "MessageRead", "<uidset>20<", "<uidset>20,<"},
      {"flagNames not empty", "FlagsSet", "$MDNSent \\Flagged", ""},
      {"flagNames without \\Recent", "FlagsSet", "\\Flagged", "\\Recent"},
      {"flagNames without \\recent", "FlagsSet", "\\Flagged", "\\rEcENt"},
      {"flagNames are atoms", "FlagsSet", "\\Flagged", "\\*"},
      {"flagNames are ASCII", "FlagsSet", "\\Flagged", "\xC3\xBC"},
      {"flagNames: \\ needs a name", "FlagsSet", "\\Flagged", "\\"},
      {"URL of an IMAP server", "MessageNew", "<uri>imap:", "<uri>pop:"},
      {"URL has a host", "Login", "juliet@imap.example.com", "juliet@"},
      {"URL is encoded", "MailboxUnSubscribe", "No%20Such", "No Such"},
      {"URL's % has two digits", "MailboxUnSubscribe", "No%20Such", "No%2Such"},
      {"mailboxID has a mailbox", "MailboxDelete",
       "/Lists/%C3%9Cber%20100%25;UIDVALIDITY=385759050</mailboxID>", "</mailboxID>"},
      {"mailboxID has UIDVALIDITY", "MessageNew", ";UIDVALIDITY=385759045</mailboxID>",
       "</mailboxID>"},
      {"mailboxID of a set has UIDVALIDITY", "MessageExpunge", ";UIDVALIDITY=385759045</mailboxID>",
       "</mailboxID>"},
      {"MailboxCreate has UIDVALIDITY", "MailboxCreate", ";UIDVALIDITY=385759050</mailboxID>",
       "</mailboxID>"},
      {"UIDVALIDITY is not 0", "MessageNew", ";UIDVALIDITY=385759045</", ";UIDVALIDITY=0</"},
      {"mailboxID has no UID", "MessageRead", "</mailboxID>", "/;UID=20</mailboxID>"},
      {"uri of a new message has a UID", "MessageNew", "/;UID=20</uri>", "</uri>"},
      {"uri of an appended message has a UID", "MessageAppend", "/;UID=9</uri>", "</uri>"},
      {"UID is not 0", "MessageNew", "/;UID=20</uri>", "/;UID=0</uri>"},
      {"uri of a login is the server", "Login", "</uri>", "/INBOX</uri>"},
      {"messageContent says its encoding", "MessageAppend", " encoding='base64'", ""},
      {"messageContent is base64", "MessageAppend", "'base64'>U3", "'base64'>*3"},
      {"messageContent has no other encoding", "MessageAppend", "'base64'", "'8bit'"},
      {"messageContent by reference needs a token", "MessageAppend", "'base64'>",
       "'base64' uri='imap://h/m;UIDVALIDITY=5/;UID=9;URLAUTH=authuser'>"},
      {"messageContent by reference is of one message", "MessageAppend", "'base64'>",
       "'base64' uri='imap://h/m;URLAUTH=authuser:internal:00112233445566778899aabbccddeeff'>"},
      {"no header fields on a flag event", "FlagsSet", "</uri>",
       "</uri><headers xmlns='http://jabber.org/protocol/shim'/>"},
      {"no envelope but on MessageNew", "MessageAppend", "<flagNames>",
       "<envelope><line>MAIL FROM:&lt;&gt;</line></envelope><flagNames>"},
      {"header fields have a name", "MessageNew", "<header name='From'>", "<header>"},
      {"vendor parameters come last", "MessageAppend", "<tags>",
       "<vnd.a.b xmlns='urn:xmpp:message-store:vnd:0'/><tags>"},
      {"no other namespace", "MessageAppend", "message-store:vnd:0", "example"},
      {"status has a state", "status-current", "state='current' ", ""},
      {"status knows three states", "status-current", "'current'", "'unknown'"},
      {"status has a stamp", "status-current", " stamp='2026-11-22T08:41:07Z'", ""},
      {"stamp is UTC", "status-current", "08:41:07Z", "09:41:07+01:00"},
      {"status has no children", "status-stale", "/>", "><a/></status>"},
      {"unseen is a number", "status-current", "unseen='3'", "unseen=''"},
      {"uidvalidity is not 0", "status-current", "'385759045'", "'0'"},
      {"source has a name", "source", "name='imap' ", ""},
      {"source knows three states", "source", "'stale'", "'gone'"},
      {"source knows five reasons", "source", "'timeout'", "'unknown'"},
      {"source has since", "source", " since='2026-11-22T08:41:07Z'", ""},
  };
  for (const auto& row : rows) {
    INFO(row.rule);
    const auto broken = replaced(example(row.example), row.from, row.to);
    const auto verdict = validator().validate(broken);
    CHECK_FALSE(verdict.valid);
    CHECK_FALSE(verdict.reason.empty());
  }
}

TEST_CASE("forms that look odd but are allowed", "[RFC5423:5][RFC5092:11]") {
  struct Row {
    const char* name;
    const char* example;
    const char* from;
    const char* to;
  };
  const Row rows[] = {
      {"largest modseq", "MessageRead", "90060115205545360", "9223372036854775807"},
      {"mailbox keeps no modseq", "status-current", "90060115205545359", "0"},
      {"flag that begins like \\Recent", "FlagsSet", "\\Flagged", "\\Recently \\Rec \\Redo"},
      {"keyword with odd characters", "FlagsSet", "\\Flagged", "a[b^c~|}!"},
      {"envelope", "MessageNew", "<mailboxID>",
       "<envelope><line>MAIL FROM:&lt;romeo@example.net&gt; BODY=8BITMIME</line>"
       "<line>RCPT TO:&lt;juliet@example.com&gt;</line></envelope><mailboxID>"},
      {"IPv6 host and port", "Login", "juliet@imap.example.com", "juliet@[2001:db8::1]:1143"},
      {"no user in the URL", "Login", "juliet@imap.example.com", "imap.example.com"},
      {"mailbox with @ and :", "MailboxUnSubscribe", "No%20Such%20Mailbox", "a@b:c/d&amp;e=f"},
      {"offset of zero", "MessageNew", "+01:00", "Z"},
      {"messageContent by reference", "MessageAppend", "'base64'>",
       "'base64' uri='imap://juliet@h/m;UIDVALIDITY=5/;UID=9;EXPIRE=2026-11-29T08:41:07Z;"
       "URLAUTH=authuser:internal:00112233445566778899aabbccddeeff'>"},
      {"no fraction", "MessageNew", ".123+", "+"},
      {"vendor element with children", "MessageAppend", "cyrus-1795343988-26793-2", "<x y='z'/>"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(validator().validate(replaced(example(row.example), row.from, row.to)).reason.empty());
  }
}

TEST_CASE("a uidset has at most 1,000 ranges", "[RFC3501:9]") {
  const auto with_ranges = [](int count) {
    std::string set;
    for (int i = 0; i < count; ++i)
      set += (i == 0 ? "" : ",") + std::to_string(4000000000U + static_cast<unsigned>(i) * 2U);
    return replaced(example("MessageExpunge"), "11:12,20", set);
  };
  CHECK(validator().validate(with_ranges(1000)).valid);
  CHECK_FALSE(validator().validate(with_ranges(1001)).valid);
}

TEST_CASE("at most 64 vendor parameters", "[RFC5423:6]") {
  const auto with_vendor = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += "<vnd.a.b xmlns='urn:xmpp:message-store:vnd:0'/>";
    return replaced(example("MessageNew"), "</MessageNew>", all + "</MessageNew>");
  };
  CHECK(validator().validate(with_vendor(64)).valid);
  CHECK_FALSE(validator().validate(with_vendor(65)).valid);
}
