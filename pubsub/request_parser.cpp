#include "pubsub/request_parser.hpp"

#include <gloox/jid.h>

#include <algorithm>
#include <array>

#include "pubsub/policy.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using Parsed = boost::system::result<Request, Error>;

constexpr std::size_t max_jid = 1022;  // gloox reads past its buffer at 1023
constexpr std::size_t max_node = 8 * 1024;
constexpr std::size_t max_subid = 256;

/// One request element, with the <pubsub/> around it for its companions (<options/>, <set/>).
struct Input {
  const gloox::Tag& element;
  const gloox::Tag& pubsub;
  const NodeId& implied_node;
};

NodeId node_of(const Input& input) {
  const std::string& node = input.element.findAttribute("node");
  return node.empty() ? input.implied_node : node;
}

boost::system::result<NodeId, Error> required_node(const Input& input) {
  NodeId node = node_of(input);
  if (node.empty()) return Error{ErrorCode::nodeid_required, {}};
  if (node.size() > max_node) return Error{ErrorCode::item_not_found, {}};
  return node;
}

struct Jid {
  std::string full, bare;
};

boost::system::result<Jid, Error> required_jid(const Input& input) {
  const std::string& text = input.element.findAttribute("jid");
  if (text.empty()) return Error{ErrorCode::jid_required, {}};
  if (text.size() > max_jid) return Error{ErrorCode::invalid_jid, {}};
  const gloox::JID jid(text);
  if (!jid || jid.server().empty()) return Error{ErrorCode::invalid_jid, {}};
  return Jid{jid.full(), jid.bare()};
}

boost::system::result<std::string, Error> subid_of(const Input& input) {
  const std::string& subid = input.element.findAttribute("subid");
  if (subid.size() > max_subid) return Error{ErrorCode::invalid_subid, {}};
  return subid;
}

// XEP-0060 §6.3.7: <options/> follows <subscribe/> and has neither node nor jid.
boost::system::result<std::optional<FormFields>, Error> options_of(const Input& input) {
  const gloox::Tag* options = nullptr;
  for (const gloox::Tag* child : input.pubsub.children()) {
    if (child->name() != "options") continue;
    if (options != nullptr) return Error{ErrorCode::bad_request, "<options/> twice"};
    options = child;
  }
  if (options == nullptr) return std::optional<FormFields>();
  const bool is_first = input.pubsub.children().front() == options;
  if (is_first || options->hasAttribute("node") || options->hasAttribute("jid")) {
    return Error{ErrorCode::bad_request,
                 "<options/> follows <subscribe/> and has no node and no jid"};
  }
  const gloox::Tag* form = options->findChild("x");
  if (form == nullptr) return Error{ErrorCode::invalid_options, "no form"};
  auto fields = parse_submit(*form, ns::pubsub_subscribe_options);
  if (!fields) return fields.error();
  return std::optional<FormFields>(std::move(*fields));
}

Parsed parse_subscribe(const Input& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto jid = required_jid(input);
  if (!jid) return jid.error();
  auto options = options_of(input);
  if (!options) return options.error();
  return Request{Subscribe{*node, jid->full, jid->bare, std::move(*options)}};
}

Parsed parse_unsubscribe(const Input& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto jid = required_jid(input);
  if (!jid) return jid.error();
  auto subid = subid_of(input);
  if (!subid) return subid.error();
  return Request{Unsubscribe{*node, jid->full, jid->bare, *subid}};
}

Parsed parse_items(const Input& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto subid = subid_of(input);
  if (!subid) return subid.error();
  GetItems items{*node, *subid, {}, {}, {}};
  const std::string& max_items = input.element.findAttribute("max_items");
  if (!max_items.empty()) {
    const auto number = parse_decimal(max_items);  // the schema: xs:positiveInteger
    if (!number || *number == 0)
      return Error{ErrorCode::bad_request, "max_items is no positive number"};
    items.max_items = static_cast<std::size_t>(*number);
  }
  for (const gloox::Tag* item : input.element.children()) {
    if (item->name() != "item") continue;
    if (items.ids.size() == max_answer_items)
      return Error{ErrorCode::not_acceptable, "more than 100 item ids"};
    items.ids.push_back(item->findAttribute("id"));
  }
  auto page = parse_page_request(input.pubsub.findChild("set"));
  if (!page) return page.error();
  items.page = std::move(*page);
  return Request{std::move(items)};
}

