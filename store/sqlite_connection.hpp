// SQLite's C API with owners: a connection with its prepared statements, and a statement in use.
// [I/O] The first error of a connection sticks and makes the following calls do nothing, so that a
// transaction is written as one sequence and judged once, at its end.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace store {

class Connection;

/// A parameter or column that holds encoded octets, not text.
struct Blob {
  std::string_view octets;
};

/// One run of a prepared statement; the destructor makes it fit for the next.
class Statement {
 public:
  Statement(Connection& connection, sqlite3_stmt* handle);
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// The next parameter. Text may hold any octets, NUL included; it is copied.
  void bind(std::int64_t value);
  void bind(bool value) { bind(std::int64_t{value}); }
  void bind(const char*) = delete;  // would become bool
  void bind(std::string_view text);
  void bind(Blob blob);
  void bind(std::nullopt_t);
  template <std::integral T>
  void bind(T value) {
    bind(std::in_range<std::int64_t>(value) ? static_cast<std::int64_t>(value) : INT64_MAX);
  }
  void bind(const std::string& text) { bind(std::string_view(text)); }
  template <class T>
  void bind(const std::optional<T>& value) {
    if (value) {
      bind(*value);
    } else {
      bind(std::nullopt);
    }
  }

  /// True: there is a row. False: no more, or an error that the connection keeps.
  bool step();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  /// Valid until the next step.
  std::string_view octets(int column) const;
  std::string text(int column) const { return std::string(octets(column)); }

 private:
  Connection& connection_;
  sqlite3_stmt* handle_;
  int bound_ = 0;
};

class Connection {
 public:
  struct Failure {
    boost::system::error_code code;
    std::string message;  ///< SQLite's, for the log
  };

  /// Opens the file, which has to exist.
  static boost::system::result<std::unique_ptr<Connection>, Failure> open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// `sql`: a literal; its statement is prepared once.
  template <class... Parameters>
  Statement query(const char* sql, const Parameters&... parameters) {
    Statement statement(*this, prepare(sql));
    (statement.bind(parameters), ...);
    return statement;
  }
  template <class... Parameters>
  void run(const char* sql, const Parameters&... parameters) {
    auto statement = query(sql, parameters...);
    while (statement.step()) {
    }
  }
  /// Several statements without parameters, one after the other.
  void run_script(const char* sql);

  /// The first column of the first row; 0 if there is none.
  template <class... Parameters>
  std::int64_t value(const char* sql, const Parameters&... parameters) {
    auto statement = query(sql, parameters...);
    return statement.step() ? statement.integer(0) : 0;
  }

  std::int64_t last_insert_id() const;
  bool is_read_only() const;
  void set_busy_timeout(int milliseconds);

  bool has_failed() const { return failure_.has_value(); }
  /// The failure, after which the connection may be used again.
  Failure take_failure();
  /// Of the data, not of SQLite: what is stored is not what this program wrote.
  void fail_as(boost::system::error_code code, std::string message);

  /// BEGIN IMMEDIATE, work, COMMIT; ROLLBACK after any failure.
  template <class Work>
  boost::system::result<void, Failure> transact(Work&& work) {
    run("BEGIN IMMEDIATE");
    if (!has_failed()) std::forward<Work>(work)();
    run("COMMIT");
    if (!has_failed()) return {};
    auto failure = take_failure();
    roll_back();
    return failure;
  }

 private:
  friend class Statement;
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  sqlite3_stmt* prepare(const char* sql);
  void fail(int sqlite_code);
  void roll_back();

  sqlite3* handle_;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
  std::optional<Failure> failure_;
};

[[noreturn]] void throw_exception_from_error(const Connection::Failure& failure,
                                             const boost::source_location& where);

}  // namespace store
