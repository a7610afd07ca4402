#include "pubsub/node_uri.hpp"

namespace pubsub {
namespace {

bool is_unreserved(char c) {  // RFC 3986 §2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text, std::string_view also_plain) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || also_plain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += digits[octet >> 4U];
    out += digits[octet & 0x0FU];
  }
}

}  // namespace

std::string to_node_uri(std::string_view account, const NodeId& node) {
  std::string uri = "xmpp:";
  append_encoded(uri, account, "@!$*+,=");  // RFC 5122 §2.2: nodeid and host allow these
  uri += "?;node=";
  append_encoded(uri, node, "");
  return uri;
}

}  // namespace pubsub
