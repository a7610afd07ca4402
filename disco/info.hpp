// The <query/> of a disco#info result: identities, features, and the meta-data form of a node.
// XEP-0030 §3, XEP-0060 §5.3-5.4, XEP-0128, XEP-0068.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disco/features.hpp"
#include "pubsub/service.hpp"

namespace disco {

/// `name`: of the identities, for people; `node`: as it was asked for, may be empty.
std::string to_info_xml(const pubsub::Policy& policy, Place place, std::string_view name,
                        std::string_view node = {});
std::string to_node_info_xml(const pubsub::Service& service, const pubsub::NodeRecord& node);

/// What a node is that is no PubSub node: a command (XEP-0050 §2.2), the known headers (XEP-0131
/// §3.2).
struct WellKnown {
  Identity identity;
  std::string_view name;
  std::vector<std::string_view> features;
};
std::string to_well_known_info_xml(std::string_view node, const WellKnown& known);

Place place_of(const pubsub::NodeSpec& spec);
/// The part before the '@'.
std::string name_of_account(const std::string& account);

}  // namespace disco
