// Reads of items and notices as SQL, and the rows that come back as values. [I/O]
#pragma once

#include <cstdint>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/store.hpp"
#include "store/postgres_connection.hpp"

namespace store {

std::vector<PostgresStatement> to_statements(const pubsub::ItemQuery& query);
[[nodiscard]] boost::system::result<pubsub::ItemRows> to_item_rows(const pubsub::ItemQuery& query,
                                                                   const PostgresAnswer& answer);

PostgresStatement to_notices_query(std::int64_t gateway, std::uint64_t after, std::size_t limit);
[[nodiscard]] boost::system::result<std::vector<pubsub::Notice>> to_notices(
    const PostgresRows& rows);

}  // namespace store
