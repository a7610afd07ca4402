#include "disco/features.hpp"

#include <array>

#include "xmpp_schemas/namespaces.hpp"

namespace disco {
namespace {

namespace ns = xmpp_schemas::ns;
using pubsub::AccessModel;

constexpr unsigned bit(Place place) {
  return 1U << static_cast<unsigned>(place);
}

constexpr unsigned component = bit(Place::component);
constexpr unsigned account = bit(Place::account);
constexpr unsigned history_leaf = bit(Place::history_leaf);
constexpr unsigned state_leaf = bit(Place::state_leaf);
constexpr unsigned collection = bit(Place::collection);
constexpr unsigned leaves = history_leaf | state_leaf;
constexpr unsigned services = component | account;
constexpr unsigned everywhere = services | leaves | collection;

struct FeatureRow {
  std::string_view var;
  unsigned places;
  std::string_view proof;                      ///< the clause that a test or transcript names
  AccessModel needs = AccessModel::whitelist;  ///< must be allowed; that one always is
};

// Only what a test proves. XEP-0060 §10: deviates - "access-…" are here the models that owners may
// choose, as other services say it; the default is told by "retrieve-default".
constexpr std::array<FeatureRow, 50> features{{
    {ns::disco_info, everywhere, "XEP-0030 §3"},
    {ns::disco_items, everywhere, "XEP-0060 §5.2"},
    {ns::data_forms, services, "XEP-0060 §8.6"},
    {ns::rsm, everywhere, "XEP-0059 §2"},
    {ns::pubsub, everywhere, "XEP-0060 §5.1"},
    {"http://jabber.org/protocol/pubsub#access-authorize", everywhere, "XEP-0060 §8.6",
     AccessModel::authorize},
    {"http://jabber.org/protocol/pubsub#access-open", everywhere, "XEP-0060 §4.5",
     AccessModel::open},
    {"http://jabber.org/protocol/pubsub#access-presence", everywhere, "XEP-0060 §6.1.3.2",
     AccessModel::presence},
    {"http://jabber.org/protocol/pubsub#access-whitelist", everywhere, "XEP-0060 §14.3"},
    {"http://jabber.org/protocol/pubsub#auto-subscribe", services, "XEP-0060 §9.2"},
    {"http://jabber.org/protocol/pubsub#collections", services | collection, "XEP-0248 §7.2"},
    {"http://jabber.org/protocol/pubsub#config-node", everywhere, "XEP-0060 §8.2.4"},
    {"http://jabber.org/protocol/pubsub#delete-items", services | history_leaf, "XEP-0060 §7.2"},
    {"http://jabber.org/protocol/pubsub#filtered-notifications", services, "XEP-0060 §9.2"},
    {"http://jabber.org/protocol/pubsub#get-pending", services, "XEP-0060 §8.7"},
    {"http://jabber.org/protocol/pubsub#last-published", state_leaf, "XEP-0060 §6.1.7"},
    {"http://jabber.org/protocol/pubsub#leased-subscription", everywhere, "XEP-0060 §12.18"},
    {"http://jabber.org/protocol/pubsub#manage-subscriptions", everywhere, "XEP-0060 §8.8.2"},
    {"http://jabber.org/protocol/pubsub#member-affiliation", everywhere, "XEP-0060 §8.9"},
    {"http://jabber.org/protocol/pubsub#meta-data", everywhere, "XEP-0060 §5.4"},
    {"http://jabber.org/protocol/pubsub#modify-affiliations", everywhere, "XEP-0060 §8.9.2.4"},
    {"http://jabber.org/protocol/pubsub#multi-collections", services | collection, "XEP-0248 §7.2"},
    {"http://jabber.org/protocol/pubsub#multi-subscribe", everywhere, "XEP-0060 §6.1.6"},
    {"http://jabber.org/protocol/pubsub#outcast-affiliation", everywhere, "XEP-0060 §8.9"},
    {"http://jabber.org/protocol/pubsub#persistent-items", services | leaves, "XEP-0060 §6.5"},
    {"http://jabber.org/protocol/pubsub#purge-nodes", services | history_leaf, "XEP-0060 §8.5"},
    {"http://jabber.org/protocol/pubsub#retract-items", services | history_leaf, "XEP-0060 §7.2"},
    {"http://jabber.org/protocol/pubsub#retrieve-affiliations", everywhere, "XEP-0060 §5.7"},
    {"http://jabber.org/protocol/pubsub#retrieve-default", services, "XEP-0060 §8.3"},
    {"http://jabber.org/protocol/pubsub#retrieve-default-sub", everywhere, "XEP-0060 §6.4"},
    {"http://jabber.org/protocol/pubsub#retrieve-items", everywhere, "XEP-0060 §6.5"},
    {"http://jabber.org/protocol/pubsub#retrieve-subscriptions", everywhere, "XEP-0060 §5.6"},
    {"http://jabber.org/protocol/pubsub#rsm", everywhere, "XEP-0060 §6.5.4"},
    {"http://jabber.org/protocol/pubsub#since", services, "XEP-0312 §2"},
    {"http://jabber.org/protocol/pubsub#subscribe", everywhere, "XEP-0060 §6.1"},
    {"http://jabber.org/protocol/pubsub#subscription-notifications", services, "XEP-0060 §8.8.4"},
    {"http://jabber.org/protocol/pubsub#subscription-options", everywhere, "XEP-0060 §6.3.5"},
    {ns::caps, account, "XEP-0115 §6.2"},
    {ns::commands, services, "XEP-0050 §2.1"},
    {ns::vcard, services, "XEP-0054 §3.3"},
    {ns::last_activity, component, "XEP-0012 §5"},
    {ns::shim, services, "XEP-0131 §3.2"},
    {ns::version, services, "XEP-0092 §3"},
    {ns::ping, services, "XEP-0199 §4.1"},
    {ns::mam, services | history_leaf, "XEP-0442 §2"},
    {ns::mam_extended, services | history_leaf, "XEP-0313 §4.1.3"},
    {ns::order_by, services | leaves, "XEP-0413 §4.4"},
    {"urn:xmpp:order-by:1@http://jabber.org/protocol/pubsub", services | leaves, "XEP-0413 §4.5"},
    {"urn:xmpp:order-by:1@urn:xmpp:mam:2", services | history_leaf, "XEP-0413 §4.3"},
    {ns::message_store, services, "XEP-0060 §6.1"},
}};

struct IdentityRow {
  Identity identity;
  unsigned places;
};

constexpr std::array<IdentityRow, 4> identities{{
    {{"pubsub", "service"}, services},
    {{"headline", "newmail"}, account},
    {{"pubsub", "leaf"}, leaves},
    {{"pubsub", "collection"}, collection},
}};

}  // namespace

std::vector<std::string_view> features_of(Place place, const pubsub::Policy& policy) {
  std::vector<std::string_view> vars;
  for (const auto& row : features) {
    const bool is_allowed =
        row.needs == AccessModel::whitelist || policy.access_models.contains(row.needs);
    if (is_allowed && (row.places & bit(place)) != 0) vars.push_back(row.var);
  }
  return vars;
}

std::vector<Identity> identities_of(Place place) {
  std::vector<Identity> found;
  for (const auto& row : identities) {
    if ((row.places & bit(place)) != 0) found.push_back(row.identity);
  }
  return found;
}

}  // namespace disco
