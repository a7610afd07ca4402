#include "sources/push/mailbox_url.hpp"

#include "sources/push/mailbox_owner.hpp"
#include "tests/support/catch.hpp"

using namespace sources::push;

TEST_CASE("an IMAP URL tells where something happened", "[RFC5092:11][RFC5423:5]") {
  const auto url = parse_mailbox_url(
      "imap://juliet;AUTH=*@mail.example.com:143/Work/A/%C3%A9%3B;UIDVALIDITY=5/;UID=20");
  REQUIRE(url);
  CHECK(url->user == "juliet");
  CHECK(url->mailbox == "Work/A/\xC3\xA9;");
  CHECK(url->uidvalidity == events::UidValidity::from(5));
  CHECK(url->uid == events::Uid::from(20));
  const auto server = parse_mailbox_url("imap://mail.example.com");
  REQUIRE(server);
  CHECK(server->mailbox.empty());
  CHECK(server->user.empty());
}

TEST_CASE("what is no IMAP URL is refused", "[RFC5092:11]") {
  const auto* text =
      GENERATE("", "http://x/INBOX", "j8tf1x5v24isokzzbbe9hyhw", "imap://h/a%2", "imap://h/a%zz",
               "imap://h/a;UIDVALIDITY=0", "imap://h/a;UIDVALIDITY=x",
               "imap://h/a;UIDVALIDITY=4294967296", "imap://h/a;UIDVALIDITY=1/;UID=");
  CHECK_FALSE(parse_mailbox_url(text));
}

TEST_CASE("the name of a mailbox tells whose it is", "[RFC5423:5]") {
  struct Row {
    const char* name;
    View view;
    PushDialect dialect;
    const char* owner;
    const char* own_name;
  };
  const auto row = GENERATE(values<Row>({
      {"INBOX", View::of_user, {}, "", "INBOX"},
      {"inbox", View::of_user, {}, "", "INBOX"},
      {"Work/A", View::of_user, {}, "", "Work/A"},
      {"user/juliet", View::of_administrator, {}, "juliet", "INBOX"},
      {"user/juliet/Work/A", View::of_administrator, {}, "juliet", "Work/A"},
      {"user.juliet.Work.A", View::of_administrator, {'.', "shared."}, "juliet", "Work.A"},
      {"user/juliet", View::of_user, {}, "", "user/juliet"},  // a mailbox may be called so
      {"shared/juliet@mail.example.com/Office",
       View::of_user,
       {},
       "juliet@mail.example.com",
       "Office"},
      {"shared/juliet", View::of_user, {}, "juliet", "INBOX"},
      {"shared/", View::of_user, {}, "", "shared/"},
      {"shared/x", View::of_user, {'/', ""}, "", "shared/x"},
  }));
  const auto owned = to_owned_mailbox(row.name, row.view, row.dialect);
  CHECK(owned.owner == row.owner);
  CHECK(owned.name == row.own_name);
}
