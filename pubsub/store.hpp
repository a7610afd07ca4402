// What of the PubSub service survives a restart, as values: the service returns writes, the store
// carries them out in order and in one transaction, and gives the state back at the start.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pubsub/node.hpp"

namespace pubsub {

/// A node, together with what the service keeps beside its specification.
struct NodeRecord {
  std::string account;  ///< bare JID
  NodeSpec spec;
  std::uint64_t last_item =
      0;             ///< high-water mark of item ids; kept for ever, also after the node is gone
  WallTime last_at;  ///< of the last item that was published in this run; not stored
  bool exists = true;
  std::string state_key;           ///< key of the last PublishState
  std::optional<NodeId> redirect;  ///< where a renamed node went, until `redirect_until`
  WallTime redirect_until;
  /// Owner's configuration as pubsub field name -> value; what is not here has its default.
  std::vector<std::pair<std::string, std::string>> config;
};

/// XEP-0060 §4.2
enum class SubscriptionState : std::uint8_t { none, pending, unconfigured, subscribed };

struct SubscriptionRecord {
  std::string account;
  NodeId node;
  std::string jid;  ///< bare or full, prepared
  std::string subid;
  SubscriptionState state = SubscriptionState::subscribed;
  /// The address at which the subscription was made (the account's or the component's):
  /// notifications come from it.
  std::string service;
  /// Options that differ from the default, as field name -> values.
  std::vector<std::pair<std::string, std::vector<std::string>>> options;
  /// When the lease ends (XEP-0060 §12.18); absent: never.
  std::optional<WallTime> expires;
  /// When its holder last gave a sign of life: full JIDs without one for long end.
  WallTime seen;
  /// Since when what is sent to it comes back with an error that may pass; absent: it does not.
  std::optional<WallTime> parked;
  friend bool operator==(const SubscriptionRecord&, const SubscriptionRecord&) = default;
};

/// XEP-0060 §4.1
enum class Affiliation : std::uint8_t { none, outcast, member, publisher, owner };

struct AffiliationRecord {
  std::string account;
  NodeId node;
  std::string jid;  ///< bare
  Affiliation affiliation = Affiliation::none;
};

/// One item as it is kept. State leaves have one, with number 0, whose id on the wire is "current".
struct ItemRecord {
  std::string account;
  NodeId node;
  std::uint64_t number = 0;
  WallTime at;
  Payload payload;
};

/// One address that a notice goes to, decided when the notice was made.
struct Recipient {
  std::string jid;
  std::string service;  ///< from which address
  std::vector<std::string> subids;
  std::vector<NodeId>
      collections;  ///< through which collections (XEP-0248 §5.2, header Collection)
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

enum class NoticeKind : std::uint8_t {
  item,
  state,
  remove,
  redirect,
  associate,
  retract,
  purge,
  unsubscribed,
  told,  ///< a headline whose content is `payload`, as it stands
  asked  ///< the same in a message of type normal: a form that waits for an answer
};

/// One entry of the journal: something that subscribers must be told. Entries are sent in the order
/// of `sequence`.
struct Notice {
  std::uint64_t sequence = 0;
  /// Names the messages, whoever sends them in the end; 0: the sequence does.
  std::uint64_t origin = 0;
  NoticeKind kind = NoticeKind::item;
  std::string account;
  NodeId node;
  std::uint64_t number = 0;  ///< of the item, for item and retract
  WallTime at;
  Payload payload;          ///< for item and state
  NodeId target;            ///< redirect: the new node; associate: the new child
  bool sight_only = false;  ///< state: see PublishState
  /// Item and state: empty for the subscribers at the moment of sending. Else those of the moment
  /// of the act.
  std::vector<Recipient> recipients;
};

// Writes
// ---------------------------------------------------------------------------------------------------------

struct WriteNode {
  NodeRecord record;  ///< whole; replaces
};
struct MoveNodeRows {
  std::string account;
  NodeId from, to;  ///< items, subscriptions and affiliations; the node rows themselves are written
                    ///< by WriteNode
};
/// Items, subscriptions and affiliations of a node.
struct ForgetNodeRows {
  std::string account;
  NodeId node;
};
struct WriteSubscription {
  SubscriptionRecord record;
};
struct RemoveSubscription {
  std::string account;
  NodeId node;
  std::string jid, subid;
};
struct WriteAffiliation {
  AffiliationRecord record;  ///< `none` removes it
};
struct WriteItem {
  ItemRecord record;
};
/// Removes items with number < `below` or older than `before`, of one node; number 0 (state) is
/// never removed.
struct TrimItems {
  std::string account;
  NodeId node;
  std::uint64_t below = 0;
  WallTime before;
};
struct RemoveItems {
  std::string account;
  NodeId node;
  std::vector<std::uint64_t> numbers;  ///< empty: all
};
struct AppendNotice {
  Notice notice;
};

using Write =
    std::variant<WriteNode, MoveNodeRows, ForgetNodeRows, WriteSubscription, RemoveSubscription,
                 WriteAffiliation, WriteItem, TrimItems, RemoveItems, AppendNotice>;

// Reads
// ----------------------------------------------------------------------------------------------------------

/// Which items to read; at most `limit` of those that match, from the end that `newest_first` says;
/// the answer is always ascending by number.
struct ItemQuery {
  std::string account;
  NodeId node;
  std::optional<std::uint64_t> after;   ///< number > after
  std::optional<std::uint64_t> before;  ///< number < before
  std::vector<std::uint64_t> numbers;   ///< not empty: exactly these
  std::optional<WallTime> since;        ///< at >= since
  std::optional<WallTime> until;        ///< at <= until
  std::size_t limit = 100;
  bool newest_first = false;
};

struct ItemRows {
  std::vector<ItemRecord> items;     ///< ascending
  std::uint64_t count = 0;           ///< kept items of the node
  std::uint64_t oldest = 0;          ///< smallest kept number, 0 if none
  std::uint64_t index_of_first = 0;  ///< how many kept items are smaller than the first returned
};

struct Loaded {
  std::vector<NodeRecord> nodes;
  std::vector<SubscriptionRecord> subscriptions;
  std::vector<AffiliationRecord> affiliations;
  std::uint64_t last_sequence = 0;  ///< of notices, ever
};

}  // namespace pubsub
