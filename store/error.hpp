// Why the store refused, as one enumeration over SQLite's result codes, PostgreSQL's states and the
// store's own rules.
#pragma once

#include <string_view>

#include <boost/system/error_code.hpp>

namespace store {

enum class errc {
  io = 1,
  full,
  read_only,
  corrupt,
  busy,
  newer_schema,
  foreign_file,
  cannot_open,
  no_memory,
  constraint,
  too_large,
  shut_down,
  fenced,  ///< another gateway has taken this one's place
};

const boost::system::error_category& category();
boost::system::error_code make_error_code(errc code);

/// From SQLite's result code, primary or extended; what has no row of its own is `io`.
errc to_errc(int sqlite_code);
/// From PostgreSQL's SQLSTATE; what has no row of its own is `io`.
errc to_errc(std::string_view sqlstate);

/// A transaction that fails so will fail so for ever: trying again has no sense.
bool is_permanent(boost::system::error_code code);

}  // namespace store

template <>
struct boost::system::is_error_code_enum<store::errc> : std::true_type {};
