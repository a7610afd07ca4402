#include "disco/responder.hpp"

#include <utility>

#include "disco/info.hpp"
#include "disco/items.hpp"
#include "pubsub/renditions.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace disco {
namespace {

using pubsub::Error;
using pubsub::ErrorCode;
using pubsub::Reply;

const Error not_found{ErrorCode::item_not_found, {}};

boost::system::result<pubsub::PageRequest, Error> page_of(const gloox::Tag* query) {
  return pubsub::parse_page_request(query == nullptr ? nullptr : query->findChild("set"));
}

}  // namespace

Responder::Responder(const pubsub::Service& service, ComponentInfo info)
    : service_(service), info_(std::move(info)) {}

Reply Responder::info(const DiscoTarget& target, const pubsub::NodeId& node,
                      const pubsub::Asker& asker, std::string_view asked_as) const {
  if (node.empty()) {
    // The component is there for everybody; an account only for who may see it.
    const auto& policy = service_.policy();
    if (target.account.empty())
      return pubsub::Result{to_info_xml(policy, Place::component, info_.name)};
    if (!service_.sees_account(target.account, asker.bare)) return not_found;
    return pubsub::Result{
        to_info_xml(policy, Place::account, name_of_account(target.account), asked_as)};
  }
  if (auto error = service_.refusal(target.account, asker.bare, node)) return *error;
  return pubsub::Result{to_node_info_xml(service_, *service_.tree(target.account)->find(node))};
}

Reply Responder::items(const DiscoTarget& target, const pubsub::NodeId& node,
                       const gloox::Tag* query, const pubsub::Asker& asker) const {
  const bool is_component = target.account.empty() && node.empty();
  if (!is_component && !service_.sees_account(target.account, asker.bare)) return not_found;
  const pubsub::NodeTree* tree = is_component ? nullptr : service_.tree(target.account);
  if (!node.empty()) {
    if (auto error = service_.refusal(target.account, asker.bare, node)) return *error;
  }
  const auto page = page_of(query);
  if (!page) return page.error();
  std::vector<Item> items;
  std::vector<std::string> accounts;
  if (is_component) {
    accounts = service_.accounts_seen_by(asker.bare);
    for (const std::string_view account : accounts)
      items.push_back({account, {}, account.substr(0, account.find('@'))});
  } else if (tree != nullptr) {
    const bool is_owner = service_.access().is_owner(target.account, asker.bare);
    for (const auto& id : node.empty() ? tree->roots() : tree->children(node)) {
      const pubsub::NodeRecord* child = tree->find(id);
      if (child == nullptr || !child->spec.is_listed) continue;
      if (!is_owner && !service_.sees_node(target.account, id, asker.bare)) continue;
      items.push_back({target.service, child->spec.id, pubsub::title_of(*child)});
    }
  }
  return make_items_reply(node, items, *page, max_entries);
}

std::optional<pubsub::Retrieval> Responder::item_ids(const DiscoTarget& target,
                                                     const pubsub::NodeId& node,
                                                     const gloox::Tag* query,
                                                     const pubsub::Asker& asker) const {
  if (node.empty()) return std::nullopt;
  // Who may see a leaf but not read it is shown no items (XEP-0060 §5.5).
  const auto leaf = service_.readable_leaf(target.account, asker.bare, node);
  auto page = page_of(query);
  if (!leaf || !page) return std::nullopt;
  auto plan = pubsub::plan_leaf(target.account, *leaf, {node, {}, {}, {}, std::move(*page)});
  // XEP-0059 §2.4: a page after an unknown id ends as an empty list in items()
  if (!plan) return std::nullopt;
  return std::move(*plan);
}

// XEP-0060 §5.5: the item's id is the name, and there is no node.
Reply Responder::finish(const DiscoTarget& target, const pubsub::Retrieval& retrieval,
                        const std::vector<pubsub::ItemRows>& rows) const {
  if (rows.size() != 1) return Error{ErrorCode::internal_server_error, {}};
  const auto& leaf = retrieval.leaves.front();
  const auto& [items, count, oldest, index] = rows.front();
  const auto& after = retrieval.queries.front().after;
  if (after && pubsub::has_gap_after(*after, leaf, rows.front())) return not_found;
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", xmpp_schemas::ns::disco_items).attribute("node", leaf.node);
  for (const auto& item : items) {
    const std::string id = pubsub::to_item_id(leaf.holding, item.number);
    writer.open("item").attribute("jid", target.service).attribute("name", id).close();
  }
  if (count > 0 && (retrieval.request.page.is_present || count > items.size())) {
    const std::string first =
        items.empty() ? std::string() : pubsub::to_item_id(leaf.holding, items.front().number);
    const std::string last =
        items.empty() ? std::string() : pubsub::to_item_id(leaf.holding, items.back().number);
    pubsub::append_set(writer, {first, last, index, count});
  }
  writer.close();
  return pubsub::Result{std::move(xml)};
}

}  // namespace disco
