#include "store/error.hpp"

#include <array>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace store {
namespace {

struct ErrcRow {
  errc code;
  std::string_view text;
};

constexpr std::array<ErrcRow, 13> errcs{{
    {errc::io, "the database cannot be read or written"},
    {errc::full, "no space left for the database"},
    {errc::read_only, "the database may not be written"},
    {errc::corrupt, "the database is damaged"},
    {errc::busy, "the database is used by another process"},
    {errc::newer_schema, "the database was written by a newer version"},
    {errc::foreign_file, "the file is no database of mailnode"},
    {errc::cannot_open, "the database cannot be opened"},
    {errc::no_memory, "no memory for the database"},
    {errc::constraint, "the transaction contradicts what is stored"},
    {errc::too_large, "a value is too large for the database"},
    {errc::shut_down, "the store was closed before this was written"},
    {errc::fenced, "another gateway has taken over from this one"},
}};

static_assert([] {
  for (std::size_t i = 0; i < errcs.size(); ++i) {
    if (static_cast<std::size_t>(errcs[i].code) != i + 1) return false;
  }
  return static_cast<std::size_t>(errc::fenced) == errcs.size();
}());

struct SqliteRow {
  int sqlite_code;
  errc code;
};

constexpr std::array<SqliteRow, 13> sqlite_codes{{
    {SQLITE_FULL, errc::full},
    {SQLITE_READONLY, errc::read_only},
    {SQLITE_PERM, errc::read_only},
    {SQLITE_CORRUPT, errc::corrupt},
    {SQLITE_NOTADB, errc::corrupt},
    {SQLITE_BUSY, errc::busy},
    {SQLITE_LOCKED, errc::busy},
    {SQLITE_CANTOPEN, errc::cannot_open},
    {SQLITE_NOMEM, errc::no_memory},
    {SQLITE_CONSTRAINT, errc::constraint},
    {SQLITE_MISMATCH, errc::constraint},
    {SQLITE_TOOBIG, errc::too_large},
    {SQLITE_IOERR, errc::io},
}};

struct StateRow {
  std::string_view begins;  ///< the class or the whole SQLSTATE
  errc code;
};

/// PostgreSQL, Appendix A; the first row that fits counts.
constexpr std::array<StateRow, 15> sql_states{{
    {"MN001", errc::fenced},  // raised by the functions of our schema
    {"MN002", errc::constraint},
    {"53100", errc::full},
    {"53200", errc::no_memory},
    {"53", errc::busy},
    {"25006", errc::read_only},
    {"42501", errc::read_only},  // insufficient privilege
    {"23", errc::constraint},
    {"22", errc::constraint},  // data exception
    {"54", errc::too_large},
    {"40", errc::busy},  // deadlock, serialization
    {"55", errc::busy},
    {"XX001", errc::corrupt},
    {"XX002", errc::corrupt},
    {"58", errc::io},
}};

// COMPAT Boost.System: the base's destructor is protected or public by version, and never virtual
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "store"; }
  std::string message(int code) const override {
    for (const auto& row : errcs) {
      if (static_cast<int>(row.code) == code) return std::string(row.text);
    }
    return "unknown error of the store";
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& category() {
  static const Category instance;
  return instance;
}

boost::system::error_code make_error_code(errc code) {
  return {static_cast<int>(code), category()};
}

errc to_errc(int sqlite_code) {
  const int primary = sqlite_code & 0xFF;  // the rest tells the kind of an extended code
  for (const auto& row : sqlite_codes) {
    if (row.sqlite_code == primary) return row.code;
  }
  return errc::io;
}

errc to_errc(std::string_view sqlstate) {
  for (const auto& row : sql_states) {
    if (sqlstate.starts_with(row.begins)) return row.code;
  }
  return errc::io;
}

bool is_permanent(boost::system::error_code code) {
  return code == make_error_code(errc::constraint) || code == make_error_code(errc::too_large);
}

}  // namespace store
