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

const Commands::Command* Commands::find(std::string_view node) {
  const auto found = std::find_if(all().begin(), all().end(),
                                  [&](const Command& each) { return each.node == node; });
  return found == all().end() ? nullptr : &*found;
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
  const std::string& session = command.findAttribute("sessionid");
  const bool goes_on = action.empty() || action == "execute" || action == "complete";
  const bool is_cancel = action == "cancel";
  if (!goes_on && !is_cancel) {  // XEP-0050 §4.4
    const bool is_known = action == "prev" || action == "next";
    return {Error{is_known ? ErrorCode::bad_action : ErrorCode::malformed_action, {}}, {}};
  }
  if (session.empty() && action != "complete" && !is_cancel) {
    const auto form = pending_form(pubsub_.pending_nodes(target, asker));
    return {to_result(ns::pubsub_get_pending, begin(asker), "executing", form), {}};
  }
  if (!is_open(asker, session)) return {Error{ErrorCode::bad_sessionid, {}}, {}};
  if (!is_cancel) return choose_node(target, asker, session, command.findChild("x"));
  end(session);
  return {to_result(ns::pubsub_get_pending, session, "canceled", {}), {}};
}

Commands::Outcome Commands::choose_node(const pubsub::Target& target, const pubsub::Asker& asker,
                                        const std::string& session, const gloox::Tag* form) {
  if (form == nullptr) return {Error{ErrorCode::bad_payload, {}}, {}};  // XEP-0050 §4.4
  const auto submitted = pubsub::parse_submission(*form, ns::pubsub_subscribe_authorization);
  if (!submitted) return {Error{ErrorCode::bad_payload, submitted.error().text}, {}};
  if (submitted->is_cancel) {  // XEP-0004 §3.1
    end(session);
    return {to_result(ns::pubsub_get_pending, session, "canceled", {}), {}};
  }
  std::string node;
  for (const auto& [var, values] : submitted->fields) {
    if (var == "pubsub#node" && values.size() == 1) node = values.front();
  }
  if (node.empty()) return {Error{ErrorCode::bad_payload, "pubsub#node is missing"}, {}};
  const auto* tree = pubsub_.tree(target.account);
  if (tree == nullptr || tree->find(node) == nullptr)
    return {Error{ErrorCode::item_not_found, {}}, {}};  // XEP-0060 §8.7.3.4
  end(session);
  return {to_result(ns::pubsub_get_pending, session, "completed", {}),
          pubsub_.ask_again(target, asker, node, environment_.wall_now())};
}

std::string Commands::begin(const pubsub::Asker& asker) {
  if (sessions_.size() == most_sessions) sessions_.pop_front();
  return sessions_.emplace_back(asker.full, environment_.random_id()).second;
}

bool Commands::is_open(const pubsub::Asker& asker, const std::string& session) const {
  return std::find(sessions_.begin(), sessions_.end(), std::pair(asker.full, session)) !=
         sessions_.end();
}

void Commands::end(const std::string& session) {
  std::erase_if(sessions_, [&](const auto& each) { return each.second == session; });
}

}  // namespace component
