// The way out: sends the journal's notices in order, each to its subscribers, and moves the cursor
// when the delivery barrier proves that the XMPP server has taken them. After a reconnect it goes
// on at the cursor: at least once, with equal message ids. docs/architecture.md "Nothing is lost".
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "component/barrier.hpp"
#include "component/departures.hpp"
#include "component/environment.hpp"
#include "pubsub/notifier.hpp"
#include "pubsub/service.hpp"
#include "store/store.hpp"

namespace component {

class Outbox {
 public:
  Outbox(Environment& environment, StanzaOutput& output, store::Store& store,
         const pubsub::Service& service, Barrier barrier);

  /// Told of publications that subscribers want in digests.
  using OnDigested = std::function<void(const pubsub::Notice&,
                                        const std::vector<pubsub::Subscriptions::Pointer>&)>;
  void set_on_digested(OnDigested on_digested) { on_digested_ = std::move(on_digested); }

  /// Where the journal stood when the program started.
  void restore(std::uint64_t cursor, std::uint64_t last_sequence);
  /// These are durable now; in order, without gaps.
  void on_committed(std::vector<pubsub::Notice> notices);

  void on_stream_up();
  void on_stream_down();
  void on_pressure(bool high);
  /// A message came from `from`; true: it was the delivery barrier.
  bool on_message(std::string_view from, std::string_view id);

  /// The program is about to end: `then` runs once the server has proved that it has what was sent,
  /// or after 2 s.
  void finish(std::function<void()> then);

  /// Runs `then` once everything that is durable by now has left the journal.
  void after_journal(std::function<void()> then);

  /// Notices that are durable but not yet proved taken.
  std::uint64_t pending() const { return last_committed_ - cursor_; }
  std::uint64_t notifications_sent() const { return notifications_; }
  std::optional<std::chrono::system_clock::time_point> last_barrier() const {
    return last_barrier_;
  }

 private:
  void survey(std::uint64_t after);
  void note(const pubsub::Notice& notice);
  bool is_needless(const pubsub::Notice& notice) const;
  void pump();
  void pump_later(std::chrono::milliseconds after);
  bool take_next();
  bool take_from(std::deque<pubsub::Notice>& queue);
  void begin(pubsub::Notice notice);
  void send_slice();
  void read_page();
  void tell_finished();
  void tell_waiting();
  void arm_barrier(std::chrono::milliseconds after);
  void on_barrier_timer();

  Environment& environment_;
  StanzaOutput& output_;
  store::Store& store_;
  const pubsub::Service& service_;
  Barrier barrier_;

  std::uint64_t cursor_ = 0;          // proved taken by the server
  std::uint64_t sent_ = 0;            // given to the stream since it came up
  std::uint64_t last_committed_ = 0;  // durable
  std::uint64_t resumed_until_ =
      0;                   // what was durable when the stream came up: may be late, may be a repeat
  bool surveyed_ = false;  // newest_state_ covers the journal
  bool is_up_ = false;     // the stream is, and the journal is ours alone
  bool pressure_ = false;
  bool reading_ = false;
  bool pump_scheduled_ = false;
  bool barrier_armed_ = false;
  std::uint64_t epoch_ = 0;  // counts streams: what was read for an earlier one is void
  std::deque<pubsub::Notice>
      live_;  // committed in this run, bounded; the rest is read from the store
  std::deque<pubsub::Notice> page_;  // read from the store
  /// The newest notice of each state leaf that is not proved taken: older ones need not be sent.
  std::unordered_map<std::string, std::uint64_t> newest_state_;
  Departures departures_;
  std::optional<pubsub::Notice> notice_;  // under way
  std::unique_ptr<pubsub::FanOut> fan_out_;
  std::function<void()> finished_;
  std::deque<std::pair<std::uint64_t, std::function<void()>>> waiting_;  // for the cursor
  OnDigested on_digested_;
  std::uint64_t notifications_ = 0;
  std::optional<std::chrono::system_clock::time_point> last_barrier_;
};

}  // namespace component
