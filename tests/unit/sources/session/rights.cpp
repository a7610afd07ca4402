#include "sources/rights.hpp"

#include <algorithm>

#include "sources/imap/rights_round.hpp"
#include "tests/support/catch.hpp"

using sources::imap::RightsRound;
using Names = std::vector<std::string>;
using Acl = std::vector<sources::AclEntry>;

TEST_CASE("who has l and r, whichever way the server combines entries",
          "[RFC4314:2][RFC4314:2.1]") {
  struct Row {
    const char* name;
    Acl acl;
    Names readers;
  };
  const auto row = GENERATE(values<Row>({
      {"nobody but the owner", {{"juliet", "lrwstipekxacd"}}, {}},
      {"an empty list", {}, {}},
      {"one", {{"romeo", "lr"}}, {"romeo"}},
      {"in any order, with others", {{"romeo", "swrpl"}}, {"romeo"}},
      {"sorted", {{"romeo", "lr"}, {"nurse", "lr"}}, {"nurse", "romeo"}},
      {"lookup alone", {{"romeo", "l"}}, {}},
      {"read alone", {{"romeo", "rs"}}, {}},
      {"no rights", {{"romeo", ""}}, {}},
      {"RFC 2086: c and d", {{"romeo", "lrswipcda"}}, {"romeo"}},
      {"rights are lower case", {{"romeo", "LR"}}, {}},
      {"UTF-8", {{"romé", "lr"}}, {"romé"}},
      {"anyone", {{"anyone", "lr"}}, {"anyone"}},
      {"anyone, and the owner has less", {{"anyone", "lr"}, {"juliet", "a"}}, {"anyone"}},
      {"anyone, and Dovecot's owner", {{"anyone", "lr"}, {"owner", "a"}}, {"anyone"}},
      {"anyone has not enough", {{"anyone", "l"}, {"romeo", "lr"}}, {"romeo"}},
      {"taken away", {{"romeo", "lr"}, {"-romeo", "r"}}, {}},
      {"taken away before", {{"-romeo", "l"}, {"romeo", "lr"}}, {}},
      {"something else is taken away", {{"romeo", "lrw"}, {"-romeo", "w"}}, {"romeo"}},
      {"taken from one, so not anyone",
       {{"anyone", "lr"}, {"-romeo", "lr"}, {"nurse", "lr"}},
       {"nurse"}},
      {"the most specific entry may count alone", {{"anyone", "lr"}, {"romeo", "l"}}, {}},
      {"taken from anyone", {{"romeo", "lr"}, {"-anyone", "r"}}, {}},
      {"taken from who logged in", {{"romeo", "lr"}, {"-authenticated", "lr"}}, {}},
      {"who logged in is nobody known", {{"authenticated", "lr"}, {"romeo", "lr"}}, {"romeo"}},
      {"who logged in has less than anyone", {{"anyone", "lr"}, {"authenticated", "r"}}, {}},
      {"members of groups are not known", {{"$staff", "lr"}, {"group:staff", "lr"}}, {}},
      {"a group may hold anybody", {{"romeo", "lr"}, {"-$staff", "lr"}}, {}},
      {"a group beside one", {{"romeo", "lr"}, {"$staff", "l"}}, {"romeo"}},
      {"Dovecot: a group comes first", {{"romeo", "lr"}, {"!$locked-out", ""}}, {}},
      {"Cyrus: without a login nothing", {{"romeo", "lr"}, {"-anonymous", "lr"}}, {"romeo"}},
      {"anyone who logs in", {{"anyone", "lr"}, {"-anonymous", "lr"}}, {}},
      {"Dovecot: from the global list", {{"#romeo", "lr"}, {"-#nurse", "r"}}, {"romeo"}},
      {"twice, once with less", {{"#romeo", "lr"}, {"romeo", "l"}}, {}},
      {"anyone twice, once with less", {{"#anyone", "l"}, {"anyone", "lr"}}, {}},
  }));
  INFO(row.name);
  CHECK(sources::readers_of(row.acl, "juliet") == row.readers);
}

TEST_CASE("a list has bounds", "[RFC4314:2]") {
  Acl acl{{"anyone", "lr"}, {std::string(1024, 'a'), "lr"}, {std::string(1023, 'a'), "lr"}};
  for (int i = 0; i < 2000; ++i) acl.push_back({"user" + std::to_string(i), "lr"});
  const auto readers = sources::readers_of(acl, "juliet");
  CHECK(readers.size() == 1001);
  CHECK(readers.front() == std::string(1023, 'a'));
  CHECK(std::count(readers.begin(), readers.end(), "anyone") == 1);
}

TEST_CASE("rights are read of each mailbox once, until all are due anew", "[RFC4314:3.3]") {
  const auto one = events::UidValidity::from(1), two = events::UidValidity::from(2);
  RightsRound round;
  CHECK(round.begin(10).empty());
  round.set_mailboxes({{"a", one}, {"b", one}, {"c", std::nullopt}});
  CHECK(round.begin(2) == Names{"a", "b"});
  CHECK(round.begin(2).empty());  // while those are under way
  round.on_my_rights("a", "lra");
  round.on_my_rights("b", "lr");
  round.on_my_rights("x", "lra");  // not asked for
  CHECK(round.administered() == Names{"a"});
  round.on_acl("a", {{"romeo", "lr"}}, "juliet");
  const auto known = round.finish();
  REQUIRE(known.size() == 2);
  CHECK(known[0] == events::RightsAre{"a", {"romeo"}});
  CHECK(known[1] == events::RightsAre{"b", {}});

  round.set_mailboxes({{"a", one}, {"b", two}, {"d", one}});
  CHECK(round.begin(10) == Names{"b", "d"});  // c went, b is another mailbox now
  CHECK(round.finish().empty());              // nothing was answered
  CHECK(round.begin(10).empty());
  round.restart();
  CHECK(round.begin(10) == Names{"a", "b", "d"});
}

TEST_CASE("a list that was not answered is not known", "[RFC4314:3.3]") {
  RightsRound round;
  round.set_mailboxes({{"a", std::nullopt}});
  CHECK(round.begin(10) == Names{"a"});
  round.on_my_rights("a", "lra");
  CHECK(round.finish().empty());
}
