#include "component/config.hpp"

#include <map>
#include <string>
#include <vector>

#include "component/config_file.hpp"
#include "component/config_reader.hpp"
#include "tests/support/catch.hpp"

using namespace component;

namespace {

struct FakeFiles final : ConfigFiles {
  std::map<std::string, FileContent> files;
  boost::system::result<FileContent> read(const std::string& path) const override {
    const auto found = files.find(path);
    if (found == files.end()) {
      return boost::system::errc::make_error_code(boost::system::errc::no_such_file_or_directory);
    }
    return found->second;
  }
};

const std::string xmpp = R"([xmpp]
domain = "mail.example.com"
secret = "s3cret"
users_domain = "example.com"
)";

struct Outcome {
  Config config;
  std::vector<std::string> mistakes;
  std::vector<std::string> warnings;
};

Outcome read(const std::string& text, const ConfigEnvironment& environment = {},
             const FakeFiles& files = {}, bool others_can_read = false) {
  const auto reading = read_config({text, others_can_read}, environment, files);
  Outcome outcome;
  outcome.config = reading.config;
  for (const auto& mistake : reading.mistakes) outcome.mistakes.push_back(to_line("f", mistake));
  for (const auto& warning : reading.warnings) outcome.warnings.push_back(to_line("f", warning));
  return outcome;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what may be left out has its default", "[config]") {
  const auto outcome =
      read(xmpp + "[[source]]\nname = 'imap'\ntype = 'imap'\nhost = 'imap.example.com'\n");
  CHECK(outcome.mistakes == Lines{});
  const auto& config = outcome.config;
  CHECK(config.xmpp.host == "127.0.0.1");
  CHECK(config.xmpp.port == 5347);
  CHECK(config.store.url == "sqlite:/var/lib/mailnode/mailnode.db");
  CHECK(config.http.listen == "127.0.0.1:8425");
  CHECK(config.control.socket.empty());
  CHECK(config.log.level == LogLevel::info);
  CHECK(config.policy.access_models == Lines{"whitelist", "authorize", "presence"});
  CHECK(config.policy.history_items == 1000);
  REQUIRE(config.sources.size() == 1);
  CHECK(config.sources[0].port == 143);
  CHECK(config.sources[0].tls == TlsMode::starttls);
  CHECK(config.sources[0].tls_name == "imap.example.com");
  CHECK(config.sources[0].url_host == "imap.example.com");
  CHECK(config.sources[0].poll_seconds == 300);
}

TEST_CASE("every key is read", "[config]") {
  FakeFiles files;
  files.files["/ca.pem"] = {"pem", true};
  files.files["/key"] = {"0123456789abcdef\n", false};
  files.files["/pw"] = {"geheim\r\n", false};
  files.files["/cert.pem"] = {"pem", true};
  files.files["/key.pem"] = {"pem", false};
  const auto outcome = read(R"([xmpp]
domain = "mail.example.com"
host = "::1"
port = 5348
secret = "s"
users_domain = "example.com"
pep_mirror = true
[store]
url = "postgresql://localhost/mailnode"
[http]
listen = "0.0.0.0:8425"
tls_cert = "/cert.pem"
tls_key = "/key.pem"
[control]
socket = "/run/mailnode/control"
[log]
level = "debug"
format = "json"
[policy]
access_models = ["open"]
disclosure = "counts"
history_items = 5
history_days = 6
max_subscriptions_per_jid = 7
requests_per_second = 8
admins = ["admin@example.com"]
auditors = ["auditor@example.com"]
notify_to = ["owner", "x@example.com", "example.net"]
federation = false
[links]
enabled = true
key_file = "/key"
allow_hosts = ["imap.example.net"]
per_user = 9
[[source]]
name = "imap"
type = "imap"
host = "10.0.0.1"
port = 993
tls = "implicit"
tls_name = "imap.example.com"
ca_file = "/ca.pem"
url_host = "imap.example.com"
mail_domain = "example.com"
master_user = "gateway"
master_password_file = "/pw"
accounts = ["juliet", "romeo"]
poll_seconds = 5
[[source]]
name = "dovecot"
type = "push"
token = "t"
url_host = "imap.example.com"
mail_domain = "example.com"
separator = "."
shared_prefix = "Shared."
users = ["*@example.com"]
socket = "/run/mailnode/notify"
socket_format = "cyrus"
socket_mode = "0600"
socket_group = "mail"
dlist_socket = "/run/mailnode/dlist"
[[account]]
name = "juliet.capulet@example.org"
owners = ["juliet@example.com"]
source = "imap"
password_file = "/pw"
)",
                            {}, files);
  CHECK(outcome.mistakes == Lines{});
  CHECK(outcome.warnings == Lines{});
  const auto& config = outcome.config;
  CHECK(config.xmpp.host == "::1");
  CHECK(config.xmpp.pep_mirror);
  CHECK(config.log.format == LogFormat::json);
  CHECK(config.policy.notify_to.size() == 3);
  CHECK_FALSE(config.policy.federation);
  CHECK(config.links.key == "0123456789abcdef");
  REQUIRE(config.sources.size() == 2);
  CHECK(config.sources[0].master_password == "geheim");
  CHECK(config.sources[0].accounts == Lines{"juliet", "romeo"});
  CHECK(config.sources[1].type == SourceType::push);
  CHECK(config.sources[1].separator == ".");
  CHECK(config.sources[1].socket_format == SocketFormat::cyrus);
  REQUIRE(config.accounts.size() == 1);
  CHECK(config.accounts[0].password == "geheim");
  CHECK(inactive_features(config).size() >= 3);
}

