// What an owner may set on a node, and the form that shows it with what the mail store decides.
// XEP-0060 §8.2-8.3, §16.4.4; XEP-0248 §7.2; docs/protocol.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "pubsub/data_form.hpp"
#include "pubsub/node_tree.hpp"
#include "pubsub/policy.hpp"

namespace pubsub {

std::string_view to_text(AccessModel model);
std::optional<AccessModel> parse_access_model(std::string_view text);

/// The record's configuration, read. What the operator does not allow (any more) is "whitelist".
AccessModel access_model_of(const NodeRecord& node, const Policy& policy);
/// Absent: the owner has set none here.
std::optional<Disclosure> disclosure_of(const NodeRecord& node);
bool notifies_of_retraction(const NodeRecord& node);
bool notifies_of_subscriptions(const NodeRecord& node);
bool notifies_of_configuration(const NodeRecord& node);
const std::string& title_of(const NodeRecord& node);
const std::string& description_of(const NodeRecord& node);  ///< may be empty

using Config = std::vector<std::pair<std::string, std::string>>;

/// The configuration after a submit. A field with its present value is no change; any other change
/// of what cannot be changed: not_allowed_options for the graph (XEP-0248 §7.2.3), not_acceptable
/// naming the field else.
boost::system::result<Config, Error> submit_config(const NodeTree& tree, const NodeRecord& node,
                                                   const Policy& policy, const FormFields& fields);

/// Appends the fields. `is_form`: with type, label and choices.
void append_config(xmpp_schemas::XmlWriter& writer, const NodeTree& tree, const NodeRecord& node,
                   const Policy& policy, bool is_form);

}  // namespace pubsub
