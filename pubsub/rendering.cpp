#include "pubsub/rendering.hpp"

namespace pubsub {

void append_payload(std::string& out, const Payload& payload, const Audience& audience) {
  for (const Part& part : payload) {
    const bool shown = part.disclosure == Disclosure::actor ? audience.sees_actor
                                                            : part.disclosure <= audience.level;
    if (shown) out += part.xml;
  }
}

}  // namespace pubsub
