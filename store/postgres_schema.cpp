#include "store/postgres_schema.hpp"

#include <array>
#include <span>

namespace store {
namespace {

// As in schema.cpp: times are nanoseconds since 1970 UTC, blobs are those of payload_codec. Text is
// BYTEA: mailbox names are any octets, and the order is that of the octets. A payload lies in the
// item and again in the notice, which does not stay long.
constexpr std::array<const char*, 22> first_version{
    R"sql(CREATE TABLE account(
  name BYTEA PRIMARY KEY,
  personal_prefix BYTEA NOT NULL))sql",
    R"sql(CREATE TABLE mailbox(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account BYTEA NOT NULL,
  name BYTEA NOT NULL,
  separator BIGINT NOT NULL DEFAULT 47,
  is_selectable BIGINT NOT NULL DEFAULT 1,
  no_inferiors BIGINT NOT NULL DEFAULT 0,
  special_use BIGINT NOT NULL DEFAULT 0,
  uidvalidity BIGINT, uidnext BIGINT, highestmodseq BIGINT, messages BIGINT, unseen BIGINT,
  looked_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE(account, name)))sql",
    R"sql(CREATE TABLE message(
  mailbox BIGINT NOT NULL, uid BIGINT NOT NULL, flags BYTEA NOT NULL,
  PRIMARY KEY(mailbox, uid)))sql",
    R"sql(CREATE TABLE mailbox_subscription(
  account BYTEA NOT NULL, name BYTEA NOT NULL,
  PRIMARY KEY(account, name)))sql",
    // config_change: the change by which another gateway than the lease's holder wrote `config`
    R"sql(CREATE TABLE node(
  account BYTEA NOT NULL, id BYTEA NOT NULL,
  kind BIGINT NOT NULL, holding BIGINT NOT NULL,
  parents BYTEA NOT NULL, name BYTEA NOT NULL, is_listed BIGINT NOT NULL,
  meta_data BYTEA NOT NULL,
  last_item BIGINT NOT NULL, is_there BIGINT NOT NULL, state_key BYTEA NOT NULL,
  redirect BYTEA, redirect_until BIGINT NOT NULL, config BYTEA NOT NULL,
  readers BYTEA NOT NULL, is_audited BIGINT NOT NULL, is_closed BIGINT NOT NULL,
  config_change BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(account, id)) WITH (fillfactor = 80))sql",
    R"sql(CREATE TABLE subscription(
  account BYTEA NOT NULL, node BYTEA NOT NULL, jid BYTEA NOT NULL, subid BYTEA NOT NULL,
  state BIGINT NOT NULL, service BYTEA NOT NULL, options BYTEA NOT NULL,
  expires BIGINT, seen BIGINT NOT NULL, parked BIGINT,
  PRIMARY KEY(account, node, jid, subid)))sql",
    R"sql(CREATE TABLE affiliation(
  account BYTEA NOT NULL, node BYTEA NOT NULL, jid BYTEA NOT NULL, affiliation BIGINT NOT NULL,
  PRIMARY KEY(account, node, jid)))sql",
    R"sql(CREATE TABLE contact(
  account BYTEA NOT NULL, jid BYTEA NOT NULL, state BIGINT NOT NULL,
  PRIMARY KEY(account, jid)))sql",
    R"sql(CREATE TABLE item(
  account BYTEA NOT NULL, node BYTEA NOT NULL, number BIGINT NOT NULL,
  at BIGINT NOT NULL, content BYTEA NOT NULL,
  PRIMARY KEY(account, node, number)))sql",
    R"sql(CREATE TABLE notice(
  gateway BIGINT NOT NULL, sequence BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  account BYTEA NOT NULL, node BYTEA NOT NULL, number BIGINT NOT NULL,
  at BIGINT NOT NULL, content BYTEA NOT NULL,
  target BYTEA NOT NULL, sight_only BIGINT NOT NULL, speaks_for_all BIGINT NOT NULL,
  recipients BYTEA NOT NULL,
  PRIMARY KEY(gateway, sequence)))sql",
    // committed: number of the last batch, to tell whether a commit without an answer was done;
    // taken_by: who takes over its journal
    R"sql(CREATE TABLE gateway(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fence BIGINT NOT NULL DEFAULT 0,
  committed BIGINT NOT NULL DEFAULT 0,
  sent_to BIGINT NOT NULL DEFAULT 0,
  last_sequence BIGINT NOT NULL DEFAULT 0,
  taken_by BIGINT) WITH (fillfactor = 10))sql",
    // a table of its own: a sign of life never waits for a commit
    R"sql(CREATE TABLE gateway_alive(
  id BIGINT PRIMARY KEY,
  alive_at TIMESTAMPTZ NOT NULL,
  is_up BIGINT NOT NULL DEFAULT 0) WITH (fillfactor = 10))sql",
    R"sql(CREATE TABLE account_lease(
  account BYTEA PRIMARY KEY, gateway BIGINT NOT NULL, fence BIGINT NOT NULL))sql",
    R"sql(CREATE INDEX account_lease_holder ON account_lease(gateway))sql",
    R"sql(CREATE TABLE change(
  sequence BIGINT PRIMARY KEY,
  gateway BIGINT NOT NULL,
  kind BIGINT NOT NULL, account BYTEA NOT NULL, node BYTEA NOT NULL, content BYTEA NOT NULL,
  made_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()))sql",
    R"sql(CREATE TABLE change_counter(last BIGINT NOT NULL, pruned BIGINT NOT NULL)
  WITH (fillfactor = 10))sql",
    "INSERT INTO change_counter VALUES(0, 0)",
    // a lease holds as long as its holder's fence is that of the lease
    R"sql(CREATE VIEW held_lease AS
  SELECT l.account, l.gateway FROM account_lease l JOIN gateway g ON g.id = l.gateway
  WHERE g.fence = l.fence)sql",
    // not heard of for 6 s by the clock of the database
    R"sql(CREATE VIEW living AS
  SELECT id, is_up FROM gateway_alive
  WHERE alive_at >= clock_timestamp() - interval '6 seconds')sql",
    R"sql(CREATE FUNCTION enter_batch(me BIGINT, my_fence BIGINT, batch BIGINT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gateway SET committed = batch WHERE id = me AND fence = my_fence;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another gateway has taken the place of gateway %', me USING ERRCODE = 'MN001';
  END IF;
