// In which order items are asked for. Items are never overwritten here, so that creation and
// modification are one order: that of their numbers. XEP-0413.
#pragma once

#include <cstdint>

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"

namespace pubsub {

/// unsaid: as XEP-0060 or XEP-0313 has it.
enum class Order : std::uint8_t { unsaid, ascending, descending };

/// From the <order/> children of what is asked. An order that is not known:
/// feature-not-implemented.
boost::system::result<Order, Error> parse_order(const gloox::Tag& parent);

}  // namespace pubsub
