// What one account's mailboxes look like as nodes: takes the reports of its sources, gives the
// changes for the PubSub service. RFC 5423 §4.4 (what an event implies), XEP-0060 §8.4, XEP-0248.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/report.hpp"
#include "mapping/collection.hpp"
#include "mapping/mailbox_names.hpp"
#include "mapping/message_waiting.hpp"
#include "mapping/payload.hpp"
#include "mapping/readers.hpp"
#include "pubsub/change.hpp"

namespace mapping {

struct PublicationContext {
  std::string url_host;     ///< host written into URLs
  std::string mail_domain;  ///< account names in it lose it in URLs
  char separator = '/';     ///< of mailboxes that an event names before any listing does
  /// Who the store's identifiers are; outlives the publication. nullptr: rights mean nothing.
  const AddressMap* addresses = nullptr;
};

class Publication {
 public:
  /// `account` as the store knows it; `account_jid` bare and prepared.
  Publication(std::string account, std::string account_jid, PublicationContext context);

  /// Applies the steps of a report; the changes are in the order in which they take effect. The
  /// first report brings the roots too.
  pubsub::AccountChanges apply(const events::Report& report, pubsub::WallTime now);
  /// The <source/> item, and the state of every status leaf where the account as a whole was lost
  /// or found.
  pubsub::AccountChanges on_sight(const events::SightChange& change, pubsub::WallTime now);
  /// The state that the last report left, so that the next one yields only differences. `stale`:
  /// the status items say so. `readers` and `mdn_sent`: those of the nodes as they are stored; they
  /// stay until they were read anew. Before anything else; publishes nothing.
  void restore(const events::KnownAccount& known, bool stale, const Readers& readers = {},
               const std::map<pubsub::NodeId, bool>& mdn_sent = {});

  /// Every node there is now, roots first.
  std::vector<pubsub::NodeSpec> nodes() const;
  /// The mailbox of an event or status leaf; nullptr: there is none.
  const events::MailboxState* find_mailbox(std::string_view node_id) const;
  AccountWaiting waiting() const;
  /// The leaf of a mailbox's events, and the mailbox's URL (RFC 5092); empty: it has no leaf.
  std::string event_leaf_of(const std::string& store_name) const;
  std::string url_of(const std::string& store_name) const;
  /// A mailbox that has no node, and why.
  struct LeftOut {
    std::string mailbox;  ///< the store's name, as text
    std::string why;
  };
  /// For the log; each mailbox once. Forgets them.
  std::vector<LeftOut> take_problems();

 private:
  struct Mailbox {
    events::MailboxState state;
    bool is_told = false;              ///< by a push source, in this run
    std::string last_key;              ///< of the status item; empty: not published in this run
    std::vector<std::string> readers;  ///< as in pubsub::NodeSpec
    std::optional<bool> keeps_mdn_sent = {};
  };
  using Changes = std::vector<pubsub::Change>;
  struct Root {  ///< what a RENAME of this report was about
    std::string from, to;
  };
  struct Rename {
    std::string from, to;  ///< store names
    MailboxName old_place;
    Mailbox mailbox;
  };

  // publication.cpp
  void ensure_roots();
  void take(const events::Step& step);
  void take_step(const events::MailboxIs& step) { put_mailbox(step.state); }
  void take_step(const events::MailboxGone& step) { remove_mailbox(step.name); }
  void take_step(const events::MailboxMoved&) {}  // renames come in turns of their own
  void take_step(const events::MessagesAre&) {}   // messages have no nodes
  void take_step(const events::SubscriptionIs&) {
  }  // the event tells; nothing of it shows in a node
  void take_step(const events::Event& step);
  static MailboxFacts facts_of(const Mailbox& mailbox);
  void put_mailbox(const events::MailboxState& state);
  void put_readers(const events::RightsAre& rights);
  void put_mdn_sent(const events::MdnSentIs& mdn_sent);
  void put_facts(const Mailbox& mailbox, const MailboxName& place);
  void remove_mailbox(const std::string& store_name);
  void publish_state(Mailbox& mailbox, bool sight_only);
  void publish_gone(const Mailbox& mailbox);
  void report_problem(const std::string& store_name, const std::string& why);
  bool has_leaf(const std::string& store_name) const;
  bool is_stale() const;
  std::vector<pubsub::NodeSpec> nodes_at(const std::set<std::string>& paths) const;
  Mailbox* find(const std::string& store_name);
  std::string leaf_of(Tree tree, const std::string& store_name) const;

  // publication_rename.cpp
  void rename(const std::vector<const events::MailboxMoved*>& steps,
              const std::vector<events::Step>& report);
  void split_inbox(const events::MailboxMoved& step);
  std::vector<Root> roots_of(const std::vector<events::Step>& report) const;
  std::vector<Rename> take_renamed(const std::vector<const events::MailboxMoved*>& steps,
                                   const std::vector<Root>& roots);
  std::map<std::string, std::string> node_moves(const std::vector<Rename>& renames,
                                                const std::vector<MailboxName>& places,
                                                const std::vector<Root>& roots) const;

  // publication_event.cpp
  std::optional<std::string> node_for(const events::Event& event);
  void ensure_mailbox(const events::MailboxId& mailbox);
  void complete(events::MailboxId& mailbox) const;
  void complete(events::Event& event) const;
  void publish(const std::string& node, const events::Event& event);

  std::string account_;
  std::string account_jid_;
  PublicationContext context_;
  MailboxNames names_;
  MailboxTree tree_;
  std::map<std::string, Mailbox> mailboxes_;           ///< by store name (to_store_key)
  std::map<std::string, events::SightChange> sights_;  ///< by source
  std::optional<bool> published_stale_;  ///< absent: not known what the status items say
  bool has_roots_ = false;
  std::set<std::string> left_out_;  ///< store names already reported
  std::vector<LeftOut> problems_;

  // of the call that is running
  Changes changes_;
  pubsub::WallTime now_;
  bool is_told_ = false;  ///< the report is a push source's
};

}  // namespace mapping
