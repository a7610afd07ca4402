// The 27 event parameters of RFC 5423 §5: wire name and enumerator, bound by one table in the RFC's
// (alphabetical) order.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace events {

enum class Parameter {
  admin,
  body_structure,
  client_ip,
  client_port,
  disk_quota,
  disk_used,
  envelope,
  flag_names,
  mailbox_id,
  max_messages,
  message_content,
  message_size,
  messages,
  modseq,
  old_mailbox_id,
  pid,
  process,
  server_domain,
  server_port,
  server_fqdn,
  service,
  tags,
  timestamp,
  uidnext,
  uidset,
  uri,
  user,
};

struct ParameterRow {
  Parameter parameter;
  std::string_view text;
};

inline constexpr std::array<ParameterRow, 27> parameters{{
    {Parameter::admin, "admin"},
    {Parameter::body_structure, "bodyStructure"},
    {Parameter::client_ip, "clientIP"},
    {Parameter::client_port, "clientPort"},
    {Parameter::disk_quota, "diskQuota"},
    {Parameter::disk_used, "diskUsed"},
    {Parameter::envelope, "envelope"},
    {Parameter::flag_names, "flagNames"},
    {Parameter::mailbox_id, "mailboxID"},
    {Parameter::max_messages, "maxMessages"},
    {Parameter::message_content, "messageContent"},
    {Parameter::message_size, "messageSize"},
    {Parameter::messages, "messages"},
    {Parameter::modseq, "modseq"},
    {Parameter::old_mailbox_id, "oldMailboxID"},
    {Parameter::pid, "pid"},
    {Parameter::process, "process"},
    {Parameter::server_domain, "serverDomain"},
    {Parameter::server_port, "serverPort"},
    {Parameter::server_fqdn, "serverFQDN"},
    {Parameter::service, "service"},
    {Parameter::tags, "tags"},
    {Parameter::timestamp, "timestamp"},
    {Parameter::uidnext, "uidnext"},
    {Parameter::uidset, "uidset"},
    {Parameter::uri, "uri"},
    {Parameter::user, "user"},
}};

static_assert([] {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (static_cast<std::size_t>(parameters[i].parameter) != i) return false;
  }
  return static_cast<std::size_t>(Parameter::user) + 1 == parameters.size();
}());

constexpr std::string_view to_text(Parameter parameter) {
  return parameters[static_cast<std::size_t>(parameter)].text;
}

constexpr std::optional<Parameter> parse_parameter(std::string_view text) {
  for (const auto& row : parameters) {
    if (row.text == text) return row.parameter;
  }
  return std::nullopt;
}

}  // namespace events
