// Turns a journal entry into event notifications, one message per recipient: each form of the
// payload is rendered once and spliced into each. XEP-0060 §7.1.2, §12.6; XEP-0248 §5.2; XEP-0131;
// XEP-0203.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/recipients.hpp"
#include "pubsub/renditions.hpp"
#include "pubsub/store.hpp"

namespace pubsub {

class Service;

/// A fan-out that stops after so many stanzas and goes on later. Subscriptions that end meanwhile
/// hear no more.
class FanOut {
 public:
  /// Recipients: those that the notice names; an item or a state that names none goes to the
  /// subscribers of now, each in the form that its options and its rights ask for. `notice` must
  /// outlive it. `is_delayed`: each message says when the act was (XEP-0203).
  FanOut(const Service& service, const Notice& notice, bool is_delayed);

  /// Appends at most `max_stanzas` whole messages; true: that was all.
  bool step(std::string& out, std::size_t max_stanzas);
  /// Messages appended so far.
  std::size_t sent() const { return sent_; }
  /// Subscriptions that want digests: they get none of the messages.
  const std::vector<Subscriptions::Pointer>& digested() const { return digested_; }

 private:
  /// What is equal in all messages of one form.
  struct Frame {
    std::string after_to;  ///< from the end of 'to' to the subid in 'id'
    std::string body;      ///< from the end of 'id' to the headers
  };

  void collect_live(const Service& service);
  void frame_recorded(const Service& service);
  void frame_event();
  Frame make_frame(std::string_view type, std::string_view content) const;
  bool append_live(std::string& out);
  bool may_hear(const Recipient& recipient) const;
  void append_recorded(std::string& out, const Recipient& recipient);

  const Service& service_;
  const Notice& notice_;
  const bool is_delayed_;
  bool is_live_ = false;
  /// Of items and states: the subscribers of now; else those that the notice names.
  Recipients live_;
  std::vector<Frame> frames_;    ///< by form; of named recipients: the first, the second
  std::vector<bool> is_second_;  ///< of named recipients: gets the second form
  std::vector<Subscriptions::Pointer> digested_;
  std::size_t next_ = 0;
  std::size_t sent_ = 0;
};

void append_delay(std::string& out, WallTime at);

}  // namespace pubsub