END $$)sql",
    // The counter last: whoever holds it commits next, so that changes become visible in their
    // order.
    R"sql(CREATE FUNCTION leave_batch(me BIGINT, newest BIGINT, taken BIGINT, kinds BIGINT[],
  accounts BYTEA[], nodes BYTEA[], contents BYTEA[]) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  amount BIGINT := cardinality(kinds);
  base BIGINT;
BEGIN
  IF newest > 0 OR taken > 0 THEN
    UPDATE gateway SET last_sequence = greatest(last_sequence, newest),
      sent_to = greatest(sent_to, taken) WHERE id = me;
  END IF;
  IF taken > 0 THEN DELETE FROM notice WHERE gateway = me AND sequence <= taken; END IF;
  IF amount = 0 THEN RETURN; END IF;
  UPDATE change_counter SET last = last + amount RETURNING last - amount INTO base;
  INSERT INTO change(sequence, gateway, kind, account, node, content)
    SELECT base + c.position, me, c.kind, c.account, c.node, c.content
    FROM unnest(kinds, accounts, nodes, contents)
      WITH ORDINALITY AS c(kind, account, node, content, position);
  -- who is further behind than this reads everything anew
  DELETE FROM change WHERE sequence <= base - 100000;
  UPDATE node SET config_change = base + amount
    FROM unnest(kinds, accounts, nodes) AS c(kind, account, node)
    JOIN held_lease l ON l.account = c.account AND l.gateway <> me
    WHERE c.kind = 0 AND node.account = c.account AND node.id = c.node;
  IF EXISTS (SELECT FROM living WHERE id <> me) THEN PERFORM pg_notify('mailnode', ''); END IF;
END $$)sql",
    R"sql(CREATE FUNCTION drop_foreign_notices(me BIGINT, other BIGINT, up_to BIGINT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM gateway WHERE id = other AND taken_by = me FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the journal of gateway % is not ours', other USING ERRCODE = 'MN002';
  END IF;
  DELETE FROM notice WHERE gateway = other AND sequence <= up_to;
END $$)sql"};

// Leases and estates: what a gateway that is gone, or has lost its stream, leaves to another one.
constexpr std::array<const char*, 7> second_version{
    // is_resting: alive, but without a stream for so long that others may take over
    "ALTER TABLE gateway ADD COLUMN is_resting BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE notice ADD COLUMN origin BIGINT NOT NULL DEFAULT 0",
    // A row of a process that is gone (its session lock is free, or it is silent), else a new one.
    // Not one whose journal another one is about to take over. Its leases come with it. Databases
    // of
    // version 1 have an earlier form of it.
    R"sql(CREATE OR REPLACE FUNCTION claim_gateway(
  OUT got BIGINT, OUT its_fence BIGINT, OUT its_batch BIGINT)
LANGUAGE plpgsql AS $$
DECLARE candidate BIGINT;
BEGIN
  PERFORM pg_advisory_xact_lock(1835954020, 0);
  FOR candidate IN SELECT g.id FROM gateway g
    WHERE g.taken_by IS NULL OR g.taken_by NOT IN (SELECT id FROM living)
      OR NOT EXISTS (SELECT FROM notice n WHERE n.gateway = g.id)
    ORDER BY g.id
  LOOP
    IF pg_try_advisory_lock(1835954020, candidate::INTEGER)
      OR candidate NOT IN (SELECT id FROM living)
    THEN
      got := candidate;
      EXIT;
    END IF;
  END LOOP;
  IF got IS NULL THEN
    INSERT INTO gateway DEFAULT VALUES RETURNING id INTO got;
    PERFORM pg_try_advisory_lock(1835954020, got::INTEGER);
  END IF;
  UPDATE gateway SET fence = fence + 1, taken_by = NULL, is_resting = 0 WHERE id = got
    RETURNING fence, committed INTO its_fence, its_batch;
  UPDATE account_lease SET fence = its_fence WHERE gateway = got AND fence = its_fence - 1;
  INSERT INTO gateway_alive VALUES(got, clock_timestamp(), 0)
    ON CONFLICT (id) DO UPDATE SET alive_at = excluded.alive_at, is_up = 0;
