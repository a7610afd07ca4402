"""What Dovecot pushes with the driver that is shipped: by push alone, and beside IMAP. Each act is one event."""

import asyncio
import time

from case import SETTLE, Case
from push import TOKEN, post, push_source

INBOX = ["INBOX"]
DEEP = ["Work", "Über alles & Co"]


class Acts:
    """One act each; what a push knows and IMAP does not is there, whichever of them was the first."""

    async def told(self, name, *levels, **params):
        note = await self.only(name, self.events_node(*levels))
        params.setdefault("user", self.user)
        self.assertEqual({key: note.params.get(key) for key in params}, params, note)
        return note

    async def given(self, count, flags=""):
        for number in range(count):
            self.mail.append(INBOX, flags, subject=f"number {number}")
            await self.xmpp.expect_event("MessageAppend", "mail_events/INBOX")

    async def test_delivery(self):
        await self.ready()
        self.mail.deliver("Where is Rosaline?")
        note = await self.told("MessageNew", *INBOX, service="lmtp", messages="1", uidnext="2")
        self.assertEqual(note.headers["Subject"], "Where is Rosaline?")
        self.assertEqual(note.headers["From"], "Romeo <romeo@example.net>")
        self.assertTrue(note.params["uri"].startswith(f"imap://{self.user}@imap.example.com/INBOX;UIDVALIDITY="))
        status = await self.xmpp.get_items("mail_status/INBOX")
        self.assertEqual({key: status.items[0][1].attributes[key] for key in ("state", "messages", "unseen")},
                         {"state": "current", "messages": "1", "unseen": "1"})

    async def test_append(self):
        await self.ready()
        self.mail.append(INBOX)
        await self.told("MessageAppend", *INBOX, service="imap", clientIP="127.0.0.1")

    async def test_copy(self):
        await self.ready()
        await self.given(2, "\\Seen")
        self.mail.copy(INBOX, "1:2", ["Sent"])
        for _ in range(2):
            note = await self.xmpp.expect_event("MessageAppend", "mail_events/Sent")
            self.assertEqual(note.params["flagNames"], "\\Seen")
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_move(self):
        await self.ready()
        await self.given(1)
        self.mail.move(INBOX, "1", ["Trash"])
        await self.xmpp.expect_event("MessageAppend", "mail_events/Trash")
        await self.told("MessageExpunge", *INBOX, uidset="1")

    async def test_flags(self):
        await self.ready()
        await self.given(3)
        self.mail.mark_read(INBOX, "1,3")
        await self.told("MessageRead", *INBOX, uidset="1,3", service="imap")
        self.mail.store(INBOX, "1:2", "+FLAGS", "\\Flagged $mdnsent")
        note = await self.told("FlagsSet", *INBOX, uidset="1:2")
        self.assertEqual(set(note.params["flagNames"].split()), {"\\Flagged", "$MDNSent"})
        self.mail.store(INBOX, "1", "-FLAGS", "\\Seen")
        await self.told("FlagsClear", *INBOX, uidset="1", flagNames="\\Seen")

    async def test_expunge(self):
        await self.ready()
        await self.given(3)
        self.mail.expunge(INBOX, "1,3")
        await self.xmpp.expect_event("MessageTrash", "mail_events/INBOX")
        await self.told("MessageExpunge", *INBOX, uidset="1,3", messages="1")

    async def test_mailboxes(self):
        await self.ready()
        self.mail.create(DEEP)
        await self.told("MailboxCreate", *DEEP, clientIP="127.0.0.1")
        self.mail.append(DEEP)
        await self.told("MessageAppend", *DEEP)
        self.mail.subscribe(DEEP)
        await self.told("MailboxSubscribe", *DEEP)
        self.mail.unsubscribe(DEEP)
        await self.told("MailboxUnSubscribe", *DEEP)
        self.mail.rename(DEEP, ["Work", "Renamed"])
        await self.told("MailboxRename", "Work", "Renamed", clientIP="127.0.0.1")
        self.mail.expunge(["Work", "Renamed"], "1")
        await self.xmpp.expect_event("MessageTrash", "mail_events/Work/Renamed")
        await self.told("MessageExpunge", "Work", "Renamed")
        self.mail.delete(["Work", "Renamed"])
        await self.told("MailboxDelete", "Work", "Renamed", clientIP="127.0.0.1")

    async def test_sessions(self):
        await self.ready()
        self.mail.close()
        await self.xmpp.subscribe("mail_account")
        self.mail.imap.noop()
        login = await self.xmpp.expect(lambda n: n.is_event and n.name == "Login" and not n.params.get("admin"))
        self.assertEqual(login.node, "mail_account")
        self.assertEqual({key: login.params.get(key) for key in ("user", "clientIP", "service", "serverPort")},
                         {"user": self.user, "clientIP": "127.0.0.1", "service": "imap",
                          "serverPort": str(self.world.dovecot.imap)})
        self.mail.imap.logout()
        self.mail._imap = None
        logout = await self.xmpp.expect(lambda n: n.is_event and n.name == "Logout")
        self.assertEqual(logout.params["user"], self.user)


