// The tables and functions in PostgreSQL, and the steps from one version of them to the next. Table
// schema_version counts steps. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/postgres_value.hpp"

namespace store {

/// The version that this program writes.
std::int64_t postgres_schema_version();

/// Begins a transaction that no second process can be in, and asks for the version; its row is that
/// of the last statement.
std::vector<PostgresStatement> to_version_query();

/// From `version` to the present one, and the end of that transaction.
std::vector<PostgresStatement> to_migration(std::int64_t version);

}  // namespace store
