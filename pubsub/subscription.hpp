// One subscription, and the index of all: by node for the way out, by bare JID for requests.
// XEP-0060 §4.2, §6.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/data_form.hpp"
#include "pubsub/error.hpp"
#include "pubsub/store.hpp"

namespace pubsub {

/// XEP-0248 §6.1: what a subscription to a collection is about.
enum class SubscriptionType : std::uint8_t { all, items, nodes };

struct SubscriptionOptions {
  bool deliver = true;
  // XEP-0248 §6.1: deviates - the defaults are `all`: who knows nothing of collections gets what
  // the address means
  SubscriptionType type = SubscriptionType::all;
  std::optional<std::uint32_t> depth;  ///< absent: all
  friend bool operator==(const SubscriptionOptions&, const SubscriptionOptions&) = default;
};

/// Fields that it does not know are ignored; a bad value is invalid-options. On a leaf, type and
/// depth mean nothing.
boost::system::result<SubscriptionOptions, Error> parse_options(const FormFields& fields,
                                                                NodeKind kind);
/// All of them as form fields (what a result shows) or those that differ from the default (what is
/// kept).
FormFields to_fields(const SubscriptionOptions& options, NodeKind kind);
FormFields to_kept_fields(const SubscriptionOptions& options, NodeKind kind);

/// Immutable but for `has_ended`, so that a fan-out under way may hold on to it.
struct Subscription {
  SubscriptionRecord record;
  SubscriptionOptions options;
  std::string bare;
  // Escaped once for the way out, where each is written once per notification.
  std::string escaped_jid, escaped_service, escaped_subid, escaped_node;
  std::size_t address_hash = 0;  ///< of JID and service
  bool has_ended = false;

  bool has_address_of(const Subscription& other) const {
    return record.jid == other.record.jid && record.service == other.record.service;
  }
};

std::string to_bare(const std::string& prepared_jid);

class Subscriptions {
 public:
  using Pointer = std::shared_ptr<const Subscription>;

  Pointer add(SubscriptionRecord record, const SubscriptionOptions& options);
  /// It ends: fan-outs under way leave it out too.
  void end(const Pointer& subscription);
  std::vector<Pointer> end_node(const std::string& account, const NodeId& node);
  void move(const std::string& account, const NodeId& from, const NodeId& to);

  /// Oldest first.
  std::span<const Pointer> at(const std::string& account, const NodeId& node) const;
  /// In the order of account, node, JID, subid.
  std::vector<Pointer> of(const std::string& bare) const;
  std::size_t count_of(const std::string& bare) const;
  std::size_t count_in(const std::string& account) const;
  std::vector<Pointer> in(const std::string& account) const;
  std::size_t size() const { return size_; }

 private:
  using ByNode = std::unordered_map<NodeId, std::vector<Pointer>>;

  std::unordered_map<std::string, ByNode> by_account_;
  std::unordered_map<std::string, std::vector<Pointer>> by_bare_;
  std::size_t size_ = 0;
};

}  // namespace pubsub
