#include "component/router.hpp"

#include <array>
#include <utility>

#include "component/capabilities.hpp"
#include "component/stanza_head.hpp"
#include "component/vcard.hpp"
#include "component/version.hpp"
#include "disco/info.hpp"
#include "mapping/jid.hpp"
#include "pubsub/request_parser.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

namespace ns = xmpp_schemas::ns;
using pubsub::Error;
using pubsub::ErrorCode;

std::string node_of(const gloox::Tag& payload) {
  return payload.findAttribute("node");
}

bool is_capabilities(std::string_view node, const std::string& account,
                     const pubsub::Policy& policy) {
  if (account.empty() || !node.starts_with(capabilities_node)) return false;
  const auto version = capabilities_version(disco::name_of_account(account), policy);
  return node == std::string(capabilities_node) + '#' + version;
}

/// Commands are there for owners only. XEP-0050 §2.1, §2.2; XEP-0131 §3.2
std::optional<disco::WellKnown> well_known(std::string_view node, bool is_owner) {
  if (node == ns::shim)
    return disco::WellKnown{
        {"pubsub", "service"}, "Headers", {ns::disco_info, ns::shim_collection, ns::shim_subid}};
  if (!is_owner) return std::nullopt;
  const std::vector<std::string_view> features{ns::disco_info, ns::commands, ns::data_forms};
  if (node == ns::commands)
    return disco::WellKnown{{"automation", "command-list"}, "Commands", features};
  const auto* command = Commands::find(node);
  if (command == nullptr) return std::nullopt;
  return disco::WellKnown{{"automation", "command-node"}, command->name, features};
}

}  // namespace

/// One request on its way through the house.
struct Router::Asked {
  IqRequest request;
  std::unique_ptr<gloox::Tag> payload;  // a copy, since an answer may have to wait
  pubsub::Asker asker;
  std::string account;          // bare JID; empty: the component itself
  std::string service;          // the address that was asked, without the node
  std::string node_by_address;  // docs/protocol.md: juliet@D/<node>
  const Route* route = nullptr;
};

struct Router::Route {
  std::string_view xmlns;
  std::string_view element;
  bool get;
  bool set;
  bool is_public_at_component;  // answered to anybody at the component's own address
  bool is_about_accounts;       // at the component's address too: the asker's accounts matter
  void (Router::*handle)(const std::shared_ptr<Asked>&);
};

Router::Router(std::string domain, double requests_per_second, Rooms rooms)
    : domain_(std::move(domain)),
      rate_limit_(requests_per_second),
      rooms_(rooms),
      items_(rooms_.output, rooms_.store, rooms_.pubsub),
      archives_(rooms_.environment, rooms_.output, rooms_.pubsub, items_),
      started_(rooms_.environment.steady_now()) {}

void Router::on_iq(const gloox::Tag& iq) {
  auto request = to_iq_request(iq);
  if (!request) return;
  ++requests_;
  auto asked = std::make_shared<Asked>();
  asked->request = std::move(*request);
  if (asked->request.payload != nullptr) asked->payload.reset(asked->request.payload->clone());
  const auto from = mapping::prepare_jid(asked->request.from);
  const auto to = mapping::prepare_jid(asked->request.to);
  if (from.has_error() || to.has_error())
    return reply(*asked, Error{ErrorCode::item_not_found, {}});
  asked->asker = {from->full, from->bare};
  if (!rate_limit_.may_request(from->bare, rooms_.environment.steady_now())) {
    rooms_.log.rate_limited(from->bare);
    return reply(*asked, Error{ErrorCode::resource_constraint, "too many requests"});
  }
  // RFC 6120 §8.1.3: an id is required
  if (asked->request.id.empty())
    return reply(*asked, Error{ErrorCode::bad_request, "an IQ request has an id"});
  asked->service = to->bare;
  if (!to->local.empty()) asked->account = to->bare;
  const auto slash = asked->request.to.find('/');
  if (slash != std::string::npos) asked->node_by_address = asked->request.to.substr(slash + 1);
  route(std::move(asked));
}

