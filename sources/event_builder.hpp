// Turns the net difference that a look into one mailbox found into the events of RFC 5423 §4.1 and
// §4.2, in their order: flags, arrivals, expunged last.
#pragma once

#include <map>
#include <vector>

#include "events/event.hpp"
#include "events/mailbox_state.hpp"
#include "sources/look.hpp"

namespace sources {

class EventBuilder {
 public:
  /// `before`: the mailbox as it was before the difference.
  EventBuilder(std::string account, const events::MailboxState& before, events::Timestamp at);

  void on_flags(const MessageSeen& message, const events::FlagSet& before);
  /// Arrivals ascend by UID.
  void on_arrival(const MessageSeen& message);
  void on_expunge(const events::UidSet& uids);

  std::vector<events::Event> take();

 private:
  using Grouped = std::map<events::FlagSet, events::UidSet>;

  events::Event make(events::Event::Kind kind) const;
  template <class Kind>
  void add_changes(const events::UidSet& uids, const Kind& pattern);
  void add_arrival(const MessageSeen& message);

  std::string account_;
  events::MailboxId mailbox_;
  events::SpecialUse special_use_;
  events::MailboxCounts counts_;
  events::Timestamp at_;
  std::map<std::uint32_t, events::ModSeq> modseqs_;
  events::UidSet read_, trashed_, expunged_;
  Grouped set_, cleared_;
  std::vector<const MessageSeen*> arrivals_;
  std::vector<events::Event> events_;
};

}  // namespace sources
