#include "mapping/readers.hpp"

#include "mapping/publication.hpp"
#include "tests/support/catch.hpp"

using events::MailboxIs;
using events::MailboxMoved;
using Lines = std::vector<std::string>;

namespace {

const pubsub::WallTime now{std::chrono::seconds(1795336867)};

events::MailboxState state(std::string name, std::uint32_t uidvalidity = 1) {
  events::MailboxState made;
  made.name = std::move(name);
  made.uidvalidity = events::UidValidity::from(uidvalidity);
  return made;
}
MailboxIs is(std::string name, std::uint32_t uidvalidity = 1) {
  return {state(std::move(name), uidvalidity)};
}
MailboxIs level(std::string name) {
  MailboxIs made{state(std::move(name))};
  made.state.uidvalidity.reset();
  made.state.is_selectable = false;
  return made;
}

/// Juliet's mailboxes, and what of them is put.
class World {
 public:
  Lines apply(std::vector<events::Step> steps) {
    events::Report report{"juliet", "imap", "", std::move(steps), false};
    return put(report);
  }
  Lines read(const std::string& name, Lines readers) {
    events::Report report{"juliet", "imap", "", {}, false};
    report.rights = {{name, std::move(readers)}};
    return put(report);
  }
  Lines mdn_sent(const std::string& name, bool is_kept) {
    events::Report report{"juliet", "imap", "", {}, false};
    report.mdn_sent = {{name, is_kept}};
    return put(report);
  }
  std::optional<bool> mdn_sent_of(const std::string& id) const {
    for (const auto& node : publication.nodes()) {
      if (node.id == id) return mapping::keeps_mdn_sent(node);
    }
    FAIL("no node " << id);
    return std::nullopt;
  }
  Lines readers_of(const std::string& id) const {
    for (const auto& node : publication.nodes()) {
      if (node.id == id) return node.readers;
    }
    return {"no such node"};
  }

  mapping::AddressMap addresses{{"mail.example.com", "example.com", {}}};
  mapping::Publication publication{
      "juliet", "juliet@mail.example.com", {"imap.example.com", "example.com", '/', &addresses}};

 private:
  Lines put(const events::Report& report) {
    Lines ids;
    for (const auto& change : publication.apply(report, now).changes) {
      if (const auto* node = std::get_if<pubsub::PutNode>(&change)) ids.push_back(node->node.id);
    }
    return ids;
  }
};

}  // namespace

TEST_CASE("the store's readers are the owners of the accounts it names", "[RFC4314:2]") {
  mapping::AddressMap addresses({"mail.example.com", "example.com", {"example.com"}});
  REQUIRE(addresses.add_account("juliet").has_value());
  REQUIRE(addresses.add_account("team", {"paris@example.org", "nurse@example.com"}).has_value());
  struct Row {
    const char* name;
    Lines identifiers, readers;
  };
  const auto row = GENERATE(values<Row>({
      {"nobody", {}, {}},
      {"by rule", {"romeo"}, {"romeo@example.com"}},
      {"with the mail domain", {"romeo@EXAMPLE.com"}, {"romeo@example.com"}},
      {"two spellings are one", {"romeo", "romeo@example.com"}, {"romeo@example.com"}},
      {"as configured, sorted", {"team"}, {"nurse@example.com", "paris@example.org"}},
      {"anyone", {"romeo", "anyone"}, {"*", "romeo@example.com"}},
      {"the owner's own", {"juliet"}, {}},
      {"escaped", {"d'artagnan"}, {R"(d\27artagnan@example.com)"}},
      {"of another domain", {"romeo@montague.lit"}, {}},
      {"no address", {"", " x", "\xFF"}, {}},
      {"the address is another account's", {"Team"}, {}},
  }));
  INFO(row.name);
  CHECK(mapping::to_readers(row.identifiers, addresses, "juliet@mail.example.com") == row.readers);
}