class ByPushAndImap(Acts, Case):
    options = {"push": True, "accounts": 10}

    async def ready(self):
        self.mail.imap.noop()
        await self.watch_all()
        # a source that is only configured delays nothing; from here on events of IMAP alone wait for the push
        post(self.world.gateway, {"event": "Logout", "user": self.user, "session": "before"})

    async def test_what_push_has_lost_comes_by_imap(self):
        await self.ready()
        self.world.dovecot.stop()
        config = self.world.dovecot.folder / "more.conf"
        text = config.read_text()
        try:
            config.write_text("")
            self.world.dovecot.run()
            self.mail.close()
            await asyncio.to_thread(self.world.gateway.wait_for_log, "current|up", 20)
            self.mail.deliver("no push tells this")
            began = time.monotonic()
            note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 20)
            self.assertNotIn("user", note.params)
            self.assertLess(time.monotonic() - began, 15)
        finally:
            self.world.dovecot.stop()
            config.write_text(text)
            self.world.dovecot.run()


class ByPushAlone(Acts, Case):
    options = {"push": True, "accounts": 10, "sources": lambda world: [push_source()]}

    async def ready(self):
        """Nobody has seen the account: its first events make its tree."""
        self.mail.select(INBOX)  # Dovecot makes it now, and tells so
        self.mail.delete(["Sent"])
        self.mail.create(["Sent"])
        self.mail.delete(["Trash"])
        self.mail.create(["Trash"])
        await self.when_known("mail_events/Trash")
        await self.watch_all()
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
        self.mail.close()


class ByCyrus:
    """The real Cyrus tells the gateway's own socket."""

    async def ready(self):
        self.mail.imap.noop()
        await self.when_known("mail_events/Trash", 20)
        await self.watch_all()
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_messages(self):
        await self.ready()
        node = "mail_events/INBOX"
        self.mail.deliver()
        note = await self.only("MessageNew", node)
        self.assertEqual(note.params["messages"], "1")
        self.assertTrue(note.params["service"].startswith("lmtp"), note)  # as cyrus.conf calls it
        self.assertEqual(note.headers["Subject"], "Wherefore")
        self.assertEqual(note.headers["From"], "Romeo <romeo@example.net>")
        self.mail.append(INBOX, "\\Seen")
        note = await self.only("MessageAppend", node)
        self.assertEqual((note.params["user"], note.params["flagNames"]), (self.user, "\\Seen"))
        self.mail.mark_read(INBOX, "1")
        await self.only("MessageRead", node)
        self.mail.copy(INBOX, "1:2", ["Trash"])
        for _ in range(2):
            await self.xmpp.expect_event("MessageAppend", "mail_events/Trash")
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
        self.mail.expunge(INBOX, "1:2")
        await self.xmpp.expect_event("MessageTrash", node)
        note = await self.only("MessageExpunge", node)
        self.assertEqual((note.params["uidset"], note.params["user"]), ("1:2", self.user))

    async def test_mailboxes(self):
        await self.ready()
        self.mail.create(["Work"])
        note = await self.only("MailboxCreate", "mail_events/Work")
        self.assertEqual(note.params["user"], self.user)
        self.mail.subscribe(["Work"])
        await self.only("MailboxSubscribe", "mail_events/Work")
        self.mail.rename(["Work"], ["Job"])
        await self.only("MailboxRename", "mail_events/Job", 12)
        self.mail.delete(["Job"])
        await self.only("MailboxDelete", "mail_events/Job")


class ByCyrusDatagrams(ByCyrus, Case):
    options = {"mailstore": "cyrus", "push": "datagram", "accounts": 3}


class ByCyrusAcknowledged(ByCyrus, Case):
    options = {"mailstore": "cyrus", "push": "dlist", "accounts": 3}


class GatewayIsDown(Case):
    options = {"push": True, "accounts": 2}

    async def test_delivery_is_not_delayed_and_nothing_is_lost(self):
        self.mail.imap.noop()
        self.mail.deliver("before")
        await self.when_known("mail_events/INBOX")
        await self.watch_all()
        self.world.gateway.stop()
        try:
            slowest = 0.0
            for number in range(10):
                began = time.monotonic()
                self.mail.deliver(f"while it is down {number}")
                slowest = max(slowest, time.monotonic() - began)
            self.assertLess(slowest, 2.0)
        finally:
            self.world.gateway.run()
        for _ in range(10):
            await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 20)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)


