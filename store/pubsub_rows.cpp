#include "store/pubsub_rows.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "store/error.hpp"
#include "store/record_reader.hpp"

namespace store {
void PubsubRows::apply(const std::vector<pubsub::Write>& writes) {
  for (const auto& write : writes) {
    if (connection_.has_failed()) return;
    std::visit([this](const auto& kind) { apply(kind); }, write);
  }
}

void PubsubRows::apply(const std::vector<ContactRecord>& contacts) {
  for (const auto& contact : contacts) {
    if (contact.state == ContactState::none) {
      connection_.run("DELETE FROM contact WHERE account = ? AND jid = ?", contact.account,
                      contact.jid);
    } else {
      connection_.run("INSERT OR REPLACE INTO contact VALUES(?, ?, ?)", contact.account,
                      contact.jid, static_cast<int>(contact.state));
    }
  }
}

void PubsubRows::move_cursor(std::uint64_t sequence) {
  if (sequence == 0) return;
  connection_.run("UPDATE mark SET value = max(value, ?) WHERE name = 'cursor'", sequence);
  connection_.run("DELETE FROM notice WHERE sequence <= ?", sequence);
}

std::uint64_t PubsubRows::prune_notices(pubsub::WallTime before) {
  const auto count =
      connection_.value("SELECT count(*) FROM notice WHERE at < ?", to_column(before));
  if (count > 0) connection_.run("DELETE FROM notice WHERE at < ?", to_column(before));
  return static_cast<std::uint64_t>(count);
}

void PubsubRows::apply(const pubsub::WriteNode& write) {
  const auto& node = write.record;
  connection_.run(
      "INSERT OR REPLACE INTO node(account, id, kind, holding, parents, name, is_listed, "
      "meta_data, last_item, is_there, state_key, redirect, redirect_until, config, readers, "
      "is_audited, is_closed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      node.account, node.spec.id, static_cast<int>(node.spec.kind),
      static_cast<int>(node.spec.holding), Blob{encode(node.spec.parents)}, node.spec.name,
      node.spec.is_listed, Blob{encode(node.spec.meta_data)}, node.last_item, node.exists,
      node.state_key, node.redirect, to_column(node.redirect_until), Blob{encode(node.config)},
      Blob{encode(node.spec.readers)}, node.spec.is_audited, node.spec.is_closed);
}

void PubsubRows::apply(const pubsub::MoveNodeRows& write) {
  if (write.from == write.to) return;
  // the target is new (pubsub::MoveNode); if it has rows all the same, those of equal key give way
  connection_.run(
      "DELETE FROM item WHERE account = ?1 AND node = ?3 AND number IN "
      "(SELECT number FROM item WHERE account = ?1 AND node = ?2)",
      write.account, write.from, write.to);
  connection_.run("UPDATE item SET node = ?3 WHERE account = ?1 AND node = ?2", write.account,
                  write.from, write.to);
  connection_.run("UPDATE OR REPLACE subscription SET node = ?3 WHERE account = ?1 AND node = ?2",
                  write.account, write.from, write.to);
  connection_.run("UPDATE OR REPLACE affiliation SET node = ?3 WHERE account = ?1 AND node = ?2",
                  write.account, write.from, write.to);
}

void PubsubRows::apply(const pubsub::ForgetNodeRows& write) {
  connection_.run("DELETE FROM item WHERE account = ? AND node = ?", write.account, write.node);
  connection_.run("DELETE FROM subscription WHERE account = ? AND node = ?", write.account,
                  write.node);
  connection_.run("DELETE FROM affiliation WHERE account = ? AND node = ?", write.account,
                  write.node);
}

void PubsubRows::apply(const pubsub::WriteSubscription& write) {
  const auto& record = write.record;
  connection_.run(
      "INSERT OR REPLACE INTO subscription(account, node, jid, subid, state, service, options, "
      "expires, seen, parked) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.account, record.node, record.jid, record.subid, static_cast<int>(record.state),
      record.service, Blob{encode(record.options)}, to_column(record.expires),
      to_column(record.seen), to_column(record.parked));
}

void PubsubRows::apply(const pubsub::RemoveSubscription& write) {
  connection_.run(
      "DELETE FROM subscription WHERE account = ? AND node = ? AND jid = ? AND subid = ?",
      write.account, write.node, write.jid, write.subid);
}

void PubsubRows::apply(const pubsub::WriteAffiliation& write) {
  const auto& record = write.record;
  if (record.affiliation == pubsub::Affiliation::none) {
    connection_.run("DELETE FROM affiliation WHERE account = ? AND node = ? AND jid = ?",
                    record.account, record.node, record.jid);
    return;
  }
  connection_.run("INSERT OR REPLACE INTO affiliation VALUES(?, ?, ?, ?)", record.account,
                  record.node, record.jid, static_cast<int>(record.affiliation));
}

void PubsubRows::apply(const pubsub::WriteItem& write) {
  const auto& item = write.record;
  // no REPLACE: it would not fire the trigger that counts the payload's uses
  connection_.run("DELETE FROM item WHERE account = ? AND node = ? AND number = ?", item.account,
                  item.node, item.number);
  const auto payload = insert_payload(item.payload);
  connection_.run("INSERT INTO item(account, node, number, at, payload) VALUES(?, ?, ?, ?, ?)",
                  item.account, item.node, item.number, to_column(item.at), payload);
}

void PubsubRows::apply(const pubsub::TrimItems& write) {
  connection_.run(
      "DELETE FROM item WHERE account = ? AND node = ? AND number > 0 AND (number < ? OR at < ?)",
      write.account, write.node, write.below, to_column(write.before));
}

void PubsubRows::apply(const pubsub::RemoveItems& write) {
  if (write.numbers.empty()) {
    connection_.run("DELETE FROM item WHERE account = ? AND node = ?", write.account, write.node);
  }
  for (const auto number : write.numbers) {
    connection_.run("DELETE FROM item WHERE account = ? AND node = ? AND number = ?", write.account,
                    write.node, number);
  }
}

void PubsubRows::apply(const pubsub::AppendNotice& write) {
  const auto& notice = write.notice;
  const auto payload = payload_of(notice);
  connection_.run(
      "INSERT INTO notice(sequence, kind, account, node, number, at, payload, target, sight_only, "
      "speaks_for_all, recipients) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
      notice.sequence, static_cast<int>(notice.kind), notice.account, notice.node, notice.number,
      to_column(notice.at), payload, notice.target, notice.sight_only,
      Blob{encode(notice.recipients)});
  connection_.run("UPDATE mark SET value = max(value, ?) WHERE name = 'last_sequence'",
                  notice.sequence);
}

std::int64_t PubsubRows::insert_payload(const pubsub::Payload& payload) {
  connection_.run("INSERT INTO payload(content) VALUES(?)", Blob{encode(payload)});
  return connection_.last_insert_id();
}

/// The item's own row when the notice announces that item, else a new one.
std::int64_t PubsubRows::payload_of(const pubsub::Notice& notice) {
  const auto shared = connection_.value(
      "SELECT payload.id FROM item JOIN payload ON payload.id = item.payload "
      "WHERE account = ? AND node = ? AND number = ? AND content = ?",
      notice.account, notice.node, notice.number, Blob{encode(notice.payload)});
  return shared != 0 ? shared : insert_payload(notice.payload);
}

void PubsubRows::judge(const RecordReader& records) {
  if (records.damaged() == nullptr) return;
  connection_.fail_as(errc::corrupt,
                      std::string("a stored list cannot be read: ") + records.damaged());
}

pubsub::Loaded PubsubRows::load() {
  pubsub::Loaded loaded;
  RecordReader records;
  auto node = connection_.query(
      "SELECT account, id, kind, holding, parents, name, is_listed, meta_data, last_item, "
      "is_there, state_key, redirect, redirect_until, config, readers, is_audited, is_closed "
      "FROM node ORDER BY account, id");
  while (node.step()) loaded.nodes.push_back(records.to_node(node));

  auto subscription = connection_.query(
      "SELECT account, node, jid, subid, state, service, options, expires, seen, parked "
      "FROM subscription "
      "ORDER BY account, node, jid, subid");
  while (subscription.step()) {
    loaded.subscriptions.push_back(records.to_subscription(subscription));
  }

  auto affiliation = connection_.query(
      "SELECT account, node, jid, affiliation FROM affiliation ORDER BY account, node, jid");
  while (affiliation.step()) loaded.affiliations.push_back(to_affiliation(affiliation));
  judge(records);
  loaded.last_sequence = static_cast<std::uint64_t>(
      connection_.value("SELECT value FROM mark WHERE name = 'last_sequence'"));
  return loaded;
}

std::vector<ContactRecord> PubsubRows::load_contacts() {
  std::vector<ContactRecord> contacts;
  auto row = connection_.query("SELECT account, jid, state FROM contact ORDER BY account, jid");
  while (row.step()) contacts.push_back(to_contact(row));
  return contacts;
}

std::uint64_t PubsubRows::cursor() {
  return static_cast<std::uint64_t>(
      connection_.value("SELECT value FROM mark WHERE name = 'cursor'"));
}

pubsub::ItemRows PubsubRows::read_items(const pubsub::ItemQuery& query) {
  pubsub::ItemRows rows;
  {
    auto totals = connection_.query(
        "SELECT count(*), ifnull(min(number), 0) FROM item WHERE account = ? AND node = ?",
        query.account, query.node);
    if (totals.step()) {
      rows.count = totals.number(0);
      rows.oldest = totals.number(1);
    }
  }
  if (query.numbers.empty()) {
    read_range(query, rows);
  } else {
    read_numbers(query, rows);
  }
  if (rows.items.empty()) return rows;
  if (query.newest_first) std::reverse(rows.items.begin(), rows.items.end());
  rows.index_of_first = static_cast<std::uint64_t>(
      connection_.value("SELECT count(*) FROM item WHERE account = ? AND node = ? AND number < ?",
                        query.account, query.node, rows.items.front().number));
  return rows;
}

void PubsubRows::read_range(const pubsub::ItemQuery& query, pubsub::ItemRows& rows) {
  constexpr const char* oldest_first =
      "SELECT number, at, content FROM item JOIN payload ON payload.id = item.payload "
      "WHERE account = ? AND node = ? AND number > ? AND number < ? AND at BETWEEN ? AND ? "
      "ORDER BY number LIMIT ?";
  constexpr const char* newest_first =
      "SELECT number, at, content FROM item JOIN payload ON payload.id = item.payload "
      "WHERE account = ? AND node = ? AND number > ? AND number < ? AND at BETWEEN ? AND ? "
      "ORDER BY number DESC LIMIT ?";
  const std::int64_t after = query.after && std::in_range<std::int64_t>(*query.after)
                                 ? static_cast<std::int64_t>(*query.after)
                                 : (query.after ? std::numeric_limits<std::int64_t>::max() : -1);
  const auto before = query.before.value_or(std::numeric_limits<std::uint64_t>::max());
  auto row =
      connection_.query(query.newest_first ? newest_first : oldest_first, query.account, query.node,
                        after, before, since_of(query), until_of(query), query.limit);
  RecordReader records;
  while (row.step()) {
    rows.items.push_back({query.account, query.node, row.number(0), to_time(row.integer(1)),
                          records.to_payload(row.octets(2))});
  }
  judge(records);
}

void PubsubRows::read_numbers(const pubsub::ItemQuery& query, pubsub::ItemRows& rows) {
  auto numbers = query.numbers;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (query.newest_first) std::reverse(numbers.begin(), numbers.end());
  RecordReader records;
  for (const auto number : numbers) {
    if (rows.items.size() >= query.limit) break;
    if ((query.after && number <= *query.after) || (query.before && number >= *query.before))
      continue;
    auto row = connection_.query(
        "SELECT at, content FROM item JOIN payload ON payload.id = item.payload "
        "WHERE account = ? AND node = ? AND number = ? AND at BETWEEN ? AND ?",
        query.account, query.node, number, since_of(query), until_of(query));
    if (!row.step()) continue;
    rows.items.push_back({query.account, query.node, number, to_time(row.integer(0)),
                          records.to_payload(row.octets(1))});
  }
  judge(records);
}

std::vector<pubsub::Notice> PubsubRows::read_notices(std::uint64_t after, std::size_t limit) {
  std::vector<pubsub::Notice> notices;
  auto row = connection_.query(
      "SELECT sequence, kind, account, node, number, at, content, target, sight_only, "
      "recipients FROM notice JOIN payload ON payload.id = notice.payload "
      "WHERE sequence > ? ORDER BY sequence LIMIT ?",
      after, limit);
  RecordReader records;
  while (row.step()) notices.push_back(records.to_notice(row));
  judge(records);
  return notices;
}

}  // namespace store
