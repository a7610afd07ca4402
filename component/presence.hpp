// An account's address as a contact: its presence goes to owners and to whom an owner approved and
// says how many messages are unread, and theirs comes here. Whoever becomes available is sent the
// states that it subscribed to. RFC 6121 §3, §4; XEP-0060 §12.5; docs/protocol.md "Presence".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gloox/tag.h>

#include "component/committer.hpp"
#include "component/environment.hpp"
#include "component/notify_features.hpp"
#include "component/ownership.hpp"
#include "mapping/message_waiting.hpp"
#include "pubsub/service.hpp"
#include "store/store.hpp"

namespace component {

class Presence final : public Attendance {
 public:
  struct Rooms {
    Environment& environment;
    StanzaOutput& output;
    Committer& committer;
    pubsub::Service& pubsub;
    /// Sends the states of a subscription.
    std::function<void(pubsub::Retrieval)> send_states;
    /// What is known of the account's mailboxes; absent: it is not watched.
    std::function<std::optional<mapping::AccountWaiting>(const std::string& account)> waiting;
    /// Another gateway that shares the store may have the account: then it greets its contacts.
    std::function<bool(const std::string& account)> is_ours;
    /// The <c/> of an account, XEP-0115 §4.
    std::function<std::string(const std::string& account)> capabilities;
  };
  /// Most resources that are remembered of one contact; more are as good as none.
  static constexpr std::size_t most_resources = 50;

  explicit Presence(Rooms rooms);

  /// At the start, and when another gateway has written this.
  void restore(const std::vector<store::ContactRecord>& contacts);
  void on_stream_up();
  void on_stream_down();
  /// Prepared addresses of the stanza; `account` empty: the component itself was addressed.
  void on_presence(const gloox::Tag& presence, const std::string& account,
                   const pubsub::Asker& from);
  /// Contacts are shown the new counts: at once, but not more than once a second.
  void on_waiting_changed(const std::string& account);
  /// An answer to a request of ours; false: it is none.
  bool on_iq_answer(const gloox::Tag& iq) { return features_.on_iq_answer(iq); }

  /// An owner's decision about a request for presence; false: there is none of `bare`.
  bool decide(const std::string& account, const std::string& bare, bool is_allowed);

  // Attendance
  bool shares_presence(const std::string& account, std::string_view bare) const override;
  std::optional<pubsub::Shows> shows_of(const std::string& account,
                                        std::string_view jid) const override;

 private:
  struct Contact {
    store::ContactState state = store::ContactState::none;
    bool is_heard = false;  // since the stream came up; else nothing is known of its presence
    std::map<std::string, pubsub::Show, std::less<>> resources;  // available ones
    std::string shown;  // what it was last told of the account: <show/> and <status/>
  };
  /// When the contacts of an account were last told.
  struct Telling {
    std::optional<std::chrono::steady_clock::time_point> last;
    bool is_due = false;  // a timer runs
  };
  using Contacts = std::map<std::string, Contact, std::less<>>;  // by bare JID

  void on_subscribe(const std::string& account, const pubsub::Asker& from);
  void on_unsubscribe(const std::string& account, const pubsub::Asker& from);
  void on_probe(const std::string& account, const pubsub::Asker& from);
  void on_available(const gloox::Tag& presence, const std::string& account,
                    const pubsub::Asker& from);
  void on_unavailable(const std::string& account, const pubsub::Asker& from);
  void on_error(const std::string& account, const pubsub::Asker& from);
  void approve(const std::string& account, const std::string& bare);
  void ask_owners(const std::string& account, const std::string& bare);
  void set_state(const std::string& account, const std::string& bare, store::ContactState state);
  void send(std::string_view type, const std::string& account, std::string_view to);
  void send_available(const std::string& account, std::string_view to);
  void tell_waiting(const std::string& account);
  std::string to_availability_xml(const std::string& account, const std::string& bare) const;
  std::optional<std::uint64_t> count_unread(const std::string& account, const std::string& bare,
                                            const mapping::AccountWaiting& waiting) const;
  void greet_next();
  Contact* find(const std::string& account, std::string_view bare);
  const Contact* find(const std::string& account, std::string_view bare) const;

  Rooms rooms_;
  NotifyFeatures features_;
  std::map<std::string, Contacts> accounts_;
  std::map<std::string, Telling> tellings_;
  std::vector<std::pair<std::string, std::string>> to_greet_;  // after the stream came up
  std::uint64_t epoch_ = 0;                                    // counts streams
};

}  // namespace component
