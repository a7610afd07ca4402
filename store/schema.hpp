// The tables of the SQLite file and the steps from one version of them to the next. PRAGMA
// user_version counts steps.
#pragma once

#include <cstdint>

#include "store/sqlite_connection.hpp"

namespace store {

/// "mnod": says that the file is ours (PRAGMA application_id, SQLite file format §1.3.17).
inline constexpr std::int64_t application_id = 0x6D6E6F64;

/// The version that this program writes.
std::int64_t schema_version();

/// Brings the file to schema_version() in one transaction. Fails with newer_schema when the file is
/// ahead, with foreign_file when it holds tables of something else.
[[nodiscard]] boost::system::result<void, Connection::Failure> migrate(Connection& connection);

}  // namespace store
