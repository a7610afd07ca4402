// Service discovery of the component, its accounts and their nodes, for the eyes of whoever asks.
// XEP-0030, XEP-0060 §5.1-5.5, XEP-0128, XEP-0059.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gloox/tag.h>

#include "pubsub/access.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/retrieval.hpp"
#include "pubsub/service.hpp"

namespace disco {

struct ComponentInfo {
  std::string name;  ///< of the component, for people
};

/// `account` empty: the component itself. `service`: the address that was asked; entries name it.
using DiscoTarget = pubsub::Target;

class Responder {
 public:
  /// More entries than these are paged (XEP-0030 §8).
  static constexpr std::size_t max_entries = 200;

  Responder(const pubsub::Service& service, ComponentInfo info);

  const std::string& component_name() const { return info_.name; }

  /// An empty `node`: the address itself, under the name that `asked_as` gives it (XEP-0115 §6.2).
  pubsub::Reply info(const DiscoTarget& target, const pubsub::NodeId& node,
                     const pubsub::Asker& asker, std::string_view asked_as = {}) const;

  /// `query`: the request, for its <set/>; may be null. A leaf's own items need the store: unless
  /// the caller asks item_ids() first, a leaf has none to show (XEP-0060 §5.5 leaves that open).
  pubsub::Reply items(const DiscoTarget& target, const pubsub::NodeId& node,
                      const gloox::Tag* query, const pubsub::Asker& asker) const;

  /// What to read to list the ids of a leaf's newest items; absent: items() has the answer.
  std::optional<pubsub::Retrieval> item_ids(const DiscoTarget& target, const pubsub::NodeId& node,
                                            const gloox::Tag* query,
                                            const pubsub::Asker& asker) const;
  pubsub::Reply finish(const DiscoTarget& target, const pubsub::Retrieval& retrieval,
                       const std::vector<pubsub::ItemRows>& rows) const;

 private:
  const pubsub::Service& service_;
  ComponentInfo info_;
};

}  // namespace disco
