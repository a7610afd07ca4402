#include "store/postgres_leases.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/error.hpp"
#include "store/payload_codec.hpp"
#include "store/postgres_reads.hpp"
#include "store/record_reader.hpp"

namespace store {
namespace {

constexpr std::chrono::seconds rhythm{2};      // dead after three times that: view `living`
constexpr std::chrono::seconds look_every{1};  // a notification may be lost with its connection
constexpr std::int64_t portion = 1'000;
constexpr std::int64_t kept_changes = 100'000;  // function leave_batch

std::vector<std::string> to_accounts(const PostgresRows& rows) {
  std::vector<std::string> accounts;
  for (int i = 0; i < rows.size(); ++i) accounts.push_back(rows[i].text(0));
  return accounts;
}

Fellow to_fellow(const PostgresRow& row) {
  return {row.number(0), row.integer(1) != 0, static_cast<std::size_t>(row.integer(2))};
}

}  // namespace

PostgresLeases::PostgresLeases(boost::asio::any_io_executor executor, std::string url,
                               Listener listener)
    : listener_(std::move(listener)), next_beat_(executor), next_look_(executor) {
  PostgresConnection::Listener on;
  on.on_up = [this] {
    beat();
    connection_->run({to_statement("LISTEN mailnode")}, [](const PostgresAnswer&) {});
    tick();
  };
  on.on_notification = [this] { read_changes(); };
  connection_ = std::make_shared<PostgresConnection>(executor, std::move(url), on);
}

void PostgresLeases::begin(GatewayIdentity self) {
  self_ = self;
  connection_->start();
}

void PostgresLeases::close() {
  next_beat_.cancel();
  next_look_.cancel();
  connection_->close();
}

void PostgresLeases::beat() {
  connection_->run({to_statement("UPDATE gateway_alive a SET alive_at = clock_timestamp() "
                                 "FROM gateway g WHERE a.id = $1 AND g.id = $1 AND g.fence = $2",
                                 self_.id, self_.fence)},
                   [](const PostgresAnswer&) {});
  next_beat_.expires_after(rhythm);
  next_beat_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && connection_->is_up()) beat();
  });
}

// What others change
// -------------------------------------------------------------------------------------------------

void PostgresLeases::start(std::function<void(Changes)> on_changes) {
  on_changes_ = std::move(on_changes);
  if (connection_->is_up()) tick();
}

void PostgresLeases::tick() {
  read_changes();
  next_look_.expires_after(look_every);
  next_look_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && connection_->is_up()) tick();
  });
}

void PostgresLeases::read_changes() {
  has_news_ = true;
  if (!on_changes_ || is_reading_ || !connection_->is_up()) return;
  has_news_ = false;
  is_reading_ = true;
  connection_->run(
      {to_statement("SELECT last FROM change_counter"),
       to_statement("SELECT c.sequence, c.gateway, c.kind, c.account, c.content, n.account, n.id, "
                    "n.kind, n.holding, n.parents, n.name, n.is_listed, n.meta_data, n.last_item, "
                    "n.is_there, n.state_key, n.redirect, n.redirect_until, n.config, n.readers, "
                    "n.is_audited, n.is_closed FROM change c LEFT JOIN node n ON c.kind = 0 AND "
                    "c.gateway <> $2 AND n.account = c.account AND n.id = c.node "
                    "WHERE c.sequence > $1 ORDER BY c.sequence LIMIT 1000",
                    seen_, self_.id)},
      [this](const PostgresAnswer& answer) {
        is_reading_ = false;
        if (is_usable(answer)) on_changes(answer);
      });
}

void PostgresLeases::on_changes(const PostgresAnswer& answer) {
  const auto last = answer.rows[0][0].integer(0);
  if (last - seen_ > kept_changes) {
    return listener_.on_fenced("it has missed changes of other gateways that are kept no more");
  }
  Changes changes;
  RecordReader records;
  const auto& rows = answer.rows[1];
  for (int i = 0; i < rows.size(); ++i) {
    const auto row = rows[i];
    seen_ = row.integer(0);
    if (row.integer(1) == self_.id) continue;
    switch (static_cast<ChangeKind>(row.integer(2))) {
      case ChangeKind::node:
        if (!row.is_null(5))
          changes.writes.emplace_back(pubsub::WriteNode{records.to_node(row, 5)});
        break;
      case ChangeKind::write:
        if (auto write = decode_write(row.octets(4))) changes.writes.push_back(std::move(*write));
        break;
      case ChangeKind::contact:
        if (auto contact = decode_contact(row.octets(4))) changes.contacts.push_back(*contact);
        break;
    }
  }
  const bool is_all = rows.size() < portion;
  if (is_all) seen_ = std::max(seen_, last);
  listener_.on_seen(seen_);
  if (!changes.writes.empty() || !changes.contacts.empty()) on_changes_(std::move(changes));
  if (!is_all || has_news_) read_changes();
}

// Leases
// -------------------------------------------------------------------------------------------------

bool PostgresLeases::is_usable(const PostgresAnswer& answer) {
  if (!answer.error) return true;
  if (answer.error == errc::fenced) {
    listener_.on_fenced(answer.message);
  } else if (!answer.is_lost && answer.error != errc::busy) {
    listener_.on_failed(answer.error, answer.message);
  }
  return false;
}

