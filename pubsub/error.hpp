// The errors that the service answers with: ONE table from domain error to stanza error type,
// defined condition (RFC 6120 §8.3.3) and application-specific condition (XEP-0060 chapter 11,
// XEP-0050 §4.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/assert/source_location.hpp>

namespace pubsub {

enum class ErrorCode : std::uint8_t {
  bad_request,
  nodeid_required,
  jid_required,
  invalid_jid,
  subid_required,
  invalid_subid,
  invalid_options,
  not_allowed_options,
  item_required,
  item_not_found,
  gone,
  forbidden,
  not_subscribed,
  no_subscriber,
  not_subscribed_yet,
  pending_subscription,
  presence_required,
  closed_node,
  unsupported_access_model,
  too_many_subscriptions,
  unsupported,
  feature_not_implemented,
  not_acceptable,
  not_allowed,
  not_authorized,
  policy_violation,
  resource_constraint,
  remote_server_timeout,
  service_unavailable,
  internal_server_error,
  malformed_action,
  bad_action,
  bad_payload,
  bad_sessionid,
};

struct Error {
  ErrorCode code = ErrorCode::bad_request;
  /// unsupported: the feature's name; gone: the new address as URI; else words for people, may be
  /// empty.
  std::string text;
  /// XML that stands before the <error/>: what of a request could not be done (XEP-0060 §8.8.2.4).
  std::string payload = {};
  friend bool operator==(const Error&, const Error&) = default;
};

struct ErrorRow {
  ErrorCode code;
  std::string_view type;
  std::string_view condition;
  std::string_view application;          ///< condition; empty: none
  std::string_view application_ns = {};  ///< of that condition; empty: that of pubsub#errors
};

const ErrorRow& row_of(ErrorCode code);

/// The <error/> element. RFC 6120 §8.3.2
std::string to_error_xml(const Error& error);

/// What boost::system::result throws when somebody takes the value of an error.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace pubsub
