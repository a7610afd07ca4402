#include "store/postgres_known.hpp"

#include <utility>

#include "store/columns.hpp"

namespace store {
namespace {

constexpr std::size_t max_cached_flag_sets = 10'000;

}  // namespace

events::KnownAccount* KnownAccounts::find(std::string_view name) {
  const auto index = indexes_.find(name);
  return index != indexes_.end() ? &accounts_[index->second] : nullptr;
}

void KnownAccounts::take_account(const PostgresRow& row) {
  auto& known = accounts_.emplace_back();
  known.account = row.text(0);
  known.personal_prefix = row.text(1);
  indexes_.emplace(known.account, accounts_.size() - 1);
}

void KnownAccounts::take_mailbox(const PostgresRow& row) {
  auto* known = find(row.octets(0));
  if (known == nullptr) return;
  known->mailboxes.push_back(to_mailbox_state(row, 1));
  if (row.integer(11) == 0) return;
  const auto account = static_cast<std::size_t>(known - accounts_.data());
  mailboxes_.emplace(row.integer(12), Place{account, known->messages.size()});
  known->messages.emplace_back(row.text(1), events::MessageFlags{});
}

void KnownAccounts::take_subscribed(const PostgresRow& row) {
  if (auto* known = find(row.octets(0))) known->subscribed.push_back(row.text(1));
}

void KnownAccounts::take_message(const PostgresRow& row) {
  const auto place = mailboxes_.find(row.integer(0));
  const auto uid = events::Uid::from(row.number(1));
  if (place == mailboxes_.end() || !uid) return;
  auto text = row.text(2);
  auto flags = flag_sets_.find(text);
  if (flags == flag_sets_.end()) {
    if (flag_sets_.size() >= max_cached_flag_sets) flag_sets_.clear();
    auto parsed = events::FlagSet::from_text(text);
    flags = flag_sets_.emplace(std::move(text), std::move(parsed)).first;
  }
  auto& known = accounts_[place->second.account];
  known.messages[place->second.mailbox].second.emplace_back(*uid, flags->second);
}

std::vector<PostgresStatement> to_account_query(const std::vector<std::string>& names) {
  return {to_statement("SELECT name, personal_prefix FROM account WHERE name = ANY($1) "
                       "ORDER BY array_position($1, name) LIMIT 1",
                       names),
          to_statement("SELECT account, name, separator, is_selectable, no_inferiors, "
                       "special_use, uidvalidity, uidnext, highestmodseq, messages, unseen, "
                       "looked_at, id FROM mailbox WHERE account = ANY($1) ORDER BY account, name",
                       names),
          to_statement("SELECT account, name FROM mailbox_subscription WHERE account = ANY($1) "
                       "ORDER BY account, name",
                       names),
          to_statement("SELECT mailbox, uid, flags FROM message WHERE mailbox IN "
                       "(SELECT id FROM mailbox WHERE account = ANY($1)) ORDER BY mailbox, uid",
                       names)};
}

std::optional<events::KnownAccount> to_known_account(const PostgresAnswer& answer) {
  KnownAccounts known;
  const auto take = [&](std::size_t table, auto take_row) {
    const auto& rows = answer.rows[table];
    for (int i = 0; i < rows.size(); ++i) (known.*take_row)(rows[i]);
  };
  take(0, &KnownAccounts::take_account);
  take(1, &KnownAccounts::take_mailbox);
  take(2, &KnownAccounts::take_subscribed);
  take(3, &KnownAccounts::take_message);
  auto accounts = known.finish();
  if (accounts.empty()) return std::nullopt;
  return std::move(accounts.front());
}

}  // namespace store