TEST_CASE("every mistake is one line with its place and what is expected", "[config]") {
  struct Row {
    std::string text;
    Lines mistakes;
  };
  const std::string imap = "[[source]]\nname = 'i'\ntype = 'imap'\n";               // lines 5 to 7
  const std::string push = "[[source]]\nname = 'p'\ntype = 'push'\ntoken = 't'\n";  // lines 5 to 8
  const std::vector<Row> rows = {
      {"",
       {"f:1: [xmpp] domain: is missing; expected a domain name like mail.example.com",
        "f:1: [xmpp] users_domain: is missing; expected a domain name like mail.example.com",
        "f:1: [xmpp] secret: is missing; expected secret or secret_file"}},
      {"[xmpp\n", {"f:1: is no TOML: "}},
      {"[|xmpp]\n", {"f:1: is no TOML: "}},
      {xmpp + "\"a\\nb\" = 1\n", {"f:5: [xmpp] a b: "}},
      {xmpp + "port = 70000\n", {"f:5: [xmpp] port: is 70000; expected a number from 1 to 65535"}},
      {xmpp + "port = '5347'\n",
       {"f:5: [xmpp] port: is no number; expected a number from 1 to 65535"}},
      {xmpp + "pep_mirror = 1\n",
       {"f:5: [xmpp] pep_mirror: is neither true nor false; expected true or false"}},
      {xmpp + "host = 'a b'\n",
       {"f:5: [xmpp] host: is \"a b\"; expected a host name or an IP address"}},
      {xmpp + "secret_file = '/x'\n",
       {"f:5: [xmpp] secret_file: stands beside secret; expected only one of them"}},
      {xmpp + "sekret = 'x'\n",
       {"f:5: [xmpp] sekret: is unknown; expected one of domain, host, pep_mirror, port, secret, "
        "secret_file, "
        "users_domain"}},
      {xmpp + "[xmmp]\n",
       {"f:5: [xmmp]: is unknown; expected one of xmpp, store, http, control, log, policy, links, "
        "source, account"}},
      {xmpp + "[store]\nurl = 'mysql:x'\n",
       {"f:6: [store] url: is \"mysql:x\"; expected sqlite:PATH or postgresql://..."}},
      {xmpp + "[http]\nlisten = '8425'\n",
       {"f:6: [http] listen: is \"8425\"; expected ADDRESS:PORT like 127.0.0.1:8425 or "
        "[::1]:8425"}},
      {xmpp + "[http]\nlisten = '[::]:8425'\n",
       {"f:6: [http] listen: is no loopback address and there is no TLS; expected tls_cert and "
        "tls_key beside it"}},
      {xmpp + "[http]\ntls_cert = '/none'\n",
       {"f:5: [http] tls_key: is missing; expected both tls_cert and tls_key, or none",
        "f:6: [http] tls_cert: names /none, which cannot be read (No such file or directory); "
        "expected a readable PEM "
        "file"}},
      {xmpp + "[log]\nlevel = 'loud'\n",
       {"f:6: [log] level: is \"loud\"; expected \"trace\" or \"debug\" or \"info\" or \"warning\" "
        "or \"error\""}},
      {xmpp + "[policy]\naccess_models = ['roster']\n",
       {"f:6: [policy] access_models: contains \"roster\"; expected a list, each entry whitelist, "
        "authorize, presence "
        "or open"}},
      {xmpp + "[policy]\nauditors = 'x@y'\n",
       {"f:6: [policy] auditors: is no list of texts; expected a list, each entry a bare JID like "
        "juliet@example.com"}},
      {xmpp + "[policy]\nadmins = ['x@y/z']\n",
       {"f:6: [policy] admins: contains \"x@y/z\"; expected a list, each entry a bare JID like "
        "juliet@example.com"}},
      {xmpp + imap + "tls = 'none'\nhost = 'imap.example.com'\n",
       {"f:8: [[source]] i tls: is \"none\" while host is not this machine; expected \"starttls\" "
        "or \"implicit\""}},
      {xmpp + imap + "tls = 'none'\nhost = '127.0.0.1'\n", {}},
      {xmpp + imap + "poll_seconds = 4\n",
       {"f:8: [[source]] i poll_seconds: is 4; expected a number from 5 to 86400"}},
      {xmpp + imap + "master_user = 'gateway'\n",
       {"f:5: [[source]] i master_password: is missing; expected master_password or "
        "master_password_file"}},
      {xmpp + imap + "token = 't'\n",
       {"f:8: [[source]] i token: is a key of a source with type = \"push\"; expected not here"}},
      {xmpp + push,
       {"f:5: [[source]] p url_host: is missing; a push source needs it; expected a host name or "
        "an IP "
        "address"}},
      {xmpp + "[[source]]\nname = 'p'\ntype = 'push'\nurl_host = 'h'\n",
       {"f:5: [[source]] p token: is missing; expected token or token_file"}},
      {xmpp + "[[source]]\nname = 'x'\ntype = 'pop3'\nport = 0\n",
       {"f:7: [[source]] x type: is \"pop3\"; expected \"imap\" or \"push\"",
        "f:8: [[source]] x port: is 0; expected a number from 1 to 65535"}},
      {xmpp + imap + imap, {"f:9: [[source]] i name: is used twice; expected a name of its own"}},
      {xmpp + "[source]\nname = 'x'\n",
       {"f:5: [[source]]: is no list of tables; expected [[source]]"}},
      {xmpp + "[[account]]\nname = 'a'\nsource = 'none'\n",
       {"f:7: [[account]] a source: is \"none\"; expected the name of a [[source]]"}},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto mistakes = read(row.text).mistakes;
    if (row.mistakes.size() == 1 && row.mistakes[0].ends_with(": ")) {
      REQUIRE(mistakes.size() == 1);
      CHECK(mistakes[0].substr(0, row.mistakes[0].size()) == row.mistakes[0]);
    } else {
      CHECK(mistakes == row.mistakes);
    }
  }
}