// RFC 6120 §8.2.3: exactly one child; XEP-0012, XEP-0030, XEP-0050, XEP-0060, XEP-0092, XEP-0199,
// XEP-0313, XEP-0054: which one.
void Router::route(std::shared_ptr<Asked> asked) {
  static constexpr std::array<Route, 11> routes{{
      {ns::disco_info, "query", true, false, true, true, &Router::disco_info},
      {ns::disco_items, "query", true, false, true, true, &Router::disco_items},
      {ns::pubsub, "pubsub", true, true, false, true, &Router::pubsub_request},
      {ns::pubsub_owner, "pubsub", true, true, false, true, &Router::pubsub_request},
      {ns::commands, "command", false, true, false, true, &Router::command},
      {ns::mam, "query", true, true, false, true, &Router::archive},
      {ns::mam, "metadata", true, false, false, true, &Router::archive},
      {ns::last_activity, "query", true, false, true, false, &Router::last_activity},
      {ns::version, "query", true, false, true, false, &Router::version},
      {ns::ping, "ping", true, false, true, false, &Router::ping},
      {ns::vcard, "vCard", true, false, true, false, &Router::vcard},
  }};
  if (asked->payload) {
    for (const auto& row : routes) {
      const bool is_right_type = asked->request.is_set ? row.set : row.get;
      if (is_right_type && row.element == asked->payload->name() &&
          row.xmlns == asked->payload->xmlns()) {
        asked->route = &row;
      }
    }
  }
  when_watched(std::move(asked));
}

// The owner's first request waits for the snapshot; strangers are answered at once.
// docs/architecture.md
void Router::when_watched(std::shared_ptr<Asked> asked) {
  const bool at_component = asked->account.empty();
  std::string wanted = asked->account;
  const bool is_about_accounts = asked->route != nullptr && asked->route->is_about_accounts;
  if (at_component && is_about_accounts) wanted = alias_of_component(*asked);
  if (wanted.empty() || rooms_.demand.ask(wanted, asked->asker.bare) != Demand::State::pending ||
      !rooms_.access.is_owner(wanted, asked->asker.bare)) {
    return dispatch(asked);
  }
  const auto answer = [this, asked](HeldRequests::Outcome outcome) {
    if (outcome == HeldRequests::Outcome::timeout) {
      return reply(*asked,
                   Error{ErrorCode::remote_server_timeout, "the mail store has not answered yet"});
    }
    dispatch(asked);
  };
  if (!rooms_.demand.hold(wanted, answer))
    reply(*asked, Error{ErrorCode::resource_constraint, "too many wait"});
}

/// The account for which the component's own address stands, when the asker owns exactly one.
/// docs/protocol.md
std::string Router::alias_of_component(const Asked& asked) const {
  const auto owned = rooms_.access.accounts_of(asked.asker.bare);
  if (owned.size() == 1) return owned.front();
  if (!owned.empty()) return {};
  const auto name = rooms_.addresses.account_for_owner_by_rule(asked.asker.bare);
  return name ? rooms_.addresses.jid_of(*name) : std::string();
}

pubsub::Target Router::target_of(const Asked& asked) const {
  return {asked.account.empty() ? alias_of_component(asked) : asked.account, asked.service};
}

void Router::dispatch(const std::shared_ptr<Asked>& asked) {
  const bool at_component = asked->account.empty();
  const bool is_public =
      at_component && asked->route != nullptr && asked->route->is_public_at_component;
  const auto& account = asked->account;
  const bool may_see = at_component || rooms_.pubsub.sees_account(account, asked->asker.bare);
  // docs/protocol.md: to a stranger an account that exists is as one that does not, whatever is
  // asked.
  if (!may_see && !is_public) return reply(*asked, Error{ErrorCode::item_not_found, {}});
  if (!asked->payload)
    return reply(*asked, Error{ErrorCode::bad_request, "an IQ request has one child element"});
  if (asked->route == nullptr) return reply(*asked, Error{ErrorCode::service_unavailable, {}});
  log_auditor(*asked);
  (this->*asked->route->handle)(asked);
}

// What an auditor sees of others is on record.
void Router::log_auditor(const Asked& asked) {
  const auto& bare = asked.asker.bare;
  const bool is_audit = !asked.account.empty() && rooms_.access.is_auditor(bare) &&
                        !rooms_.access.is_owner(asked.account, bare);
  if (!is_audit) return;
  const bool is_about_itself =
      asked.payload->children().empty() || asked.payload->hasAttribute("node");
  const gloox::Tag* what =
      is_about_itself ? asked.payload.get() : asked.payload->children().front();
  rooms_.log.auditor_access(bare, asked.account, what->name() + ' ' + node_of(*what));
}

