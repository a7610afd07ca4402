// kill -9 at any instant: what was acknowledged is there, whole; what was not is there whole or not
// at all.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "tests/unit/store/subject.hpp"

using tests::item;
using tests::Loop;
using tests::notice;
using tests::query;
using tests::TemporaryDirectory;
using tests::writes;

namespace {

/// Commits transactions first, first + 1, …, each with two items and a notice, and writes the
/// number of each one that is acknowledged, until it is killed.
[[noreturn]] void commit_until_killed(const std::string& path, std::uint64_t first,
                                      int acknowledged) {
  Loop loop;
  auto opened = store::SqliteStore::open(path, loop.poster());
  if (!opened) ::_exit(3);
  auto& sqlite = **opened;
  std::uint64_t next = first;
  for (;;) {
    while (sqlite.pending() < 16) {
      const auto number = next++;
      auto transaction =
          writes({item("a", number), notice(number, "a", number, "<x/>"), item("b", number)});
      // one before the last is trimmed: the file stays small, and trimming is in the game
      transaction.writes.push_back(
          pubsub::TrimItems{"juliet@mail.example.com", "a", number > 300 ? number - 300 : 0, {}});
      transaction.writes.push_back(
          pubsub::TrimItems{"juliet@mail.example.com", "b", number > 300 ? number - 300 : 0, {}});
      sqlite.commit(std::move(transaction),
                    [number, acknowledged](boost::system::error_code error) {
                      if (error || ::write(acknowledged, &number, sizeof number) != sizeof number)
                        ::_exit(4);
                    });
    }
    const auto before = sqlite.pending();
    loop.run_until([&] { return sqlite.pending() < before || sqlite.pending() < 16; });
    loop.run_posted();
  }
}

struct Found {
  std::set<std::uint64_t> a, b, notices;
};

Found read_back(const std::string& path) {
  Loop loop;
  const auto sqlite = tests::open_sqlite(path, loop);
  Found found;
  int answers = 0;
  for (auto [node, numbers] : {std::pair{"a", &found.a}, std::pair{"b", &found.b}}) {
    auto all = query(node);
    all.limit = 1'000'000;
    sqlite->read_items(all, [&answers, numbers](auto error, const pubsub::ItemRows& rows) {
      CHECK_FALSE(error);
      for (const auto& row : rows.items) numbers->insert(row.number);
      ++answers;
    });
  }
  sqlite->read_notices(0, 1'000'000, [&](auto error, const auto& notices) {
    CHECK_FALSE(error);
    for (const auto& entry : notices) found.notices.insert(entry.sequence);
    ++answers;
  });
  loop.run_until([&] { return answers == 3; });
  return found;
}

/// Lets a child work and kills it after `wanted` acknowledgements; the last number that it
/// acknowledged.
std::uint64_t work_and_kill(const std::string& path, std::uint64_t first, std::uint64_t wanted) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    commit_until_killed(path, first, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t number = 0;
  std::uint64_t last = first - 1;
  while (::read(ends[0], &number, sizeof number) == sizeof number) {
    CHECK(number == last + 1);  // in order, none left out
    last = number;
    if (number == first + wanted) REQUIRE(::kill(child, SIGKILL) == 0);
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

}  // namespace

TEST_CASE("kill -9 at any instant loses nothing that was acknowledged", "[store]") {
  TemporaryDirectory directory;
  std::mt19937 random(20261124);
  std::uint64_t first = 1;
  for (int round = 0; round < 20; ++round) {
    const auto last = work_and_kill(directory.file(), first, random() % 150);
    const auto found = read_back(directory.file());
    REQUIRE_FALSE(found.notices.empty());
    const auto newest = *found.notices.rbegin();
    CHECK(newest >= last);                  // everything acknowledged is there
    CHECK(found.notices.size() == newest);  // and nothing is missing before it
    CHECK(found.a == found.b);              // no half transaction
    CHECK(*found.a.rbegin() == newest);
    CHECK(found.a.size() == std::min<std::uint64_t>(newest, 301));
    first = newest + 1;
  }
}
