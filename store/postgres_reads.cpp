#include "store/postgres_reads.hpp"

#include <limits>

#include "store/error.hpp"
#include "store/record_reader.hpp"

namespace store {
namespace {

#define MAILNODE_PAGE(order)                                                              \
  "WITH page AS (SELECT number, at, content FROM item WHERE account = $1 AND node = $2 "  \
  "AND number > $3 AND number < $4 AND (cardinality($5) = 0 OR number = ANY($5)) "        \
  "AND at BETWEEN $7 AND $8 "                                                             \
  "ORDER BY number " order                                                                \
  " LIMIT $6) SELECT number, at, content, (SELECT count(*) FROM item WHERE account = $1 " \
  "AND node = $2 AND number < (SELECT min(number) FROM page)) FROM page ORDER BY number"

constexpr const char* oldest_page = MAILNODE_PAGE("ASC");
constexpr const char* newest_page = MAILNODE_PAGE("DESC");
#undef MAILNODE_PAGE

}  // namespace

std::vector<PostgresStatement> to_statements(const pubsub::ItemQuery& query) {
  std::vector<std::int64_t> numbers;
  for (const auto number : query.numbers) {
    if (std::in_range<std::int64_t>(number)) numbers.push_back(static_cast<std::int64_t>(number));
  }
  if (numbers.empty() && !query.numbers.empty()) numbers.push_back(-1);
  const auto before = query.before.value_or(std::numeric_limits<std::uint64_t>::max());
  auto after = to_parameter(std::int64_t{-1});
  if (query.after) after = to_parameter(*query.after);
  auto page =
      to_statement(query.newest_first ? newest_page : oldest_page, query.account, query.node,
                   std::int64_t{0}, before, numbers, query.limit, since_of(query), until_of(query));
  page.parameters[2] = std::move(after);
  return {to_statement("SELECT count(*), coalesce(min(number), 0) FROM item WHERE account = $1 "
                       "AND node = $2",
                       query.account, query.node),
          std::move(page)};
}

boost::system::result<pubsub::ItemRows> to_item_rows(const pubsub::ItemQuery& query,
                                                     const PostgresAnswer& answer) {
  pubsub::ItemRows rows;
  rows.count = answer.rows[0][0].number(0);
  rows.oldest = answer.rows[0][0].number(1);
  RecordReader records;
  const auto& page = answer.rows[1];
  for (int i = 0; i < page.size(); ++i) {
    const auto row = page[i];
    rows.items.push_back({query.account, query.node, row.number(0), to_time(row.integer(1)),
                          records.to_payload(row.octets(2))});
    rows.index_of_first = row.number(3);
  }
  if (records.damaged() != nullptr) return make_error_code(errc::corrupt);
  return rows;
}

PostgresStatement to_notices_query(std::int64_t gateway, std::uint64_t after, std::size_t limit) {
  return to_statement(
      "SELECT sequence, kind, account, node, number, at, content, target, sight_only, "
      "recipients, origin FROM notice WHERE gateway = $1 AND sequence > $2 "
      "ORDER BY sequence LIMIT $3",
      gateway, after, limit);
}

boost::system::result<std::vector<pubsub::Notice>> to_notices(const PostgresRows& rows) {
  std::vector<pubsub::Notice> notices;
  RecordReader records;
  for (int i = 0; i < rows.size(); ++i) {
    notices.push_back(records.to_notice(rows[i]));
    notices.back().origin = rows[i].number(10);
  }
  if (records.damaged() != nullptr) return make_error_code(errc::corrupt);
  return notices;
}

}  // namespace store
