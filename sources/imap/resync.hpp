// One look into one mailbox: which commands ask for the difference, and what their answers add up
// to. RFC 7162 §3.2.5 (QRESYNC), §3.1.4 (CHANGEDSINCE) and RFC 3501 §2.3.1.1 (without either).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "events/data_wanted.hpp"
#include "sources/account.hpp"
#include "sources/imap/command.hpp"
#include "sources/imap/response.hpp"

namespace sources::imap {

/// What of RFC 7162 is in force on the connection.
struct Extensions {
  bool qresync = false;
  bool condstore = false;
};

/// One UID FETCH: `uids`, or from `from` to the last message.
struct FetchStep {
  std::optional<events::UidSet> uids;
  events::Uid from;
  FetchItems items;
  std::optional<ChangedSince> since;
  bool is_essential = false;  ///< without its answer nothing can be said of the mailbox
  std::optional<events::Uid> applies_up_to;  ///< after it, what came up to here is reported already
};

/// A look that waits for the references to its large messages (RFC 4467); later ones wait behind
/// it.
struct HeldLook {
  MailboxLook look;
  std::size_t unanswered = 0;
};

struct ResyncPlan {
  std::optional<QresyncParameters> qresync;
  ExamineMode mode = ExamineMode::plain;
  bool is_complete = false;
  std::vector<FetchStep> fetches;
  events::DataWanted data;
};

/// `listed`: what the server said last of the mailbox. `wants_complete`: a difference was not
/// enough the last time.
ResyncPlan plan_resync(const Account& account, const std::string& mailbox,
                       const std::optional<events::MailboxState>& listed, bool wants_complete,
                       Extensions extensions, const events::DataWanted& data);

class Resync {
 public:
  Resync(std::string mailbox, ResyncPlan plan, unsigned round)
      : mailbox_(std::move(mailbox)), plan_(std::move(plan)), round_(round) {}

  const std::string& mailbox() const { return mailbox_; }
  const ResyncPlan& plan() const { return plan_; }
  unsigned round() const { return round_; }
  bool has_failed() const { return has_failed_; }
  void fail() { has_failed_ = true; }

  void on_response(const Untagged& response);
  void on_response(const Fetch& response);
  void on_response(const Vanished& response);
  void on_response(const Exists& response) { exists_ = response.count; }

  /// What the server says of the mailbox meanwhile, in parts or whole; what was said last counts.
  void on_status(const events::MailboxState& said);
  /// To be looked at when the resync is done.
  const std::optional<events::MailboxState>& said() const { return said_; }

  /// What came up to `uid`; the numbers that say "seen until here" come with the last look only.
  std::optional<MailboxLook> take_up_to(events::Uid uid);
  std::optional<MailboxLook> take();
  std::deque<HeldLook>& held() { return held_; }
  /// Everything is answered but the references.
  void set_done() { is_done_ = true; }
  bool is_done() const { return is_done_; }
  /// The numbers that EXAMINE told.
  events::MailboxState opened() const;

 private:
  std::string mailbox_;
  ResyncPlan plan_;
  unsigned round_;
  bool has_failed_ = false;
  bool is_done_ = false;
  std::deque<HeldLook> held_;
  std::optional<events::UidValidity> uidvalidity_;
  std::optional<events::Uid> uidnext_;
  std::optional<events::ModSeq> highestmodseq_;
  std::vector<MessageSeen> messages_;  // ascending
  events::UidSet vanished_;
  std::optional<std::uint32_t> exists_;
  std::optional<events::MailboxState> said_;
};

}  // namespace sources::imap
