#include "store/postgres_value.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace store {
namespace {

template <class Unsigned>
void put(std::string& out, Unsigned value) {
  for (int shift = 8 * (int{sizeof value} - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> shift) & 0xFF);
  }
}

std::string to_octets(std::int64_t value) {
  std::string octets;
  put(octets, static_cast<std::uint64_t>(value));
  return octets;
}

std::string to_octets(const std::string& value) {
  return value;
}

/// array_recv of PostgreSQL: dimensions, has NULL, type, size, lower bound; then length and octets
/// of each element.
template <class Element>
PostgresParameter to_array(PostgresType array, PostgresType element,
                           const std::vector<Element>& list) {
  std::string octets;
  put(octets, std::uint32_t{list.empty() ? 0U : 1U});
  put(octets, std::uint32_t{0});
  put(octets, static_cast<std::uint32_t>(element));
  if (!list.empty()) {
    put(octets, static_cast<std::uint32_t>(list.size()));
    put(octets, std::uint32_t{1});
  }
  for (const auto& value : list) {
    const auto encoded = to_octets(value);
    put(octets, static_cast<std::uint32_t>(encoded.size()));
    octets += encoded;
  }
  return {array, std::move(octets)};
}

}  // namespace

PostgresParameter to_parameter(std::int64_t value) {
  return {PostgresType::integer, to_octets(value)};
}

PostgresParameter to_parameter(std::string_view octets) {
  return {PostgresType::bytes, std::string(octets)};
}

PostgresParameter to_parameter(const std::vector<std::int64_t>& list) {
  return to_array(PostgresType::integers, PostgresType::integer, list);
}

PostgresParameter to_parameter(const std::vector<std::string>& list) {
  return to_array(PostgresType::list_of_bytes, PostgresType::bytes, list);
}

bool PostgresRow::is_null(int column) const {
  return PQgetisnull(result_, row_, column) != 0;
}

std::int64_t PostgresRow::integer(int column) const {
  std::uint64_t value = 0;
  for (const char octet : octets(column)) value = value << 8 | static_cast<unsigned char>(octet);
  return static_cast<std::int64_t>(value);
}

std::string_view PostgresRow::octets(int column) const {
  return {PQgetvalue(result_, row_, column),
          static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

PostgresRows::PostgresRows(pg_result* owned) : result_(owned, &PQclear) {}

int PostgresRows::size() const {
  return result_ ? PQntuples(result_.get()) : 0;
}

std::int64_t PostgresRows::affected() const {
  std::int64_t count = 0;
  if (!result_) return count;
  const std::string_view text = PQcmdTuples(result_.get());
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

}  // namespace store
