#include "store/sqlite_open.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <string_view>

#include "store/error.hpp"
#include "store/schema.hpp"

namespace store {
namespace {

std::string_view advice(errc code) {
  switch (code) {
    case errc::io:
      return "look at the disk and the kernel's log";
    case errc::full:
      return "free some space on its file system";
    case errc::read_only:
      return "let the user that runs mailnode write the file and its directory";
    case errc::corrupt:
      return "restore it from a backup, or move it away to start anew without subscriptions and "
             "history";
    case errc::busy:
      return "one file serves one gateway: stop the other process, or give this one its own "
             "[store] url";
    case errc::newer_schema:
      return "run that newer version, or restore the backup made before the upgrade";
    case errc::foreign_file:
      return "name another path in [store] url";
    case errc::cannot_open:
      return "make its directory and let the user that runs mailnode write there";
    case errc::no_memory:
      return "give the process more memory";
    case errc::constraint:
    case errc::too_large:
    case errc::shut_down:
    case errc::fenced:
      return "this is a bug of mailnode";
  }
  return {};
}

OpenError to_open_error(const std::string& path, const Connection::Failure& failure) {
  std::string message = "store " + path + ": " + failure.code.message();
  if (!failure.message.empty()) message += " (" + failure.message + ")";
  message += "; ";
  message += advice(static_cast<errc>(failure.code.value()));
  return {failure.code, std::move(message)};
}

/// SQLite would create the file readable for all; its journal takes over the file's mode.
void create_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // what fails here SQLite finds again, and says better
}

void configure(Connection& connection, Durability durability) {
  // Before the first use of the WAL: no second process can use the file, and no shared memory is
  // needed.
  connection.run("PRAGMA locking_mode = EXCLUSIVE");
  connection.run("PRAGMA journal_mode = WAL");
  connection.run(durability == Durability::full ? "PRAGMA synchronous = FULL"
                                                : "PRAGMA synchronous = NORMAL");
  connection.run("PRAGMA journal_size_limit = 67108864");
  connection.run("PRAGMA temp_store = MEMORY");
}

}  // namespace

void throw_exception_from_error(const OpenError& error, const boost::source_location&) {
  throw boost::system::system_error(error.code, error.message);
}

boost::system::result<std::unique_ptr<Connection>, OpenError> open_database(
    const std::string& path, Durability durability, std::chrono::milliseconds lock_wait) {
  create_private_file(path);
  auto opened = Connection::open(path);
  if (!opened) return to_open_error(path, opened.error());
  auto connection = std::move(*opened);
  if (connection->is_read_only()) {
    return to_open_error(path, {errc::read_only, {}});
  }
  connection->set_busy_timeout(static_cast<int>(lock_wait.count()));
  configure(*connection, durability);
  if (connection->has_failed()) return to_open_error(path, connection->take_failure());
  if (const auto migrated = migrate(*connection); !migrated) {
    return to_open_error(path, migrated.error());
  }
  return connection;
}

}  // namespace store
