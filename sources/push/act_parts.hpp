// What several forms read alike. RFC 5423 §5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/push/json_fields.hpp"
#include "sources/push/told.hpp"

namespace sources::push {

inline constexpr std::size_t max_name = 4096;  // octets of a mailbox or account name
inline constexpr std::size_t max_flags = 256;  // of one event
inline constexpr std::size_t max_flag = 255;   // octets

/// Absent with a mistake where it is no RFC 3339 date-time.
std::optional<events::Timestamp> read_timestamp(JsonFields& fields, std::string_view name);
/// A mailbox or account name within bounds; empty with a mistake otherwise.
std::string read_name(JsonFields& fields, std::string_view name);
/// One that nothing is known of yet but which message it is.
events::Arrival make_arrival(events::MailboxId mailbox, events::Uid uid);
/// Flags, each of them a word; too many or too long ones are a mistake.
events::FlagSet to_flags(JsonFields& fields, std::string_view name,
                         const std::vector<std::string>& words);
/// A FlagsSet as the acts that it is: \Seen and \Deleted have events of their own (RFC 5423 §4.2).
std::vector<Told> split_flags(Told told);

}  // namespace sources::push
