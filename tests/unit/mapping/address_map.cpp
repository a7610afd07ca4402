#include "mapping/address_map.hpp"

#include "mapping/jid_escape.hpp"
#include "tests/support/catch.hpp"

using mapping::AddressMap;
using mapping::prepare_jid;

TEST_CASE("localparts are escaped and unescaped", "[XEP-0106:4.1][XEP-0106:4.2][XEP-0106:5.1]") {
  struct Row {
    std::string name, localpart;
  };
  const auto row = GENERATE(values<Row>({
      {"space cadet", R"(space\20cadet)"},
      {R"(call me "ishmael")", R"(call\20me\20\22ishmael\22)"},
      {"at&t guy", R"(at\26t\20guy)"},
      {"d'artagnan", R"(d\27artagnan)"},
      {"/.fanboy", R"(\2f.fanboy)"},
      {"::foo::", R"(\3a\3afoo\3a\3a)"},
      {"<foo>", R"(\3cfoo\3e)"},
      {"user@host", R"(user\40host)"},
      {R"(c:\net)", R"(c\3a\net)"},
      {R"(c:\\net)", R"(c\3a\\net)"},
      {R"(c:\cool stuff)", R"(c\3a\cool\20stuff)"},
      {R"(c:\5commas)", R"(c\3a\5c5commas)"},
      {R"(\3and\2is\5cool)", R"(\5c3and\2is\5c5cool)"},
      {R"(\2plus\2is\4)", R"(\2plus\2is\4)"},
      {R"(foo\bar)", R"(foo\bar)"},
      {R"(foob\41r)", R"(foob\41r)"},
      {"here's_a_wild_&_/cr%zy/_address", R"(here\27s_a_wild_\26_\2fcr%zy\2f_address)"},
      {R"(a\20)", R"(a\5c20)"},
      {R"(\)", R"(\)"},
      {R"(\5)", R"(\5)"},
  }));
  CHECK(mapping::escape_localpart(row.name) == row.localpart);
  CHECK(mapping::unescape_localpart(row.localpart) == row.name);
}

TEST_CASE("a space at an end is never escaped nor made", "[XEP-0106:4.1]") {
  CHECK(mapping::escape_localpart(" a ") == " a ");
  CHECK(mapping::unescape_localpart(R"(\20a\20)") == R"(\20a\20)");
  CHECK(mapping::unescape_localpart(R"(a\2F)") == R"(a\2F)");
}

TEST_CASE("JIDs are prepared", "[RFC6122:2]") {
  const auto jid = prepare_jid("JULIET@Example.COM/Desk/x@y");
  REQUIRE(jid.has_value());
  CHECK(jid->bare == "juliet@example.com");
  CHECK(jid->full == "juliet@example.com/Desk/x@y");
  CHECK(jid->resource == "Desk/x@y");
  CHECK(prepare_jid("example.com/x@y")->domain == "example.com");
  CHECK(prepare_jid(std::string(1022, 'a') + "@b").has_value());
}

TEST_CASE("what is no JID is refused", "[RFC6122:2]") {
  const std::string text = GENERATE(as<std::string>(), "", "@b", "a@", "a@b/", "/r", "b/", "a@@b",
                                    "a@b@c", "a b@c", "a@b c", "a\xFF@b", "a@b/\xFF",
                                    std::string(1023, 'a') + "@b", "a@" + std::string(1023, 'b'),
                                    "a@b/" + std::string(1023, 'c'), std::string("a\0b@c", 5));
  CHECK_FALSE(prepare_jid(text).has_value());
}

TEST_CASE("an account's address and owner follow from its name", "[XEP-0106:4.2]") {
  AddressMap map({"Mail.example.com", "example.com", {"example.com", "example.net"}});
  const auto add = [&](const char* name) {
    const auto added = map.add_account(name);
    if (!added) return added.error().message();
    return added->name + " " + added->jid + " " +
           (added->owners.empty() ? "nobody" : added->owners.front());
  };
  CHECK(add("juliet@EXAMPLE.com") == "juliet juliet@mail.example.com juliet@example.com");
  CHECK(add("juliet") == "juliet juliet@mail.example.com juliet@example.com");  // one account
  CHECK(add("Juliet") == "another account has this address");
  CHECK(add("romeo@montague.lit") ==
        R"(romeo@montague.lit romeo\40montague.lit@mail.example.com nobody)");
  CHECK(add("d'artagnan") ==
        R"(d'artagnan d\27artagnan@mail.example.com d\27artagnan@example.com)");
  CHECK(add(" x") == "no valid JID");
  CHECK(add("\xFF") == "no valid JID");
  CHECK(add("") == "no valid JID");

  CHECK(map.find_by_account("juliet@example.net")->jid == "juliet@mail.example.com");
  CHECK(map.find_by_account("Juliet") == nullptr);
  CHECK(map.find_by_jid("juliet@mail.example.com")->name == "juliet");
  CHECK(map.accounts_owned_by("juliet@example.com").size() == 1);
  CHECK(map.account_for_owner_by_rule("juliet@example.com/desk") == "juliet");
  CHECK(map.account_for_owner_by_rule(R"(o\27hara@example.com)") == "o'hara");
  CHECK_FALSE(map.account_for_owner_by_rule("juliet@elsewhere.com"));
  CHECK_FALSE(map.account_for_owner_by_rule(R"(romeo\40montague.lit@example.com)"));
  CHECK(map.account_name_at(R"(o\27hara@mail.example.com)") == "o'hara");
  CHECK_FALSE(map.account_name_at("mail.example.com"));
}

TEST_CASE("configured owners take the place of the rule", "[XEP-0060:4.1]") {
  AddressMap map({"mail.example.com", "example.com", {}});
  REQUIRE(map.add_account("team", {"Juliet@example.com", "romeo@example.com"}).has_value());
  REQUIRE(map.add_account("juliet").has_value());
  CHECK(map.accounts_owned_by("juliet@example.com").size() == 2);
  CHECK(map.accounts_owned_by("romeo@example.com").size() == 1);
  CHECK(map.accounts_owned_by("team@example.com").empty());
  CHECK_FALSE(map.account_for_owner_by_rule("team@example.com"));
  CHECK_FALSE(map.add_account("other", {"not a jid"}).has_value());
  CHECK(map.find_by_account("other") == nullptr);
  REQUIRE(map.add_account("juliet", {"romeo@example.com"}).has_value());
  CHECK(map.accounts_owned_by("juliet@example.com").size() == 1);
}

TEST_CASE("accounts are found by their owner in the order in which they came", "[XEP-0060:4.1]") {
  AddressMap map({"mail.example.com", "example.com", {}});
  for (const char* name : {"team", "juliet", "office", "archive"})
    REQUIRE(map.add_account(name, {"juliet@example.com", "juliet@example.com"}).has_value());
  const auto owned = [&] {
    std::string names;
    for (const auto* address : map.accounts_owned_by("juliet@example.com"))
      names += address->name + " ";
    return names;
  };
  CHECK(owned() == "team juliet office archive ");
  map.remove_account("office@mail.example.com");
  map.remove_account("nobody@mail.example.com");
  CHECK(owned() == "team juliet archive ");
  CHECK(map.find_by_jid("archive@mail.example.com")->name == "archive");
  CHECK(map.find_by_jid("office@mail.example.com") == nullptr);
  REQUIRE(map.add_account("office").has_value());
  CHECK(owned() == "team juliet archive ");
  CHECK(map.accounts_owned_by("office@example.com").size() == 1);
}
