// Opening the gateway's SQLite file: created if need be, for its owner only, locked against a
// second gateway, brought to the present schema; or refused with a sentence that says what to do.
// [I/O]
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "store/sqlite_connection.hpp"

namespace store {

/// PRAGMA synchronous; why `full` is the default: docs/decisions/0002-sqlite-durability.md
enum class Durability : std::uint8_t { full, normal };

struct OpenError {
  boost::system::error_code code;
  std::string message;  ///< for the administrator: the path, what is wrong, what to do
};

[[noreturn]] void throw_exception_from_error(const OpenError& error,
                                             const boost::source_location& where);

/// `lock_wait`: how long another process may take to let the file go (a restart overlaps).
[[nodiscard]] boost::system::result<std::unique_ptr<Connection>, OpenError> open_database(
    const std::string& path, Durability durability, std::chrono::milliseconds lock_wait);

}  // namespace store