TEST_CASE("both leaves of a mailbox have its readers, wherever it goes", "[RFC4314:4]") {
  World world;
  const Lines romeo{"romeo@example.com"};
  world.apply({is("a"), is("a/b"), level("n")});
  CHECK(world.read("a", {"romeo"}) == Lines{"mail_events/a", "mail_status/a"});
  CHECK(world.read("a", {"romeo"}).empty());  // read anew, unchanged
  CHECK(world.readers_of("mail_events/a") == romeo);
  CHECK(world.readers_of("mail_status/a") == romeo);
  CHECK(world.readers_of("mail_events/a/").empty());
  CHECK(world.readers_of("mail_events/a/b").empty());
  CHECK(world.read("nowhere", {"romeo"}).empty());
  CHECK(world.read("n", {"romeo"}).empty());

  world.apply({MailboxMoved{"a", "c"}, MailboxMoved{"a/b", "c/b"}});
  CHECK(world.readers_of("mail_events/c") == romeo);
  world.apply({is("c")});  // its state changed, its rights did not
  CHECK(world.readers_of("mail_events/c") == romeo);
  world.apply({is("c", 2)});  // another mailbox by that name
  CHECK(world.readers_of("mail_events/c").empty());

  world.read("c/b", {"anyone"});
  CHECK(world.readers_of("mail_status/c/b") == Lines{"*"});
  world.apply({level("c/b"), is("c/b")});
  CHECK(world.readers_of("mail_status/c/b").empty());
  world.read("c/b", {"anyone"});
  CHECK(world.read("c/b", {}) == Lines{"mail_events/c/b", "mail_status/c/b"});
}

TEST_CASE("a node says whether its mailbox keeps $MDNSent", "[RFC3503:4]") {
  World world;
  world.apply({is("INBOX"), is("a")});
  CHECK(world.mdn_sent_of("mail_events/a") == std::nullopt);
  CHECK(world.mdn_sent("a", true) == Lines{"mail_events/a", "mail_status/a"});
  CHECK(world.mdn_sent("a", true).empty());
  CHECK(world.mdn_sent("nowhere", true).empty());
  CHECK(world.mdn_sent_of("mail_status/a") == true);
  CHECK(world.mdn_sent_of("mail_status/INBOX") == std::nullopt);
  world.apply({is("a")});  // its state changed
  CHECK(world.mdn_sent_of("mail_status/a") == true);
  world.apply({MailboxMoved{"a", "b"}});
  CHECK(world.mdn_sent_of("mail_status/b") == true);
  CHECK(world.mdn_sent("b", false) == Lines{"mail_events/b", "mail_status/b"});
  CHECK(world.mdn_sent_of("mail_status/b") == false);
  world.apply({is("b", 2)});  // another mailbox by that name
  CHECK(world.mdn_sent_of("mail_status/b") == std::nullopt);
}

TEST_CASE("after a restart $MDNSent is what it was", "[RFC3503:4]") {
  World world;
  events::KnownAccount known;
  known.account = "juliet";
  known.mailboxes = {state("INBOX"), state("a")};
  world.publication.restore(known, true, {}, {{"mail_events/a", false}, {"mail_status/a", false}});
  CHECK(world.apply({is("INBOX"), is("a")}).empty());
  CHECK(world.mdn_sent_of("mail_events/a") == false);
  CHECK(world.mdn_sent("a", false).empty());
}

TEST_CASE("after a restart the stored readers stay until the rights are read", "[RFC4314:4]") {
  World world;
  events::KnownAccount known;
  known.account = "juliet";
  known.mailboxes = {state("INBOX"), state("a")};
  world.publication.restore(known, true, {{"mail_events/a", {"*"}}, {"mail_status/a", {"*"}}});
  CHECK(world.apply({is("INBOX"), is("a")}).empty());
  CHECK(world.readers_of("mail_events/a") == Lines{"*"});
  CHECK(world.read("INBOX", {}).empty());
  CHECK(world.read("a", {"anyone"}).empty());
  CHECK(world.read("a", {}) == Lines{"mail_events/a", "mail_status/a"});
}
