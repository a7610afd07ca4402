#include "store/postgres_batch.hpp"

#include <algorithm>
#include <variant>

#include "store/columns.hpp"
#include "store/payload_codec.hpp"

namespace store {

PostgresBatch::PostgresBatch(GatewayIdentity self, std::int64_t number, std::int64_t seen)
    : self_(self), seen_(seen) {
  run("BEGIN");
  run("SELECT enter_batch($1, $2, $3)", self.id, self.fence, number);
}

void PostgresBatch::add(const std::vector<const Transaction*>& transactions) {
  for (const auto* transaction : transactions) {
    for (const auto& write : transaction->writes) {
      if (const auto* node = std::get_if<pubsub::WriteNode>(&write)) {
        last_node_[{node->record.account, node->record.spec.id}] = node;
      }
    }
  }
  for (owner_ = 0; owner_ < transactions.size(); ++owner_) add(*transactions[owner_]);
  owner_ = nobody;
  leave();
}

void PostgresBatch::add(const Transaction& transaction) {
  if (!transaction.account.empty()) {
    run("INSERT INTO account AS old VALUES($1, $2) ON CONFLICT (name) DO UPDATE SET "
        "personal_prefix = excluded.personal_prefix "
        "WHERE old.personal_prefix <> excluded.personal_prefix",
        transaction.account, transaction.personal_prefix);
    for (const auto& step : transaction.steps) {
      std::visit([&](const auto& kind) { apply(transaction.account, kind); }, step);
    }
  }
  for (const auto& write : transaction.writes) {
    std::visit([this](const auto& kind) { apply(kind); }, write);
  }
  for (const auto& contact : transaction.contacts) apply(contact);
  cursor_ = std::max(cursor_, transaction.cursor);
  if (transaction.adopted) {
    run("SELECT drop_foreign_notices($1, $2, $3)", self_.id, transaction.adopted->gateway,
        transaction.adopted->up_to);
  }
}

void PostgresBatch::leave() {
  if (newest_notice_ > 0 || cursor_ > 0 || !change_kinds_.empty()) {
    run("SELECT leave_batch($1, $2, $3, $4, $5, $6, $7)", self_.id, newest_notice_, cursor_,
        change_kinds_, change_accounts_, change_nodes_, change_contents_);
  }
  run("COMMIT");
}

/// Other gateways hear of it.
void PostgresBatch::tell(ChangeKind kind, const std::string& account, const pubsub::NodeId& node,
                         std::string content) {
  change_kinds_.push_back(static_cast<std::int64_t>(kind));
  change_accounts_.push_back(account);
  change_nodes_.push_back(node);
  change_contents_.push_back(std::move(content));
}

// Mailboxes
// ----------------------------------------------------------------------------------------------------------

void PostgresBatch::apply(const std::string& account, const events::MailboxIs& step) {
  const auto& state = step.state;
  run("INSERT INTO mailbox(account, name, separator, is_selectable, no_inferiors, special_use, "
      "uidvalidity, uidnext, highestmodseq, messages, unseen) "
      "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      "ON CONFLICT(account, name) DO UPDATE SET separator = excluded.separator, "
      "is_selectable = excluded.is_selectable, no_inferiors = excluded.no_inferiors, "
      "special_use = excluded.special_use, uidvalidity = excluded.uidvalidity, "
      "uidnext = excluded.uidnext, highestmodseq = excluded.highestmodseq, "
      "messages = excluded.messages, unseen = excluded.unseen",
      account, state.name, static_cast<unsigned char>(state.separator), state.is_selectable,
      state.no_inferiors, static_cast<int>(state.special_use), to_column(state.uidvalidity),
      to_column(state.uidnext), to_column(state.highestmodseq), state.messages, state.unseen);
}

void PostgresBatch::apply(const std::string& account, const events::MailboxGone& step) {
  run("WITH gone AS (DELETE FROM mailbox WHERE account = $1 AND name = $2 RETURNING id) "
      "DELETE FROM message USING gone WHERE message.mailbox = gone.id",
      account, step.name);
}

void PostgresBatch::apply(const std::string& account, const events::MailboxMoved& step) {
  if (step.from == step.to) return;
  run("WITH gone AS (DELETE FROM mailbox WHERE account = $1 AND name = $3 AND EXISTS "
      "(SELECT FROM mailbox WHERE account = $1 AND name = $2) RETURNING id) "
      "DELETE FROM message USING gone WHERE message.mailbox = gone.id",
      account, step.from, step.to);
  run("UPDATE mailbox SET name = $3 WHERE account = $1 AND name = $2", account, step.from, step.to);
}

void PostgresBatch::apply(const std::string& account, const events::MessagesAre& step) {
  run("INSERT INTO mailbox AS old(account, name, looked_at) VALUES($1, $2, 1) "
      "ON CONFLICT(account, name) DO UPDATE SET looked_at = 1 WHERE old.looked_at = 0",
      account, step.mailbox);
  if (step.all) {
    run("DELETE FROM message USING mailbox WHERE mailbox = mailbox.id AND account = $1 "
        "AND name = $2",
        account, step.mailbox);
  }
  if (!step.removed.empty()) {
    std::vector<std::int64_t> first, last;
    for (const auto& range : step.removed.ranges()) {
      first.push_back(range.first);
      last.push_back(range.last);
    }
    run("DELETE FROM message USING mailbox, unnest($3, $4) AS range(first, last) "
        "WHERE mailbox = mailbox.id AND account = $1 AND name = $2 "
        "AND uid BETWEEN range.first AND range.last",
        account, step.mailbox, first, last);
  }
  if (step.set.empty()) return;
  std::map<std::int64_t, std::string> set;  // one row can be written once by a statement
  for (const auto& [uid, flags] : step.set) set[uid.value()] = flags.to_text();
  std::vector<std::int64_t> uids;
  std::vector<std::string> texts;
  for (auto& [uid, text] : set) {
    uids.push_back(uid);
    texts.push_back(std::move(text));
  }
  run("INSERT INTO message SELECT id, uid, flags FROM mailbox, unnest($3, $4) AS given(uid, flags) "
      "WHERE account = $1 AND name = $2 "
      "ON CONFLICT (mailbox, uid) DO UPDATE SET flags = excluded.flags",
      account, step.mailbox, uids, texts);
}

void PostgresBatch::apply(const std::string& account, const events::SubscriptionIs& step) {
  if (step.subscribed) {
    run("INSERT INTO mailbox_subscription VALUES($1, $2) ON CONFLICT DO NOTHING", account,
        step.mailbox);
  } else {
    run("DELETE FROM mailbox_subscription WHERE account = $1 AND name = $2", account, step.mailbox);
  }
}

// Nodes
// -------------------------------------------------------------------------------------------------------------

/// The holder of the account's lease writes all but a configuration that it has not heard of yet;
/// another gateway writes the configuration alone.
void PostgresBatch::apply(const pubsub::WriteNode& write) {
  const auto& node = write.record;
  const NodeKey key{node.account, node.spec.id};
  if (told_nodes_.insert(key).second) tell(ChangeKind::node, node.account, node.spec.id, {});
  if (last_node_[key] != &write) return;
  run("INSERT INTO node AS old(account, id, kind, holding, parents, name, is_listed, meta_data, "
      "last_item, is_there, state_key, redirect, redirect_until, config, readers, is_audited, "
      "is_closed) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
      "$17) ON CONFLICT (account, id) DO UPDATE SET kind = excluded.kind, "
      "holding = excluded.holding, parents = excluded.parents, name = excluded.name, "
      "is_listed = excluded.is_listed, meta_data = excluded.meta_data, "
      "last_item = excluded.last_item, is_there = excluded.is_there, "
      "state_key = excluded.state_key, redirect = excluded.redirect, "
      "redirect_until = excluded.redirect_until, config = CASE WHEN old.config_change > $19 "
      "THEN old.config ELSE excluded.config END, readers = excluded.readers, "
      "is_audited = excluded.is_audited, is_closed = excluded.is_closed WHERE NOT EXISTS "
      "(SELECT FROM held_lease WHERE account = $1 AND gateway <> $18)",
      node.account, node.spec.id, static_cast<int>(node.spec.kind),
      static_cast<int>(node.spec.holding), encode(node.spec.parents), node.spec.name,
      node.spec.is_listed, encode(node.spec.meta_data), node.last_item, node.exists, node.state_key,
      node.redirect, to_column(node.redirect_until), encode(node.config), encode(node.spec.readers),
      node.spec.is_audited, node.spec.is_closed, self_.id, seen_);
  run("UPDATE node SET config = $3 WHERE account = $1 AND id = $2 AND EXISTS "
      "(SELECT FROM held_lease WHERE account = $1 AND gateway <> $4)",
      node.account, node.spec.id, encode(node.config), self_.id);
}

void PostgresBatch::apply(const pubsub::MoveNodeRows& write) {
  if (write.from == write.to) return;
  tell(ChangeKind::write, write.account, write.to, encode(write));
  // the target is new (pubsub::MoveNode); if it has rows all the same, those of equal key give way
  run("DELETE FROM item USING item AS other WHERE item.account = $1 AND item.node = $3 "
      "AND other.account = $1 AND other.node = $2 AND other.number = item.number",
      write.account, write.from, write.to);
  run("UPDATE item SET node = $3 WHERE account = $1 AND node = $2", write.account, write.from,
      write.to);
  run("DELETE FROM subscription AS row USING subscription AS other WHERE row.account = $1 "
      "AND row.node = $3 AND other.account = $1 AND other.node = $2 AND other.jid = row.jid "
      "AND other.subid = row.subid",
      write.account, write.from, write.to);
  run("UPDATE subscription SET node = $3 WHERE account = $1 AND node = $2", write.account,
      write.from, write.to);
  run("DELETE FROM affiliation AS row USING affiliation AS other WHERE row.account = $1 "
      "AND row.node = $3 AND other.account = $1 AND other.node = $2 AND other.jid = row.jid",
      write.account, write.from, write.to);
  run("UPDATE affiliation SET node = $3 WHERE account = $1 AND node = $2", write.account,
      write.from, write.to);
}

void PostgresBatch::apply(const pubsub::ForgetNodeRows& write) {
  tell(ChangeKind::write, write.account, write.node, encode(write));
  run("DELETE FROM item WHERE account = $1 AND node = $2", write.account, write.node);
  run("DELETE FROM subscription WHERE account = $1 AND node = $2", write.account, write.node);
  run("DELETE FROM affiliation WHERE account = $1 AND node = $2", write.account, write.node);
}

void PostgresBatch::apply(const pubsub::WriteSubscription& write) {
  const auto& record = write.record;
  tell(ChangeKind::write, record.account, record.node, encode(record));
  run("INSERT INTO subscription(account, node, jid, subid, state, service, options, expires, seen, "
      "parked) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (account, node, jid, subid) DO UPDATE SET state = excluded.state, "
      "service = excluded.service, options = excluded.options, expires = excluded.expires, "
      "seen = excluded.seen, parked = excluded.parked",
      record.account, record.node, record.jid, record.subid, static_cast<int>(record.state),
      record.service, encode(record.options), to_column(record.expires), to_column(record.seen),
      to_column(record.parked));
}

void PostgresBatch::apply(const pubsub::RemoveSubscription& write) {
  tell(ChangeKind::write, write.account, write.node, encode(write));
  run("DELETE FROM subscription WHERE account = $1 AND node = $2 AND jid = $3 AND subid = $4",
      write.account, write.node, write.jid, write.subid);
}

void PostgresBatch::apply(const pubsub::WriteAffiliation& write) {
  const auto& record = write.record;
  tell(ChangeKind::write, record.account, record.node, encode(record));
  if (record.affiliation == pubsub::Affiliation::none) {
    run("DELETE FROM affiliation WHERE account = $1 AND node = $2 AND jid = $3", record.account,
        record.node, record.jid);
    return;
  }
  run("INSERT INTO affiliation VALUES($1, $2, $3, $4) ON CONFLICT (account, node, jid) "
      "DO UPDATE SET affiliation = excluded.affiliation",
      record.account, record.node, record.jid, static_cast<int>(record.affiliation));
}

void PostgresBatch::apply(const ContactRecord& contact) {
  tell(ChangeKind::contact, contact.account, {}, encode(contact));
  if (contact.state == ContactState::none) {
    run("DELETE FROM contact WHERE account = $1 AND jid = $2", contact.account, contact.jid);
    return;
  }
  run("INSERT INTO contact VALUES($1, $2, $3) ON CONFLICT (account, jid) "
      "DO UPDATE SET state = excluded.state",
      contact.account, contact.jid, static_cast<int>(contact.state));
}

// Items and notices
// --------------------------------------------------------------------------------------------------

void PostgresBatch::apply(const pubsub::WriteItem& write) {
  const auto& item = write.record;
  run("INSERT INTO item VALUES($1, $2, $3, $4, $5) ON CONFLICT (account, node, number) "
      "DO UPDATE SET at = excluded.at, content = excluded.content",
      item.account, item.node, item.number, to_column(item.at), encode(item.payload));
}

void PostgresBatch::apply(const pubsub::TrimItems& write) {
  run("DELETE FROM item WHERE account = $1 AND node = $2 AND number > 0 "
      "AND (number < $3 OR at < $4)",
      write.account, write.node, write.below, to_column(write.before));
}

void PostgresBatch::apply(const pubsub::RemoveItems& write) {
  if (write.numbers.empty()) {
    run("DELETE FROM item WHERE account = $1 AND node = $2", write.account, write.node);
    return;
  }
  std::vector<std::int64_t> numbers;
  for (const auto number : write.numbers) numbers.push_back(static_cast<std::int64_t>(number));
  run("DELETE FROM item WHERE account = $1 AND node = $2 AND number = ANY($3)", write.account,
      write.node, numbers);
}

void PostgresBatch::apply(const pubsub::AppendNotice& write) {
  const auto& notice = write.notice;
  newest_notice_ = std::max(newest_notice_, notice.sequence);
  run("INSERT INTO notice VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)", self_.id,
      notice.sequence, static_cast<int>(notice.kind), notice.account, notice.node, notice.number,
      to_column(notice.at), encode(notice.payload), notice.target, notice.sight_only,
      encode(notice.recipients), notice.origin);
}

}  // namespace store
