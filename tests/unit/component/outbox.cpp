#include "component/outbox.hpp"
#include "mapping/vocabulary.hpp"

#include "component/committer.hpp"
#include "store/memory_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_environment.hpp"
#include "tests/support/nobody.hpp"

using namespace std::chrono_literals;

namespace {

class Output final : public component::StanzaOutput {
 public:
  bool is_up() const override { return up; }
  void send(std::string_view stanzas) override {
    if (up) sent += stanzas;
  }
  std::string& begin_append() override { return sent; }
  void end_append() override {}
  void declare_dead() override { ++deaths; }

  std::string take() { return std::exchange(sent, {}); }
  bool up = true;
  std::string sent;
  int deaths = 0;
};

/// An outbox whose notices name their recipients, so that no subscription is needed.
struct World {
  tests::ManualEnvironment environment;
  Output output;
  store::MemoryStore store;
  tests::Nobody access;
  mapping::MailVocabulary vocabulary;
  tests::SameId ids;
  pubsub::Service service{{}, access, vocabulary, ids};
  component::Outbox outbox{environment, output, store, service,
                           component::Barrier("mail.example.com", true)};
  component::Committer committer{store, outbox, [] {}};
  std::uint64_t sequence = 0;

  World() {
    outbox.restore(0, 0);
    settle();
    outbox.on_stream_up();
  }

  void commit(pubsub::NoticeKind kind, const std::string& node) {
    pubsub::Notice notice;
    notice.sequence = ++sequence;
    notice.kind = kind;
    notice.account = "juliet@mail.example.com";
    notice.node = node;
    notice.number = sequence;
    notice.at = environment.wall_now();
    notice.payload = {{pubsub::Disclosure::counts, "<e xmlns='urn:e'/>"}};
    notice.recipients.push_back({"juliet@example.com", notice.account, {"1"}, {}});
    store::Transaction transaction;
    transaction.writes.push_back(pubsub::AppendNotice{notice});
    committer.commit(std::move(transaction));
  }

  void settle() {
    store.run();
    environment.advance(0ms);
    store.run();
  }

  /// The barrier's id, if one is under way in `sent`.
  static std::string barrier_in(const std::string& sent) {
    const std::string start = "<message from='mail.example.com' to='mail.example.com' id='";
    const auto at = sent.find(start);
    if (at == std::string::npos) return {};
    return sent.substr(at + start.size(), sent.find('\'', at + start.size()) - at - start.size());
  }
};

std::size_t messages_in(const std::string& sent) {
  std::size_t count = 0;
  for (auto at = sent.find("<event "); at != std::string::npos; at = sent.find("<event ", at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("nothing is sent before it is durable", "[XEP-0060:7.1.2]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.environment.advance(1s);
  CHECK(messages_in(world.output.sent) == 0);
  world.settle();
  CHECK(messages_in(world.output.sent) == 1);
}

TEST_CASE("the cursor moves when the barrier comes back, and not before", "[XEP-0114:3]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  world.environment.advance(1s);
  const auto id = World::barrier_in(world.output.take());
  REQUIRE_FALSE(id.empty());
  CHECK(world.outbox.pending() == 1);
  CHECK(world.outbox.on_message("mail.example.com", id));
  CHECK(world.outbox.pending() == 0);
}

TEST_CASE("what was not proved taken is sent again with the same ids", "[XEP-0060:7.1.2]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  const auto first = world.output.take();
  world.output.up = false;
  world.outbox.on_stream_down();
  world.commit(pubsub::NoticeKind::item, "mail_events/a");  // while the stream is away
  world.settle();
  world.output.up = true;
  world.outbox.on_stream_up();
  world.settle();
  world.settle();
  const auto again = world.output.take();
  CHECK(messages_in(again) == 2);
  CHECK(again.substr(0, first.size()) == first);
}

TEST_CASE("a late repeat says when it was", "[XEP-0203:3]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  world.output.up = false;
  world.outbox.on_stream_down();
  world.environment.advance(6s);
  world.output.sent.clear();
  world.output.up = true;
  world.outbox.on_stream_up();
  world.settle();
  CHECK(world.output.sent.find("<delay xmlns='urn:xmpp:delay'") != std::string::npos);
}

TEST_CASE("of a state only the newest is sent after an outage", "[XEP-0060:12.18]") {
  World world;
  world.output.up = false;
  world.outbox.on_stream_down();
  for (int i = 0; i < 3; ++i) world.commit(pubsub::NoticeKind::state, "mail_status/a");
  world.commit(pubsub::NoticeKind::state, "mail_status/b");
  world.settle();
  world.output.up = true;
  world.outbox.on_stream_up();
  world.settle();
  world.settle();
  const auto sent = world.output.take();
  CHECK(messages_in(sent) == 2);
  CHECK(sent.find("id='e3-1'") != std::string::npos);
  CHECK(sent.find("id='e4-1'") != std::string::npos);
}

TEST_CASE("under pressure nothing is sent, and all of it afterwards", "[XEP-0114:3]") {
  World world;
  world.outbox.on_pressure(true);
  for (int i = 0; i < 5; ++i) world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  CHECK(messages_in(world.output.sent) == 0);
  world.outbox.on_pressure(false);
  for (int i = 0; i < 6; ++i) world.settle();
  CHECK(messages_in(world.output.sent) == 5);
}

TEST_CASE("a barrier that does not come back within ten seconds means a dead link",
          "[XEP-0114:3]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  world.environment.advance(9s);
  CHECK(world.output.deaths == 0);
  world.environment.advance(3s);
  CHECK(world.output.deaths == 1);
}

TEST_CASE("an orderly end waits for the proof, but not for ever", "[XEP-0114:3]") {
  World world;
  world.commit(pubsub::NoticeKind::item, "mail_events/a");
  world.settle();
  int told = 0;
  world.outbox.finish([&] { ++told; });
  SECTION("the barrier comes back") {
    world.environment.advance(100ms);
    CHECK(told == 0);
    world.outbox.on_message("mail.example.com", World::barrier_in(world.output.take()));
    CHECK(told == 1);
    world.environment.advance(5s);
    CHECK(told == 1);
  }
  SECTION("it does not") {
    world.environment.advance(2s);
    CHECK(told == 1);
  }
}
