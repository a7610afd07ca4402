#include "store/schema.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "store/error.hpp"
#include "tests/unit/store/subject.hpp"

using store::errc;
using tests::Loop;
using tests::TemporaryDirectory;

namespace {

store::OpenError open_error(const std::string& path) {
  Loop loop;
  store::SqliteOptions options;
  options.lock_wait = std::chrono::milliseconds(0);
  const auto opened = store::SqliteStore::open(path, loop.poster(), {}, options);
  REQUIRE(opened.has_error());
  return opened.error();
}

void run_script(const std::string& path, const char* sql) {
  std::ofstream(path, std::ios::app).flush();  // makes it
  auto connection = store::Connection::open(path);
  REQUIRE(connection.has_value());
  (*connection)->run_script(sql);
  REQUIRE_FALSE((*connection)->has_failed());
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a new file gets the present schema, and keeps it", "[store]") {
  TemporaryDirectory directory;
  Loop loop;
  for (int start = 0; start < 2; ++start) tests::open_sqlite(directory.file(), loop).reset();
  auto connection = store::Connection::open(directory.file());
  REQUIRE(connection.has_value());
  CHECK((*connection)->value("PRAGMA user_version") == store::schema_version());
  CHECK((*connection)->value("PRAGMA application_id") == store::application_id);
  struct stat status {};
  REQUIRE(::stat(directory.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);  // it holds people's mail headers
}

TEST_CASE("an empty file is a new file", "[store]") {
  TemporaryDirectory directory;
  std::ofstream(directory.file()).flush();
  Loop loop;
  CHECK(tests::open_sqlite(directory.file(), loop)->is_writable());
}

TEST_CASE("a file that cannot be used is refused with a reason and a remedy", "[store]") {
  TemporaryDirectory directory;
  const auto path = directory.file();
  SECTION("newer") {
    {
      Loop loop;
      tests::open_sqlite(path, loop).reset();
    }
    run_script(path, "PRAGMA user_version = 99");
    const auto error = open_error(path);
    CHECK(error.code == errc::newer_schema);
    CHECK(has(error.message, "99"));
    CHECK(has(error.message, "run that newer version"));
    CHECK(has(error.message, path));
  }
  SECTION("another program's") {
    run_script(path, "CREATE TABLE bookmarks(x)");
    CHECK(open_error(path).code == errc::foreign_file);
  }
  SECTION("another program's by its mark") {
    run_script(path, "PRAGMA application_id = 77");
    CHECK(open_error(path).code == errc::foreign_file);
  }
  SECTION("no database") {
    std::ofstream(path) << std::string(5'000, 'x');
    CHECK(open_error(path).code == errc::corrupt);
  }
  SECTION("no directory") {
    const auto error = open_error((directory.path() / "none" / "x.db").string());
    CHECK(error.code == errc::cannot_open);
    CHECK(has(error.message, "make its directory"));
  }
  SECTION("used by another gateway") {
    Loop loop;
    const auto first = tests::open_sqlite(path, loop);
    const auto error = open_error(path);
    CHECK(error.code == errc::busy);
    CHECK(has(error.message, "stop the other process"));
  }
}

TEST_CASE("a second process is refused while the first one runs, not after", "[store]") {
  TemporaryDirectory directory;
  int said[2];
  int ended[2];
  REQUIRE(::pipe(said) == 0);
  REQUIRE(::pipe(ended) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Loop loop;
    auto opened = store::SqliteStore::open(directory.file(), loop.poster());
    const char sign = opened ? 'y' : 'n';
    char ignored;
    if (::write(said[1], &sign, 1) != 1) ::_exit(1);
    ::close(ended[1]);
    ::_exit(::read(ended[0], &ignored, 1) == 0 ? 0 : 1);
  }
  char sign = 0;
  REQUIRE(::read(said[0], &sign, 1) == 1);
  REQUIRE(sign == 'y');
  CHECK(open_error(directory.file()).code == errc::busy);
  ::close(ended[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Loop loop;
  CHECK(tests::open_sqlite(directory.file(), loop)->is_writable());
  for (const int end : {said[0], said[1], ended[0]}) ::close(end);
}

TEST_CASE("a file that the user may only read is refused at the start", "[store]") {
  TemporaryDirectory directory;
  {
    Loop loop;
    tests::open_sqlite(directory.file(), loop).reset();
  }
  REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
  REQUIRE(::chmod(directory.file().c_str(), 0444) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // root may write anything: become nobody
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(2);
    Loop loop;
    const auto opened = store::SqliteStore::open(directory.file(), loop.poster());
    ::_exit(opened.has_error() && opened.error().code == errc::read_only ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a file of version 1 is brought to the present schema with all that it holds",
          "[store]") {
  TemporaryDirectory directory;
  std::stringstream script;
  script << std::ifstream("tests/unit/store/schema_1.sql").rdbuf();
  run_script(directory.file(), script.str().c_str());
  const auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
  store::Everything everything;
  std::vector<pubsub::Notice> notices;
  pubsub::ItemRows rows;
  auto query = tests::query("mail_events/INBOX");
  Loop loop;
  for (int start = 0; start < 2; ++start) {  // the second finds it migrated
    const auto sqlite = tests::open_sqlite(directory.file(), loop);
    int answers = 0;
    sqlite->load([&](auto error, auto loaded) {
      CHECK_FALSE(error);
      everything = std::move(loaded);
      ++answers;
    });
    sqlite->read_items(query, [&](auto error, auto read) {
      CHECK_FALSE(error);
      rows = std::move(read);
      ++answers;
    });
    sqlite->read_notices(0, 9, [&](auto error, auto read) {
      CHECK_FALSE(error);
      notices = std::move(read);
      ++answers;
    });
    loop.run_until([&] { return answers == 3; });
  }
  REQUIRE(everything.accounts.size() == 1);
  const auto& account = everything.accounts[0];
  CHECK(account.personal_prefix == "INBOX.");
  CHECK(account.mailboxes.at(0).messages == 231);
  CHECK(account.messages.at(0).second.at(0).second.to_text() == "\\Seen");
  CHECK(account.subscribed == std::vector<std::string>{"INBOX"});
  REQUIRE(everything.pubsub.nodes.size() == 1);
  const auto& node = everything.pubsub.nodes[0];
  CHECK(node.last_item == 18);
  CHECK(node.spec.parents == std::vector<pubsub::NodeId>{"mail_events"});
  CHECK(node.spec.readers.empty());
  CHECK_FALSE(node.spec.is_audited);
  CHECK_FALSE(node.spec.is_closed);
  CHECK(node.config.at(0).second == "A");
  REQUIRE(everything.pubsub.subscriptions.size() == 1);
  const auto& subscription = everything.pubsub.subscriptions[0];
  CHECK(subscription.subid == "s1");
  CHECK_FALSE(subscription.expires);
  CHECK_FALSE(subscription.parked);
  CHECK(subscription.seen >= before);  // its silence is counted from the upgrade on
  REQUIRE(everything.pubsub.affiliations.size() == 1);
  CHECK(everything.contacts.empty());
  CHECK(everything.cursor == 40);
  CHECK(everything.pubsub.last_sequence == 41);
  REQUIRE(rows.items.size() == 1);
  CHECK(rows.items[0].payload.at(0).xml == "<x/>");
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].sequence == 41);
}
