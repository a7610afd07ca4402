// What survives a restart: one asynchronous interface over SQLite and PostgreSQL. The event
// loop never waits: a request becomes a queued transaction, its completion is posted back to the
// loop.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/system/error_code.hpp>

#include "events/report.hpp"
#include "pubsub/store.hpp"

namespace store {

/// How far the presence subscription of an entity to an account's JID has come, seen from the
/// account; RFC 6121 §3, Appendix A. `requested`: waits for an owner.
enum class ContactState : std::uint8_t { none, requested, from, both };

struct ContactRecord {
  std::string account;                      ///< bare JID
  std::string jid;                          ///< bare JID of the other
  ContactState state = ContactState::none;  ///< `none` removes it
  friend bool operator==(const ContactRecord&, const ContactRecord&) = default;
};

/// Notices of a gateway that is gone, up to a sequence; docs/decisions/0004-postgresql.md.
struct ForeignNotices {
  std::uint64_t gateway = 0;
  std::uint64_t up_to = 0;
};

/// One transaction: all of it or nothing survives.
struct Transaction {
  std::string account;          ///< as the mail store knows it; empty when `steps` is
  std::string personal_prefix;  ///< of that account
  std::vector<events::Step>
      steps;  ///< mailbox states and messages; Event steps are skipped (they became items)
  std::vector<pubsub::Write> writes;
  std::vector<ContactRecord> contacts;
  /// Not 0: notices up to this sequence have been taken by the XMPP server and may go.
  std::uint64_t cursor = 0;
  /// They are among `writes` with sequences of our own, and leave the other's journal. Refused as
  /// errc::constraint when it is no longer ours to take. PostgreSQL only.
  std::optional<ForeignNotices> adopted;
};

struct Everything {
  std::vector<events::KnownAccount> accounts;
  pubsub::Loaded pubsub;
  std::vector<ContactRecord> contacts;
  std::uint64_t cursor = 0;
};

using Done = std::function<void(boost::system::error_code)>;
template <class T>
using DoneWith = std::function<void(boost::system::error_code, T)>;

class Store {
 public:
  virtual ~Store() = default;

  /// Everything that the program keeps in memory. Once, before the first commit.
  virtual void load(DoneWith<Everything> done) = 0;

  /// Transactions commit in the order of the calls; several may share one commit of the database.
  /// `done` is called in the same order. While the database refuses (disk full, read-only) the
  /// transaction stays first in the queue and is tried again; nothing is dropped and nothing
  /// overtakes it. is_writable() tells.
  virtual void commit(Transaction transaction, Done done) = 0;

  /// Reads see every transaction that was committed before the call.
  virtual void read_items(pubsub::ItemQuery query, DoneWith<pubsub::ItemRows> done) = 0;
  /// Notices with sequence > after, ascending, at most limit.
  virtual void read_notices(std::uint64_t after, std::size_t limit,
                            DoneWith<std::vector<pubsub::Notice>> done) = 0;

  /// What is kept of the first of these accounts of which anything is.
  virtual void load_account(std::vector<std::string> names,
                            DoneWith<std::optional<events::KnownAccount>> done) = 0;

  virtual bool is_writable() const = 0;
  /// Transactions not yet durable; a source should pause while this is large.
  virtual std::size_t pending() const = 0;
};

}  // namespace store
