#include "store/mail_rows.hpp"

#include <variant>

#include "store/columns.hpp"
#include "store/error.hpp"

namespace store {
namespace {

constexpr std::size_t max_cached_flag_sets = 10'000;

}  // namespace

void MailRows::apply(const std::string& account, const std::string& personal_prefix,
                     const std::vector<events::Step>& steps) {
  if (account.empty()) return;
  const auto id = account_id(account, personal_prefix);
  for (const auto& step : steps) {
    std::visit([&](const auto& kind) { apply(id, kind); }, step);
  }
}

std::int64_t MailRows::account_id(const std::string& name, const std::string& personal_prefix) {
  connection_.run(
      "INSERT INTO account(name, personal_prefix) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET "
      "personal_prefix = excluded.personal_prefix WHERE personal_prefix <> "
      "excluded.personal_prefix",
      name, personal_prefix);
  return connection_.value("SELECT id FROM account WHERE name = ?", name);
}

std::int64_t MailRows::mailbox_id(std::int64_t account, const std::string& name) {
  connection_.run("INSERT INTO mailbox(account, name) VALUES(?, ?) ON CONFLICT DO NOTHING", account,
                  name);
  return connection_.value("SELECT id FROM mailbox WHERE account = ? AND name = ?", account, name);
}

std::int64_t MailRows::flag_set_id(const events::FlagSet& flags) {
  auto text = flags.to_text();
  if (const auto found = flag_sets_.find(text); found != flag_sets_.end()) return found->second;
  connection_.run("INSERT INTO flag_set(text) VALUES(?) ON CONFLICT DO NOTHING", text);
  const auto id = connection_.value("SELECT id FROM flag_set WHERE text = ?", text);
  if (flag_sets_.size() >= max_cached_flag_sets) flag_sets_.clear();
  flag_sets_.emplace(std::move(text), id);
  return id;
}

void MailRows::remove_mailbox(std::int64_t account, const std::string& name) {
  const auto id =
      connection_.value("SELECT id FROM mailbox WHERE account = ? AND name = ?", account, name);
  connection_.run("DELETE FROM message WHERE mailbox = ?", id);
  connection_.run("DELETE FROM mailbox WHERE id = ?", id);
}

void MailRows::apply(std::int64_t account, const events::MailboxIs& step) {
  const auto& state = step.state;
  connection_.run(
      "INSERT INTO mailbox(account, name, separator, is_selectable, no_inferiors, special_use, "
      "uidvalidity, uidnext, highestmodseq, messages, unseen) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?) "
      "ON CONFLICT(account, name) DO UPDATE SET separator = excluded.separator, "
      "is_selectable = excluded.is_selectable, no_inferiors = excluded.no_inferiors, "
      "special_use = excluded.special_use, uidvalidity = excluded.uidvalidity, "
      "uidnext = excluded.uidnext, highestmodseq = excluded.highestmodseq, "
      "messages = excluded.messages, unseen = excluded.unseen",
      account, state.name, static_cast<unsigned char>(state.separator), state.is_selectable,
      state.no_inferiors, static_cast<int>(state.special_use), to_column(state.uidvalidity),
      to_column(state.uidnext), to_column(state.highestmodseq), state.messages, state.unseen);
}

void MailRows::apply(std::int64_t account, const events::MailboxGone& step) {
  remove_mailbox(account, step.name);
}

void MailRows::apply(std::int64_t account, const events::MailboxMoved& step) {
  if (step.from == step.to) return;
  const auto moving = connection_.value("SELECT id FROM mailbox WHERE account = ? AND name = ?",
                                        account, step.from);
  if (moving == 0) return;
  remove_mailbox(account, step.to);
  connection_.run("UPDATE mailbox SET name = ? WHERE id = ?", step.to, moving);
}

void MailRows::apply(std::int64_t account, const events::MessagesAre& step) {
  const auto mailbox = mailbox_id(account, step.mailbox);
  connection_.run("UPDATE mailbox SET looked_at = 1 WHERE id = ? AND looked_at = 0", mailbox);
  if (step.all) connection_.run("DELETE FROM message WHERE mailbox = ?", mailbox);
  for (const auto& range : step.removed.ranges()) {
    connection_.run("DELETE FROM message WHERE mailbox = ? AND uid BETWEEN ? AND ?", mailbox,
                    range.first, range.last);
  }
  for (const auto& [uid, flags] : step.set) {
    connection_.run(
        "INSERT INTO message(mailbox, uid, flag_set) VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET "
        "flag_set = excluded.flag_set",
        mailbox, uid.value(), flag_set_id(flags));
  }
}

void MailRows::apply(std::int64_t account, const events::SubscriptionIs& step) {
  if (step.subscribed) {
    connection_.run("INSERT INTO mailbox_subscription VALUES(?, ?) ON CONFLICT DO NOTHING", account,
                    step.mailbox);
  } else {
    connection_.run("DELETE FROM mailbox_subscription WHERE account = ? AND name = ?", account,
                    step.mailbox);
  }
}

MailRows::FlagSets MailRows::load_flag_sets() {
  FlagSets flag_sets;
  for (auto row = connection_.query("SELECT id, text FROM flag_set"); row.step();) {
    flag_sets.emplace(row.integer(0), events::FlagSet::from_text(row.octets(1)));
  }
  return flag_sets;
}

std::vector<events::KnownAccount> MailRows::load() {
  const auto flag_sets = load_flag_sets();
  std::vector<events::KnownAccount> accounts;
  auto row = connection_.query("SELECT id, name, personal_prefix FROM account ORDER BY name");
  while (row.step()) {
    accounts.push_back(load_account(row.integer(0), row.text(1), row.text(2), flag_sets));
  }
  return accounts;
}

std::optional<events::KnownAccount> MailRows::load_account(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    auto row =
        connection_.query("SELECT id, name, personal_prefix FROM account WHERE name = ?", name);
    if (row.step()) return load_account(row.integer(0), name, row.text(2), load_flag_sets());
  }
  return std::nullopt;
}

