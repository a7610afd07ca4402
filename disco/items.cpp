#include "disco/items.hpp"

#include "pubsub/policy.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace disco {

pubsub::Reply make_items_reply(const std::string& node, const std::vector<Item>& items,
                               const pubsub::PageRequest& request, std::size_t most) {
  const auto uid = [&](std::size_t i) {
    return items[i].node.empty() ? items[i].jid : items[i].node;
  };
  const auto append = [&](std::string& out, std::size_t i) {
    const Item& item = items[i];
    xmpp_schemas::XmlWriter writer(out);
    writer.open("item").attribute("jid", item.jid);
    if (!item.node.empty()) writer.attribute("node", item.node);
    writer.attribute("name", item.name).close();
  };
  const pubsub::PageList list{items.size(), uid, append};
  const auto page = pubsub::cut_page(list, request, most, pubsub::max_answer_octets);
  if (!page) return page.error();
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", xmpp_schemas::ns::disco_items);
  if (!node.empty()) writer.attribute("node", node);
  pubsub::append_page(writer, list, *page, request);
  writer.close();
  return pubsub::Result{std::move(xml)};
}

}  // namespace disco
