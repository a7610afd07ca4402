// What is asked of NOTIFY: of a server that cannot do all of it less, and from time to time all of
// it again. RFC 5465 §3.1 (BADEVENT), §5.8 (NOTIFICATIONOVERFLOW), §6 (which mailboxes).
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sources::imap {

/// RFC 5465 §5, as far as a gateway can use them.
enum class NotifyEvent : std::uint8_t {
  message_new,
  message_expunge,
  flag_change,
  mailbox_name,
  subscription_change,
};
struct NotifyEventRow {
  NotifyEvent event;
  std::string_view word;
};
inline constexpr std::array<NotifyEventRow, 5> notify_events{{
    {NotifyEvent::message_new, "MessageNew"},                  // RFC 5465 §5.2
    {NotifyEvent::message_expunge, "MessageExpunge"},          // RFC 5465 §5.3
    {NotifyEvent::flag_change, "FlagChange"},                  // RFC 5465 §5.1
    {NotifyEvent::mailbox_name, "MailboxName"},                // RFC 5465 §5.4
    {NotifyEvent::subscription_change, "SubscriptionChange"},  // RFC 5465 §5.5
}};
using NotifyEvents = std::bitset<notify_events.size()>;
inline constexpr NotifyEvents all_notify_events{(1U << notify_events.size()) - 1};

/// Each less than the one before.
enum class NotifyScope : std::uint8_t {
  personal,  ///< RFC 5465 §6.2
  inbox,     ///< RFC 5465 §6.6: INBOX alone; of the others rounds tell
  nothing,
};

struct NotifyRequest {
  NotifyScope scope = NotifyScope::personal;
  NotifyEvents events = all_notify_events;
  friend bool operator==(const NotifyRequest&, const NotifyRequest&) = default;
};

class NotifyWatch {
 public:
  /// What to ask now; absent: nothing that would be of use.
  std::optional<NotifyRequest> request() const;
  /// What is asked tells of everything, so that rounds are for the case only that a server forgets.
  bool tells_everything() const;
  bool is_refused() const { return is_refused_; }

  /// RFC 5465 §3.1: `arguments` behind the code.
  void on_bad_event(std::string_view arguments);
  /// RFC 5465 §5.8: it was too much.
  void on_overflow();
  /// The server may be able to do more by now; what it does not know it will not learn.
  void widen() { scope_ = NotifyScope::personal; }
  /// Not before the next connection.
  void refuse() { is_refused_ = true; }

 private:
  NotifyScope scope_ = NotifyScope::personal;
  NotifyEvents known_ = all_notify_events;  ///< to the server, as far as it has not said otherwise
  bool is_refused_ = false;
};

}  // namespace sources::imap
