// What an owner does to a node: configuration, purging, removing items. XEP-0060 §7.2, §8.2, §8.3,
// §8.5; XEP-0248 §7.2.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::XmlWriter;

// It erases what the service remembers, never what it was told of.
std::optional<Error> refuse_removal(const NodeRecord& node) {
  if (node.spec.kind == NodeKind::collection)  // XEP-0060 §7.2.3.5, §8.5.3.3
    return Error{ErrorCode::unsupported, "persistent-items"};
  if (node.spec.holding != Holding::history || node.spec.is_closed)
    return Error{ErrorCode::not_allowed, {}};
  return std::nullopt;
}

Notice make_notice(NoticeKind kind, const NodeRecord& node, WallTime at) {
  Notice notice;
  notice.kind = kind;
  notice.account = node.account;
  notice.node = node.spec.id;
  notice.at = at;
  return notice;
}

}  // namespace

Service::Finding Service::find_owned(const Target& target, const Asker& asker, const NodeId& node) {
  auto found = find(target.account, asker.bare, node);
  if (!found) return found;
  if (found->standing.affiliation != Affiliation::owner)
    return Error{ErrorCode::forbidden, {}};  // XEP-0060 §8.2.3.2
  return found;
}

Outcome Service::on(const Target& target, const Asker& asker, const GetConfiguration& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  std::string xml;  // XEP-0060 §8.2.2
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub_owner).open("configure").attribute("node", request.node);
  open_form(writer, "form", ns::pubsub_node_config);
  append_config(writer, found->account.tree, found->node, policy_, true);
  writer.close().close().close();
  return succeed(std::move(xml));
}

Outcome Service::on(const Target& target, const Asker& asker, const SetConfiguration& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  if (request.form.is_cancel) return succeed();  // XEP-0060 §8.2.4: nothing changes
  auto config = submit_config(found->account.tree, found->node, policy_, request.form.fields);
  if (!config) return refuse(config.error());  // XEP-0060 §8.2.5.2
  Outcome outcome = succeed();
  if (*config == found->node.config) return outcome;
  unindex(found->account, found->node);
  found->node.config = std::move(*config);
  index(found->account, found->node);
  index_guests(found->account);
  outcome.writes.push_back(WriteNode{found->node});
  if (notifies_of_configuration(found->node)) {  // XEP-0060 §8.2.5.3
    Notice notice = make_notice(NoticeKind::told, found->node, latest_);
    notice.recipients = recipients_of(found->account, request.node, Matter::nodes, 0);
    std::string xml;
    XmlWriter writer(xml);
    writer.open("event", ns::pubsub_event).open("configuration").attribute("node", request.node);
    open_form(writer, "result", ns::pubsub_node_config);
    append_config(writer, found->account.tree, found->node, policy_, false);
    writer.close().close().close();
    notice.payload = {{Disclosure::counts, std::move(xml)}};
    if (!notice.recipients.empty()) append_notice(outcome.writes, std::move(notice));
  }
  end_lost(outcome.writes, target.account);
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker,
                    const GetDefaultConfiguration& request) {
  if (accounts_for(target, asker).empty()) return refuse(ErrorCode::item_not_found);
  NodeRecord node;
  node.spec.kind = request.kind;
  node.spec.holding = request.kind == NodeKind::leaf ? Holding::history : Holding::nothing;
  std::string xml;  // XEP-0060 §8.3.3
  XmlWriter writer(xml);
  writer.open("pubsub", ns::pubsub_owner).open("default");
  open_form(writer, "form", ns::pubsub_node_config);
  append_config(writer, {}, node, policy_, true);
  writer.close().close().close();
  return succeed(std::move(xml));
}

Outcome Service::on(const Target& target, const Asker& asker, const Purge& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  if (auto error = refuse_removal(found->node)) return refuse(*error);
  Outcome outcome = succeed();
  outcome.writes.push_back(RemoveItems{target.account, request.node, {}});
  Notice notice = make_notice(NoticeKind::purge, found->node, latest_);  // XEP-0060 §8.5.2
  if (notifies_of_retraction(found->node))
    notice.recipients = recipients_of(found->account, request.node, Matter::items, 0);
  if (!notice.recipients.empty()) append_notice(outcome.writes, std::move(notice));
  return outcome;
}

Outcome Service::on(const Target& target, const Asker& asker, const Retract& request) {
  const auto found = find_owned(target, asker, request.node);
  if (!found) return refuse(found.error());
  if (auto error = refuse_removal(found->node)) return refuse(*error);
  RemoveItems removal{target.account, request.node, {}};
  for (const auto& id : request.ids) {
    const auto number = parse_decimal(id);
    // XEP-0060 §7.2.3.4: deviates - an id that was given out once and is not kept any more is no
    // error: it is gone, as was asked
    if (!number || *number == 0 || *number > found->node.last_item)
      return refuse(ErrorCode::item_not_found);
    removal.numbers.push_back(*number);
  }
  Outcome outcome = succeed();
  if (request.notify || notifies_of_retraction(found->node)) {  // XEP-0060 §7.2.2.1
    const auto told = recipients_of(found->account, request.node, Matter::items, 0);
    for (const auto number : removal.numbers) {
      Notice notice = make_notice(NoticeKind::retract, found->node, latest_);
      notice.number = number;
      notice.recipients = told;
      if (!told.empty()) append_notice(outcome.writes, std::move(notice));
    }
  }
  outcome.writes.push_back(std::move(removal));
  return outcome;
}

}  // namespace pubsub