events::KnownAccount MailRows::load_account(std::int64_t id, std::string name, std::string prefix,
                                            const FlagSets& flag_sets) {
  events::KnownAccount known;
  known.account = std::move(name);
  known.personal_prefix = std::move(prefix);
  auto mailbox = connection_.query(
      "SELECT id, name, separator, is_selectable, no_inferiors, special_use, uidvalidity, uidnext, "
      "highestmodseq, messages, unseen, looked_at FROM mailbox WHERE account = ? ORDER BY name",
      id);
  while (mailbox.step()) {
    known.mailboxes.push_back(to_mailbox_state(mailbox, 1));
    if (mailbox.integer(11) == 0) continue;
    known.messages.emplace_back(mailbox.text(1), load_messages(mailbox.integer(0), flag_sets));
  }
  auto subscribed = connection_.query(
      "SELECT name FROM mailbox_subscription WHERE account = ? ORDER BY name", id);
  while (subscribed.step()) known.subscribed.push_back(subscribed.text(0));
  return known;
}

events::MessageFlags MailRows::load_messages(std::int64_t mailbox, const FlagSets& flag_sets) {
  events::MessageFlags messages;
  auto row = connection_.query("SELECT uid, flag_set FROM message WHERE mailbox = ? ORDER BY uid",
                               mailbox);
  while (row.step()) {
    const auto uid = events::Uid::from(row.number(0));
    const auto flags = flag_sets.find(row.integer(1));
    if (!uid || flags == flag_sets.end()) {
      connection_.fail_as(errc::corrupt, "a message row holds no UID or no flags");
      break;
    }
    messages.emplace_back(*uid, flags->second);
  }
  return messages;
}

void MailRows::drop_unused_flag_sets() {
  connection_.run("DELETE FROM flag_set WHERE id NOT IN (SELECT flag_set FROM message)");
  forget_ids();
}

}  // namespace store