template <class Listing>
Parsed parse_listing(const Input& input) {
  Listing listing;
  const NodeId node = node_of(input);
  if (!node.empty()) listing.node = node;
  auto page = parse_page_request(input.pubsub.findChild("set"));
  if (!page) return page.error();
  listing.page = std::move(*page);
  return Request{std::move(listing)};
}

// Requests that are answered with <unsupported/>, each with the feature that XEP-0060 names for it
// ---------------

enum class Needs { node, nothing };

struct Row {
  std::string_view xmlns;
  std::string_view element;
  bool is_set;
  std::string_view feature;  ///< empty: `parse` does it
  Needs needs;
  Parsed (*parse)(const Input&);
};

constexpr std::array<Row, 23> rows{{
    {ns::pubsub, "subscribe", true, "", Needs::node, parse_subscribe},      // §6.1
    {ns::pubsub, "unsubscribe", true, "", Needs::node, parse_unsubscribe},  // §6.2
    {ns::pubsub, "items", false, "", Needs::node, parse_items},             // §6.5
    {ns::pubsub, "subscriptions", false, "", Needs::nothing,
     parse_listing<GetSubscriptions>},  // §5.6
    {ns::pubsub, "affiliations", false, "", Needs::nothing,
     parse_listing<GetAffiliations>},                                                   // §5.7
    {ns::pubsub, "options", false, "subscription-options", Needs::node, nullptr},       // §6.3.4.6
    {ns::pubsub, "options", true, "subscription-options", Needs::node, nullptr},        // §6.3.4.6
    {ns::pubsub, "default", false, "retrieve-default-sub", Needs::nothing, nullptr},    // §6.4.3.2
    {ns::pubsub, "publish", true, "publish", Needs::node, nullptr},                     // §7.1.3.2
    {ns::pubsub, "retract", true, "delete-items", Needs::node, nullptr},                // §7.2.3.6
    {ns::pubsub, "create", true, "create-nodes", Needs::nothing, nullptr},              // §8.1.1
    {ns::pubsub_owner, "configure", false, "config-node", Needs::node, nullptr},        // §8.2.3.1
    {ns::pubsub_owner, "configure", true, "config-node", Needs::node, nullptr},         // §8.2.3.1
    {ns::pubsub_owner, "default", false, "retrieve-default", Needs::nothing, nullptr},  // §8.3.4.2
    {ns::pubsub_owner, "delete", true, "delete-nodes", Needs::node, nullptr},           // §8.4
    {ns::pubsub_owner, "purge", true, "purge-nodes", Needs::node, nullptr},             // §8.5.3.1
    {ns::pubsub_owner, "subscriptions", false, "manage-subscriptions", Needs::node,
     nullptr},  // §8.8.1.3
    {ns::pubsub_owner, "subscriptions", true, "manage-subscriptions", Needs::node,
     nullptr},  // §8.8.2.3
    {ns::pubsub_owner, "affiliations", false, "modify-affiliations", Needs::node,
     nullptr},  // §8.9.1.3
    {ns::pubsub_owner, "affiliations", true, "modify-affiliations", Needs::node,
     nullptr},                                                                   // §8.9.2.3
    {ns::pubsub_owner, "associate", true, "collections", Needs::node, nullptr},  // XEP-0248 §7.3
    {ns::pubsub_owner, "disassociate", true, "collections", Needs::node, nullptr},  // XEP-0248 §7.4
    {ns::pubsub_owner, "collection", true, "collections", Needs::node, nullptr},  // XEP-0248 §7.3
}};

Parsed parse_unsupported(const Row& row, const Input& input) {
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
// §6.3.7).
bool is_request(const gloox::Tag& pubsub, const gloox::Tag& child) {
  if (child.name() == "options" && pubsub.findChild("subscribe") != nullptr) return false;
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
    return row.xmlns == pubsub.xmlns() && row.element == child.name();
  });
}

}  // namespace

Parsed parse_request(const gloox::Tag& pubsub, bool is_set, const NodeId& implied_node) {
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
    const Input input{*element, pubsub, implied_node};
    return row.parse != nullptr ? row.parse(input) : parse_unsupported(row, input);
  }
  return Error{ErrorCode::bad_request,
               is_set ? "this is asked with get" : "this is asked with set"};
}

}  // namespace pubsub
