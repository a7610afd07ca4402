// The IMAP source over real sockets: its connection, TLS and pause, against a scripted server on
// loopback.
#include "sources/imap/imap_source.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "sources/imap/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/wire/scripted_server.hpp"

using namespace sources::imap;
using namespace std::chrono_literals;
using wire_test::Authority;
using wire_test::Script;
using wire_test::ScriptedServer;
using Security = wire_test::Script::Security;

namespace {

sources::Moment now() {
  return {std::chrono::steady_clock::now(), {std::chrono::system_clock::now(), {}}};
}

struct Log final : ImapLog {
  std::vector<std::string> lines;
  void add(std::string_view what, std::string_view account, std::string_view detail) {
    lines.push_back(std::string(what) + " " + std::string(account) + " " + std::string(detail));
  }
  void imap_connected(std::string_view, std::string_view account) override {
    add("connected", account, "");
  }
  void imap_in_sight(std::string_view, std::string_view account) override {
    add("in sight", account, "");
  }
  void imap_login_refused(std::string_view, std::string_view account,
                          std::string_view detail) override {
    add("login refused", account, detail);
  }
  void imap_tls_failed(std::string_view, std::string_view account,
                       std::string_view detail) override {
    add("tls failed", account, detail);
  }
  void imap_malformed(std::string_view, std::string_view account,
                      std::string_view detail) override {
    add("malformed", account, detail);
  }
  void imap_lost(std::string_view, std::string_view account, std::string_view detail) override {
    add("lost", account, detail);
  }
  void imap_failed(std::string_view, std::string_view account, std::string_view what) override {
    add("failed", account, what);
  }
  bool has(std::string_view text) const {
    return std::any_of(lines.begin(), lines.end(),
                       [text](const auto& line) { return line.find(text) != std::string::npos; });
  }
};

struct Sink final : events::Sink {
  std::vector<events::Report> reports;
  std::vector<events::SightChange> sights;
  void on_report(events::Report report) override { reports.push_back(std::move(report)); }
  void on_sight(events::SightChange change) override { sights.push_back(std::move(change)); }
  events::DataWanted data_wanted(const std::string&, const std::string&) const override {
    return {};
  }
};

Script mail_server(Security security) {
  Script script;
  script.security = security;
  script.answers = {
      {"CAPABILITY", "* CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR UNSELECT\r\n"},
      {"LIST", "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"},
      {"LSUB", "* LSUB () \"/\" INBOX\r\n"},
      {"STATUS", "* STATUS INBOX (MESSAGES 0 UNSEEN 0 UIDNEXT 1 UIDVALIDITY 5)\r\n"},
      {"EXAMINE", "* FLAGS ()\r\n* 0 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT 1] x\r\n"},
  };
  return script;
}

/// A source and all around it.
struct Bench {
  explicit Bench(Script script, const Authority& trusted,
                 const std::string& tls_name = "imap.example.com")
      : server(std::move(script), authority) {
    config.name = "imap";
    config.host = "127.0.0.1";
    config.port = server.port();
    config.tls_name = tls_name;
    config.ca_file = trusted.ca_file();
    config.master_user = "gateway";
    config.master_password = "s3cret-pw";
  }
  Bench(Script script, Tls tls) : Bench(std::move(script), authority_of_all()) { config.tls = tls; }

  static const Authority& authority_of_all() {
    static const Authority authority;
    return authority;
  }

  ImapSource& start() {
    source.emplace(io.get_executor(), config, registry, sink, log, now);
    source->watch("juliet", std::nullopt);
    return *source;
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < limit) {
      io.restart();
      io.run_one_for(20ms);
    }
    return condition();
  }
  bool run_until_logged(std::string_view text) {
    return run_until([&] { return log.has(text); });
  }

  const Authority& authority = authority_of_all();
  ScriptedServer server;
  boost::asio::io_context io;
  ImapConfig config;
  sources::AccountRegistry registry;
  Sink sink;
  Log log;
  std::optional<ImapSource> source;
};

