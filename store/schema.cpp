#include "store/schema.hpp"

#include <array>
#include <string>

#include "store/error.hpp"

namespace store {
namespace {

// Times are nanoseconds since 1970 UTC. Text columns may hold any octets (mailbox names come from
// strangers); BINARY collation compares them octet by octet. Blobs are those of payload_codec. A
// payload lies once in `payload`, used by its item and by the notice that announces it; triggers
// count the uses. notice.speaks_for_all has no reader any more: it is written as 0.
constexpr const char* first_version = R"sql(
CREATE TABLE account(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  personal_prefix TEXT NOT NULL);
CREATE TABLE mailbox(
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id),
  name TEXT NOT NULL,
  separator INTEGER NOT NULL DEFAULT 47,
  is_selectable INTEGER NOT NULL DEFAULT 1,
  no_inferiors INTEGER NOT NULL DEFAULT 0,
  special_use INTEGER NOT NULL DEFAULT 0,
  uidvalidity INTEGER, uidnext INTEGER, highestmodseq INTEGER, messages INTEGER, unseen INTEGER,
  looked_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE(account, name));
CREATE TABLE flag_set(
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE);
CREATE TABLE message(
  mailbox INTEGER NOT NULL REFERENCES mailbox(id),
  uid INTEGER NOT NULL,
  flag_set INTEGER NOT NULL REFERENCES flag_set(id),
  PRIMARY KEY(mailbox, uid)) WITHOUT ROWID;
CREATE TABLE mailbox_subscription(
  account INTEGER NOT NULL REFERENCES account(id),
  name TEXT NOT NULL,
  PRIMARY KEY(account, name)) WITHOUT ROWID;

CREATE TABLE node(
  account TEXT NOT NULL, id TEXT NOT NULL,
  kind INTEGER NOT NULL, holding INTEGER NOT NULL,
  parents BLOB NOT NULL, name TEXT NOT NULL, is_listed INTEGER NOT NULL,
  meta_data BLOB NOT NULL,
  last_item INTEGER NOT NULL, is_there INTEGER NOT NULL, state_key TEXT NOT NULL,
  redirect TEXT, redirect_until INTEGER NOT NULL, config BLOB NOT NULL,
  PRIMARY KEY(account, id)) WITHOUT ROWID;
CREATE TABLE subscription(
  account TEXT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, subid TEXT NOT NULL,
  state INTEGER NOT NULL, service TEXT NOT NULL, options BLOB NOT NULL,
  PRIMARY KEY(account, node, jid, subid)) WITHOUT ROWID;
CREATE TABLE affiliation(
  account TEXT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, affiliation INTEGER NOT NULL,
  PRIMARY KEY(account, node, jid)) WITHOUT ROWID;

CREATE TABLE payload(
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL DEFAULT 0,
  content BLOB NOT NULL);
CREATE TABLE item(
  account TEXT NOT NULL, node TEXT NOT NULL, number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  payload INTEGER NOT NULL REFERENCES payload(id),
  PRIMARY KEY(account, node, number)) WITHOUT ROWID;
CREATE TABLE notice(
  sequence INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  account TEXT NOT NULL, node TEXT NOT NULL, number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  payload INTEGER NOT NULL REFERENCES payload(id),
  target TEXT NOT NULL, sight_only INTEGER NOT NULL, speaks_for_all INTEGER NOT NULL,
  recipients BLOB NOT NULL);
CREATE TABLE mark(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO mark VALUES('cursor', 0), ('last_sequence', 0);

CREATE TRIGGER item_uses AFTER INSERT ON item BEGIN
  UPDATE payload SET uses = uses + 1 WHERE id = NEW.payload;
END;
CREATE TRIGGER notice_uses AFTER INSERT ON notice BEGIN
  UPDATE payload SET uses = uses + 1 WHERE id = NEW.payload;
END;
CREATE TRIGGER item_leaves AFTER DELETE ON item BEGIN
  UPDATE payload SET uses = uses - 1 WHERE id = OLD.payload;
  DELETE FROM payload WHERE id = OLD.payload AND uses = 0;
END;
CREATE TRIGGER notice_leaves AFTER DELETE ON notice BEGIN
  UPDATE payload SET uses = uses - 1 WHERE id = OLD.payload;
  DELETE FROM payload WHERE id = OLD.payload AND uses = 0;
END;
)sql";

constexpr const char* second_version = R"sql(
ALTER TABLE node ADD COLUMN readers BLOB NOT NULL DEFAULT x'0100';  -- an empty list
ALTER TABLE node ADD COLUMN is_audited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscription ADD COLUMN expires INTEGER;
ALTER TABLE subscription ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscription ADD COLUMN parked INTEGER;
-- nobody knows when: as if at the upgrade, so that none ends for a silence that was not watched
UPDATE subscription SET seen = CAST(strftime('%s', 'now') AS INTEGER) * 1000000000;
CREATE TABLE contact(
  account TEXT NOT NULL, jid TEXT NOT NULL, state INTEGER NOT NULL,
  PRIMARY KEY(account, jid)) WITHOUT ROWID;
)sql";

/// Step n leads from version n to n + 1. Never change a step that was released: add one.
constexpr std::array<const char*, 2> steps{first_version, second_version};

}  // namespace

std::int64_t schema_version() {
  return static_cast<std::int64_t>(steps.size());
}

boost::system::result<void, Connection::Failure> migrate(Connection& connection) {
  return connection.transact([&] {
    const auto version = connection.value("PRAGMA user_version");
    const auto owner = connection.value("PRAGMA application_id");
    const auto tables = connection.value("SELECT count(*) FROM sqlite_master");
    if (connection.has_failed()) return;
    const bool is_empty = version == 0 && owner == 0 && tables == 0;
    if (!is_empty && owner != application_id) {
      connection.fail_as(errc::foreign_file, "it holds tables that mailnode did not make");
      return;
    }
    if (version > schema_version()) {
      connection.fail_as(errc::newer_schema, "its version is " + std::to_string(version) +
                                                 ", this program knows " +
                                                 std::to_string(schema_version()));
      return;
    }
    if (version == schema_version()) return;
    for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
      connection.run_script(steps[step]);
    }
    // PRAGMA takes no parameters; both numbers are ours
    const auto marks = "PRAGMA application_id = " + std::to_string(application_id) +
                       "; PRAGMA user_version = " + std::to_string(schema_version());
    connection.run_script(marks.c_str());
  });
}

}  // namespace store
