#include "store/postgres_load.hpp"

#include <iterator>
#include <utility>

#include "store/error.hpp"

namespace store {
namespace {

constexpr int portion = 10'000;

}  // namespace

#define MAILNODE_CURSOR(name, select) \
  "DECLARE " name " NO SCROLL CURSOR FOR " select, "FETCH 10000 FROM " name, "CLOSE " name

const PostgresLoad::Table PostgresLoad::tables[] = {
    {MAILNODE_CURSOR("load_account", "SELECT name, personal_prefix FROM account ORDER BY name"),
     &PostgresLoad::take_account},
    {MAILNODE_CURSOR("load_mailbox",
                     "SELECT account, name, separator, is_selectable, no_inferiors, special_use, "
                     "uidvalidity, uidnext, highestmodseq, messages, unseen, looked_at, id "
                     "FROM mailbox ORDER BY account, name"),
     &PostgresLoad::take_mailbox},
    {MAILNODE_CURSOR("load_subscribed",
                     "SELECT account, name FROM mailbox_subscription ORDER BY account, name"),
     &PostgresLoad::take_subscribed},
    {MAILNODE_CURSOR("load_message",
                     "SELECT mailbox, uid, flags FROM message ORDER BY mailbox, uid"),
     &PostgresLoad::take_message},
    {MAILNODE_CURSOR("load_node",
                     "SELECT account, id, kind, holding, parents, name, is_listed, meta_data, "
                     "last_item, is_there, state_key, redirect, redirect_until, config, readers, "
                     "is_audited, is_closed FROM node ORDER BY account, id"),
     &PostgresLoad::take_node},
    {MAILNODE_CURSOR("load_subscription",
                     "SELECT account, node, jid, subid, state, service, options, expires, seen, "
                     "parked FROM subscription ORDER BY account, node, jid, subid"),
     &PostgresLoad::take_subscription},
    {MAILNODE_CURSOR("load_affiliation",
                     "SELECT account, node, jid, affiliation FROM affiliation "
                     "ORDER BY account, node, jid"),
     &PostgresLoad::take_affiliation},
    {MAILNODE_CURSOR("load_contact",
                     "SELECT account, jid, state FROM contact ORDER BY account, jid"),
     &PostgresLoad::take_contact},
};
#undef MAILNODE_CURSOR
const std::size_t PostgresLoad::table_count = std::size(tables);

void PostgresLoad::start() {
  auto on_marks = [self = shared_from_this()](const PostgresAnswer& answer) {
    if (answer.error) return self->fail(answer);
    self->outcome_.seen = answer.rows[1][0].integer(0);
    self->outcome_.everything.cursor = answer.rows[2][0].number(0);
    self->outcome_.everything.pubsub.last_sequence = answer.rows[2][0].number(1);
    self->open_next();
  };
  connection_->run(
      {to_statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
       to_statement("SELECT last FROM change_counter"),
       to_statement("SELECT sent_to, last_sequence FROM gateway WHERE id = $1", gateway_)},
      std::move(on_marks));
}

void PostgresLoad::open_next() {
  if (table_ == table_count) return end();
  connection_->run(
      {to_statement(tables[table_].declare), to_statement(tables[table_].fetch)},
      [self = shared_from_this()](const PostgresAnswer& answer) { self->on_rows(answer); });
}

void PostgresLoad::on_rows(const PostgresAnswer& answer) {
  if (answer.error) return fail(answer);
  const auto& rows = answer.rows.back();
  // Named first: g++ 12 with sanitizers takes a wrong index for a member pointer out of an array.
  const auto take = tables[table_].take;
  for (int i = 0; i < rows.size(); ++i) (this->*take)(rows[i]);
  const auto self = shared_from_this();
  if (rows.size() == portion) {
    return connection_->run({to_statement(tables[table_].fetch)},
                            [self](const PostgresAnswer& next) { self->on_rows(next); });
  }
  connection_->run({to_statement(tables[table_].close)}, [self](const PostgresAnswer& closed) {
    if (closed.error) return self->fail(closed);
    ++self->table_;
    self->open_next();
  });
}

void PostgresLoad::end() {
  connection_->run({to_statement("COMMIT")}, [self = shared_from_this()](const auto& answer) {
    if (answer.error) return self->fail(answer);
    self->outcome_.everything.accounts = self->known_.finish();
    if (self->records_.damaged() != nullptr) {
      self->outcome_.error = errc::corrupt;
      self->outcome_.message =
          std::string("a stored list cannot be read: ") + self->records_.damaged();
    }
    self->done_(std::move(self->outcome_));
  });
}

void PostgresLoad::fail(const PostgresAnswer& answer) {
  outcome_ = {answer.error, answer.message, answer.is_lost, {}, 0};
  if (answer.is_lost) return done_(std::move(outcome_));
  connection_->run({to_statement("ROLLBACK")}, [self = shared_from_this()](const auto&) {
    self->done_(std::move(self->outcome_));
  });
}

void PostgresLoad::take_account(const PostgresRow& row) {
  known_.take_account(row);
}

void PostgresLoad::take_mailbox(const PostgresRow& row) {
  known_.take_mailbox(row);
}

void PostgresLoad::take_subscribed(const PostgresRow& row) {
  known_.take_subscribed(row);
}

void PostgresLoad::take_message(const PostgresRow& row) {
  known_.take_message(row);
}

void PostgresLoad::take_node(const PostgresRow& row) {
  outcome_.everything.pubsub.nodes.push_back(records_.to_node(row));
}

void PostgresLoad::take_subscription(const PostgresRow& row) {
  outcome_.everything.pubsub.subscriptions.push_back(records_.to_subscription(row));
}

void PostgresLoad::take_affiliation(const PostgresRow& row) {
  outcome_.everything.pubsub.affiliations.push_back(to_affiliation(row));
}

void PostgresLoad::take_contact(const PostgresRow& row) {
  outcome_.everything.contacts.push_back(to_contact(row));
}

}  // namespace store
