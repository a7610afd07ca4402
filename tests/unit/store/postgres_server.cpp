#include "tests/unit/store/postgres_server.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

namespace tests {
namespace {

constexpr const char* socket_name = ".s.PGSQL.5432";

std::string find_programs() {
  std::string found;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    const auto bin = entry.path() / "bin";
    if (std::filesystem::exists(bin / "initdb")) found = std::max(found, bin.string());
  }
  if (found.empty()) FAIL("no PostgreSQL in /usr/lib/postgresql: tools/install test");
  return found;
}

/// The server refuses to be root; it ends with the test program in any case.
std::vector<std::string> as_nobody(std::vector<std::string> command) {
  std::vector<std::string> whole{"setpriv"};
  if (::geteuid() == 0) {
    for (const char* word : {"--reuid=nobody", "--regid=nogroup", "--clear-groups"}) {
      whole.emplace_back(word);
    }
  }
  whole.insert(whole.end(), {"--pdeathsig", "QUIT"});
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

pid_t spawn(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0) return child;
  ::setenv("LC_ALL", "C", 1);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  if (::dup2(nowhere, STDOUT_FILENO) < 0 || ::dup2(nowhere, STDERR_FILENO) < 0) ::_exit(126);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : bin_(find_programs()) {
  const auto data = (directory_.path() / "data").string();
  if (::geteuid() == 0) {
    const auto* nobody = ::getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    REQUIRE(::chown(directory_.path().c_str(), nobody->pw_uid, nobody->pw_gid) == 0);
  }
  int status = 0;
  const auto child = spawn(as_nobody({bin_ + "/initdb", "-D", data, "-U", "mailnode", "-A", "trust",
                                      "-E", "UTF8", "--no-locale", "--no-sync"}));
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  start();
}

PostgresServer::~PostgresServer() {
  if (process_ > 0) stop();
}

void PostgresServer::start() {
  const auto folder = directory_.path().string();
  process_ = spawn(as_nobody({bin_ + "/postgres", "-D", folder + "/data", "-k", folder, "-c",
                              "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"}));
  const auto url = url_of("postgres", folder);
  for (int tries = 0; PQping(url.c_str()) != PQPING_OK; ++tries) {
    if (tries > 3'000 || ::waitpid(process_, nullptr, WNOHANG) != 0) FAIL("PostgreSQL won't start");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresServer::stop() {
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string PostgresServer::url_of(const std::string& database, const std::string& host) const {
  return "postgresql:///" + database + "?user=mailnode&host=" + host;
}

std::string PostgresServer::make_database() {
  const auto folder = directory_.path().string();
  const auto name = "d" + std::to_string(++databases_);
  ask(url_of("postgres", folder), "CREATE DATABASE " + name);
  return url_of(name, folder);
}

std::string PostgresServer::ask(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const auto status = PQresultStatus(result);
  const std::string error = PQresultErrorMessage(result);
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) value = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(connection);
  INFO(sql << ": " << error);
  REQUIRE((status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK));
  return value;
}

Relay::Relay(Loop& loop, const PostgresServer& server)
    : target_((server.folder() / socket_name).string()),
      context_(loop.context()),
      acceptor_(loop.context(), (directory_.path() / socket_name).string()) {
  accept();
}

void Relay::accept() {
  auto pair = std::make_shared<Pair>(Pair{Socket(context_), Socket(context_)});
  acceptor_.async_accept(pair->client, [this, pair](boost::system::error_code error) {
    if (error) return;
    pair->server.connect(target_, error);
    if (!error) {
      pairs_.push_back(pair);
      pass(pair, false);
      pass(pair, true);
    }
    accept();
  });
}

void Relay::pass(std::shared_ptr<Pair> pair, bool is_answer) {
  auto& from = is_answer ? pair->server : pair->client;
  auto buffer = std::make_shared<std::array<char, 65'536>>();
  from.async_read_some(
      boost::asio::buffer(*buffer),
      [this, pair, buffer, is_answer](boost::system::error_code error, std::size_t size) {
        auto& to = is_answer ? pair->client : pair->server;
        if (!error && !(is_answer && is_mute_)) {
          boost::asio::write(to, boost::asio::buffer(*buffer, size), error);
        }
        if (!error) return pass(pair, is_answer);
        boost::system::error_code ignored;
        pair->client.close(ignored);
        pair->server.close(ignored);
      });
}

void Relay::cut() {
  is_mute_ = false;
  for (const auto& held : pairs_) {
    if (const auto pair = held.lock()) {
      boost::system::error_code ignored;
      pair->client.close(ignored);
      pair->server.close(ignored);
    }
  }
  pairs_.clear();
}

std::unique_ptr<store::PostgresStore> open_postgres(const std::string& url, Loop& loop,
                                                    store::Observer observer,
                                                    store::PostgresOptions options) {
  return std::make_unique<store::PostgresStore>(loop.context().get_executor(), url,
                                                std::move(observer), std::move(options));
}

void close_postgres(std::unique_ptr<store::PostgresStore>& postgres, Loop& loop) {
  bool is_closed = false;
  postgres->close([&] { is_closed = true; });
  loop.run_until([&] { return is_closed; });
  postgres.reset();
}

std::string new_postgres_database() {
  return PostgresServer::shared().make_database();
}

}  // namespace tests
