// What is kept of mail accounts, put together from the rows of four tables. [I/O]
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/report.hpp"
#include "store/postgres_connection.hpp"

namespace store {

/// Takes the rows of one table after the other: accounts, mailboxes, subscribed names, messages.
class KnownAccounts {
 public:
  /// name, personal_prefix
  void take_account(const PostgresRow& row);
  /// account, the columns of a mailbox's state, looked_at, id
  void take_mailbox(const PostgresRow& row);
  /// account, name
  void take_subscribed(const PostgresRow& row);
  /// mailbox (its id), uid, flags; by mailbox
  void take_message(const PostgresRow& row);
  std::vector<events::KnownAccount> finish() { return std::move(accounts_); }

 private:
  struct Place {
    std::size_t account;
    std::size_t mailbox;  // in KnownAccount::messages
  };
  events::KnownAccount* find(std::string_view name);

  std::vector<events::KnownAccount> accounts_;
  std::map<std::string, std::size_t, std::less<>> indexes_;  // by name
  std::unordered_map<std::int64_t, Place> mailboxes_;        // id -> those that were looked at
  std::unordered_map<std::string, events::FlagSet> flag_sets_;
};

std::vector<PostgresStatement> to_account_query(const std::vector<std::string>& names);
/// The first of the names of which anything is kept.
std::optional<events::KnownAccount> to_known_account(const PostgresAnswer& answer);

}  // namespace store