void check_in_sight(Bench& bench) {
  auto& source = bench.start();
  INFO((bench.log.lines.empty() ? std::string() : bench.log.lines.back()));
  REQUIRE(bench.run_until_logged("in sight juliet"));
  CHECK(bench.log.lines == std::vector<std::string>{"connected juliet ", "in sight juliet "});
  REQUIRE_FALSE(bench.sink.reports.empty());
  CHECK(bench.sink.reports.front().account == "juliet");
  // The rights of the mailboxes may follow.
  CHECK(std::any_of(bench.sink.reports.begin(), bench.sink.reports.end(),
                    [](const events::Report& report) { return report.completes_snapshot; }));
  REQUIRE(bench.sink.sights.size() == 1);
  CHECK(bench.sink.sights.front().sight == events::Sight::current);
  CHECK(source.health().watched == 1);
  CHECK(source.health().in_sight == 1);
  // authzid juliet, authcid gateway
  CHECK(bench.server.commands()[bench.config.tls == Tls::starttls ? 2 : 0] ==
        "AUTHENTICATE PLAIN anVsaWV0AGdhdGV3YXkAczNjcmV0LXB3");
}

}  // namespace

TEST_CASE("an account comes into sight over plain loopback", "[RFC3501:6.2.2]") {
  Bench bench(mail_server(Security::none), Tls::none);
  check_in_sight(bench);
}

TEST_CASE("the same when each octet comes alone", "[RFC3501:2.2.2]") {
  auto script = mail_server(Security::none);
  script.octet_by_octet = true;
  Bench bench(script, Tls::none);
  check_in_sight(bench);
}

TEST_CASE("the same over STARTTLS", "[RFC3501:6.2.1]") {
  Bench bench(mail_server(Security::starttls), Tls::starttls);
  check_in_sight(bench);
  CHECK(bench.server.commands().front() == "STARTTLS");
  CHECK(bench.server.commands()[1] == "CAPABILITY");
}

TEST_CASE("the same over implicit TLS", "[RFC3501:11.1]") {
  Bench bench(mail_server(Security::implicit), Tls::implicit);
  check_in_sight(bench);
}

TEST_CASE("a server that cannot prove who it is gets no password", "[RFC3501:11.1]") {
  const Authority stranger;
  struct Row {
    const char* name;
    Security security;
    Tls tls;
    bool is_trusted;
    const char* tls_name;
    const char* logged;
  };
  const Row rows[]{
      {"unknown CA, STARTTLS", Security::starttls, Tls::starttls, false, "imap.example.com",
       "not trusted"},
      {"unknown CA, implicit", Security::implicit, Tls::implicit, false, "imap.example.com",
       "not trusted"},
      {"wrong name, STARTTLS", Security::starttls, Tls::starttls, true, "wrong.example",
       "expected 'wrong.example'"},
      {"wrong name, implicit", Security::implicit, Tls::implicit, true, "wrong.example",
       "expected 'wrong.example'"},
      {"an address is no name", Security::implicit, Tls::implicit, true, "",
       "expected '127.0.0.1'"},
      {"no TLS there", Security::none, Tls::implicit, true, "imap.example.com",
       "TLS handshake failed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Bench bench(mail_server(row.security), row.is_trusted ? Bench::authority_of_all() : stranger,
                row.tls_name);
    bench.config.tls = row.tls;
    bench.start();
    REQUIRE(bench.run_until_logged("tls failed juliet"));
    CAPTURE(bench.log.lines.back());
    CHECK(bench.log.has(row.logged));
    for (const auto& command : bench.server.commands()) CHECK(command == "STARTTLS");
    CHECK(bench.sink.reports.empty());
    CHECK(bench.source->health().in_sight == 0);
  }
}

TEST_CASE("no password goes to another machine in plain text", "[RFC3501:11.1]") {
  Bench bench(mail_server(Security::none), Tls::none);
  bench.config.host = "192.0.2.1";
  CHECK_THROWS_AS(bench.start(), std::invalid_argument);
}

TEST_CASE("a trust store that cannot be read stops the start", "[RFC3501:11.1]") {
  Bench bench(mail_server(Security::starttls), Tls::starttls);
  bench.config.ca_file = "/nonexistent/ca.pem";
  CHECK_THROWS_AS(bench.start(), boost::system::system_error);
}

TEST_CASE("a refused login is told to the operator without the password",
          "[RFC3501:6.2.2][RFC5530:3]") {
  auto script = mail_server(Security::none);
  script.answers["AUTHENTICATE"] = "NO [AUTHENTICATIONFAILED] bad password\r\n";
  Bench bench(script, Tls::none);
  bench.start();
  REQUIRE(bench.run_until_logged("login refused juliet"));
  REQUIRE(bench.sink.sights.size() == 1);
  CHECK(bench.sink.sights.front().sight == events::Sight::failed);
  CHECK(bench.sink.sights.front().reason == events::SightReason::auth);
  CHECK_FALSE(bench.log.has("s3cret"));
}

