#include "disco/items.hpp"

#include "pubsub/policy.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace disco {

pubsub::Reply make_items_reply(const std::string& node, const std::vector<Item>& items,
                               const pubsub::PageRequest& request, std::size_t most) {
  std::vector<pubsub::PageEntry> entries;
  for (const Item& item : items) {
    pubsub::PageEntry entry{item.node.empty() ? item.jid : item.node, {}};
    xmpp_schemas::XmlWriter writer(entry.xml);
    writer.open("item").attribute("jid", item.jid);
    if (!item.node.empty()) writer.attribute("node", item.node);
    writer.attribute("name", item.name).close();
    entries.push_back(std::move(entry));
  }
  const auto page = pubsub::cut_page(entries, request, most, pubsub::max_answer_octets);
  if (!page) return page.error();
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", xmpp_schemas::ns::disco_items);
  if (!node.empty()) writer.attribute("node", node);
  pubsub::append_page(writer, entries, *page, request);
  writer.close();
  return pubsub::Result{std::move(xml)};
}

}  // namespace disco