TEST_CASE("no complaint shows a secret", "[config]") {
  for (const auto* text : {"[xmpp]\nsecret = \"hush\\nhush\"\n",
                           "[[source]]\nname='x'\ntype='push'\ntoken=\"hush\\n\"\n"}) {
    for (const auto& line : read(text).mistakes) CHECK(line.find("hush") == std::string::npos);
  }
}

TEST_CASE("a secret's file must be for the gateway alone", "[config]") {
  const std::string text =
      "[xmpp]\ndomain='m.example.com'\nusers_domain='example.com'\nsecret_file='";
  FakeFiles files;
  files.files["/etc/s"] = {"abc\n", false};
  files.files["/etc/open"] = {"abc\n", true};
  files.files["/etc/empty"] = {"\n", false};
  files.files["/run/secrets/s"] = {"abc", true};
  CHECK(read(text + "/etc/s'\n", {}, files).config.xmpp.secret == "abc");
  CHECK(read(text + "/etc/open'\n", {}, files).mistakes ==
        Lines{"f:4: [xmpp] secret_file: names /etc/open, which others can read; expected mode 0600 "
              "or 0640"});
  CHECK(read(text + "/etc/empty'\n", {}, files).mistakes ==
        Lines{"f:4: [xmpp] secret_file: names /etc/empty, whose content is not usable; expected "
              "one line of 1 to 4096 "
              "octets"});
  CHECK(read(text + "/etc/none'\n", {}, files).mistakes.size() == 1);
  const auto mounted = read(text + "/run/secrets/s'\n", {}, files);
  CHECK(mounted.mistakes == Lines{});
  CHECK(mounted.warnings == Lines{"f:4: [xmpp] secret_file: names /run/secrets/s, which others can "
                                  "read; expected mode 0600 or 0640"});
  CHECK(read(xmpp, {}, {}, true).warnings ==
        Lines{"f:1: holds secrets and others can read it; expected mode 0600 or 0640"});
  CHECK(read(text + "/etc/s'\n", {}, files, true).warnings == Lines{});
}

