#include "pubsub/error.hpp"

#include <array>
#include <stdexcept>

#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::array<ErrorRow, 34> rows{{
    {ErrorCode::bad_request, "modify", "bad-request", ""},
    {ErrorCode::nodeid_required, "modify", "bad-request", "nodeid-required"},
    {ErrorCode::jid_required, "modify", "bad-request", "jid-required"},
    {ErrorCode::invalid_jid, "modify", "bad-request", "invalid-jid"},
    {ErrorCode::subid_required, "modify", "bad-request", "subid-required"},
    {ErrorCode::invalid_subid, "modify", "not-acceptable", "invalid-subid"},
    {ErrorCode::invalid_options, "modify", "bad-request", "invalid-options"},
    {ErrorCode::not_allowed_options, "cancel", "not-allowed", "invalid-options"},
    {ErrorCode::item_required, "modify", "bad-request", "item-required"},
    {ErrorCode::item_not_found, "cancel", "item-not-found", ""},
    {ErrorCode::gone, "cancel", "gone", ""},  // RFC 6120 §8.3.3.5
    {ErrorCode::forbidden, "auth", "forbidden", ""},
    {ErrorCode::not_subscribed, "cancel", "unexpected-request", "not-subscribed"},
    {ErrorCode::no_subscriber, "modify", "unexpected-request", "not-subscribed"},
    {ErrorCode::not_subscribed_yet, "auth", "not-authorized", "not-subscribed"},
    {ErrorCode::pending_subscription, "auth", "not-authorized", "pending-subscription"},
    {ErrorCode::presence_required, "auth", "not-authorized", "presence-subscription-required"},
    {ErrorCode::closed_node, "cancel", "not-allowed", "closed-node"},
    {ErrorCode::unsupported_access_model, "modify", "not-acceptable", "unsupported-access-model"},
    {ErrorCode::too_many_subscriptions, "wait", "policy-violation", "too-many-subscriptions"},
    {ErrorCode::unsupported, "cancel", "feature-not-implemented", "unsupported"},
    {ErrorCode::feature_not_implemented, "cancel", "feature-not-implemented", ""},
    {ErrorCode::not_acceptable, "modify", "not-acceptable", ""},
    {ErrorCode::not_allowed, "cancel", "not-allowed", ""},
    {ErrorCode::not_authorized, "auth", "not-authorized", ""},
    {ErrorCode::policy_violation, "modify", "policy-violation", ""},
    {ErrorCode::resource_constraint, "wait", "resource-constraint", ""},
    {ErrorCode::remote_server_timeout, "wait", "remote-server-timeout", ""},
    {ErrorCode::service_unavailable, "cancel", "service-unavailable", ""},
    {ErrorCode::internal_server_error, "cancel", "internal-server-error", ""},
    {ErrorCode::malformed_action, "modify", "bad-request", "malformed-action", ns::commands},
    {ErrorCode::bad_action, "modify", "bad-request", "bad-action", ns::commands},
    {ErrorCode::bad_payload, "modify", "bad-request", "bad-payload", ns::commands},
    {ErrorCode::bad_sessionid, "modify", "bad-request", "bad-sessionid", ns::commands},
}};

static_assert([] {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].code) != i) return false;
  }
  return static_cast<std::size_t>(ErrorCode::bad_sessionid) + 1 == rows.size();
}());

}  // namespace

const ErrorRow& row_of(ErrorCode code) {
  return rows[static_cast<std::size_t>(code)];
}

std::string to_error_xml(const Error& error) {
  const ErrorRow& row = row_of(error.code);
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("error").attribute("type", row.type);
  writer.open(row.condition, ns::stanzas);
  if (error.code == ErrorCode::gone) writer.text(error.text);  // RFC 6120 §8.3.3.5
  writer.close();
  const bool is_for_people = error.code != ErrorCode::gone && error.code != ErrorCode::unsupported;
  if (is_for_people && !error.text.empty()) {
    writer.open("text", ns::stanzas).attribute("xml:lang", "en").text(error.text).close();
  }
  if (!row.application.empty()) {
    const bool is_pubsub = row.application_ns.empty();
    writer.open(row.application, is_pubsub ? ns::pubsub_errors : row.application_ns);
    if (error.code == ErrorCode::unsupported) writer.attribute("feature", error.text);
    writer.close();
  }
  writer.close();
  return xml;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(to_error_xml(error));
}

}  // namespace pubsub
