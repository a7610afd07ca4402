// How much of a payload an audience sees, as XML.
#pragma once

#include <string>

#include "pubsub/node.hpp"

namespace pubsub {

void append_payload(std::string& out, const Payload& payload, const Audience& audience);

/// Content is for who asks for some octets of it, which is an option of subscriptions alone.
constexpr Audience without_content(Audience audience) {
  if (audience.level == Disclosure::content) audience.level = Disclosure::envelope;
  return audience;
}

}  // namespace pubsub
