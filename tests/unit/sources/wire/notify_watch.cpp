#include "sources/imap/notify_watch.hpp"

#include "sources/imap/command.hpp"
#include "tests/support/catch.hpp"

using sources::imap::NotifyWatch;

namespace {

/// What is between the outer parentheses; empty: nothing is asked.
std::string asked(const NotifyWatch& watch) {
  const auto request = watch.request();
  if (!request) return {};
  const auto octets = notify_set_status("a", *request).octets;
  const std::string start = "a NOTIFY SET STATUS (";
  REQUIRE(octets.starts_with(start));
  return octets.substr(start.size(), octets.size() - start.size() - 3);
}

}  // namespace

TEST_CASE("both spellings of BADEVENT lead to less", "[RFC5465:3.1]") {
  struct Row {
    const char* name;
    const char* arguments;
    const char* asked;
  };
  const auto row = GENERATE(values<Row>({
      {"all that it supports", "(MessageNew MessageExpunge FlagChange)",
       "personal (MessageNew MessageExpunge FlagChange)"},
      {"in any order and case",
       "(flagchange MESSAGEEXPUNGE MailboxName MessageNew AnnotationChange)",
       "personal (MessageNew MessageExpunge FlagChange MailboxName)"},
      {"quirk(dovecot): what it does not", "SubscriptionChange MailboxMetadataChange",
       "personal (MessageNew MessageExpunge FlagChange MailboxName)"},
      {"no messages, nothing", "(MailboxName SubscriptionChange)", ""},
      {"MessageNew alone is none", "(MessageNew FlagChange)", ""},
      {"it knows all and refuses",
       "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)", ""},
      {"it says nothing", "", ""},
      {"an empty list", "()", ""},
  }));
  CAPTURE(row.name);
  NotifyWatch watch;
  watch.on_bad_event(row.arguments);
  CHECK(asked(watch) == row.asked);
  CHECK_FALSE(watch.tells_everything());
  watch.widen();  // what a server does not know it will not learn
  CHECK(asked(watch) == row.asked);
}

TEST_CASE("too much: INBOX alone, then nothing, then everything again",
          "[RFC5465:5.8][RFC5465:6.6]") {
  NotifyWatch watch;
  CHECK(watch.tells_everything());
  watch.on_overflow();
  CHECK(asked(watch) == "mailboxes INBOX (MessageNew MessageExpunge FlagChange)");
  CHECK_FALSE(watch.tells_everything());
  watch.on_overflow();
  CHECK(asked(watch).empty());
  watch.on_overflow();
  CHECK_FALSE(watch.is_refused());
  watch.widen();
  CHECK(watch.tells_everything());
}
