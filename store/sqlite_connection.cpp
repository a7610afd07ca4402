#include "store/sqlite_connection.hpp"

#include <sqlite3.h>

#include <boost/system/system_error.hpp>

#include "store/error.hpp"

namespace store {
namespace {

/// SQLITE_TRANSIENT without the old-style cast of its macro.
sqlite3_destructor_type copied() {
  return reinterpret_cast<sqlite3_destructor_type>(static_cast<std::intptr_t>(-1));
}

/// A null pointer would become NULL.
const char* address(std::string_view octets) {
  return octets.empty() ? "" : octets.data();
}

}  // namespace

Statement::Statement(Connection& connection, sqlite3_stmt* handle)
    : connection_(connection), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      handle_(std::exchange(other.handle_, nullptr)),
      bound_(other.bound_) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void Statement::bind(std::int64_t value) {
  if (handle_ == nullptr) return;
  connection_.fail(sqlite3_bind_int64(handle_, ++bound_, value));
}

void Statement::bind(std::string_view text) {
  if (handle_ == nullptr) return;
  connection_.fail(
      sqlite3_bind_text64(handle_, ++bound_, address(text), text.size(), copied(), SQLITE_UTF8));
}

void Statement::bind(Blob blob) {
  if (handle_ == nullptr) return;
  connection_.fail(
      sqlite3_bind_blob64(handle_, ++bound_, address(blob.octets), blob.octets.size(), copied()));
}

void Statement::bind(std::nullopt_t) {
  if (handle_ == nullptr) return;
  connection_.fail(sqlite3_bind_null(handle_, ++bound_));
}

bool Statement::step() {
  if (handle_ == nullptr || connection_.has_failed()) return false;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code);
  return false;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::octets(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

boost::system::result<std::unique_ptr<Connection>, Connection::Failure> Connection::open(
    const std::string& path) {
  sqlite3* handle = nullptr;
  // NOMUTEX: one thread at a time uses it, which is the writer's business
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) {
    connection->fail(code);
    return connection->take_failure();
  }
  sqlite3_extended_result_codes(handle, 1);
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Connection::run_script(const char* sql) {
  if (has_failed()) return;
  fail(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}
bool Connection::is_read_only() const {
  return sqlite3_db_readonly(handle_, "main") == 1;
}
void Connection::set_busy_timeout(int milliseconds) {
  sqlite3_busy_timeout(handle_, milliseconds);
}

Connection::Failure Connection::take_failure() {
  auto failure = failure_.value_or(Failure{});
  failure_.reset();
  return failure;
}

void Connection::fail_as(boost::system::error_code code, std::string message) {
  if (!has_failed()) failure_ = Failure{code, std::move(message)};
}

sqlite3_stmt* Connection::prepare(const char* sql) {
  if (has_failed()) return nullptr;
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) {
    fail(code);
    return nullptr;
  }
  statements_.emplace(sql, handle);
  return handle;
}

void Connection::fail(int sqlite_code) {
  if (sqlite_code == SQLITE_OK || has_failed()) return;
  const char* message = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(sqlite_code);
  failure_ = Failure{to_errc(sqlite_code), message};
}

void Connection::roll_back() {
  // after some errors (disk full) SQLite has rolled back by itself
  if (sqlite3_get_autocommit(handle_) == 0)
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void throw_exception_from_error(const Connection::Failure& failure, const boost::source_location&) {
  throw boost::system::system_error(failure.code, failure.message);
}

}  // namespace store
