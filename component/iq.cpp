#include "component/iq.hpp"

#include "xmpp_schemas/xml_writer.hpp"

namespace component {

// RFC 6120 §8.2.3: an entity that receives a request of type get or set must reply.
// COMPAT a type that the RFC does not know counts as a request, so that it is answered (with
// bad-request).
std::optional<IqRequest> to_iq_request(const gloox::Tag& iq) {
  const std::string& type = iq.findAttribute("type");
  if (type == "result" || type == "error") return std::nullopt;
  IqRequest request;
  request.id = iq.findAttribute("id");
  request.from = iq.findAttribute("from");
  request.to = iq.findAttribute("to");
  request.is_set = type == "set";
  const bool is_request = type == "get" || type == "set";
  if (is_request && iq.children().size() == 1) request.payload = iq.children().front();
  return request;
}

std::string to_reply_stanza(const IqRequest& request, const pubsub::Reply& reply) {
  const auto* result = std::get_if<pubsub::Result>(&reply);
  std::string stanza;
  xmpp_schemas::XmlWriter iq(stanza);
  iq.open("iq")
      .attribute("type", result != nullptr ? "result" : "error")
      .attribute("id", request.id)
      .attribute("from", request.to)
      .attribute("to", request.from);
  if (result != nullptr) {
    iq.raw(result->payload);
  } else {
    const auto& error = std::get<pubsub::Error>(reply);
    iq.raw(error.payload).raw(pubsub::to_error_xml(error));
  }
  iq.close();
  return stanza;
}

}  // namespace component
