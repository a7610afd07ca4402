// Which data of the messages that come into a mailbox somebody wants to be told: nothing else is
// fetched for them. RFC 5423 §3 (a publisher that knows what is subscribed), §5.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace events {

struct DataWanted {
  bool message_size = false;
  bool headers = false;
  bool body_structure = false;
  /// messageContent of messages of at most so many octets; 0: of none.
  std::size_t content_octets = 0;
  /// RFC 5423 §4.1: of messages with more octets than this a URLAUTH reference; absent: of none.
  std::optional<std::size_t> reference_beyond;
  /// Such a reference is made of these two, with /;UID=n between (RFC 4467 §3).
  std::string reference_start, reference_end;
  friend bool operator==(const DataWanted&, const DataWanted&) = default;
};

}  // namespace events
