// From the <pubsub/> element of an IQ to a request, or to the precise error of XEP-0060 that the
// form deserves. gloox's parser gives children no inherited namespace, so elements are told by
// their names.
#pragma once

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"
#include "pubsub/request.hpp"

namespace pubsub {

/// `implied_node`: the node that the address itself names (XEP-0060 §4.6.1); used where the request
/// names none.
[[nodiscard]] boost::system::result<Request, Error> parse_request(const gloox::Tag& pubsub,
                                                                  bool is_set,
                                                                  const NodeId& implied_node = {});

}  // namespace pubsub
