#include "mapping/publication.hpp"

#include <random>

#include "tests/support/catch.hpp"

using events::Event;
using events::MailboxGone;
using events::MailboxId;
using events::MailboxIs;
using events::MailboxMoved;
using events::MailboxState;
using events::Step;

namespace {

const pubsub::WallTime now{std::chrono::seconds(1795336867)};

mapping::Publication juliet() {
  return {"juliet", "juliet@mail.example.com", {"imap.example.com", "example.com", '/'}};
}

MailboxState state(std::string name, std::uint32_t uidvalidity = 1) {
  MailboxState made;
  made.name = std::move(name);
  made.uidvalidity = events::UidValidity::from(uidvalidity);
  made.messages = 0;
  made.unseen = 0;
  return made;
}
MailboxIs is(std::string name, std::uint32_t uidvalidity = 1) {
  return {state(std::move(name), uidvalidity)};
}
MailboxIs level(std::string name) {
  MailboxIs made{};
  made.state.name = std::move(name);
  made.state.is_selectable = false;
  return made;
}
MailboxId id(std::string name) {
  return {"juliet", std::move(name), {}};
}
Event event(Event::Kind kind) {
  return {"juliet", {}, std::move(kind)};
}

/// Each change as one line, in the order of the changes.
std::vector<std::string> lines(const pubsub::AccountChanges& changes) {
  struct Line {
    std::string operator()(const pubsub::PutNode& c) const { return "put " + c.node.id; }
    std::string operator()(const pubsub::DeleteNode& c) const { return "delete " + c.id; }
    std::string operator()(const pubsub::MoveNode& c) const {
      return "move " + c.from + " > " + c.node.id;
    }
    std::string operator()(const pubsub::PublishItem& c) const {
      const auto& xml = c.payload.front().xml;
      return xml.substr(1, xml.find(' ') - 1) + " on " + c.node;
    }
    std::string operator()(const pubsub::PublishState& c) const {
      const auto end = c.key.find(' ');
      return c.key.substr(6, end - 6) + " on " + c.node;
    }
  };
  std::vector<std::string> all;
  for (const auto& change : changes.changes) all.push_back(std::visit(Line{}, change));
  return all;
}

std::vector<std::string> apply(mapping::Publication& publication, std::vector<Step> steps) {
  events::Report report;
  report.account = "juliet";
  report.steps = std::move(steps);
  return lines(publication.apply(report, now));
}

using Lines = std::vector<std::string>;

const pubsub::NodeSpec* node(const std::vector<pubsub::NodeSpec>& nodes, const std::string& id) {
  for (const auto& one : nodes) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the first report brings the roots and every node", "[XEP-0248:2]") {
  auto publication = juliet();
  CHECK(apply(publication, {is("INBOX"), is("a/b")}) ==
        Lines{"put mail_events", "put mail_status", "put mail_account", "put mail_events/INBOX",
              "put mail_events/INBOX/", "put mail_status/INBOX", "put mail_status/INBOX/",
              "current on mail_status/INBOX", "put mail_events/a/", "put mail_status/a/",
              "put mail_events/a/b", "put mail_events/a/b/", "put mail_status/a/b",
              "put mail_status/a/b/", "current on mail_status/a/b"});
  CHECK(apply(publication, {is("INBOX"), is("a/b")}).empty());
}

TEST_CASE("the graph: a/ holds a, a/b and a/b/", "[XEP-0248:2]") {
  auto publication = juliet();
  auto leaf = is("a/c");
  leaf.state.no_inferiors = true;
  apply(publication, {is("a"), is("a/b"), leaf, level("n")});
  const auto nodes = publication.nodes();
  CHECK(node(nodes, "mail_events/a")->parents == Lines{"mail_events", "mail_events/a/"});
  CHECK(node(nodes, "mail_events/a/")->parents == Lines{"mail_events"});
  CHECK(node(nodes, "mail_events/a/b")->parents == Lines{"mail_events/a/", "mail_events/a/b/"});
  CHECK(node(nodes, "mail_status/a/b/")->parents == Lines{"mail_status/a/"});
  CHECK(node(nodes, "mail_events/a/")->is_listed);
  CHECK_FALSE(node(nodes, "mail_events/a/b/")->is_listed);
  CHECK(node(nodes, "mail_events/a/c/") == nullptr);
  CHECK(node(nodes, "mail_events/a/c")->parents == Lines{"mail_events/a/"});
  CHECK(node(nodes, "mail_events/n") == nullptr);
  CHECK(node(nodes, "mail_events/n/") != nullptr);
}

TEST_CASE("a created mailbox: the leaf, then its first item", "[RFC5423:4.4]") {
  const bool is_event_first = GENERATE(false, true);
  auto publication = juliet();
  apply(publication, {is("INBOX")});
  std::vector<Step> steps{is("a/b"), event(events::MailboxCreate{id("a/b")})};
  if (is_event_first) std::swap(steps[0], steps[1]);
  CHECK(apply(publication, steps) ==
        Lines{"put mail_events/a/", "put mail_status/a/", "put mail_events/a/b",
              "put mail_events/a/b/", "put mail_status/a/b", "put mail_status/a/b/",
              "current on mail_status/a/b", "MailboxCreate on mail_events/a/b"});
}

TEST_CASE("a deleted mailbox without children: all its nodes end", "[RFC5423:4.4][XEP-0060:8.4]") {
  const bool is_event_first = GENERATE(true, false);
  auto publication = juliet();
  apply(publication, {is("a")});
  std::vector<Step> steps{event(events::MailboxDelete{id("a")}), MailboxGone{"a"}};
  if (!is_event_first) std::swap(steps[0], steps[1]);
  CHECK(apply(publication, steps) ==
        Lines{"MailboxDelete on mail_events/a", "gone on mail_status/a", "delete mail_status/a",
              "delete mail_status/a/", "delete mail_events/a", "delete mail_events/a/"});
}

TEST_CASE("a deleted mailbox with children keeps its collections", "[RFC5423:4.4]") {
  const Step end = GENERATE(values<Step>({MailboxGone{"a"}, level("a")}));
  auto publication = juliet();
  apply(publication, {is("a"), is("a/b")});
  const auto changes = apply(publication, {event(events::MailboxDelete{id("a")}), end});
  CHECK(changes == Lines{"MailboxDelete on mail_events/a", "gone on mail_status/a",
                         "delete mail_status/a", "delete mail_events/a"});
  const auto last = apply(publication, {MailboxGone{"a/b"}, MailboxGone{"a"}});
  CHECK(last.back() == "delete mail_events/a/");
  CHECK(publication.nodes().size() == 3);
}

TEST_CASE("delete and create of one name: both events", "[RFC5423:4.4]") {
  auto publication = juliet();
  apply(publication, {is("a")});
  const auto changes =
      apply(publication, {event(events::MailboxDelete{id("a")}),
                          event(events::MailboxCreate{id("a")}), MailboxGone{"a"}, is("a", 2)});
  REQUIRE(changes.size() == 12);
  CHECK(changes.front() == "MailboxDelete on mail_events/a");
  CHECK(changes[5] == "delete mail_events/a/");
  CHECK(changes.back() == "MailboxCreate on mail_events/a");
}

TEST_CASE("a rename moves every node, children and levels included",
          "[RFC5423:4.4][XEP-0060:8.4]") {
  const Step rename = event(events::MailboxRename{id("x"), id("y")});
  const auto steps = GENERATE_COPY(values<std::vector<Step>>({
      {MailboxMoved{"x", "y"}, MailboxMoved{"x/l/b", "y/l/b"}, rename},
      {rename, MailboxMoved{"x", "y"}, is("y"), MailboxMoved{"x/l/b", "y/l/b"}, is("y/l/b")},
      {is("y"), MailboxMoved{"x/l/b", "y/l/b"}, rename, MailboxMoved{"x", "y"}},
  }));
  auto publication = juliet();
  apply(publication, {is("x"), is("x/l/b")});
  const auto changes = apply(publication, steps);
  Lines expected;
  for (const std::string path : {"", "/l", "/l/b"}) {
    for (const std::string tree : {"mail_events/", "mail_status/"}) {
      const auto from = tree + "x" + path;
      const auto to = tree + "y" + path;
      expected.push_back("move " + from + "/ > " + to + "/");
      if (path != "/l") expected.push_back("move " + from + " > " + to);
    }
  }
  expected.emplace_back("MailboxRename on mail_events/y");
  CHECK(changes == expected);
}

TEST_CASE("INBOX stays where it is when it is renamed", "[RFC5423:4.4][RFC3501:6.3.5]") {
  const Step how = GENERATE(values<Step>({MailboxMoved{"INBOX", "x"}, is("x", 1)}));
  auto publication = juliet();
  apply(publication, {is("INBOX"), is("INBOX/c")});
  const auto changes =
      apply(publication, {how, is("INBOX", 2), event(events::MailboxRename{id("INBOX"), id("x")})});
  CHECK(changes == Lines{"put mail_events/x", "put mail_events/x/", "put mail_status/x",
                         "put mail_status/x/", "current on mail_status/x", "put mail_events/INBOX",
                         "put mail_status/INBOX", "current on mail_status/INBOX",
                         "MailboxRename on mail_events/INBOX"});
}

TEST_CASE("three renames can swap two names", "[RFC3501:6.3.5]") {
  auto publication = juliet();
  apply(publication, {is("A", 1), is("B", 2)});
  apply(publication, {MailboxMoved{"A", "t"}, MailboxMoved{"B", "A"}, MailboxMoved{"t", "B"}});
  CHECK(publication.find_mailbox("mail_events/A")->uidvalidity->value() == 2);
  CHECK(publication.find_mailbox("mail_status/B")->uidvalidity->value() == 1);
  CHECK(publication.find_mailbox("mail_events/t") == nullptr);
}

TEST_CASE("events without a mailbox go to mail_account", "[RFC5423:4.3][RFC5423:4.4]") {
  auto publication = juliet();
  apply(publication, {is("INBOX")});
  CHECK(apply(publication,
              {event(events::Login{}), event(events::Logout{}), event(events::QuotaChange{}),
               event(events::QuotaWithin{{{}, {}, {}, {}, id("inbox")}}),
               event(events::MailboxSubscribe{id("nowhere")}),
               event(events::MailboxUnSubscribe{id("INBOX")})}) ==
        Lines{"Login on mail_account", "Logout on mail_account", "QuotaChange on mail_account",
              "QuotaWithin on mail_events/INBOX", "MailboxSubscribe on mail_account",
              "MailboxUnSubscribe on mail_events/INBOX"});
}

TEST_CASE("more than 1,000 ranges become several events", "[RFC5423:5]") {
  events::UidSet set;
  for (std::uint32_t uid = 1; uid < 4200; uid += 2) set.add(events::Uid::from(uid).value());
  auto publication = juliet();
  apply(publication, {is("INBOX")});
  const auto changes = apply(publication, {event(events::MessageRead{{id("INBOX"), set, {}, {}}})});
  CHECK(changes == Lines(3, "MessageRead on mail_events/INBOX"));
}

TEST_CASE("two mailboxes never share a node", "[XEP-0060:4.6.2]") {
  auto publication = juliet();
  auto dotted = is("a.b");
  dotted.state.separator = '.';
  apply(publication, {is("a/b"), dotted, is("x//y")});
  CHECK(publication.take_problems().size() == 2);
  CHECK(apply(publication, {dotted}).empty());
  CHECK(publication.take_problems().empty());
  apply(publication, {MailboxGone{"a/b"}});
  CHECK_FALSE(apply(publication, {dotted}).empty());
}

TEST_CASE("losing sight: every status", "[RFC3842:1]") {
  auto publication = juliet();
  apply(publication, {is("A"), is("INBOX")});
  events::SightChange change{"juliet", "imap", events::Sight::stale, events::SightReason::timeout,
                             now,      ""};
  CHECK(lines(publication.on_sight(change, now)) ==
        Lines{"source on mail_account", "stale on mail_status/A", "stale on mail_status/INBOX"});
  CHECK(lines(publication.on_sight(change, now)).empty());
  change.sight = events::Sight::current;
  CHECK(lines(publication.on_sight(change, now)) == Lines{"source on mail_account",
                                                          "current on mail_status/A",
                                                          "current on mail_status/INBOX"});
}

TEST_CASE("unread is what is news, where it is known", "[RFC6154:2][RFC6121:4.7.2.2]") {
  auto publication = juliet();
  CHECK(publication.waiting().unseen.empty());
  std::vector<Step> steps;
  for (const auto& [name, unseen] :
       {std::pair{"INBOX", 3U}, std::pair{"Work", 0U}, std::pair{"Spam", 40U}}) {
    auto mailbox = is(name);
    mailbox.state.unseen = unseen;
    if (mailbox.state.name == "Spam") mailbox.state.special_use = events::SpecialUse::junk;
    steps.emplace_back(mailbox);
  }
  auto unknown = is("Unknown");
  unknown.state.unseen.reset();
  steps.emplace_back(unknown);
  steps.emplace_back(level("Level"));
  apply(publication, steps);
  const auto waiting = publication.waiting();
  CHECK(waiting.is_current);
  CHECK(waiting.unseen == std::vector<std::pair<pubsub::NodeId, std::uint32_t>>{
                              {"mail_status/INBOX", 3}, {"mail_status/Work", 0}});
  events::SightChange lost{"juliet", "imap", events::Sight::stale, events::SightReason::timeout,
                           now,      ""};
  publication.on_sight(lost, now);
  CHECK(!publication.waiting().is_current);
  CHECK(publication.waiting().unseen == waiting.unseen);
}

TEST_CASE("after a restart only differences are published", "[XEP-0060:12.18]") {
  auto publication = juliet();
  publication.restore({"juliet", "", {state("INBOX"), state("a/b")}, {}, {}}, false);
  CHECK(publication.nodes().size() == 3 + 4 + 2 + 4);
  CHECK(apply(publication, {MailboxGone{"a/b"}, event(events::Login{})}) ==
        Lines{"gone on mail_status/a/b", "delete mail_status/a/b", "delete mail_status/a/b/",
              "delete mail_events/a/b", "delete mail_events/a/b/", "delete mail_status/a/",
              "delete mail_events/a/", "Login on mail_account"});
}

TEST_CASE("a store known by push alone has what its events name", "[RFC5423:4.4]") {
  auto publication = juliet();
  const MailboxId box{"juliet", "a", events::UidValidity::from(9)};
  events::MessageNew arrival{{box, events::Uid::from(1).value(), {}, {}, {}, {}, {}, {}, {}}, {}};
  CHECK(apply(publication, {event(arrival)}).back() == "MessageNew on mail_events/a");
  CHECK(apply(publication, {event(events::MailboxDelete{id("b")})}).back() ==
        "delete mail_events/b/");
  CHECK(publication.find_mailbox("mail_events/b") == nullptr);
}

TEST_CASE("nodes built step by step are those built from scratch", "[XEP-0248:2]") {
  const auto seed = GENERATE(range(1U, 61U));
  std::mt19937 random(seed);
  const Lines names{"a", "b", "a/b", "a/c", "b/c/d", "a/b/c", "d", "d/a"};
  const auto pick = [&] { return names[random() % names.size()]; };
  auto publication = juliet();
  std::map<std::string, pubsub::NodeSpec> made;  // by applying the changes
  std::map<std::string, MailboxState> reference;
  for (int i = 0; i < 60; ++i) {
    events::Report report;
    const auto name = pick();
    const auto other = pick();
    const auto act = random() % 4;
    if (act == 0) {
      report.steps = {MailboxGone{name}};
      reference.erase(name);
    } else if (act == 1 && reference.contains(name) && !reference.contains(other)) {
      report.steps = {MailboxMoved{name, other}};
      reference[other] = reference[name];
      reference[other].name = other;
      reference.erase(name);
    } else {
      auto one = state(name);
      one.is_selectable = act != 2;
      report.steps = {MailboxIs{one}};
      reference[name] = one;
    }
    for (const auto& change : publication.apply(report, now).changes) {
      if (const auto* put = std::get_if<pubsub::PutNode>(&change)) made[put->node.id] = put->node;
      if (const auto* gone = std::get_if<pubsub::DeleteNode>(&change)) {
        REQUIRE(made.erase(gone->id) == 1);
      }
      if (const auto* move = std::get_if<pubsub::MoveNode>(&change)) {
        REQUIRE(made.erase(move->from) == 1);
        REQUIRE(made.emplace(move->node.id, move->node).second);
      }
    }
    mapping::MailboxTree scratch;
    for (const auto& [key, one] : reference) {
      scratch.put(mapping::parse_mailbox_name(key, '/').value(), mapping::facts_of(one));
    }
    std::map<std::string, pubsub::NodeSpec> expected;
    for (auto& root : mapping::root_nodes()) expected[root.id] = root;
    for (auto& one : scratch.all_nodes()) expected[one.id] = one;
    REQUIRE(made == expected);
    for (const auto& [key, spec] : made) {
      for (const auto& parent : spec.parents) REQUIRE(made.contains(parent));
    }
  }
}