void Router::disco_info(const std::shared_ptr<Asked>& asked) {
  auto node = node_of(*asked->payload);
  if (node.empty()) node = asked->node_by_address;
  auto account = asked->account;
  if (is_capabilities(node, account,
                      rooms_.pubsub.policy()))  // XEP-0115 §6.2: of the account itself
    return reply(*asked, rooms_.disco.info({account, asked->service}, {}, asked->asker, node));
  if (account.empty() && !node.empty()) account = alias_of_component(*asked);
  if (const auto known = well_known(node, rooms_.access.is_owner(account, asked->asker.bare)))
    return reply(*asked, pubsub::Result{disco::to_well_known_info_xml(node, *known)});
  reply(*asked, rooms_.disco.info({account, asked->service}, node, asked->asker));
}

void Router::disco_items(const std::shared_ptr<Asked>& asked) {
  auto node = node_of(*asked->payload);
  if (node.empty()) node = asked->node_by_address;
  auto account = asked->account;
  if (account.empty() && !node.empty()) account = alias_of_component(*asked);
  const disco::DiscoTarget target{account, asked->service};
  if (node == ns::commands) return list_commands(asked, account);
  auto ids = rooms_.disco.item_ids(target, node, asked->payload.get(), asked->asker);
  if (!ids)
    return reply(*asked, rooms_.disco.items(target, node, asked->payload.get(), asked->asker));
  retrieve(asked, std::move(*ids),
           [this, target](const pubsub::Retrieval& of, const std::vector<pubsub::ItemRows>& rows) {
             return rooms_.disco.finish(target, of, rows);
           });
}

// XEP-0050 §2.2: commands of an account are its owner's
void Router::list_commands(const std::shared_ptr<Asked>& asked, const std::string& account) {
  if (!account.empty() && !rooms_.pubsub.sees_account(account, asked->asker.bare))
    return reply(*asked, Error{ErrorCode::item_not_found, {}});
  std::string payload;
  xmpp_schemas::XmlWriter writer(payload);
  writer.open("query", ns::disco_items).attribute("node", ns::commands);
  for (const auto& [node, name] : Commands::all()) {
    if (!rooms_.access.is_owner(account, asked->asker.bare)) continue;
    writer.open("item").attribute("jid", asked->service).attribute("node", node);
    writer.attribute("name", name).close();
  }
  writer.close();
  reply(*asked, pubsub::Result{std::move(payload)});
}

void Router::pubsub_request(const std::shared_ptr<Asked>& asked) {
  auto parsed =
      pubsub::parse_request(*asked->payload, asked->request.is_set, asked->node_by_address);
  if (parsed.has_error()) return reply(*asked, parsed.error());
  const auto target = target_of(*asked);
  auto outcome =
      rooms_.pubsub.on_request(target, asked->asker, *parsed, rooms_.environment.wall_now());
  if (auto* retrieval = std::get_if<pubsub::Retrieval>(&outcome.answer)) {
    return retrieve(asked, std::move(*retrieval), [this](const auto& of, const auto& rows) {
      return rooms_.pubsub.finish(of, rows);
    });
  }
  const auto answer = [this, asked, given = std::get<pubsub::Reply>(outcome.answer),
                       last = outcome.last_items] {
    reply(*asked, given);
    for (const auto& plan : last) send_last_items(plan);  // XEP-0060 §6.1.7: after the reply
  };
  // The answer promises what must survive: it goes out when that is durable.
  rooms_.committer.commit_writes(std::move(outcome.writes), answer);
}

// XEP-0060 §8.6; the same for presence. Nobody is answered: a message is no request.
void Router::on_message(const gloox::Tag& message) {
  const auto from = mapping::prepare_jid(message.findAttribute("from"));
  const auto to = mapping::prepare_jid(message.findAttribute("to"));
  const gloox::Tag* form = message.findChild("x", "xmlns", std::string(ns::data_forms));
  if (from.has_error() || to.has_error() || to->local.empty() || form == nullptr) return;
  if (!rooms_.access.is_owner(to->bare, from->bare)) return;
  if (!rate_limit_.may_request(from->bare, rooms_.environment.steady_now()))
    return rooms_.log.rate_limited(from->bare);
  const auto presence = pubsub::parse_submission(*form, ns::presence_authorization);
  if (presence && !presence->is_cancel && answer_presence(to->bare, presence->fields)) return;
  auto outcome = rooms_.pubsub.on_authorization({to->bare, to->bare}, {from->full, from->bare},
                                                *form, rooms_.environment.wall_now());
  rooms_.committer.commit_writes(std::move(outcome.writes), [this, last = outcome.last_items] {
    for (const auto& plan : last) send_last_items(plan);
  });
}

