// Who watches which account where several gateways share one store: an account's lease is held by
// one gateway at a time. docs/decisions/0004-postgresql.md "Several gateways".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pubsub/store.hpp"
#include "store/store.hpp"

namespace store {

/// Another gateway that gives signs of life.
struct Fellow {
  std::uint64_t gateway = 0;
  bool is_active = false;  ///< its stream is up
  std::size_t held = 0;    ///< leases
};

struct Survey {
  std::vector<Fellow> fellows;
  /// Gateways whose journal and leases are ours to take over, in this order: all notices by
  /// Transaction::adopted, then inherit(). None unless we are active.
  std::vector<std::uint64_t> estates;
};

/// What other gateways have written, in the order of their commits. Of a node it is the row as it
/// is now.
struct Changes {
  std::vector<pubsub::Write> writes;
  std::vector<ContactRecord> contacts;
};

/// Accounts are bare JIDs. Each call is answered once, or, while the database is out of reach, with
/// errc::io.
class Leases {
 public:
  enum class Stance : std::uint8_t {
    waiting,  ///< no stream yet, or not for long
    active,   ///< the stream is up: leases may be claimed. Nobody takes over our journal any more.
    resting   ///< no stream for long: what we have may be taken over
  };

  /// Which of the gateways this one is; not 0.
  virtual std::uint64_t number() const = 0;
  /// Runs `on_changes` within a second of a commit of another gateway, from now on.
  virtual void start(std::function<void(Changes)> on_changes) = 0;
  virtual void take_stance(Stance stance, Done done) = 0;
  virtual void survey(DoneWith<Survey> done) = 0;
  /// The accounts whose lease is ours.
  virtual void read_held(DoneWith<std::vector<std::string>> done) = 0;
  /// Of `accounts`, in their order, at most `most` that nobody holds; the answer is what is ours
  /// now.
  virtual void claim(std::vector<std::string> accounts, std::size_t most,
                     DoneWith<std::vector<std::string>> done) = 0;
  virtual void release(std::vector<std::string> accounts, Done done) = 0;
  /// The first notices of an estate's journal, at most `limit`.
  virtual void read_estate(std::uint64_t gateway, std::size_t limit,
                           DoneWith<std::vector<pubsub::Notice>> done) = 0;
  /// The leases of an estate whose journal is empty become ours; the answer names them.
  virtual void inherit(std::uint64_t gateway, DoneWith<std::vector<std::string>> done) = 0;
  /// An account's nodes as they are stored, those that are no more too.
  virtual void read_nodes(std::string account, DoneWith<std::vector<pubsub::NodeRecord>> done) = 0;

 protected:
  ~Leases() = default;
};

}  // namespace store
