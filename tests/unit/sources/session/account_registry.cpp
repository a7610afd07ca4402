// One model per account, whichever source asks for it. docs/protocol.md "One act, one event".
#include "sources/account_registry.hpp"

#include "tests/support/catch.hpp"

using sources::AccountRegistry;

TEST_CASE("all sources of an account hold the same model", "[operations]") {
  AccountRegistry registry;
  events::MailboxState inbox;
  inbox.name = "INBOX";
  const events::KnownAccount known{"juliet", "", {inbox}, {}, {}};

  const auto first = registry.open("juliet", known);
  const auto second = registry.open("juliet", std::nullopt);
  const auto other = registry.open("romeo", std::nullopt);

  CHECK(first == second);
  CHECK(first != other);
  CHECK(second->find("INBOX") != nullptr);
  CHECK(other->find("INBOX") == nullptr);
}

TEST_CASE("a model that no source holds any more is made anew", "[operations]") {
  AccountRegistry registry;
  events::MailboxState inbox;
  inbox.name = "INBOX";
  registry.open("juliet", events::KnownAccount{"juliet", "", {inbox}, {}, {}});

  CHECK(registry.open("juliet", std::nullopt)->find("INBOX") == nullptr);
}