bool Router::answer_presence(const std::string& account, const pubsub::FormFields& fields) {
  std::string jid;
  std::optional<bool> allow;
  for (const auto& [var, values] : fields) {
    if (values.size() != 1) continue;
    if (var == "subscriber_jid") jid = values.front();
    if (var == "allow") allow = pubsub::parse_boolean(values.front());
  }
  return allow && rooms_.presence.decide(account, jid, *allow);
}

// XEP-0313, XEP-0442
void Router::archive(const std::shared_ptr<Asked>& asked) {
  const Archives::Question question{target_of(*asked),
                                    asked->asker,
                                    {asked->request.to, asked->request.from},
                                    asked->node_by_address,
                                    asked->request.is_set};
  const auto answer = [this, asked](const pubsub::Reply& given) { reply(*asked, given); };
  if (asked->payload->name() == "metadata")
    return archives_.on_metadata(question, *asked->payload, answer);
  archives_.on_query(question, *asked->payload, answer);
}

// XEP-0050
void Router::command(const std::shared_ptr<Asked>& asked) {
  const auto target = target_of(*asked);
  if (!rooms_.pubsub.sees_account(target.account, asked->asker.bare))
    return reply(*asked, Error{ErrorCode::item_not_found, {}});
  auto outcome = rooms_.commands.on_command(target, asked->asker, *asked->payload);
  rooms_.committer.commit_writes(
      std::move(outcome.writes),
      [this, asked, given = std::move(outcome.reply)] { reply(*asked, given); });
}

// XEP-0012 §5: of a component, for how long it runs
void Router::last_activity(const std::shared_ptr<Asked>& asked) {
  if (!asked->account.empty()) return reply(*asked, Error{ErrorCode::service_unavailable, {}});
  const auto uptime = rooms_.environment.steady_now() - started_;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(uptime).count();
  std::string payload;
  xmpp_schemas::XmlWriter(payload)
      .open("query", ns::last_activity)
      .attribute("seconds", std::to_string(seconds))
      .close();
  reply(*asked, pubsub::Result{std::move(payload)});
}

void Router::retrieve(const std::shared_ptr<Asked>& asked, pubsub::Retrieval retrieval,
                      MakeReply make_reply) {
  auto queries = retrieval.queries;
  auto then = [this, asked, of = std::move(retrieval), make = std::move(make_reply)](
                  const ItemReader::Rows& rows) { reply(*asked, make(of, rows)); };
  items_.read(std::move(queries), std::move(then), [this, asked] {
    reply(*asked, Error{ErrorCode::internal_server_error, "the store does not answer"});
  });
}

// XEP-0092 §3
void Router::version(const std::shared_ptr<Asked>& asked) {
  std::string payload;
  xmpp_schemas::XmlWriter(payload)
      .open("query", ns::version)
      .leaf("name", "mailnode")
      .leaf("version", version_text)
      .close();
  reply(*asked, pubsub::Result{std::move(payload)});
}

// XEP-0199 §4.1
void Router::ping(const std::shared_ptr<Asked>& asked) {
  reply(*asked, pubsub::Result{});
}

// XEP-0054 §3.3
void Router::vcard(const std::shared_ptr<Asked>& asked) {
  const auto& account = asked->account;
  const auto name =
      account.empty() ? rooms_.disco.component_name() : disco::name_of_account(account);
  reply(*asked, pubsub::Result{to_vcard_xml(name)});
}

void Router::reply(const Asked& asked, const pubsub::Reply& reply) {
  rooms_.output.send(to_reply_stanza(asked.request, reply));
}

// RFC 6120 §8.2.3: a request that is not even looked at is answered too.
void Router::on_skipped(std::string_view head, std::string_view fault) {
  rooms_.log.stanza_skipped(fault, head);
  const auto element = parse_stanza_head(head);
  if (!element || element->name() != "iq") return;
  const auto request = to_iq_request(*element);
  if (request) {
    rooms_.output.send(
        to_reply_stanza(*request, Error{ErrorCode::policy_violation, std::string(fault)}));
  }
}

}  // namespace component
