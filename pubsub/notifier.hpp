// Turns a journal entry into event notifications, one message per recipient: the payload is
// rendered once and spliced into each. XEP-0060 §7.1.2, §12.6; XEP-0248 §5.2; XEP-0131; XEP-0203.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pubsub/recipients.hpp"
#include "pubsub/rendering.hpp"
#include "pubsub/store.hpp"

namespace pubsub {

class Service;

/// A fan-out that stops after so many stanzas and goes on later. Subscriptions that end meanwhile
/// hear no more.
class FanOut {
 public:
  /// Recipients: those that the notice names; an item or a state that names none goes to the
  /// subscribers of now. `notice` must outlive it. `is_delayed`: each message says when the act was
  /// (XEP-0203).
  FanOut(const Service& service, const Notice& notice, bool is_delayed);

  /// Appends at most `max_stanzas` whole messages; true: that was all.
  bool step(std::string& out, std::size_t max_stanzas);
  /// Messages appended so far.
  std::size_t sent() const { return sent_; }

 private:
  bool append_live(std::string& out);
  void append_recorded(std::string& out, const Recipient& recipient);

  const Notice& notice_;
  Recipients
      live_;  // of items and states: the subscribers of now; else those that the notice names
  bool is_live_ = false;
  std::string after_to_;  // from the end of 'to' to the subid in 'id'
  std::string body_;      // from the end of 'id' to the headers
  std::size_t next_ = 0;
  std::size_t sent_ = 0;
};

/// <event/> of one item, for an audience.
void append_item_event(std::string& out, const NodeId& node, std::string_view item_id,
                       const Payload& payload, const Audience& audience);
void append_delay(std::string& out, WallTime at);

inline constexpr std::string_view current_item = "current";

}  // namespace pubsub
