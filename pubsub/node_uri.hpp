// The xmpp: URI of a node, which tells where a renamed one went. XEP-0060 §12.22, RFC 5122 §2.2.
#pragma once

#include <string>
#include <string_view>

#include "pubsub/node.hpp"

namespace pubsub {

/// "xmpp:juliet@mail.example.com?;node=mail_events%2FINBOX"
std::string to_node_uri(std::string_view account, const NodeId& node);

}  // namespace pubsub
