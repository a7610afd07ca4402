// What the property test knows by itself of who may be told what: a naive reading of
// docs/protocol.md, from the names of the nodes alone.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pubsub/disclosure.hpp"

namespace oracle {

using Names = std::vector<std::string>;
using pubsub::Disclosure;

inline const std::string disclosure_field = "{urn:xmpp:message-store:0}disclosure";

/// mail > a, a/, b, b/ ; a/ > a, a/1 … ; b/ > b, b/1 …
inline const Names collections{"mail", "mail/a/", "mail/b/"};
inline const Names leaf_names{"mail/a",   "mail/b",   "mail/a/1", "mail/a/2",
                              "mail/a/3", "mail/b/1", "mail/b/2", "mail/b/3"};
inline const Names guests{"romeo@example.net", "mallory@evil.example", "nurse@example.com",
                          "paris@example.net"};  // the nurse is an auditor
inline const std::string owner = "juliet@example.com";

// What the test itself knows
// ---------------------------------------------------------------------------------------------

struct Known {
  std::string model = "whitelist";
  std::string limit;  // empty: none
  Names readers;
};

struct Subscribed {
  std::string node, jid, subid;
  bool is_pending = false;
  std::string asked, type = "all", depth = "all";
  bool wants_content = false;  // by a choice
  std::string bare() const { return jid.substr(0, jid.find('/')); }
};

inline std::size_t levels_of(const std::string& id) {
  const auto name = id.ends_with('/') ? id.substr(0, id.size() - 1) : id;
  return static_cast<std::size_t>(std::count(name.begin(), name.end(), '/'));
}

inline bool is_collection(const std::string& id) {
  return id == "mail" || id.ends_with('/');
}

inline bool is_beneath(const std::string& leaf, const std::string& collection) {
  return collection == "mail" ? leaf != "mail" : (leaf + '/').starts_with(collection);
}

/// The node itself, then what holds it, outwards.
inline Names chain_of(const std::string& id) {
  Names chain{id};
  for (auto at = collections.rbegin(); at != collections.rend(); ++at) {
    if (*at != id && is_beneath(id, *at)) chain.push_back(*at);
  }
  return chain;
}

struct Oracle {
  std::map<std::string, Known> nodes;
  std::map<std::pair<std::string, std::string>, std::string> grants;  // node, bare
  std::set<std::string> contacts, unwelcome;
  bool is_open_allowed = false;
  Disclosure policy = Disclosure::content;
  std::vector<Subscribed> subscriptions;

  std::string model(const std::string& node) const {
    const auto& chosen = nodes.at(node).model;
    return chosen == "open" && !is_open_allowed ? "whitelist" : chosen;
  }
  std::string granted(const std::string& node, const std::string& bare) const {
    for (const auto& id : chain_of(node)) {
      const auto grant = grants.find({id, bare});
      if (grant != grants.end()) return grant->second;
    }
    return "none";
  }
  bool is_auditor(const std::string& bare) const { return bare == "nurse@example.com"; }
  bool is_approved(const std::string& node, const std::string& bare) const {
    return std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto& each) {
      return each.node == node && each.bare() == bare && !each.is_pending;
    });
  }
  bool is_reader(const std::string& leaf, const std::string& bare) const {
    const auto& readers = nodes.at(leaf).readers;
    return std::any_of(readers.begin(), readers.end(),
                       [&](const auto& reader) { return reader == bare || reader == "*"; });
  }
  bool by_model(const std::string& node, const std::string& bare, bool is_approval) const {
    const auto chosen = model(node);
    if (chosen == "authorize") return is_approval;
    return chosen == "open" || (chosen == "presence" && contacts.contains(bare));
  }
  /// A right of its own, not as an auditor.
  bool is_let_in(const std::string& leaf, const std::string& bare, bool is_approval) const {
    const auto grant = granted(leaf, bare);
    if (grant == "outcast") return false;
    return grant == "member" || is_reader(leaf, bare) || by_model(leaf, bare, is_approval);
  }
  bool reads(const std::string& leaf, const std::string& bare, bool is_approval) const {
    if (bare == owner) return true;
    if (unwelcome.contains(bare)) return false;
    return is_auditor(bare) || is_let_in(leaf, bare, is_approval);
  }
  bool sees(const std::string& node, const std::string& bare) const {
    if (bare == owner) return true;
    if (unwelcome.contains(bare)) return false;
    if (is_auditor(bare) || model(node) != "whitelist") return true;
    if (!is_collection(node)) return is_let_in(node, bare, false);
    return std::any_of(nodes.begin(), nodes.end(), [&](const auto& entry) {
      return !is_collection(entry.first) && is_beneath(entry.first, node) &&
             sees(entry.first, bare);
    });
  }
  /// Whether a request to subscribe, or a subscription that there is, may be.
  bool may_hold(const std::string& node, const std::string& bare, bool is_approval) const {
    if (!is_collection(node)) return reads(node, bare, is_approval);
    if (!sees(node, bare)) return false;
    if (bare == owner || is_auditor(bare)) return true;
    const auto grant = granted(node, bare);
    if (grant == "outcast") return false;
    return grant == "member" || model(node) == "whitelist" || by_model(node, bare, is_approval);
  }
  bool may_wait(const std::string& node, const std::string& bare) const {
    return sees(node, bare) && granted(node, bare) != "outcast";
  }
  Disclosure level(const std::string& leaf, const Subscribed& to) const {
    auto level =
        std::min(policy, pubsub::parse_disclosure(to.asked).value_or(Disclosure::envelope));
    if (to.bare() == owner) return level;
    const bool by_audit = !is_let_in(leaf, to.bare(), is_approval_for(leaf, to));
    auto limit = Disclosure::counts;
    for (const auto& id : chain_of(leaf)) {
      const auto set = pubsub::parse_disclosure(nodes.at(id).limit);
      if (!set) continue;
      limit = *set;
      break;
    }
    return std::min(level, by_audit ? Disclosure::counts : limit);
  }
  bool is_approval_for(const std::string& leaf, const Subscribed& by) const {
    return by.node == leaf ? !by.is_pending : is_approved(leaf, by.bare());
  }
  bool is_wanted(const std::string& leaf, const Subscribed& by) const {
    if (by.is_pending) return false;
    if (by.node == leaf) return true;
    if (!is_collection(by.node) || !is_beneath(leaf, by.node) || by.type == "nodes") return false;
    const auto depth = std::max<std::size_t>(1, levels_of(leaf) - levels_of(by.node));
    return by.depth == "all" || depth <= std::stoul(by.depth);
  }
  std::string shown(const std::string& leaf, const Subscribed& to) const {
    const auto seen = level(leaf, to);
    std::string xml = "<e xmlns='urn:e'>";
    if (to.bare() == owner || is_auditor(to.bare())) xml += "<actor/>";
    if (seen >= Disclosure::envelope) xml += "<envelope/>";
    if (seen == Disclosure::content && to.wants_content) xml += "<content/>";
    return xml + "</e>";
  }
};

// JID and payload, then SubIDs and Collections
using Delivery = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

inline Delivery expected(const Oracle& oracle, const std::string& leaf) {
  Delivery delivery;
  for (const auto& each : oracle.subscriptions) {
    if (!oracle.is_wanted(leaf, each)) continue;
    if (!oracle.reads(leaf, each.bare(), oracle.is_approval_for(leaf, each))) continue;
    auto& headers = delivery[{each.jid, oracle.shown(leaf, each)}];
    headers.insert("SubID " + each.subid);
    if (each.node != leaf) headers.insert("Collection " + each.node);
  }
  return delivery;
}

}  // namespace oracle
