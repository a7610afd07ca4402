// What a pushing mail server is answered, and when.
#include "component/ingest.hpp"

#include "component/bearer.hpp"
#include "mapping/vocabulary.hpp"
#include "store/error.hpp"
#include "store/memory_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_environment.hpp"
#include "tests/support/nobody.hpp"
#include "tests/support/recording_log.hpp"

using namespace component;
using namespace std::chrono_literals;

namespace {

struct Output final : StanzaOutput {
  bool is_up() const override { return false; }
  void send(std::string_view) override {}
  std::string& begin_append() override { return sent; }
  void end_append() override {}
  void declare_dead() override {}
  std::string sent;
};

struct Silent final : AccountListener {
  void on_snapshot(const std::string&) override {}
  void on_first_look_failed(const std::string&, bool) override {}
  void on_waiting_changed(const std::string&) override {}
};

/// Counts the acts that it is told.
struct Told final : Sources {
  bool watch(const mapping::AccountAddress&) override { return true; }
  void unwatch(const mapping::AccountAddress&) override {}
  void configure(const Config&) override {}
  void pause(bool) override {}
  std::vector<SourceHealth> health() const override { return {}; }
  void stop() override {}
  void tell(const SourceConfig&, const mapping::AccountAddress& address,
            std::vector<sources::Act> acts, std::function<void()> then) override {
    for (std::size_t i = 0; i < acts.size(); ++i) accounts.push_back(address.name);
    then();
  }
  std::vector<std::string> accounts;
};

constexpr const char* login = R"({"event":"Login","user":"juliet@example.com"})";

struct World {
  tests::ManualEnvironment environment;
  Output output;
  store::MemoryStore store;
  tests::RecordingLog log;
  tests::Nobody access;
  Silent listener;
  mapping::MailVocabulary vocabulary;
  tests::SameId ids;
  mapping::AddressMap addresses{{"mail.example.com", "example.com", {"example.com"}}};
  pubsub::Service service{{}, access, vocabulary, ids};
  Outbox outbox{environment, output, store, service, Barrier("mail.example.com", true)};
  Committer committer{store, outbox, [] {}};
  Accounts accounts{{environment, committer, addresses, service, listener, log}};
  std::map<std::string, events::KnownAccount> known;
  bool is_ours = true;
  ToldAccounts told_accounts{
      {addresses, accounts, known, log, [this](const std::string&) { return is_ours; }}};
  Ingest ingest{{environment, store, committer, log, told_accounts}};
  Told sources;
  std::vector<HttpResponse> answers;

  World() {
    SourceConfig dovecot;
    dovecot.name = "dovecot";
    dovecot.type = SourceType::push;
    dovecot.token = "secret";
    dovecot.url_host = "imap.example.com";
    dovecot.mail_domain = "example.com";
    dovecot.users = {"juliet", "*@example.com"};
    auto other = dovecot;
    other.name = "other";
    other.token = "another";
    ingest.configure({dovecot, other});
  }

  void post(const std::string& body, std::map<std::string, std::string> headers = {},
            const std::string& source = "dovecot") {
    HttpRequest request;
    request.method = "POST";
    request.rest = source;
    request.body = body;
    request.headers = std::move(headers);
    request.headers.try_emplace("authorization", "Bearer secret");
    ingest.handle(request, &sources,
                  [this](HttpResponse response) { answers.push_back(std::move(response)); });
  }
  unsigned status() const { return answers.empty() ? 0 : answers.back().status; }
};

}  // namespace

TEST_CASE("the answer comes when the event is durable", "[RFC9110:15.5]") {
  World world;
  world.post(login);
  CHECK(world.answers.empty());
  world.store.run();
  REQUIRE(world.status() == 202);
  CHECK(world.answers[0].body == "{\"accepted\":1,\"ignored\":0}\n");
  CHECK(world.sources.accounts == std::vector<std::string>{"juliet"});
}

TEST_CASE("a slow journal is no reason to let a delivery wait", "[RFC9110:10.2.3]") {
  World world;
  world.post(login, {{"idempotency-key", "k"}});
  world.environment.advance(94ms);
  CHECK(world.answers.empty());
  world.environment.advance(1ms);
  REQUIRE(world.status() == 503);
  CHECK(world.answers[0].headers.at(0).first == "Retry-After");
  world.post(login, {{"idempotency-key", "k"}});  // it is under way still
  world.store.run();
  CHECK(world.status() == 202);
  CHECK(world.answers.size() == 2);
  CHECK(world.sources.accounts.size() == 1);
}

