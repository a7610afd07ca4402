// What goes to PostgreSQL and comes back, in its binary form: parameters, statements, rows. [I/O]
// Columns are BIGINT or BYTEA only: the octets of mailbox names and addresses stay what they are,
// whatever the encoding of the database.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pg_result;

namespace store {

/// Object ids of PostgreSQL's pg_type; they never change.
enum class PostgresType : unsigned {
  bytes = 17,
  integer = 20,
  list_of_bytes = 1001,
  integers = 1016
};

struct PostgresParameter {
  PostgresType type = PostgresType::bytes;
  std::optional<std::string> octets;  ///< none: NULL
};

PostgresParameter to_parameter(std::int64_t value);
PostgresParameter to_parameter(std::string_view octets);
PostgresParameter to_parameter(const std::vector<std::int64_t>& list);
PostgresParameter to_parameter(const std::vector<std::string>& list);
PostgresParameter to_parameter(const char*) = delete;  // would become bool
inline PostgresParameter to_parameter(bool value) {
  return to_parameter(std::int64_t{value});
}
inline PostgresParameter to_parameter(const std::string& text) {
  return to_parameter(std::string_view(text));
}
/// What is beyond BIGINT becomes its largest value.
template <std::integral T>
PostgresParameter to_parameter(T value) {
  return to_parameter(std::in_range<std::int64_t>(value) ? static_cast<std::int64_t>(value)
                                                         : INT64_MAX);
}
template <class T>
PostgresParameter to_parameter(const std::optional<T>& value) {
  auto parameter = to_parameter(value.value_or(T{}));
  if (!value) parameter.octets.reset();
  return parameter;
}

struct PostgresStatement {
  const char* sql;  ///< a literal: it is prepared once for each connection
  std::vector<PostgresParameter> parameters;
};

template <class... Values>
PostgresStatement to_statement(const char* sql, const Values&... values) {
  return {sql, {to_parameter(values)...}};
}

class PostgresRow {
 public:
  PostgresRow(const pg_result* result, int row) : result_(result), row_(row) {}
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  /// Valid as long as the rows.
  std::string_view octets(int column) const;
  std::string text(int column) const { return std::string(octets(column)); }

 private:
  const pg_result* result_;
  int row_;
};

/// The answer to one statement.
class PostgresRows {
 public:
  PostgresRows() = default;
  explicit PostgresRows(pg_result* owned);
  int size() const;
  PostgresRow operator[](int row) const { return {result_.get(), row}; }
  /// Rows that a statement without an answer has written.
  std::int64_t affected() const;

 private:
  std::shared_ptr<pg_result> result_;
};

}  // namespace store
