// What is asked of the archive of a node: the filters, the page and the direction of a query, and
// the form that tells which filters there are. XEP-0313 §4, XEP-0442 §2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"
#include "pubsub/node.hpp"
#include "pubsub/order.hpp"
#include "pubsub/result_page.hpp"

namespace pubsub {

/// XEP-0313 §4.1
struct ArchiveFilter {
  std::optional<std::string> with;  ///< prepared
  std::optional<WallTime> start, end;
  std::optional<std::string> after_id, before_id;
  std::vector<std::string> ids;  ///< not empty: exactly these
};

struct ArchiveQuery {
  NodeId node;
  std::string queryid;  ///< empty: none
  ArchiveFilter filter;
  PageRequest page;
  bool is_flipped = false;  ///< XEP-0313 §4.3.4
  Order order = Order::unsaid;
};

/// `implied_node`: that the address names, if <query/> names none.
boost::system::result<ArchiveQuery, Error> parse_archive_query(const gloox::Tag& query,
                                                               const NodeId& implied_node);

/// The <query/> that holds the form. XEP-0313 §4.1.5
std::string to_archive_form_xml();

}  // namespace pubsub
