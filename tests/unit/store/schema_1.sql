-- A file as version 1 wrote it: that version's schema and one row of each kind.
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

INSERT INTO account VALUES(1, 'juliet', 'INBOX.');
INSERT INTO mailbox(id, account, name, separator, uidvalidity, messages, looked_at)
  VALUES(5, 1, 'INBOX', 46, 385759045, 231, 1);
INSERT INTO flag_set VALUES(3, '\Seen');
INSERT INTO message VALUES(5, 20, 3);
INSERT INTO mailbox_subscription VALUES(1, 'INBOX');
INSERT INTO node VALUES('juliet@mail.example.com', 'mail_events/INBOX', 0, 1,
  x'01010B6D61696C5F6576656E7473', 'INBOX', 1, x'0100', 18, 1, 'k', NULL, 0,
  x'01010C707562737562237469746C650141');
INSERT INTO subscription VALUES('juliet@mail.example.com', 'mail_events/INBOX', 'romeo@example.net/x',
  's1', 3, 'mail.example.com', x'0100');
INSERT INTO affiliation VALUES('juliet@mail.example.com', 'mail_events/INBOX', 'nurse@example.com', 2);
INSERT INTO payload VALUES(9, 0, x'010100043C782F3E');
INSERT INTO item VALUES('juliet@mail.example.com', 'mail_events/INBOX', 18, 1000000000, 9);
INSERT INTO notice VALUES(41, 0, 'juliet@mail.example.com', 'mail_events/INBOX', 18,
  4102444800000000000, 9, '', 0, 0, x'0100');
UPDATE mark SET value = 40 WHERE name = 'cursor';
UPDATE mark SET value = 41 WHERE name = 'last_sequence';
PRAGMA application_id = 1835954020;
PRAGMA user_version = 1;
