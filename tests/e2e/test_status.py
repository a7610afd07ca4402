"""The message-waiting state: sent at once on subscribing, equal to what IMAP says, honest when it cannot know."""

import asyncio

from case import SETTLE, Case
from client import StanzaError, Subscriber

ATTRIBUTES = {"messages": "MESSAGES", "unseen": "UNSEEN", "uidnext": "UIDNEXT", "uidvalidity": "UIDVALIDITY",
              "highestmodseq": "HIGHESTMODSEQ"}


class Status(Case):
    def assert_equals_imap(self, note, levels):
        told = self.mail.status(levels)
        self.assertEqual({key: note.attributes.get(key) for key in ATTRIBUTES},
                         {key: str(told[name]) for key, name in ATTRIBUTES.items()})

    async def test_at_once_on_subscribing(self):
        self.mail.deliver()
        self.mail.append(["INBOX"], "\\Seen")
        await self.until_counts("INBOX", messages=2)
        await self.xmpp.subscribe("mail_status/INBOX")
        note = await self.xmpp.expect_status("mail_status/INBOX", 2, state="current", messages=2, unseen=1)
        self.assertEqual(note.item_id, "current")
        self.assert_equals_imap(note, ["INBOX"])

    async def until_counts(self, path, **attributes):
        wanted = {key: str(value) for key, value in attributes.items()}
        for _ in range(100):
            try:
                page = await self.xmpp.get_items(f"mail_status/{path}")
            except StanzaError:  # created a moment ago
                await asyncio.sleep(0.1)
                continue
            if page.items and wanted.items() <= page.items[0][1].attributes.items():
                return
            await asyncio.sleep(0.1)
        self.fail(f"mail_status/{path} never had {wanted}")

    async def test_follows_every_change(self):
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", messages=0, unseen=0)
        self.mail.deliver()
        self.mail.deliver()
        await self.xmpp.expect_status("mail_status/INBOX", messages=2, unseen=2)
        self.mail.mark_read(["INBOX"], "1")
        await self.xmpp.expect_status("mail_status/INBOX", messages=2, unseen=1)
        self.mail.expunge(["INBOX"], "2")
        note = await self.xmpp.expect_status("mail_status/INBOX", messages=1, unseen=0)
        await asyncio.sleep(SETTLE)
        latest = ([n for n in self.xmpp.notes if n.is_status] or [note])[-1]
        self.assert_equals_imap(latest, ["INBOX"])

    async def test_of_everything_by_the_collection(self):
        await self.xmpp.subscribe("mail_status")
        self.mail.append(["Sent"])
        note = await self.xmpp.expect_status("mail_status/Sent", messages=1)
        self.assertIn(("Collection", "mail_status"), note.shim)
        self.mail.create(["New one"])
        await self.xmpp.expect_status("mail_status/New one", messages=0)

    async def test_subtree(self):
        self.mail.create(["a"])
        self.mail.create(["a", "b"])
        await self.until_counts("a/b", messages=0)
        await self.xmpp.subscribe("mail_status/a/")
        self.mail.append(["a", "b"])
        self.mail.append(["INBOX"])
        await self.xmpp.expect_status("mail_status/a/b", messages=1)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_status and n.node == "mail_status/INBOX")

    async def test_on_becoming_available(self):
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", messages=0)
        await self.xmpp.logout()
        self.mail.deliver()
        later = Subscriber(self.user, self.world.xmpp.c2s)
        self._clients.append(later)
        await later.login()
        await self.wait_and_fetch(later)

    async def wait_and_fetch(self, client):
        """The state is to be had by fetching, whether or not the gateway knows the client's presence."""
        for _ in range(50):
            page = await client.get_items("mail_status/INBOX")
            if page.items[0][1].attributes.get("messages") == "1":
                return
            await asyncio.sleep(0.1)
        self.fail("the status of INBOX stayed old")

    async def test_gone_before_the_node_is_deleted(self):
        self.mail.create(["a"])
        await self.until_counts("a", messages=0)
        await self.xmpp.subscribe("mail_status/a")
        await self.xmpp.expect_status("mail_status/a", state="current")
        self.mail.delete(["a"])
        await self.xmpp.expect_status("mail_status/a", state="gone")
        await self.xmpp.expect(lambda n: n.kind == "delete" and n.node == "mail_status/a")
