// The PubSub service as a pure machine: node changes, publications and requests go in; writes,
// answers and what to read come out. It knows neither streams nor databases nor what is published.
// XEP-0060, XEP-0248.
//
// The caller commits the writes of a call in one transaction before anything of its answer leaves,
// and makes the next call without waiting for that.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "pubsub/access.hpp"
#include "pubsub/change.hpp"
#include "pubsub/node_tree.hpp"
#include "pubsub/policy.hpp"
#include "pubsub/recipients.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/request.hpp"
#include "pubsub/retrieval.hpp"
#include "pubsub/store.hpp"
#include "pubsub/subscription.hpp"

namespace pubsub {

struct Outcome {
  std::vector<Write> writes;
  std::variant<Reply, Retrieval> answer;
  /// Who has just subscribed is sent the last items (XEP-0060 §6.1.7), after the reply: see
  /// Service::last_items().
  std::optional<Retrieval> last_items;
};

class Service {
 public:
  Service(Policy policy, const Access& access, IdSource& ids);

  void set_policy(const Policy& policy) { policy_ = policy; }
  const Policy& policy() const { return policy_; }
  const Access& access() const { return access_; }

  /// Once, at the start.
  void load(Loaded loaded);

  /// What happened to one account's nodes; their items get their numbers and the notices their
  /// sequence here.
  std::vector<Write> apply(const AccountChanges& changes, WallTime now);

  Outcome on_request(const Target& target, const Asker& asker, const Request& request,
                     WallTime now);
  Reply finish(const Retrieval& retrieval, const std::vector<ItemRows>& rows) const;
  /// Whole messages, to be sent after the reply.
  std::vector<std::string> last_items(const Retrieval& retrieval,
                                      const std::vector<ItemRows>& rows) const;

  /// An address does not exist any more: its subscriptions to the node end, that address alone,
  /// bare or full.
  std::vector<Write> end_subscriptions(const std::string& account, const NodeId& node,
                                       const std::string& jid);
  /// Who may see an account has changed: subscriptions of who may not any more end, and they are
  /// told.
  std::vector<Write> end_lost_subscriptions(WallTime now);

  // Read side, for discovery and for the way out
  // ------------------------------------------------------------------

  /// Null: no such account, or nothing known of it yet.
  const NodeTree* tree(const std::string& account) const;
  bool may_see(const std::string& account, const std::string& bare) const;
  /// Why the asker cannot have that node: it is not there or not for the asker (no difference is
  /// shown), or it has moved. Absent: the asker may see it.
  std::optional<Error> refusal(const std::string& account, const std::string& bare,
                               const NodeId& node) const;
  const Subscriptions& subscriptions() const { return subscriptions_; }
  /// Of an item or a state: the subscribers of now.
  void collect_recipients(const Notice& notice, Recipients& recipients) const;
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  struct Account {
    NodeTree tree;
    /// Names that were nodes: their high-water marks are kept for ever, redirects for a while.
    std::unordered_map<NodeId, NodeRecord> former;
  };
  enum class Matter { items, nodes };  // XEP-0248 §6.1, subscription_type
  struct Work;                         // one call of apply()

  void on(Work& work, const PutNode& change);
  void on(Work& work, const DeleteNode& change);
  void on(Work& work, const MoveNode& change);
  void on(Work& work, const PublishItem& change);
  void on(Work& work, const PublishState& change);
  void put(Work& work, NodeRecord record);
  void announce(Work& work, const NodeSpec& spec, const std::vector<Recipient>& told);
  void announce_at(Work& work, const NodeId& collection, const NodeId& node,
                   const std::vector<Recipient>& told);
  void append_notice(std::vector<Write>& writes, Notice notice);
  void collect(const std::string& account, const NodeId& node, Matter matter,
               std::size_t extra_depth, bool through_collections, Recipients& recipients) const;

  Outcome on(const Target& target, const Asker& asker, const Subscribe& request);
  Outcome on(const Target& target, const Asker& asker, const Unsubscribe& request);
  Outcome on(const Target& target, const Asker& asker, const GetItems& request);
  Outcome on(const Target& target, const Asker& asker, const GetSubscriptions& request);
  Outcome on(const Target& target, const Asker& asker, const GetAffiliations& request);
  Outcome on(const Target& target, const Asker& asker, const Unsupported& request);
  std::vector<const NodeRecord*> leaves_of(const std::string& account,
                                           const NodeId& collection) const;
  std::optional<Retrieval> plan_last_items(const Subscription& subscription) const;
  std::vector<std::string> accounts_for(const Target& target, const Asker& asker) const;
  std::optional<Error> check_subid(const Target& target, const Asker& asker,
                                   const GetItems& request) const;

  Policy policy_;
  const Access& access_;
  IdSource& ids_;
  std::map<std::string, Account> accounts_;
  Subscriptions subscriptions_;
  std::uint64_t last_sequence_ = 0;
  WallTime latest_;  // the latest moment that a caller has named: redirects end by it
};

}  // namespace pubsub
