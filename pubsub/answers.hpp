// What several kinds of answers have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/result_page.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {

Outcome refuse(ErrorCode code, std::string text = {});
Outcome refuse(Error error);
/// An empty result, or one that holds `xml`.
Outcome succeed(std::string xml = {});

std::string_view to_text(SubscriptionState state);

/// <subscription/>; XEP-0060 §6.1.2, §5.6.
void append_subscription(xmpp_schemas::XmlWriter& writer, const Subscription& subscription,
                         SubscriptionState state);

/// A list in pages, in <pubsub/> of that namespace; the <set/> stands beside the list, as in
/// XEP-0060 §6.5.4.
Outcome make_listing(std::string_view xmlns, std::string_view element,
                     const std::optional<NodeId>& node, const PageList& list,
                     const PageRequest& request);
Outcome make_listing(std::string_view xmlns, std::string_view element,
                     const std::optional<NodeId>& node, const std::vector<PageEntry>& entries,
                     const PageRequest& request);

}  // namespace pubsub
