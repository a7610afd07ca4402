#include "pubsub/request_parser.hpp"

#include <algorithm>
#include <array>

#include "pubsub/request_input.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

enum class Needs { node, nothing };

struct Row {
  std::string_view xmlns;
  std::string_view element;
  bool is_set;
  ParsedRequest (*parse)(const RequestInput&);  ///< null: answered with <unsupported/>
  std::string_view feature = {};                ///< that XEP-0060 names for it
  Needs needs = Needs::node;
};

constexpr std::array<Row, 24> rows{{
    {ns::pubsub, "subscribe", true, parse_subscribe},                          // §6.1
    {ns::pubsub, "unsubscribe", true, parse_unsubscribe},                      // §6.2
    {ns::pubsub, "options", false, parse_get_options},                         // §6.3.2
    {ns::pubsub, "options", true, parse_set_options},                          // §6.3.5
    {ns::pubsub, "default", false, parse_default_options},                     // §6.4
    {ns::pubsub, "items", false, parse_items},                                 // §6.5
    {ns::pubsub, "subscriptions", false, parse_subscriptions},                 // §5.6
    {ns::pubsub, "affiliations", false, parse_affiliations},                   // §5.7
    {ns::pubsub, "publish", true, nullptr, "publish"},                         // §7.1.3.2
    {ns::pubsub, "retract", true, parse_retract},                              // §7.2
    {ns::pubsub, "create", true, nullptr, "create-nodes", Needs::nothing},     // §8.1.1
    {ns::pubsub_owner, "configure", false, parse_get_configuration},           // §8.2.1
    {ns::pubsub_owner, "configure", true, parse_set_configuration},            // §8.2.4
    {ns::pubsub_owner, "default", false, parse_default_configuration},         // §8.3
    {ns::pubsub_owner, "delete", true, nullptr, "delete-nodes"},               // §8.4
    {ns::pubsub_owner, "purge", true, parse_purge},                            // §8.5
    {ns::pubsub_owner, "subscriptions", false, parse_get_node_subscriptions},  // §8.8.1
    {ns::pubsub_owner, "subscriptions", true, parse_set_node_subscriptions},   // §8.8.2
    {ns::pubsub_owner, "affiliations", false, parse_get_node_affiliations},    // §8.9.1
    {ns::pubsub_owner, "affiliations", true, parse_set_node_affiliations},     // §8.9.2
    {ns::pubsub_owner, "associate", true, nullptr, "collections"},             // XEP-0248 §7.5
    {ns::pubsub_owner, "dissociate", true, nullptr, "collections"},            // XEP-0248 §7.6
    {ns::pubsub_owner, "disassociate", true, nullptr, "collections"},  // as clients write it
    {ns::pubsub_owner, "collection", true, nullptr, "collections"},    // XEP-0248 §7.5
}};

ParsedRequest parse_unsupported(const Row& row, const RequestInput& input) {
  const bool has_publish_options = input.pubsub.findChild("publish-options") != nullptr;
  const bool is_publish = row.element == "publish";
  Unsupported request{is_publish && has_publish_options ? "publish-options" : row.feature, {}};
  if (row.needs == Needs::node) {
    auto node = required_node(input);
    if (!node) return node.error();
    request.node = *node;
  }
  return Request{std::move(request)};
}

// A child that asks for something; <options/> beside <subscribe/> only goes with it (XEP-0060
// §6.3.7), <configure/> beside <create/> is of another namespace's table anyway (§8.1.3).
bool is_request(const gloox::Tag& pubsub, const gloox::Tag& child) {
  if (child.name() == "options" && pubsub.findChild("subscribe") != nullptr) return false;
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
    return row.xmlns == pubsub.xmlns() && row.element == child.name();
  });
}

}  // namespace

ParsedRequest parse_request(const gloox::Tag& pubsub, bool is_set, const NodeId& implied_node) {
  const std::string xmlns = pubsub.xmlns();
  if (pubsub.name() != "pubsub" || (xmlns != ns::pubsub && xmlns != ns::pubsub_owner)) {
    return Error{ErrorCode::bad_request, "no <pubsub/>"};
  }
  const gloox::Tag* element = nullptr;
  for (const gloox::Tag* child : pubsub.children()) {
    if (!is_request(pubsub, *child)) continue;
    if (element != nullptr) return Error{ErrorCode::bad_request, "two requests in one"};
    element = child;
  }
  if (element == nullptr) {
    if (pubsub.children().empty()) return Error{ErrorCode::bad_request, "empty <pubsub/>"};
    return Error{ErrorCode::feature_not_implemented, {}};
  }
  for (const Row& row : rows) {
    if (row.xmlns != xmlns || row.element != element->name() || row.is_set != is_set) continue;
    const RequestInput input{*element, pubsub, implied_node};
    return row.parse != nullptr ? row.parse(input) : parse_unsupported(row, input);
  }
  return Error{ErrorCode::bad_request,
               is_set ? "this is asked with get" : "this is asked with set"};
}

}  // namespace pubsub
