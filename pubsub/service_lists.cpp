// An entity's own subscriptions and affiliations, and what the service does not do. XEP-0060 §5.6,
// §5.7, chapter 8.
#include <algorithm>
#include <utility>

#include "pubsub/answers.hpp"
#include "pubsub/service.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::XmlWriter;

// The accounts that a request about no node in particular is about.
std::vector<std::string> Service::accounts_for(const Target& target, const Asker& asker) const {
  if (target.account.empty()) return accounts_seen_by(asker.bare);
  if (sees_account(target.account, asker.bare)) return {target.account};
  return {};
}

Outcome Service::on(const Target& target, const Asker& asker, const GetSubscriptions& request) {
  const auto accounts = accounts_for(target, asker);
  if (accounts.empty()) return refuse(ErrorCode::item_not_found);
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  }
  std::vector<PageEntry> entries;
  for (const auto& subscription : subscriptions_.of(asker.bare)) {
    const bool is_here =
        std::find(accounts.begin(), accounts.end(), subscription->account()) != accounts.end();
    if (!is_here || (request.node && subscription->node() != *request.node)) continue;
    PageEntry entry{std::string(subscription->subid()), {}};
    XmlWriter writer(entry.xml);
    append_subscription(writer, *subscription, subscription->state());
    entries.push_back(std::move(entry));
  }
  return make_listing(ns::pubsub, "subscriptions", request.node, entries, request.page);
}

Outcome Service::on(const Target& target, const Asker& asker, const GetAffiliations& request) {
  const auto accounts = accounts_for(target, asker);
  if (accounts.empty()) return refuse(ErrorCode::item_not_found);
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  }
  std::vector<PageEntry> entries;
  for (const auto& jid : accounts) {
    const auto found = accounts_.find(jid);
    if (found == accounts_.end()) continue;
    const Account& account = found->second;
    const bool is_owner = access_.is_owner(jid, asker.bare);
    for (const auto& [id, record] : account.tree.nodes()) {
      if (request.node && id != *request.node) continue;
      if (!is_owner && !control_.sees(account, id, asker.bare)) continue;
      const auto affiliation =
          is_owner ? Affiliation::owner
                   : control_.standing(control_.gate_of(account, record), asker.bare).affiliation;
      if (affiliation == Affiliation::none) continue;
      PageEntry entry{jid + "/" + id, {}};
      XmlWriter(entry.xml)
          .open("affiliation")
          .attribute("node", id)
          .attribute("affiliation", to_text(affiliation))
          .close();
      entries.push_back(std::move(entry));
    }
  }
  return make_listing(ns::pubsub, "affiliations", request.node, entries, request.page);
}

Outcome Service::on(const Target& target, const Asker& asker, const Unsupported& request) {
  if (request.node) {
    if (auto error = refusal(target.account, asker.bare, *request.node)) return refuse(*error);
  } else if (accounts_for(target, asker).empty()) {
    return refuse(ErrorCode::item_not_found);
  }
  return refuse(ErrorCode::unsupported, std::string(request.feature));
}

}  // namespace pubsub