template <class T, class Take>
void PostgresLeases::ask(std::vector<PostgresStatement> statements, DoneWith<T> done, Take take) {
  connection_->run(std::move(statements),
                   [this, done = std::move(done), take](const PostgresAnswer& answer) {
                     if (!is_usable(answer)) return done(answer.error, T{});
                     done({}, take(answer));
                   });
}

void PostgresLeases::take_stance(Stance stance, Done done) {
  is_active_ = stance == Stance::active;
  const bool is_resting = stance == Stance::resting;
  auto statements = std::vector{
      to_statement("SELECT enter_leases($1, $2)", self_.id, self_.fence),
      to_statement("UPDATE gateway_alive SET is_up = $2 WHERE id = $1", self_.id, is_active_),
      to_statement("UPDATE gateway SET is_resting = $2, "
                   "taken_by = CASE WHEN $3 = 1 THEN NULL ELSE taken_by END WHERE id = $1",
                   self_.id, is_resting, is_active_)};
  ask<bool>(
      std::move(statements), [done](boost::system::error_code error, bool) { done(error); },
      [](const PostgresAnswer&) { return true; });
}

void PostgresLeases::survey(DoneWith<Survey> done) {
  std::vector<PostgresStatement> statements{to_statement(
      "SELECT id, is_up, (SELECT count(*) FROM account_lease WHERE gateway = living.id) "
      "FROM living WHERE id <> $1",
      self_.id)};
  if (is_active_) {
    statements.push_back(to_statement("SELECT take_estates($1, $2)", self_.id, self_.fence));
  }
  ask<Survey>(std::move(statements), std::move(done), [](const PostgresAnswer& answer) {
    Survey survey;
    for (int i = 0; i < answer.rows[0].size(); ++i) {
      survey.fellows.push_back(to_fellow(answer.rows[0][i]));
    }
    if (answer.rows.size() < 2) return survey;
    for (int i = 0; i < answer.rows[1].size(); ++i) {
      survey.estates.push_back(answer.rows[1][i].number(0));
    }
    return survey;
  });
}

void PostgresLeases::read_held(DoneWith<std::vector<std::string>> done) {
  ask<std::vector<std::string>>(
      {to_statement("SELECT account FROM account_lease WHERE gateway = $1 AND fence = $2", self_.id,
                    self_.fence)},
      std::move(done), [](const PostgresAnswer& answer) { return to_accounts(answer.rows[0]); });
}

void PostgresLeases::claim(std::vector<std::string> accounts, std::size_t most,
                           DoneWith<std::vector<std::string>> done) {
  ask<std::vector<std::string>>(
      {to_statement("SELECT claim_accounts($1, $2, $3, $4)", self_.id, self_.fence, accounts,
                    most)},
      std::move(done), [](const PostgresAnswer& answer) { return to_accounts(answer.rows[0]); });
}

void PostgresLeases::release(std::vector<std::string> accounts, Done done) {
  ask<bool>(
      {to_statement("DELETE FROM account_lease WHERE gateway = $1 AND fence = $2 "
                    "AND account = ANY($3)",
                    self_.id, self_.fence, accounts)},
      [done](boost::system::error_code error, bool) { done(error); },
      [](const PostgresAnswer&) { return true; });
}

void PostgresLeases::read_estate(std::uint64_t gateway, std::size_t limit,
                                 DoneWith<std::vector<pubsub::Notice>> done) {
  ask<std::vector<pubsub::Notice>>({to_notices_query(static_cast<std::int64_t>(gateway), 0, limit)},
                                   std::move(done), [this](const PostgresAnswer& answer) {
                                     auto notices = to_notices(answer.rows[0]);
                                     if (notices) return std::move(*notices);
                                     listener_.on_failed(notices.error(),
                                                         "a notice of another gateway is damaged");
                                     return std::vector<pubsub::Notice>();
                                   });
}

void PostgresLeases::inherit(std::uint64_t gateway, DoneWith<std::vector<std::string>> done) {
  ask<std::vector<std::string>>(
      {to_statement("SELECT inherit_leases($1, $2, $3)", self_.id, self_.fence, gateway)},
      std::move(done), [](const PostgresAnswer& answer) { return to_accounts(answer.rows[0]); });
}

void PostgresLeases::read_nodes(std::string account,
                                DoneWith<std::vector<pubsub::NodeRecord>> done) {
  ask<std::vector<pubsub::NodeRecord>>(
      {to_statement("SELECT account, id, kind, holding, parents, name, is_listed, meta_data, "
                    "last_item, is_there, state_key, redirect, redirect_until, config, readers, "
                    "is_audited, is_closed FROM node WHERE account = $1",
                    account)},
      std::move(done), [](const PostgresAnswer& answer) {
        std::vector<pubsub::NodeRecord> nodes;
        RecordReader records;
        for (int i = 0; i < answer.rows[0].size(); ++i) {
          nodes.push_back(records.to_node(answer.rows[0][i]));
        }
        return nodes;
      });
}

}  // namespace store
