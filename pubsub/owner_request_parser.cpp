// The requests of owners. XEP-0060 §7.2 and chapter 8.
#include <set>
#include <utility>

#include "pubsub/policy.hpp"
#include "pubsub/request_input.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::size_t most_entries = 1000;  // of one request

template <class OnNode>
ParsedRequest parse_on_node(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  return Request{OnNode{*node}};
}

template <class Listing>
ParsedRequest parse_node_listing(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto page = page_of(input);
  if (!page) return page.error();
  return Request{Listing{*node, std::move(*page)}};
}

/// Calls `add` with each child of that name and its JID; the first error that it returns ends it.
template <class Add>
std::optional<Error> for_each_entry(const RequestInput& input, std::string_view name, Add add) {
  std::size_t count = 0;
  for (const gloox::Tag* child : input.element.children()) {
    if (child->name() != name) continue;
    if (++count > most_entries) return Error{ErrorCode::not_acceptable, "more than 1000 entries"};
    const std::string& text = child->findAttribute("jid");
    if (text.empty()) return Error{ErrorCode::jid_required, {}};
    const auto jid = parse_jid(text);
    if (!jid) return jid.error();
    if (auto error = add(*child, *jid)) return error;
  }
  return std::nullopt;
}

}  // namespace

ParsedRequest parse_retract(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();  // XEP-0060 §7.2.3.2
  Retract retract{*node, {}, false};
  const std::string& notify = input.element.findAttribute("notify");
  if (!notify.empty()) {
    const auto flag = parse_boolean(notify);
    if (!flag) return Error{ErrorCode::bad_request, "notify is no boolean"};
    retract.notify = *flag;
  }
  for (const gloox::Tag* item : input.element.children()) {
    if (item->name() != "item") continue;
    const std::string& id = item->findAttribute("id");
    if (id.empty()) return Error{ErrorCode::item_required, {}};  // XEP-0060 §7.2.3.3
    if (retract.ids.size() == max_answer_items)
      return Error{ErrorCode::not_acceptable, "more than 100 item ids"};
    retract.ids.push_back(id);
  }
  if (retract.ids.empty()) return Error{ErrorCode::item_required, {}};
  return Request{std::move(retract)};
}

ParsedRequest parse_get_configuration(const RequestInput& input) {
  return parse_on_node<GetConfiguration>(input);
}

ParsedRequest parse_set_configuration(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  auto form = form_of(input.element, ns::pubsub_node_config);
  if (!form) return form.error();
  return Request{SetConfiguration{*node, std::move(*form)}};
}

// XEP-0060 §8.3.2, XEP-0248 §7.3.1
ParsedRequest parse_default_configuration(const RequestInput& input) {
  const std::string& type = input.element.findAttribute("type");
  if (type.empty() || type == "leaf") return Request{GetDefaultConfiguration{NodeKind::leaf}};
  if (type == "collection") return Request{GetDefaultConfiguration{NodeKind::collection}};
  return Error{ErrorCode::bad_request, "no such node type"};
}

ParsedRequest parse_purge(const RequestInput& input) {
  return parse_on_node<Purge>(input);
}

ParsedRequest parse_get_node_subscriptions(const RequestInput& input) {
  return parse_node_listing<GetNodeSubscriptions>(input);
}

ParsedRequest parse_set_node_subscriptions(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  SetNodeSubscriptions request{*node, {}};
  std::set<std::pair<std::string, std::string>> named;
  const auto add = [&](const gloox::Tag& entry, const ParsedJid& jid) -> std::optional<Error> {
    const std::string& subid = entry.findAttribute("subid");
    if (!named.insert({jid.full, subid}).second)  // XEP-0060 §8.8.2.4
      return Error{ErrorCode::bad_request, "a subscription twice"};
    request.entries.push_back({jid.full, subid, entry.findAttribute("subscription")});
    return std::nullopt;
  };
  if (auto error = for_each_entry(input, "subscription", add)) return *error;
  return Request{std::move(request)};
}

ParsedRequest parse_get_node_affiliations(const RequestInput& input) {
  return parse_node_listing<GetNodeAffiliations>(input);
}

ParsedRequest parse_set_node_affiliations(const RequestInput& input) {
  auto node = required_node(input);
  if (!node) return node.error();
  SetNodeAffiliations request{*node, {}};
  std::set<std::string> named;
  const auto add = [&](const gloox::Tag& entry, const ParsedJid& jid) -> std::optional<Error> {
    if (!named.insert(jid.bare).second)  // XEP-0060 §8.9.2.4
      return Error{ErrorCode::bad_request, "an entity twice"};
    request.entries.push_back({jid.bare, entry.findAttribute("affiliation")});
    return std::nullopt;
  };
  if (auto error = for_each_entry(input, "affiliation", add)) return *error;
  return Request{std::move(request)};
}

}  // namespace pubsub