TEST_CASE("what the store refuses is not taken", "[RFC9110:10.2.3]") {
  World world;
  world.store.refuse(boost::system::errc::make_error_code(boost::system::errc::no_space_on_device));
  world.post(login);
  CHECK(world.status() == 503);
  CHECK(world.sources.accounts.empty());
  bool kept = true;
  world.ingest.take("dovecot", login, &world.sources, [&](bool is_kept) { kept = is_kept; });
  CHECK_FALSE(kept);
}

TEST_CASE("what cannot become durable any more is not said to be", "[RFC9110:10.2.3]") {
  World world;
  world.post(login, {{"idempotency-key", "k"}});
  world.store.end(store::make_error_code(store::errc::fenced));
  world.store.run();
  REQUIRE(world.status() == 503);
  world.store.end({});
  world.post(login, {{"idempotency-key", "k"}});  // read anew
  world.store.run();
  CHECK(world.status() == 202);
  CHECK(world.sources.accounts.size() == 2);
}

TEST_CASE("a source may have so many requests under way", "[RFC9110:10.2.3]") {
  World world;
  for (std::size_t i = 0; i < Ingest::max_under_way; ++i) world.post(login);
  CHECK(world.answers.empty());
  world.post(login);
  CHECK(world.status() == 429);
  world.post(login, {{"authorization", "Bearer another"}}, "other");
  CHECK(world.answers.size() == 1);
  world.store.run();
  CHECK(world.answers.size() == Ingest::max_under_way + 2);
  world.post(login);
  world.store.run();
  CHECK(world.status() == 202);
}

TEST_CASE("an Idempotency-Key is remembered for an hour, for its source", "[operations]") {
  World world;
  const auto post = [&](const std::string& source, const std::string& token) {
    world.post(login, {{"idempotency-key", "k"}, {"authorization", "Bearer " + token}}, source);
    world.store.run();
    return world.sources.accounts.size();
  };
  CHECK(post("dovecot", "secret") == 1);
  CHECK(post("dovecot", "secret") == 1);
  CHECK(post("other", "another") == 2);
  world.environment.advance(1h + 1s);
  CHECK(post("dovecot", "secret") == 3);
  for (const auto& answer : world.answers) CHECK(answer.status == 202);
}

TEST_CASE("who may push is decided before anything is read", "[RFC9110:11.6.2][RFC9110:15.5]") {
  struct Row {
    const char* source;
    std::map<std::string, std::string> headers;
    unsigned status;
  };
  const auto row = GENERATE(values<Row>({
      {"nobody", {}, 404},
      {"dovecot", {{"authorization", ""}}, 401},
      {"dovecot", {{"authorization", "Bearer wrong"}}, 401},
      {"dovecot", {{"authorization", "Digest secret"}}, 401},
      {"dovecot", {{"authorization", "Basic !"}}, 401},
      {"dovecot", {{"authorization", "bearer secret"}}, 400},
      {"dovecot", {{"authorization", "Basic eDpzZWNyZXQ="}}, 400},  // x:secret
      {"dovecot", {{"authorization", "Bearer another"}}, 403},
      {"dovecot", {{"content-type", "text/xml"}}, 415},
      {"dovecot", {{"content-type", "application/json; charset=utf-8"}}, 400},
      {"dovecot", {{"content-encoding", "gzip"}}, 415},
      {"dovecot", {{"idempotency-key", std::string(256, 'k')}}, 400},
  }));
  World world;
  world.post("no JSON", row.headers, row.source);
  CHECK(world.status() == row.status);
  CHECK(world.sources.accounts.empty());
}

TEST_CASE("a source speaks for its users alone", "[operations]") {
  World world;
  world.post(R"([{"event":"Login","user":"juliet"},{"event":"Login","user":"romeo@example.org"}])");
  world.store.run();
  REQUIRE(world.status() == 202);
  CHECK(world.answers[0].body == "{\"accepted\":1,\"ignored\":1}\n");
  CHECK(may_speak_for({"*"}, "anybody"));
  CHECK(may_speak_for({"a*c"}, "abc"));
  CHECK_FALSE(may_speak_for({"a*a"}, "a"));
  CHECK_FALSE(may_speak_for({}, "a"));
}

TEST_CASE("an account that another gateway has is told there", "[RFC9110:10.2.3]") {
  World world;
  world.is_ours = false;
  world.post(login);
  world.store.run();
  CHECK(world.status() == 503);
  CHECK(world.sources.accounts.empty());
}

TEST_CASE("secrets are compared whole", "[operations]") {
  CHECK(is_same_secret("abc", "abc"));
  CHECK_FALSE(is_same_secret("abc", "abd"));
  CHECK_FALSE(is_same_secret("abcabc", "abc"));
  CHECK_FALSE(is_same_secret("a", ""));
  CHECK_FALSE(is_same_secret("", "a"));
}
