// The inside of Session, shared by session*.cpp alone: what was asked and not yet answered, and
// what is known so far.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sources/imap/capability.hpp"
#include "sources/imap/command.hpp"
#include "sources/imap/idle_watch.hpp"
#include "sources/imap/mailbox_name_codec.hpp"
#include "sources/imap/notify_watch.hpp"
#include "sources/imap/octets.hpp"
#include "sources/imap/response.hpp"
#include "sources/imap/resync.hpp"
#include "sources/imap/rights_round.hpp"
#include "sources/imap/session.hpp"
#include "sources/imap/strategy.hpp"

namespace sources::imap {

/// A command that the server has not completed yet. Servers answer in order, so that untagged data
/// belong to the first.
struct Pending {
  enum class Kind {
    capability,
    starttls,
    authenticate,
    enable,
    name_space,
    notify_none,
    notify_set,
    list,
    subscribed,
    list_status,  ///< STATUS of one listed mailbox, where LIST cannot bring it
    examine,
    fetch,
    unselect,
    resync_status,
    noop,
    idle_examine,
    idle,
    deselected,  ///< what was open is closed again
    my_rights,
    get_acl,
    get_quota_root,
    recent,         ///< STATUS: whether a SELECT would take \Recent from anybody
    select,         ///< for its PERMANENTFLAGS alone
    select_status,  ///< what happened meanwhile
    gen_urlauth,
  };
  std::string tag;
  Kind kind;
  std::shared_ptr<Resync> resync;  ///< of examine, fetch, unselect, resync_status, idle_examine
  std::size_t fetch = 0;           ///< which one of the plan
  std::string mailbox = {};        ///< of recent, select
  std::optional<events::Uid> uid = {};  ///< of gen_urlauth
};

/// How changes become known while nothing is asked.
enum class Watching {
  notify,         ///< RFC 5465
  status_rounds,  ///< the server has no NOTIFY or refused it: a look at everything, often
};

/// How long a dead link may stay unnoticed, together with the NOOP's own deadline. One short
/// command a minute costs a server less than the mail that it is told of. Dovecot drops a silent
/// connection after 30 minutes.
inline constexpr std::chrono::seconds probe_interval{60};

/// A running session may keep the rights that it began with (Dovecot): with the last of so many
/// readings comes a new connection, which sees what it may still see. RFC 4314 §4
inline constexpr unsigned readings_per_connection = 6;

/// Nothing tells of changed rights (RFC 5465 §5.9 is about one's own): they are read anew.
inline constexpr std::chrono::minutes rights_interval{10};

/// After the snapshot, and after mailboxes came, whoever waits for mail comes first.
inline constexpr std::chrono::seconds mdn_sent_delay{5};

/// RFC 3691: where there is no UNSELECT, a failed EXAMINE deselects without expunging (RFC 3501
/// §6.3.1).
inline constexpr std::string_view no_such_mailbox = "mailnode has nothing selected";

/// A look at the whole tree under way.
struct TreeLook {
  std::map<std::string, events::MailboxState> mailboxes;
  std::vector<std::string> subscribed;
  std::size_t unanswered = 0;  ///< commands
  bool has_begun = false;      ///< the server is answering: what happens now may be missing from it
  bool has_failed = false;
  std::map<std::string, std::string> old_names;  ///< hints from before it
  std::set<std::string> gone;
};

struct Session::State {
  enum class Phase { greeting, login, tls, watching, closed };

  State(SessionConfig given_config, Account& given_account)
      : config(std::move(given_config)), account(given_account) {}

  // session.cpp
  void send(std::vector<Command> commands, std::vector<Pending> expected, bool is_secret = false);
  void send_one(Command command, Pending::Kind kind, bool is_secret = false);
  void close(events::SightReason reason, std::string detail, bool is_final_for_now = false);
  void set_deadline();
  void set_timer(Timer which, std::chrono::milliseconds after);
  void emit(std::vector<events::Step> steps, bool completes_snapshot = false);
  void on_response(const Response& response);
  void on_untagged(const Untagged& response);
  void on_tagged(const Tagged& response);
  void on_completed(const Pending& pending, const Tagged& response);

  // session_login.cpp
  void on_greeting(const Untagged& greeting);
  void continue_login();
  void authenticate();
  void on_continuation();
  void on_authenticated(const Tagged& response);
  void on_starttls(const Tagged& response);
  void enable_extensions();
  void on_namespaces(const Namespaces& namespaces);
  void start_watching();

  // session_look.cpp
  void want_tree_look();
  void start_tree_look();
  void ask_list_status();
  void on_list(const List& list);
  void on_status(const Status& status);
  void on_tree_answer(const Pending& pending, const Tagged& response);
  void finish_tree_look();
  bool is_foreign(const std::string& name) const;

