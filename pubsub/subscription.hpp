// One subscription, and the index of all: by node for the way out, by bare JID for requests. A
// million of them must fit, so one costs at most 256 octets, index included. XEP-0060 §4.2, §6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/intrusive/unordered_set.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "pubsub/store.hpp"
#include "pubsub/subscription_options.hpp"

namespace pubsub {

class Subscription;
using SubscriptionPointer = boost::intrusive_ptr<const Subscription>;

/// A node that has subscriptions, or had some that a fan-out still holds on to.
struct SubscribedNode : boost::intrusive_ref_counter<SubscribedNode, boost::thread_unsafe_counter> {
  std::string account;
  NodeId id;
  std::vector<SubscriptionPointer> subscriptions;  ///< oldest first
};

/// Address, node and subid never change, so that a fan-out under way may hold on to it.
class Subscription
    : public boost::intrusive_ref_counter<Subscription, boost::thread_unsafe_counter>,
      public boost::intrusive::unordered_set_base_hook<> {
 public:
  Subscription(boost::intrusive_ptr<const SubscribedNode> node, const std::string& jid,
               const std::string& subid, const std::string& service, OptionsPointer options);

  const std::string& account() const { return node_->account; }
  const NodeId& node() const { return node_->id; }
  /// Bare or full, prepared.
  std::string_view jid() const { return {text_.get(), jid_length_}; }
  std::string_view bare() const { return {text_.get(), bare_length_}; }
  bool is_full() const { return jid_length_ != bare_length_; }
  std::string_view subid() const { return {text_.get() + jid_length_, subid_length_}; }
  /// The address at which the subscription was made; notifications come from it.
  const std::string& service() const { return *service_; }
  const SubscriptionOptions& options() const { return *options_; }
  const OptionsPointer& shared_options() const { return options_; }
  SubscriptionState state() const { return state_; }
  bool has_ended() const { return has_ended_; }
  std::optional<WallTime> expires() const { return to_optional(expires_); }
  std::optional<WallTime> parked() const { return to_optional(parked_); }
  WallTime seen() const { return seen_; }
  std::size_t address_hash() const { return address_hash_; }
  bool has_address_of(const Subscription& other) const {
    return jid() == other.jid() && service() == other.service();
  }
  /// In the state `subscribed`, wanted, and not parked.
  bool is_delivered() const {
    return state_ == SubscriptionState::subscribed && options_->deliver && parked_ == WallTime();
  }

 private:
  friend class Subscriptions;
  static std::optional<WallTime> to_optional(WallTime at) {
    return at == WallTime() ? std::nullopt : std::optional<WallTime>(at);
  }

  boost::intrusive_ptr<const SubscribedNode> node_;
  OptionsPointer options_;
  const std::string* service_;
  std::unique_ptr<char[]> text_;      // JID, then subid
  WallTime expires_, parked_, seen_;  // the epoch: never
  std::uint32_t address_hash_;
  std::uint16_t jid_length_, bare_length_, subid_length_;
  SubscriptionState state_ = SubscriptionState::subscribed;
  bool has_ended_ = false;
};

std::string to_bare(std::string_view prepared_jid);

class Subscriptions {
 public:
  using Pointer = SubscriptionPointer;

  Subscriptions();
  ~Subscriptions();
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  Pointer add(const SubscriptionRecord& record, OptionsPointer options);
  /// Its options, state and times become those of the record; node and address must be equal.
  void change(const Pointer& subscription, const SubscriptionRecord& record,
              OptionsPointer options);
  /// It ends: fan-outs under way leave it out too.
  void end(const Pointer& subscription);
  std::vector<Pointer> end_node(const std::string& account, const NodeId& node);
  void move(const std::string& account, const NodeId& from, const NodeId& to);

  /// Oldest first.
  std::span<const Pointer> at(const std::string& account, const NodeId& node) const;
  /// In the order of account, node, JID, subid.
  std::vector<Pointer> of(std::string_view bare) const;
  std::size_t count_of(std::string_view bare) const;
  std::size_t count_in(const std::string& account) const;
  std::vector<Pointer> in(const std::string& account) const;
  std::size_t size() const { return size_; }

 private:
  struct BareOf {
    using type = std::string_view;
    std::string_view operator()(const Subscription& subscription) const {
      return subscription.bare();
    }
  };
  using ByBare = boost::intrusive::unordered_multiset<
      Subscription, boost::intrusive::key_of_value<BareOf>,
      boost::intrusive::hash<std::hash<std::string_view>>,
      boost::intrusive::equal<std::equal_to<std::string_view>>>;
  using NodePointer = boost::intrusive_ptr<SubscribedNode>;
  using ByNode = std::unordered_map<NodeId, NodePointer>;

  NodePointer node_at(const std::string& account, const NodeId& node);
  void index(Subscription& subscription);

  std::unordered_map<std::string, ByNode> by_account_;
  std::vector<ByBare::bucket_type> buckets_;
  ByBare by_bare_;
  std::set<std::string> services_;
  std::size_t size_ = 0;
};

/// As the store keeps it; `options`: those that differ from the default.
SubscriptionRecord to_record(const Subscription& subscription, FormFields options);

}  // namespace pubsub
