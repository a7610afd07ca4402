// The archive of an event node: its kept items, asked for by time, by id and in pages. An item's id
// is its id in the archive. What to read from the store for a query, and the answer made of what
// was read. XEP-0313, XEP-0442.
//
// XEP-0313 §3: deviates - ids are numbers that can be guessed: who may see one item may see all
// XEP-0313 §3.5: deviates - no <stanza-id/>: a notification names the item's id
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/archive_query.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/retrieval.hpp"

namespace pubsub {

/// All results of one answer together, whatever their number.
inline constexpr std::size_t max_archive_octets = 256UL * 1024;

/// A query whose answer needs items: the caller reads `items`.
struct ArchivePlan {
  ArchiveQuery query;
  Retrieval::Leaf leaf;
  std::string service;  ///< where notifications of the node come from
  ItemQuery bounds;     ///< between which the results lie
  ItemQuery items;      ///< what is read: these, or all items that were named by id
};

/// A leaf without a history: feature-not-implemented.
boost::system::result<ArchivePlan, Error> plan_archive(const std::string& account,
                                                       const std::string& service,
                                                       const Retrieval::Leaf& leaf,
                                                       const ArchiveQuery& query);

struct ArchiveAnswer {
  std::vector<std::string> messages;  ///< whole, to be sent before the reply (XEP-0313 §4)
  Reply reply;
};
/// XEP-0313 §8.2: results come from the address that was queried, as it was written.
struct ArchiveAddresses {
  std::string from, to;
};
/// `id`: begins the ids of the messages.
ArchiveAnswer make_archive_answer(const ArchivePlan& plan, const ItemRows& rows,
                                  const ArchiveAddresses& addresses, std::string_view id);

/// What to read to tell from when to when an archive reaches. XEP-0313 §5
boost::system::result<std::vector<ItemQuery>, Error> plan_archive_metadata(
    const std::string& account, const Retrieval::Leaf& leaf);
Reply make_archive_metadata(const std::vector<ItemRows>& rows);

}  // namespace pubsub
