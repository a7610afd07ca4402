#include "disco/features.hpp"

#include <array>

#include "xmpp_schemas/namespaces.hpp"

namespace disco {
namespace {

namespace ns = xmpp_schemas::ns;

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
};

// Only what a test proves.
constexpr std::array<FeatureRow, 19> features{{
    {ns::disco_info, everywhere},
    {ns::disco_items, everywhere},
    {ns::rsm, everywhere},
    {ns::pubsub, everywhere},
    {"http://jabber.org/protocol/pubsub#access-whitelist", everywhere},
    {"http://jabber.org/protocol/pubsub#collections", services | collection},
    {"http://jabber.org/protocol/pubsub#last-published", state_leaf},
    {"http://jabber.org/protocol/pubsub#meta-data", everywhere},
    {"http://jabber.org/protocol/pubsub#multi-collections", services | collection},
    {"http://jabber.org/protocol/pubsub#multi-subscribe", everywhere},
    {"http://jabber.org/protocol/pubsub#persistent-items", services | leaves},
    {"http://jabber.org/protocol/pubsub#retrieve-affiliations", everywhere},
    {"http://jabber.org/protocol/pubsub#retrieve-items", everywhere},
    {"http://jabber.org/protocol/pubsub#retrieve-subscriptions", everywhere},
    {"http://jabber.org/protocol/pubsub#rsm", everywhere},
    {"http://jabber.org/protocol/pubsub#subscribe", everywhere},
    {ns::version, services},
    {ns::ping, services},
    {ns::message_store, services},
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

std::vector<std::string_view> features_of(Place place) {
  std::vector<std::string_view> vars;
  for (const auto& row : features) {
    if ((row.places & bit(place)) != 0) vars.push_back(row.var);
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
