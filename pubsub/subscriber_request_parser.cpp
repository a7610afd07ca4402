// The requests of subscribers, and what all requests have in common. XEP-0060 chapters 5 and 6.
#include <gloox/jid.h>

#include "pubsub/policy.hpp"
#include "pubsub/request_input.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::size_t max_jid = 1022;  // gloox reads past its buffer at 1023
constexpr std::size_t max_node = 8 * 1024;
constexpr std::size_t max_subid = 256;

boost::system::result<ParsedJid, Error> required_jid(const RequestInput& input) {
  const std::string& text = input.element.findAttribute("jid");
  if (text.empty()) return Error{ErrorCode::jid_required, {}};
  return parse_jid(text);
}

boost::system::result<std::string, Error> subid_of(const RequestInput& input) {
  const std::string& subid = input.element.findAttribute("subid");
  if (subid.size() > max_subid) return Error{ErrorCode::invalid_subid, {}};
  return subid;
}

boost::system::result<SubscriptionKey, Error> key_of(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto jid = required_jid(input);
  if (!jid) return jid.error();
  auto subid = subid_of(input);
  if (!subid) return subid.error();
  return SubscriptionKey{*node, jid->full, jid->bare, *subid};
}

// XEP-0060 §6.3.7: <options/> follows <subscribe/> and has neither node nor jid.
boost::system::result<std::optional<FormFields>, Error> options_of(const RequestInput& input) {
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
  auto form = form_of(*options, ns::pubsub_subscribe_options);
  if (!form) return form.error();
  return std::optional<FormFields>(std::move(form->fields));
}

template <class Listing>
ParsedRequest parse_listing(const RequestInput& input) {
  Listing listing;
  const NodeId node = node_of(input);
  if (!node.empty()) listing.node = node;
  auto page = page_of(input);
  if (!page) return page.error();
  listing.page = std::move(*page);
  return Request{std::move(listing)};
}

}  // namespace

NodeId node_of(const RequestInput& input) {
  const std::string& node = input.element.findAttribute("node");
  return node.empty() ? input.implied_node : node;
}

boost::system::result<NodeId, Error> required_node(const RequestInput& input) {
  // XEP-0060 §6.3.4.1: deviates - there is no single root collection that "no node" could mean
  NodeId node = node_of(input);
  if (node.empty()) return Error{ErrorCode::nodeid_required, {}};
  if (node.size() > max_node) return Error{ErrorCode::item_not_found, {}};
  return node;
}

boost::system::result<ParsedJid, Error> parse_jid(const std::string& text) {
  if (text.size() > max_jid) return Error{ErrorCode::invalid_jid, {}};
  const gloox::JID jid(text);
  if (!jid || jid.server().empty()) return Error{ErrorCode::invalid_jid, {}};
  return ParsedJid{jid.full(), jid.bare()};
}

boost::system::result<PageRequest, Error> page_of(const RequestInput& input) {
  return parse_page_request(input.pubsub.findChild("set"));
}

boost::system::result<Submission, Error> form_of(const gloox::Tag& element,
                                                 std::string_view form_type) {
  const gloox::Tag* form = nullptr;
  for (const gloox::Tag* child : element.children()) {
    if (child->name() != "x" || child->xmlns() != ns::data_forms) continue;
    if (form != nullptr) return Error{ErrorCode::bad_request, "two forms in one"};
    form = child;
  }
  if (form == nullptr) return Error{ErrorCode::bad_request, "no form"};
  return parse_submission(*form, form_type);
}

ParsedRequest parse_subscribe(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto jid = required_jid(input);
  if (!jid) return jid.error();
  auto options = options_of(input);
  if (!options) return options.error();
  return Request{Subscribe{*node, jid->full, jid->bare, std::move(*options)}};
}

ParsedRequest parse_unsubscribe(const RequestInput& input) {
  auto key = key_of(input);
  if (!key) return key.error();
  return Request{Unsubscribe{std::move(*key)}};
}

ParsedRequest parse_get_options(const RequestInput& input) {
  auto key = key_of(input);
  if (!key) return key.error();
  return Request{GetOptions{std::move(*key)}};
}

ParsedRequest parse_set_options(const RequestInput& input) {
  auto key = key_of(input);
  if (!key) return key.error();
  auto form = form_of(input.element, ns::pubsub_subscribe_options);
  if (!form) return form.error();
  return Request{SetOptions{std::move(*key), std::move(*form)}};
}

ParsedRequest parse_default_options(const RequestInput& input) {
  const NodeId node = node_of(input);
  if (node.empty()) return Request{GetDefaultOptions{}};
  return Request{GetDefaultOptions{node}};
}

ParsedRequest parse_items(const RequestInput& input) {
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
  auto page = page_of(input);
  if (!page) return page.error();
  items.page = std::move(*page);
  const auto order = parse_order(input.pubsub);
  if (!order) return order.error();
  items.order = *order;
  return Request{std::move(items)};
}

ParsedRequest parse_subscriptions(const RequestInput& input) {
  return parse_listing<GetSubscriptions>(input);
}

ParsedRequest parse_affiliations(const RequestInput& input) {
  return parse_listing<GetAffiliations>(input);
}

}  // namespace pubsub
