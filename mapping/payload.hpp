// An event of RFC 5423 as the XML that its item carries, cut where what may be seen changes.
// urn:xmpp:message-store:0, RFC 5423 §4 and §5, XEP-0131 (header fields).
#pragma once

#include <cstddef>
#include <string>

#include "events/event.hpp"
#include "mapping/error.hpp"
#include "pubsub/node.hpp"

namespace mapping {

struct PayloadContext {
  std::string url_host;     ///< host written into URLs
  std::string mail_domain;  ///< names in it lose it in URLs
};

/// No stanza of ours exceeds 64 KiB; the rest is for the stanza around the payload.
inline constexpr std::size_t max_payload = std::size_t{60} * 1024;
inline constexpr std::size_t max_header_field = 1024;
inline constexpr std::size_t max_header_fields = std::size_t{16} * 1024;

/// incomplete_event: it has no mailbox, UIDVALIDITY, uidset or flag where the schema demands one.
/// What would make the payload larger than max_payload is left out: bodyStructure first, then
/// messageContent, then the header fields.
result<pubsub::Payload> to_payload(const events::Event& event, const PayloadContext& context);

/// RFC 5423 §4.2: MessageRead and MessageTrash in their other form, FlagsSet; any other payload as
/// it is.
pubsub::Payload to_full_flag_events(const pubsub::Payload& simple);

}  // namespace mapping
