// The PubSub service as a pure machine: node changes, publications and requests go in; writes,
// answers and what to read come out. It knows neither streams nor databases nor what is published.
// XEP-0060, XEP-0248.
//
// The caller commits the writes of a call in one transaction before anything of its answer leaves,
// and makes the next call without waiting for that.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "pubsub/access_control.hpp"
#include "pubsub/account.hpp"
#include "pubsub/bounces.hpp"
#include "pubsub/change.hpp"
#include "pubsub/node_config.hpp"
#include "pubsub/recipients.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/request.hpp"
#include "pubsub/retrieval.hpp"
#include "pubsub/store.hpp"
#include "pubsub/vocabulary.hpp"

namespace pubsub {

struct Outcome {
  std::vector<Write> writes;
  std::variant<Reply, Retrieval> answer;
  /// Who has just subscribed, or been approved, is sent the last items (XEP-0060 §6.1.7), after the
  /// reply: see Service::last_items().
  std::vector<Retrieval> last_items;
};

class Service {
 public:
  Service(Policy policy, const Access& access, const Vocabulary& vocabulary, IdSource& ids);

  void set_policy(const Policy& policy);
  const Policy& policy() const { return policy_; }
  const Access& access() const { return access_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const SubscriptionOptions& default_options() const { return *options_.defaults(); }

  /// Once, at the start.
  void load(Loaded loaded);
  /// Where several gateways share the state: which of them this one is, and for which accounts it
  /// publishes. What is due at a time is done for these alone. Without it: for all.
  void set_scope(std::uint64_t number, std::function<bool(const std::string& account)> is_ours) {
    number_ = number;
    is_ours_ = std::move(is_ours);
  }
  /// Another gateway has written this: nodes, subscriptions and affiliations become what they are
  /// there; of the nodes of our own accounts the configuration alone.
  void take_over(const std::vector<Write>& writes);
  /// An account has become ours: its nodes are these.
  void reload(const std::vector<NodeRecord>& nodes);

  /// What happened to one account's nodes; their items get their numbers and the notices their
  /// sequence here.
  std::vector<Write> apply(const AccountChanges& changes, WallTime now);
  /// Notices of a journal that nobody sends any more: they get numbers of our own.
  std::vector<Write> adopt(std::vector<Notice> notices);

  Outcome on_request(const Target& target, const Asker& asker, const Request& request,
                     WallTime now);
  Reply finish(const Retrieval& retrieval, const std::vector<ItemRows>& rows) const;
  /// Whole messages, to be sent after the reply.
  std::vector<std::string> last_items(const Retrieval& retrieval,
                                      const std::vector<ItemRows>& rows);

  struct Digest {
    std::string message;      ///< empty: there is nothing to say, or nobody to say it to
    std::uint64_t until = 0;  ///< the number of the last item that it covers
  };
  /// What a subscription that wants digests is told of a leaf; `rows`: what has come since the
  /// last.
  Digest digest(const Subscriptions::Pointer& subscription, const NodeId& leaf,
                const ItemRows& rows);

  // Approval by an owner. XEP-0060 §8.6, §8.7
  // ------------------------------------------------------------------

  /// The answer to a form that an owner was sent; what is no such answer changes nothing.
  Outcome on_authorization(const Target& target, const Asker& asker, const gloox::Tag& form,
                           WallTime now);
  /// The nodes of the asker's with pending requests.
  std::vector<NodeId> pending_nodes(const Target& target, const Asker& asker) const;
  /// Sends the asker a form for each pending request of the node.
  std::vector<Write> ask_again(const Target& target, const Asker& asker, const NodeId& node,
                               WallTime now);

  // What ends or wakes subscriptions
  // ------------------------------------------------------------------

  /// What was sent to `from` with that message id has come back. XEP-0060 §12.3
  std::vector<Write> on_bounce(std::string_view from, std::string_view id, bool is_final,
                               WallTime now);
  /// Who may see what has changed outside of the service: subscriptions of who may not any more
  /// end, and they are told.
  std::vector<Write> end_lost_subscriptions(WallTime now);
  /// The same, of one account.
  std::vector<Write> end_lost_subscriptions(const std::string& account, WallTime now);
  /// Leases that are over end; what rested is tried again. XEP-0060 §12.18
  std::vector<Write> expire(WallTime now);
  /// Full JIDs without a lease and without a sign of life for long end; to whom nothing has come
  /// back for long has recovered. Looks at all subscriptions.
  std::vector<Write> end_silent(WallTime now);
  /// A resource has gone, or with a bare JID all of them: their own subscriptions without a lease
  /// and the temporary ones end.
  std::vector<Write> on_unavailable(const std::string& account, std::string_view jid, WallTime now);
  /// A client whose capabilities ask for a node (XEP-0060 §9.1, §9.2): a temporary subscription of
  /// that resource, if it may have one.
  Outcome auto_subscribe(const std::string& account, const Asker& asker, const NodeId& node,
                         WallTime now);
  /// The states of the subscriptions of a JID that has become available: at most 20, in one
  /// retrieval each. XEP-0060 §12.5
  std::vector<Retrieval> states_for(const std::string& account, std::string_view full_jid) const;
  /// What was published since then to the histories that it subscribed to: of at most 20 nodes,
  /// those with the latest news, at most 100 items for each subscription. XEP-0312 §2
  std::vector<Retrieval> interim_for(const std::string& account, std::string_view full_jid,
                                     WallTime since) const;
  /// States that are to be repeated now; and when to ask again at the latest.
  std::vector<Retrieval> heartbeats(WallTime now);

  // Read side, for discovery and for the way out
  // ------------------------------------------------------------------

  /// Null: no such account, or nothing known of it yet.
  const NodeTree* tree(const std::string& account) const;
  bool sees_account(const std::string& account, std::string_view bare) const;
  bool sees_node(const std::string& account, const NodeId& node, std::string_view bare) const;
  /// Owned ones first, each kind in a stable order.
  std::vector<std::string> accounts_seen_by(const std::string& bare) const;
  /// Why the asker cannot have that node: it is not there or not for the asker (no difference is
  /// shown), or it has moved. Absent: the asker may see it.
  std::optional<Error> refusal(const std::string& account, std::string_view bare,
                               const NodeId& node) const;
  /// A leaf that the asker may retrieve items of, as a plan's part; else why not.
  boost::system::result<Retrieval::Leaf, Error> readable_leaf(const std::string& account,
                                                              std::string_view bare,
                                                              const NodeId& node) const;
  AccessModel access_model(const NodeRecord& node) const { return access_model_of(node, policy_); }
  const Subscriptions& subscriptions() const { return subscriptions_; }
  /// Of an item or a state: the subscribers of now with what each may see.
  using Recipe = std::function<void(const Subscriptions::Pointer&, const Audience&)>;
  void for_each_recipient(const Notice& notice, const Recipe& visit) const;
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  enum class Matter { items, nodes };  // XEP-0248 §6.1, subscription_type
  struct Work;                         // one call that changes nodes
  /// A node that the asker may see.
  struct Found {
    Account& account;
    NodeRecord& node;
    Gate gate;
    Standing standing;
  };

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
  void index(Account& account, const NodeRecord& node);
  void unindex(Account& account, const NodeRecord& node);
  void index_guests(const Account& account);
  /// Of changes of the graph and of retractions: who is told, each once.
  std::vector<Recipient> recipients_of(const Account& account, const NodeId& node, Matter matter,
                                       std::size_t extra_depth) const;
  bool is_wanted(const Subscription& subscription, Matter matter, std::size_t depth) const;
  bool is_shown(const Subscription& subscription) const;

  using Finding = boost::system::result<Found, Error>;
  Finding find(const std::string& account, std::string_view bare, const NodeId& node);
  Finding find_owned(const Target& target, const Asker& asker, const NodeId& node);
  boost::system::result<Subscriptions::Pointer, Error> find_subscription(const Target& target,
                                                                         const Asker& asker,
                                                                         const SubscriptionKey& key,
                                                                         ErrorCode none) const;

  Outcome on(const Target& target, const Asker& asker, const Subscribe& request);
  Outcome on(const Target& target, const Asker& asker, const Unsubscribe& request);
  Outcome on(const Target& target, const Asker& asker, const GetOptions& request);
  Outcome on(const Target& target, const Asker& asker, const SetOptions& request);
  Outcome on(const Target& target, const Asker& asker, const GetDefaultOptions& request);
  Outcome on(const Target& target, const Asker& asker, const GetItems& request);
  Outcome on(const Target& target, const Asker& asker, const GetSubscriptions& request);
  Outcome on(const Target& target, const Asker& asker, const GetAffiliations& request);
  Outcome on(const Target& target, const Asker& asker, const Retract& request);
  Outcome on(const Target& target, const Asker& asker, const GetConfiguration& request);
  Outcome on(const Target& target, const Asker& asker, const SetConfiguration& request);
  Outcome on(const Target& target, const Asker& asker, const GetDefaultConfiguration& request);
  Outcome on(const Target& target, const Asker& asker, const Purge& request);
  Outcome on(const Target& target, const Asker& asker, const GetNodeSubscriptions& request);
  Outcome on(const Target& target, const Asker& asker, const SetNodeSubscriptions& request);
  Outcome on(const Target& target, const Asker& asker, const GetNodeAffiliations& request);
  Outcome on(const Target& target, const Asker& asker, const SetNodeAffiliations& request);
  Outcome on(const Target& target, const Asker& asker, const Unsupported& request);

  // Subscriptions change in one way each, and each says what is written.
  Subscriptions::Pointer add(std::vector<Write>& writes, SubscriptionRecord record,
                             OptionsPointer options);
  void change(std::vector<Write>& writes, const Subscriptions::Pointer& subscription,
              SubscriptionRecord record, OptionsPointer options);
  enum class Telling { holder, nobody };  // XEP-0060 §12.14
  void end(std::vector<Write>& writes, Subscriptions::Pointer subscription, Telling telling);
  void approve(Outcome& outcome, const Subscriptions::Pointer& subscription);
  void ask_owners(std::vector<Write>& writes, const Subscription& subscription,
                  const std::vector<std::string>& owners);
  void tell_owners(std::vector<Write>& writes, const Account& account, const NodeRecord& node,
                   const Subscription& subscription, SubscriptionState state);
  void end_lost(std::vector<Write>& writes, const std::string& account);
  void note_sign_of_life(std::vector<Write>& writes, const Asker& asker);
  void schedule(const Subscriptions::Pointer& subscription);
  void unschedule(const Subscriptions::Pointer& subscription);
  void move_subscriptions(const std::string& account, const NodeId& from, const NodeId& to);
  void take_over(const NodeRecord& record);
  void take_over_configuration(const NodeRecord& record);
  void take_over(const SubscriptionRecord& record);
  Subscriptions::Pointer find_exactly(const std::string& account, const NodeId& node,
                                      std::string_view subid) const;
  bool may_keep(const Account& account, const Subscription& subscription) const;

  /// Empty: it is not wanted.
  std::string to_last_item(const Retrieval& retrieval, const Retrieval::Leaf& leaf,
                           const NodeSpec& spec, const ItemRecord& item);
  void open_message(xmpp_schemas::XmlWriter& writer, const Subscription& subscription,
                    const std::string& to);
  static void append_headers(xmpp_schemas::XmlWriter& writer, const Subscription& subscription,
                             const NodeId& leaf);
  std::string to_subscribe_result(const Subscription& subscription, NodeKind kind,
                                  bool shows_options) const;
  void append_options_form(xmpp_schemas::XmlWriter& writer, const SubscriptionOptions& options,
                           const std::optional<WallTime>& expires, NodeKind kind,
                           std::string_view type) const;

  std::optional<Error> set_affiliation(Outcome& outcome, Found& found,
                                       const SetNodeAffiliations::Entry& entry);
  bool set_subscription(Outcome& outcome, const Found& found,
                        const SetNodeSubscriptions::Entry& entry, std::string& failed);

  std::vector<Retrieval::Leaf> readable_leaves(const Account& account, const NodeId& collection,
                                               std::string_view bare,
                                               std::optional<Disclosure> asked) const;
  boost::system::result<Retrieval, Error> plan_leaves(const Account& account, std::string_view bare,
                                                      std::optional<Disclosure> asked,
                                                      const GetItems& request) const;
  Retrieval::Leaf to_leaf(const Gate& gate, const Standing& standing,
                          std::optional<Disclosure> asked) const;
  std::optional<Retrieval> plan_states(const Subscriptions::Pointer& subscription,
                                       bool is_repeat) const;
  void add_last_items(Outcome& outcome, const Subscriptions::Pointer& subscription) const;
  Retrieval plan_interim(const Subscriptions::Pointer& subscription, WallTime since,
                         std::size_t most) const;
  std::vector<std::string> accounts_for(const Target& target, const Asker& asker) const;
  /// What the subscription by which it asks has set; or why that cannot be told.
  boost::system::result<std::optional<Disclosure>, Error> asked_disclosure(
      const Target& target, const Asker& asker, const GetItems& request) const;

  Policy policy_;
  const Access& access_;
  const Vocabulary& vocabulary_;
  IdSource& ids_;
  OptionsPool options_;
  Subscriptions subscriptions_;
  AccessControl control_;
  Bounces bounces_;
  std::unordered_map<std::string, Account> accounts_;
  /// Accounts at which somebody may have something to see who does not own them; `everybody` too.
  std::map<std::string, std::set<std::string>, std::less<>> guests_;
  std::map<std::string, std::set<std::string>> guests_of_;  // the same, turned round
  using Schedule = std::set<std::pair<WallTime, Subscriptions::Pointer>>;
  Schedule leases_;
  Schedule heartbeats_;
  std::uint64_t number_ = 0;
  std::function<bool(const std::string&)> is_ours_ = [](const std::string&) { return true; };
  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_item_messages_ = 0;  // numbers the ids of messages that are in no journal
  WallTime latest_;  // the latest moment that a caller has named: redirects end by it
};

}  // namespace pubsub
