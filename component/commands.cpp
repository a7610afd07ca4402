#include "component/commands.hpp"

#include <algorithm>

#include "pubsub/data_form.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

namespace ns = xmpp_schemas::ns;
using pubsub::Error;
using pubsub::ErrorCode;
using xmpp_schemas::XmlWriter;

/// <command/> with that status; `form`: what is in it. XEP-0050 §3
pubsub::Result to_result(std::string_view node, std::string_view session, std::string_view status,
                         std::string_view form) {
  std::string xml;
  XmlWriter writer(xml);
  writer.open("command", ns::commands).attribute("node", node);
  writer.attribute("sessionid", session).attribute("status", status);
  if (status == "executing") {  // XEP-0050 §3.4: what may follow
    writer.open("actions").attribute("execute", "complete").open("complete").close().close();
  }
  writer.raw(form).close();
  return {std::move(xml)};
}

std::string pending_form(const std::vector<pubsub::NodeId>& nodes) {
  std::string xml;
  XmlWriter writer(xml);
  pubsub::open_form(writer, "form", ns::pubsub_subscribe_authorization);
  pubsub::FieldHead field{"pubsub#node", "list-single", "Node with requests"};
  for (const auto& node : nodes) field.choices.emplace_back(node, "");
  pubsub::append_field(writer, field, {});
  writer.close();
  return xml;
}

}  // namespace

const std::vector<Commands::Command>& Commands::all() {
  static const std::vector<Command> commands{
      {ns::pubsub_get_pending, "Pending subscription requests"}};
  return commands;
}

Commands::Outcome Commands::on_command(const pubsub::Target& target, const pubsub::Asker& asker,
                                       const gloox::Tag& command) {
  if (command.findAttribute("node") == ns::pubsub_get_pending)
    return get_pending(target, asker, command);
  return {Error{ErrorCode::item_not_found, "no such command"}, {}};
}

// XEP-0060 §8.7: first a form of nodes, then one message per request.
Commands::Outcome Commands::get_pending(const pubsub::Target& target, const pubsub::Asker& asker,
                                        const gloox::Tag& command) {
  if (!pubsub_.access().is_owner(target.account, asker.bare))
    return {Error{ErrorCode::forbidden, {}}, {}};  // XEP-0060 §8.7.3.3
  const std::string& action = command.findAttribute("action");
  std::string session = command.findAttribute("sessionid");
  if (action == "cancel") return {to_result(ns::pubsub_get_pending, session, "canceled", {}), {}};
  const bool is_known =
      action.empty() || action == "execute" || action == "next" || action == "complete";
  if (!is_known)  // XEP-0050 §4.4
    return {Error{ErrorCode::bad_request, "no such action"}, {}};
  const auto nodes = pubsub_.pending_nodes(target, asker);
  const gloox::Tag* form = command.findChild("x");
  if (form == nullptr) {
    session = environment_.random_id();
    return {to_result(ns::pubsub_get_pending, session, "executing", pending_form(nodes)), {}};
  }
  const auto submitted = pubsub::parse_submission(*form, ns::pubsub_subscribe_authorization);
  if (!submitted) return {submitted.error(), {}};
  if (submitted->is_cancel) return {to_result(ns::pubsub_get_pending, session, "canceled", {}), {}};
  std::string node;
  for (const auto& [var, values] : submitted->fields) {
    if (var == "pubsub#node" && values.size() == 1) node = values.front();
  }
  const auto* tree = pubsub_.tree(target.account);
  if (tree == nullptr || tree->find(node) == nullptr)
    return {Error{ErrorCode::item_not_found, {}}, {}};  // XEP-0060 §8.7.3.4
  return {to_result(ns::pubsub_get_pending, session, "completed", {}),
          pubsub_.ask_again(target, asker, node, environment_.wall_now())};
}

}  // namespace component
