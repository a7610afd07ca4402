// What Cyrus writes to its notifysocket: seven or more fields, each ended by NUL, the last of them
// the event; or, acknowledged, a dlist command. Pure. cyrus-imapd: lib/notify, imap/dlist.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sources::push {

/// The message of a datagram: method, class, priority, user, mailbox, number of options, the
/// options, message. Absent: it is none.
std::optional<std::string_view> message_of_datagram(std::string_view datagram);

/// Takes the octets of one acknowledged stream and gives the messages of its NOTIFY commands.
class DlistReader {
 public:
  static constexpr std::size_t max_command = 1024 * 1024;

  /// False: what came is no dlist command, or too long; nothing more is read.
  [[nodiscard]] bool feed(std::string_view octets);
  /// The message of the next whole command; "" of a command that has none.
  std::optional<std::string> next();

 private:
  enum class State { incomplete, whole, broken };
  State scan();

  std::string buffer_;
  std::size_t end_ = 0;  ///< of the first command, when it is whole
  std::string message_;
  bool is_broken_ = false;
};

}  // namespace sources::push
