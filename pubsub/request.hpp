// Every request that a client can make of the service, as a closed variant. XEP-0060 chapters 5
// to 8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pubsub/data_form.hpp"
#include "pubsub/node.hpp"
#include "pubsub/result_page.hpp"

namespace pubsub {

/// XEP-0060 §6.1, with the options of §6.3.7 if any were sent.
struct Subscribe {
  NodeId node;
  std::string jid;   ///< prepared
  std::string bare;  ///< its bare JID
  std::optional<FormFields> options;
};

/// XEP-0060 §6.2
struct Unsubscribe {
  NodeId node;
  std::string jid;
  std::string bare;
  std::string subid;  ///< empty: none was given
};

/// XEP-0060 §6.5
struct GetItems {
  NodeId node;
  std::string subid;
  std::optional<std::size_t> max_items;
  std::vector<std::string> ids;  ///< not empty: exactly these (§6.5.8)
  PageRequest page;
};

/// XEP-0060 §5.6
struct GetSubscriptions {
  std::optional<NodeId> node;
  PageRequest page;
};

/// XEP-0060 §5.7
struct GetAffiliations {
  std::optional<NodeId> node;
  PageRequest page;
};

/// What the specification knows and this service does not do: answered with <unsupported
/// feature=…/>.
struct Unsupported {
  std::string_view feature;
  /// Absent: the request is about the service, or about a node that need not be there (create).
  std::optional<NodeId> node;
};

using Request =
    std::variant<Subscribe, Unsubscribe, GetItems, GetSubscriptions, GetAffiliations, Unsupported>;

}  // namespace pubsub