TEST_CASE("an account without any password is not tried", "[RFC3501:6.2.2]") {
  Bench bench(mail_server(Security::none), Tls::none);
  bench.config.master_user.clear();
  bench.start();
  CHECK(bench.log.has("login refused juliet no password"));
  CHECK(bench.server.commands().empty());
}

TEST_CASE("an account's own password is used for itself", "[RFC3501:6.2.3]") {
  Bench bench(mail_server(Security::none), Tls::none);
  bench.config.passwords = {{"juliet", "own \"pw"}};
  bench.start();
  REQUIRE(bench.run_until_logged("in sight juliet"));
  CHECK(bench.server.commands().front() == "LOGIN \"juliet\" \"own \\\"pw\"");
}

TEST_CASE("a server that speaks no IMAP is reported with an excerpt", "[RFC3501:7.1]") {
  auto script = mail_server(Security::none);
  script.greeting = "SSH-2.0-\x01server\r\n";
  Bench bench(script, Tls::none);
  bench.start();
  REQUIRE(bench.run_until_logged("malformed juliet"));
  CHECK(bench.log.has("SSH-2.0-\\x01server"));
}

TEST_CASE("nothing is read while paused, and nothing is lost by it", "[RFC3501:7.1]") {
  Bench bench(mail_server(Security::none), Tls::none);
  auto& source = bench.start();
  source.pause(true);
  REQUIRE(bench.run_until(
      [&] { return bench.server.has_greeted() && bench.log.has("connected juliet"); }));
  for (int i = 0; i < 5; ++i) bench.io.poll();
  CHECK(bench.server.commands().empty());
  source.pause(false);
  CHECK(bench.run_until_logged("in sight juliet"));
}

TEST_CASE("an account that is no longer watched says nothing more", "[RFC3501:6.1.3]") {
  Bench bench(mail_server(Security::none), Tls::none);
  auto& source = bench.start();
  REQUIRE(bench.run_until_logged("connected juliet"));
  source.unwatch("juliet");
  bench.log.lines.clear();
  bench.io.restart();
  bench.io.run_for(5s);  // ends as soon as nothing is left to do
  CHECK(bench.io.stopped());
  CHECK(bench.log.lines.empty());
  CHECK(bench.sink.reports.empty());
  CHECK(source.health().watched == 0);
}

TEST_CASE("connections on their way are limited; all accounts get their turn", "[RFC3501:6.2.2]") {
  Bench bench(mail_server(Security::none), Tls::none);
  bench.config.max_connecting = 1;
  auto& source = bench.start();
  source.watch("romeo", std::nullopt);
  source.unwatch("juliet");
  source.watch("nurse", std::nullopt);
  // the server serves one connection at a time: romeo has to go before nurse can come into sight
  REQUIRE(bench.run_until_logged("in sight romeo"));
  CHECK_FALSE(bench.log.has("in sight nurse"));
  source.unwatch("romeo");
  CHECK(bench.run_until_logged("in sight nurse"));
}

namespace {

struct Owner final : ConnectionOwner {
  std::optional<Ending> ending;
  void on_connected() override {}
  void on_report(events::Report) override {}
  void on_in_sight() override {}
  void on_ended(const Ending& told) override { ending = told; }
};

}  // namespace

TEST_CASE("a TLS handshake that never ends is given up", "[RFC3501:11.1]") {
  auto script = mail_server(Security::implicit);
  script.is_silent = true;
  Bench bench(script, Tls::implicit);
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = bench.server.port();
  endpoint.tls = Tls::implicit;
  endpoint.tls_deadline = 30ms;
  endpoint.tls_context = std::make_shared<const TlsContext>(bench.config.ca_file);
  sources::Account model("juliet");
  Owner owner;
  const auto connection = std::make_shared<Connection>(bench.io.get_executor(), endpoint,
                                                       SessionConfig{}, model, owner, now);
  connection->start(false);
  REQUIRE(bench.run_until([&] { return owner.ending.has_value(); }));
  CHECK(owner.ending->reason == events::SightReason::timeout);
  CHECK(owner.ending->detail == "server did not finish the TLS handshake in time");
}
