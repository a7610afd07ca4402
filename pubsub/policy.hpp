// What the operator decides about the service: limits, and how much of a payload may leave it at
// all.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>

#include "pubsub/node.hpp"

namespace pubsub {

/// XEP-0060 §4.5. whitelist: who may not see a node is not shown it.
enum class AccessModel : std::uint8_t { whitelist, authorize, presence, open };

struct Policy {
  std::size_t history_items = 1000;  ///< kept per history leaf; at least 1
  std::chrono::hours history_age{30 * 24};
  Disclosure disclosure = Disclosure::content;  ///< nobody sees more than this
  std::size_t max_subscriptions_per_jid =
      1000;                    ///< per bare JID, over all accounts (XEP-0060 §6.1.3.9)
  std::size_t max_subids = 8;  ///< per JID and node (XEP-0060 §6.1.6)
  /// What owners may choose.
  std::set<AccessModel> access_models{AccessModel::whitelist, AccessModel::authorize,
                                      AccessModel::presence};
  /// Subscriptions of full JIDs without a lease end so long after the last sign of life.
  std::chrono::hours full_jid_age{30 * 24};
  std::chrono::hours redirect_age{30 * 24};  ///< how long a former name answers `gone`
};

/// No answer or notification of ours exceeds 64 KiB; this is left for what the service writes into
/// it.
inline constexpr std::size_t max_answer_octets = 60UL * 1024;
/// Items of one answer, asked for or not.
inline constexpr std::size_t max_answer_items = 100;

}  // namespace pubsub
