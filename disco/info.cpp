#include "disco/info.hpp"

#include <algorithm>
#include <set>

#include "pubsub/data_form.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace disco {
namespace {

namespace ns = xmpp_schemas::ns;

void append_description(xmpp_schemas::XmlWriter& writer, const pubsub::Policy& policy, Place place,
                        std::string_view name) {
  for (const auto& [category, type] : identities_of(place)) {
    writer.open("identity").attribute("category", category).attribute("type", type);
    writer.attribute("name", name).close();
  }
  for (const auto var : features_of(place, policy))
    writer.open("feature").attribute("var", var).close();
}

std::size_t count_subscribers(const pubsub::Service& service, const pubsub::NodeRecord& node) {
  std::set<std::string_view> jids;
  for (const auto& subscription : service.subscriptions().at(node.account, node.spec.id)) {
    jids.insert(subscription->jid());
  }
  return jids.size();
}

// XEP-0060 §5.4, §16.4.3
void append_meta_data(xmpp_schemas::XmlWriter& writer, const pubsub::Service& service,
                      const pubsub::NodeRecord& node) {
  const auto& given = node.spec.meta_data;
  const auto is_given = [&](std::string_view var) {
    return std::any_of(given.begin(), given.end(),
                       [&](const auto& field) { return field.first == var; });
  };
  const auto add = [&](std::string_view var, std::string_view type, std::string_view label,
                       const std::vector<std::string>& values) {
    if (!is_given(var)) pubsub::append_field(writer, {var, type, label}, values);
  };
  pubsub::open_form(writer, "result", ns::pubsub_meta_data);
  if (node.spec.kind == pubsub::NodeKind::leaf) {
    add("pubsub#type", "text-single", "Payload type", {std::string(ns::message_store)});
  }
  add("pubsub#title", "text-single", "A short name for the node", {pubsub::title_of(node)});
  if (const auto& description = pubsub::description_of(node); !description.empty())
    add("pubsub#description", "text-single", "A description of the node", {description});
  add("pubsub#access_model", "list-single", "Access model",
      {std::string(pubsub::to_text(service.access_model(node)))});
  if (node.spec.kind == pubsub::NodeKind::leaf)
    add("pubsub#publish_model", "list-single", "Publish model", {"publishers"});
  add("pubsub#owner", "jid-multi", "Node owners", service.access().owners_of(node.account));
  add("pubsub#num_subscribers", "text-single", "Number of subscribers to this node",
      {std::to_string(count_subscribers(service, node))});
  if (node.spec.holding == pubsub::Holding::history) {
    add("pubsub#max_items", "text-single", "Number of items kept",
        {std::to_string(service.policy().history_items)});
  }
  for (const auto& [var, value] : given)
    pubsub::append_field(writer, {var, "text-single"}, {value});
  writer.close();
}

}  // namespace

Place place_of(const pubsub::NodeSpec& spec) {
  if (spec.kind == pubsub::NodeKind::collection) return Place::collection;
  return spec.holding == pubsub::Holding::state ? Place::state_leaf : Place::history_leaf;
}

std::string name_of_account(const std::string& account) {
  return account.substr(0, account.find('@'));
}

std::string to_info_xml(const pubsub::Policy& policy, Place place, std::string_view name,
                        std::string_view node) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", ns::disco_info);
  if (!node.empty()) writer.attribute("node", node);
  append_description(writer, policy, place, name);
  writer.close();
  return xml;
}

std::string to_well_known_info_xml(std::string_view node, const WellKnown& known) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", ns::disco_info).attribute("node", node);
  writer.open("identity").attribute("category", known.identity.category);
  writer.attribute("type", known.identity.type).attribute("name", known.name).close();
  for (const auto var : known.features) writer.open("feature").attribute("var", var).close();
  writer.close();
  return xml;
}

std::string to_node_info_xml(const pubsub::Service& service, const pubsub::NodeRecord& node) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", ns::disco_info).attribute("node", node.spec.id);
  append_description(writer, service.policy(), place_of(node.spec), pubsub::title_of(node));
  append_meta_data(writer, service, node);
  writer.close();
  return xml;
}

}  // namespace disco
