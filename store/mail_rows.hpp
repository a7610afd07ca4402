// The rows of mailboxes, messages and the stores' subscription lists: events/ steps into SQL, and
// back at the start. [I/O]
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/report.hpp"
#include "store/sqlite_connection.hpp"

namespace store {

class MailRows {
 public:
  explicit MailRows(Connection& connection) : connection_(connection) {}

  /// Within a transaction of the connection. An account or mailbox that a step names and nobody has
  /// described is made.
  void apply(const std::string& account, const std::string& personal_prefix,
             const std::vector<events::Step>& steps);
  std::vector<events::KnownAccount> load();
  /// Of the first of the names of which anything is kept.
  std::optional<events::KnownAccount> load_account(const std::vector<std::string>& names);
  /// Flag sets that no message has any more.
  void drop_unused_flag_sets();
  /// After a rollback: ids that were given within it are void.
  void forget_ids() { flag_sets_.clear(); }

 private:
  std::int64_t account_id(const std::string& name, const std::string& personal_prefix);
  std::int64_t mailbox_id(std::int64_t account, const std::string& name);
  std::int64_t flag_set_id(const events::FlagSet& flags);
  void remove_mailbox(std::int64_t account, const std::string& name);

  void apply(std::int64_t account, const events::MailboxIs& step);
  void apply(std::int64_t account, const events::MailboxGone& step);
  void apply(std::int64_t account, const events::MailboxMoved& step);
  void apply(std::int64_t account, const events::MessagesAre& step);
  void apply(std::int64_t account, const events::SubscriptionIs& step);
  void apply(std::int64_t, const events::Event&) {}  // it became an item

  using FlagSets = std::unordered_map<std::int64_t, events::FlagSet>;
  FlagSets load_flag_sets();
  events::KnownAccount load_account(std::int64_t id, std::string name, std::string prefix,
                                    const FlagSets& flag_sets);
  events::MessageFlags load_messages(std::int64_t mailbox, const FlagSets& flag_sets);

  Connection& connection_;
  std::unordered_map<std::string, std::int64_t> flag_sets_;
};

}  // namespace store