  // session_resync.cpp
  void want_resync(const std::string& mailbox, std::optional<events::MailboxState> said,
                   bool wants_complete = false, unsigned round = 0);
  void start_resyncs();
  bool start_resync(const std::string& mailbox, std::vector<Command>& commands,
                    std::vector<Pending>& expected);
  void on_resync_answer(const Pending& pending, const Tagged& response);
  events::DataWanted data_for(const std::string& mailbox) const;
  void apply(Resync& resync, const MailboxLook& look);
  void set_unopenable(const std::string& mailbox);
  void finish_resync(const std::shared_ptr<Resync>& resync);
  void tell_when_in_sight();

  // session_urlauth.cpp
  void deliver(const std::shared_ptr<Resync>& resync, std::optional<MailboxLook> look);
  std::vector<events::Uid> referenced(const Resync& resync, const MailboxLook& look) const;
  void on_gen_urlauth(const GenUrlAuth& item);
  void on_gen_urlauth_answer(const Pending& pending);
  void apply_held(const std::shared_ptr<Resync>& resync);

  // session_idle.cpp
  void start_idle();
  void on_idle_examined(const Pending& pending, const Tagged& response);
  void on_idle_begun();
  void on_idle_news();
  void on_idle_ended();
  void leave_idle();
  void deselect();
  boost::system::result<Command> closing();

  // session_rights.cpp
  void start_rights();
  bool ask_acls();
  void on_my_rights(const MyRights& item);
  void on_acl(const Acl& item);
  void on_rights_answer(const Pending& pending);
  void restart_rights();
  void emit_rights();

  // session_quota.cpp
  void want_quota(const std::string& mailbox);
  void start_quota();
  void on_quota(const Quota& item);
  void on_quota_roots(const QuotaRoots& item);

  // session_mdn_sent.cpp
  void start_mdn_sent();
  std::vector<std::string> next_for_mdn_sent();
  void on_recent(const Status& item);
  void on_recent_answer();
  void on_permanent_flags(const std::string& flags);
  void on_selected(const Pending& pending, const Tagged& response);
  void on_select_answer();

  // session_watch.cpp
  void on_unsolicited_list(const List& list);
  void on_unsolicited_status(const Status& status);
  void on_news(std::string mailbox, const Status& status);
  void on_activity();
  void count_change(std::size_t changes);
  void arm_notify();
  void leave_notify();
  void on_notify_answer(const Tagged& response);
  void on_overflow();
  void schedule_poll();
  void on_timer(Timer which);
  void on_noop_answer();

  SessionConfig config;
  Account& account;
  Moment now{};
  Actions actions;
  Phase phase = Phase::greeting;
  Octets octets;
  TagSource tags;
  std::deque<Pending> pending;
  CapabilitySet capabilities;
  Extensions extensions;
  MailboxNameCodec codec;
  bool is_encrypted = false;
  bool is_authenticated = false;
  bool has_given_password = false;
  bool has_deadline = false;

  std::string personal_prefix;
  std::vector<std::string> foreign_prefixes;

  std::optional<TreeLook> tree_look;
  bool wants_tree_look = false;
  std::map<std::string, std::string> old_names;  ///< hints for the next look at the tree
  std::set<std::string> gone;

  struct Wanted {
    std::optional<events::MailboxState> said;
    bool wants_complete = false;
    unsigned round = 0;
  };
  std::map<std::string, Wanted> wanted;                    ///< mailboxes to look into
  std::map<std::string, std::shared_ptr<Resync>> resyncs;  ///< under way
  /// With the UIDVALIDITY that they had: not tried again before the next poll, or before they are
  /// others.
  std::map<std::string, std::optional<events::UidValidity>> unopenable;
  std::string reference;    ///< what GENURLAUTH has told
  bool has_looked = false;  ///< at the tree
  bool is_in_sight = false;

  RightsRound rights;
  std::size_t rights_unanswered = 0;  ///< commands
  unsigned rights_readings = 0;

  std::set<std::string> quota_due;                 ///< mailboxes to ask the roots of
  std::map<std::string, std::string> quota_roots;  ///< a mailbox of each
  std::size_t quota_unanswered = 0;                ///< commands
  std::chrono::steady_clock::time_point quota_asked_at{};

  std::string mdn_sent_after;           ///< mailboxes up to this one had their turn
  std::size_t mdn_sent_unanswered = 0;  ///< commands
  std::vector<std::string> without_recent;
  std::optional<bool> keeps_mdn_sent;  ///< what the SELECT under way has told

  Watching watching = Watching::status_rounds;
  IdleWatch idle;
  NotifyWatch notify;
  bool is_arming = false;
  bool owes_arming = false;     ///< it overflowed while it was asked
  bool is_lively = false;       ///< something was found since the last NOOP
  bool owes_tree_look = false;  ///< behind the present burst
  std::size_t changes_since_armed = 0;
  std::chrono::steady_clock::time_point armed_at{};
};

}  // namespace sources::imap
