// An IQ request as the router sees it, and the stanza that answers it. RFC 6120 §8.2.3.
#pragma once

#include <gloox/tag.h>

#include <optional>
#include <string>
#include <string_view>

#include "pubsub/reply.hpp"

namespace component {

struct IqRequest {
  std::string id, from, to;
  bool is_set = false;
  const gloox::Tag* payload = nullptr;  ///< the one child; null: there is none, or more than one
};

/// Absent for what is no request (type result or error): those are never answered.
std::optional<IqRequest> to_iq_request(const gloox::Tag& iq);

/// The one reply, from the address that was asked.
std::string to_reply_stanza(const IqRequest& request, const pubsub::Reply& reply);

}  // namespace component
