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
#include "pubsub/order.hpp"
#include "pubsub/result_page.hpp"

namespace pubsub {

/// XEP-0060 §6.1, with the options of §6.3.7 if any were sent.
struct Subscribe {
  NodeId node;
  std::string jid;   ///< prepared
  std::string bare;  ///< its bare JID
  std::optional<FormFields> options;
};

/// Whose subscription to which node.
struct SubscriptionKey {
  NodeId node;
  std::string jid;    ///< prepared
  std::string bare;   ///< its bare JID
  std::string subid;  ///< empty: none was given
};

/// XEP-0060 §6.2
struct Unsubscribe {
  SubscriptionKey of;
};

/// XEP-0060 §6.3.2
struct GetOptions {
  SubscriptionKey of;
};

/// XEP-0060 §6.3.5
struct SetOptions {
  SubscriptionKey of;
  Submission form;
};

/// XEP-0060 §6.4
struct GetDefaultOptions {
  std::optional<NodeId> node;
};

/// XEP-0060 §6.5
struct GetItems {
  NodeId node;
  std::string subid;
  std::optional<std::size_t> max_items;
  std::vector<std::string> ids;  ///< not empty: exactly these (§6.5.8)
  PageRequest page;
  Order order = Order::unsaid;  ///< XEP-0413
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

/// XEP-0060 §7.2
struct Retract {
  NodeId node;
  std::vector<std::string> ids;  ///< one at least
  bool notify = false;           ///< asked for; the node's configuration may say so too
};

/// XEP-0060 §8.2.1
struct GetConfiguration {
  NodeId node;
};

/// XEP-0060 §8.2.4
struct SetConfiguration {
  NodeId node;
  Submission form;
};

/// XEP-0060 §8.3
struct GetDefaultConfiguration {
  NodeKind kind = NodeKind::leaf;
};

/// XEP-0060 §8.5
struct Purge {
  NodeId node;
};

/// XEP-0060 §8.8.1
struct GetNodeSubscriptions {
  NodeId node;
  PageRequest page;
};

/// XEP-0060 §8.8.2; entries as they were sent, but prepared.
struct SetNodeSubscriptions {
  struct Entry {
    std::string jid;
    std::string subid;  ///< empty: none was given
    std::string state;  ///< empty: no change
  };
  NodeId node;
  std::vector<Entry> entries;
};

/// XEP-0060 §8.9.1
struct GetNodeAffiliations {
  NodeId node;
  PageRequest page;
};

/// XEP-0060 §8.9.2
struct SetNodeAffiliations {
  struct Entry {
    std::string bare;
    std::string affiliation;  ///< empty: no change
  };
  NodeId node;
  std::vector<Entry> entries;
};

/// What the specification knows and this service does not do: answered with <unsupported
/// feature=…/>.
struct Unsupported {
  std::string_view feature;
  /// Absent: the request is about the service, or about a node that need not be there (create).
  std::optional<NodeId> node;
};

using Request =
    std::variant<Subscribe, Unsubscribe, GetOptions, SetOptions, GetDefaultOptions, GetItems,
                 GetSubscriptions, GetAffiliations, Retract, GetConfiguration, SetConfiguration,
                 GetDefaultConfiguration, Purge, GetNodeSubscriptions, SetNodeSubscriptions,
                 GetNodeAffiliations, SetNodeAffiliations, Unsupported>;

}  // namespace pubsub
