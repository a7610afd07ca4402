// The graph of nodes over one account's mailboxes: which nodes there are, and which collections
// hold each. XEP-0248 §2; RFC 5465 §6.4 (a subtree includes the mailbox at its top).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/mailbox_state.hpp"
#include "mapping/mailbox_name.hpp"
#include "mapping/node_id.hpp"
#include "pubsub/change.hpp"

namespace mapping {

/// What of a mailbox shows in its nodes.
struct MailboxFacts {
  bool is_selectable = true;  ///< false: a mere level, which has the collections only
  bool no_inferiors = false;
  events::SpecialUse special_use = events::SpecialUse::none;
  std::optional<events::UidValidity> uidvalidity;
  /// Whom the store lets read it, as pubsub::NodeSpec::readers (RFC 4314 §4: "l" and "r").
  std::vector<std::string> readers;
  std::optional<bool> keeps_mdn_sent = {};  ///< RFC 3503 §4; absent: unknown
};
/// The meta-data field that shows it, and back: the value of a node as it was stored.
std::optional<bool> keeps_mdn_sent(const pubsub::NodeSpec& node);
MailboxFacts facts_of(const events::MailboxState& state);

/// mail_events, mail_status, mail_account
std::vector<pubsub::NodeSpec> root_nodes();

class MailboxTree {
 public:
  void put(const MailboxName& name, MailboxFacts facts);
  void remove(const MailboxName& name);
  /// nullptr: no mailbox or level of that name was put, though there may be children.
  const MailboxFacts* find(const MailboxName& name) const;

  /// The nodes at one path, collections before leaves: at most four.
  std::vector<pubsub::NodeSpec> nodes_at(const std::string& path) const;
  /// Every node but the roots, holders before what they hold.
  std::vector<pubsub::NodeSpec> all_nodes() const;

 private:
  struct Level {
    std::vector<std::string> levels;
    std::optional<MailboxFacts> mailbox;
    std::size_t children = 0;  ///< direct ones, mailboxes or levels
  };
  bool has_collection(const Level& level) const;

  std::map<std::string, Level, std::less<>> levels_;  ///< by path; implied levels too
};

/// The path and those above it, the highest first: where a change of one mailbox can change nodes.
std::vector<std::string> paths_to(const MailboxName& name);

/// What makes `after` of `before`: nodes that are new, changed or moved, holders first, but a new
/// mailbox before the new collection of it; then those that are gone, what is held first. `moves`:
/// old id -> new id; a node moves where the old id is gone and the new one was not there.
std::vector<pubsub::Change> difference(const std::vector<pubsub::NodeSpec>& before,
                                       const std::vector<pubsub::NodeSpec>& after,
                                       const std::map<std::string, std::string>& moves = {});

}  // namespace mapping