END $$)sql",
    // One at a time, and only who has its place still.
    R"sql(CREATE FUNCTION enter_leases(me BIGINT, my_fence BIGINT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1835954020, 0);
  PERFORM FROM gateway WHERE id = me AND fence = my_fence;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another gateway has taken the place of gateway %', me USING ERRCODE = 'MN001';
  END IF;
END $$)sql",
    // The journals and leases that are this gateway's to take over: of the dead, whose fence goes
    // up, and of those that rest. A row that a commit under way holds is left for the next time.
    R"sql(CREATE FUNCTION take_estates(me BIGINT, my_fence BIGINT) RETURNS SETOF BIGINT
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_leases(me, my_fence);
  UPDATE gateway g SET taken_by = me,
      fence = CASE WHEN g.id IN (SELECT id FROM living) THEN fence ELSE fence + 1 END
    WHERE g.id IN (SELECT c.id FROM gateway c
      WHERE c.id <> me AND (c.is_resting = 1 OR c.id NOT IN (SELECT id FROM living))
        AND (c.taken_by IS NULL OR c.taken_by NOT IN (SELECT id FROM living))
        AND (EXISTS (SELECT FROM account_lease l WHERE l.gateway = c.id)
          OR EXISTS (SELECT FROM notice n WHERE n.gateway = c.id))
      FOR UPDATE SKIP LOCKED);
  RETURN QUERY SELECT g.id FROM gateway g WHERE g.taken_by = me
    AND (EXISTS (SELECT FROM account_lease l WHERE l.gateway = g.id)
      OR EXISTS (SELECT FROM notice n WHERE n.gateway = g.id));
END $$)sql",
    // After its journal: whoever publishes for these accounts comes after what it had published.
    R"sql(CREATE FUNCTION inherit_leases(me BIGINT, my_fence BIGINT, other BIGINT)
  RETURNS SETOF BYTEA
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_leases(me, my_fence);
  PERFORM FROM gateway WHERE id = other AND taken_by = me FOR SHARE;
  IF NOT FOUND OR EXISTS (SELECT FROM notice WHERE gateway = other) THEN RETURN; END IF;
  RETURN QUERY UPDATE account_lease SET gateway = me, fence = my_fence WHERE gateway = other
    RETURNING account;
END $$)sql",
    R"sql(CREATE FUNCTION claim_accounts(me BIGINT, my_fence BIGINT, wanted BYTEA[], most BIGINT)
  RETURNS SETOF BYTEA
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_leases(me, my_fence);
  -- left by a process whose place another one has begun anew
  DELETE FROM account_lease l USING gateway g
    WHERE g.id = l.gateway AND g.fence <> l.fence AND g.taken_by IS NULL;
  RETURN QUERY INSERT INTO account_lease AS new
    SELECT w.account, me, my_fence FROM unnest(wanted) WITH ORDINALITY AS w(account, position)
    WHERE NOT EXISTS (SELECT FROM account_lease l WHERE l.account = w.account)
    ORDER BY w.position LIMIT most
    ON CONFLICT DO NOTHING RETURNING new.account;
END $$)sql"};

/// Step n leads from version n to n + 1. Never change a step that was released: add one.
constexpr std::array<std::span<const char* const>, 2> steps{first_version, second_version};

}  // namespace

std::int64_t postgres_schema_version() {
  return static_cast<std::int64_t>(steps.size());
}

std::vector<PostgresStatement> to_version_query() {
  return {
      to_statement("BEGIN"),
      to_statement("SELECT pg_advisory_xact_lock(1835954020, -1)"),
      to_statement("CREATE TABLE IF NOT EXISTS schema_version(version BIGINT NOT NULL)"),
      to_statement("SELECT coalesce(max(version), 0) FROM schema_version"),
  };
}

std::vector<PostgresStatement> to_migration(std::int64_t version) {
  std::vector<PostgresStatement> statements;
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
    for (const auto* sql : steps[step]) statements.push_back(to_statement(sql));
  }
  if (!statements.empty()) {
    statements.push_back(to_statement("DELETE FROM schema_version"));
    statements.push_back(
        to_statement("INSERT INTO schema_version VALUES($1)", postgres_schema_version()));
  }
  statements.push_back(to_statement("COMMIT"));
  return statements;
}

}  // namespace store