TEST_CASE("the environment wins, and its mistakes carry the variable's name", "[config]") {
  const std::string text = xmpp + "[[source]]\nname = 'my-imap'\ntype = 'imap'\n";
  FakeFiles files;
  files.files["/s"] = {"from file", false};
  auto outcome = read(text, {{"MAILNODE_XMPP__SECRET", "other"},
                             {"MAILNODE_XMPP__PORT", "6000"},
                             {"MAILNODE_XMPP__PEP_MIRROR", "true"},
                             {"MAILNODE_POLICY__ADMINS", "a@example.com, b@example.com"},
                             {"MAILNODE_LOG__LEVEL", "debug"},
                             {"MAILNODE_SOURCE__MY_IMAP__ACCOUNTS", "juliet"},
                             {"MAILNODE_CONFIG", "no key"},
                             {"HOME", "/"}});
  CHECK(outcome.mistakes == Lines{});
  CHECK(outcome.config.xmpp.secret == "other");
  CHECK(outcome.config.xmpp.port == 6000);
  CHECK(outcome.config.xmpp.pep_mirror);
  CHECK(outcome.config.policy.admins == Lines{"a@example.com", "b@example.com"});
  CHECK(outcome.config.log.level == LogLevel::debug);
  CHECK(outcome.config.sources.at(0).accounts == Lines{"juliet"});

  outcome = read(text, {{"MAILNODE_XMPP__SECRET_FILE", "/s"}}, files);
  CHECK(outcome.mistakes == Lines{});
  CHECK(outcome.config.xmpp.secret == "from file");

  CHECK(read(text, {{"MAILNODE_XMPP__PORT", "x"}}).mistakes ==
        Lines{"environment MAILNODE_XMPP__PORT: [xmpp] port: is no number; expected a number from "
              "1 to 65535"});
  CHECK(read(text, {{"MAILNODE_XMPP__NONE", "x"}}).mistakes.size() == 1);
  CHECK(
      read(text, {{"MAILNODE_SOURCE__OTHER__TOKEN", "x"}}).mistakes ==
      Lines{
          "environment MAILNODE_SOURCE__OTHER__TOKEN: names no table of the configuration; "
          "expected "
          "MAILNODE_<TABLE>__<KEY> or MAILNODE_SOURCE__<NAME>__<KEY> of a [[source]] in the file"});
}

TEST_CASE("how mail clients find the component", "[config]") {
  const auto config =
      read(xmpp + "[[source]]\nname='i'\ntype='imap'\nmail_domain='example.org'\n").config;
  const auto text = to_dns_text(config);
  CHECK(
      text.find("_xmpp-message-store._tcp.example.org. 3600 IN SRV 0 0 5269 mail.example.com.\n") !=
      std::string::npos);
  CHECK(text.find("imap_capability = +NOTIF=mail.example.com\n") != std::string::npos);
  CHECK(to_dns_text(read(xmpp).config).find("_tcp.example.com. ") != std::string::npos);
}

TEST_CASE("addresses are taken apart", "[config]") {
  struct Row {
    std::string_view text, host;
    std::uint16_t port;
  };
  for (const auto& row : std::vector<Row>{{"127.0.0.1:80", "127.0.0.1", 80},
                                          {"[::1]:8425", "::1", 8425},
                                          {"::1:80", "", 0},
                                          {"host", "", 0},
                                          {"host:99999", "", 0},
                                          {"host:8x", "", 0}}) {
    INFO(row.text);
    CHECK(to_endpoint(row.text).host == row.host);
    CHECK(to_endpoint(row.text).port == row.port);
  }
  CHECK(is_loopback("127.8.8.8"));
  CHECK_FALSE(is_loopback("127.example.com"));
  CHECK_FALSE(is_loopback("10.0.0.1"));
}

TEST_CASE("what needs a restart is named", "[config]") {
  auto before = read(xmpp).config;
  auto after = before;
  after.policy.history_days = 1;
  after.log.level = LogLevel::debug;
  CHECK(restart_keys(before, after).empty());
  after.http.listen = "127.0.0.1:1";
  CHECK(restart_keys(before, after) == Lines{"[http]"});
}

TEST_CASE("a file that is not there is a mistake, not an exception", "[config]") {
  const auto reading = read_config_file("/nonexistent/mailnode.toml");
  REQUIRE(reading.mistakes.size() == 1);
  CHECK(to_line("/nonexistent/mailnode.toml", reading.mistakes[0]).find("cannot be read") !=
        std::string::npos);
  CHECK_FALSE(DiskFiles().read("/").has_value());
}