class Ingest(Case):
    """POST /v1/events/<source>: what is taken, what is refused, and how."""
    options = {"accounts": 6, "sources": lambda world: [
        push_source(), push_source("other", token="another-token"), push_source("few", users=["nobody-else"])]}

    def event(self, uid, name="MessageNew", **more):
        event = {"event": name, "user": self.user, "messages": uid, "uidnext": uid + 1, "unseen": 1,
                 "uri": f"imap://{self.user}@h/INBOX;UIDVALIDITY=7/;UID={uid}"}
        event.update(more)
        return event

    async def test_taken_when_durable(self):
        gateway = self.world.gateway
        began = time.monotonic()
        status, _, body = post(gateway, [self.event(1), {"event": "MailboxModseq"}])
        self.assertLess(time.monotonic() - began, 1.0)
        self.assertEqual((status, body), (202, {"accepted": 1, "ignored": 1}))
        gateway.kill()  # at once: what was acknowledged is kept
        gateway.run()
        items = await self.history("mail_events/INBOX")
        self.assertEqual([payload.name for _, payload in items], ["MessageNew"])
        self.assertEqual(post(gateway, self.event(1))[0], 202)  # a repeat tells nothing
        self.assertEqual(len(await self.history("mail_events/INBOX")), 1)

    async def test_refusals(self):
        gateway = self.world.gateway
        good = self.event(1)
        table = [
            (401, dict(token=None)), (401, dict(token="wrong")), (403, dict(token="another-token")),
            (404, dict(source="nobody")), (415, dict(Content_Type="application/xml")),
            (415, dict(Content_Encoding="gzip")), (405, dict(method="DELETE")), (202, dict(method="PUT")),
            (202, dict(Content_Type=None)), (202, dict(Content_Type="application/x-ndjson")),
        ]
        for expected, how in table:
            status, headers, _ = post(gateway, good, **how)
            self.assertEqual(status, expected, how)
            if expected == 401:
                self.assertIn("Bearer", headers["WWW-Authenticate"])
        self.assertEqual(post(gateway, b"x" * (1024 * 1024 + 1))[0], 413)
        self.assertEqual(post(gateway, [good] * 1001)[0], 413)
        import base64
        basic = base64.b64encode(f"dovecot:{TOKEN}".encode()).decode()
        self.assertEqual(post(gateway, good, token=None, Authorization=f"Basic {basic}")[0], 202)

    async def test_a_mistake_names_its_element_and_nothing_is_stored(self):
        gateway = self.world.gateway
        status, headers, problem = post(gateway, [self.event(1), self.event(2, uri="imap://h/INBOX")])
        self.assertEqual((status, headers["Content-Type"]), (400, "application/problem+json"))
        self.assertIn("/1", problem["detail"])
        await self.refused("item-not-found", self.xmpp.disco_info("mail_events/INBOX"))
        self.assertEqual(post(gateway, b"\xff\xfe")[0], 400)
        self.assertEqual(post(gateway, b"[" * 100000)[0], 400)

    async def test_an_idempotency_key_is_taken_once(self):
        gateway = self.world.gateway
        login = {"event": "Login", "user": self.user}
        first = post(gateway, login, Idempotency_Key="a")
        again = post(gateway, {"event": "Login", "user": self.user, "timestamp": "2026-01-01T00:00:00Z"},
                     Idempotency_Key="a")
        self.assertEqual(first[::2], again[::2])
        self.assertEqual(len(await self.history("mail_account")), 1)

    async def test_users_of_others_are_ignored(self):
        status, _, body = post(self.world.gateway, self.event(1), source="few")
        self.assertEqual((status, body), (202, {"accepted": 0, "ignored": 1}))

    async def test_status_is_stale_until_counts_were_seen(self):
        gateway = self.world.gateway
        post(gateway, {"event": "MailboxSubscribe", "user": self.user, "uri": f"imap://{self.user}@h/A"})
        bare = self.event(1)
        for key in ("messages", "uidnext", "unseen"):
            del bare[key]
        post(gateway, bare)
        page = await self.xmpp.get_items("mail_status/INBOX")
        self.assertEqual(page.items[0][1].attributes.get("state"), "stale")
        self.assertNotIn("messages", page.items[0][1].attributes)
        post(gateway, self.event(2))
        page = await self.xmpp.get_items("mail_status/INBOX")
        self.assertEqual(page.items[0][1].attributes.get("state"), "current")
        text = gateway.get("/metrics")[1]
        self.assertIn('mailnode_push_accepted_total{source="dovecot"}', text)
