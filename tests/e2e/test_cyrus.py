"""Cyrus IMAP 3.6 watched by IMAP alone: no NOTIFY, so INBOX by IDLE and everything else by rounds of STATUS."""

import asyncio

from case import SETTLE, Case

ROUND = 5  # seconds between two looks, the least that can be configured
SOON = ROUND + 8.0


class Cyrus(Case):
    options = {"mailstore": "cyrus", "source": {"poll_seconds": ROUND}, "accounts": 10}

    async def asyncSetUp(self):
        await super().asyncSetUp()
        await self.watch_all()

    async def quiet(self):
        """Longer than a round: nothing is told twice, nor told that did not happen."""
        await self.xmpp.assert_quiet(ROUND + SETTLE, lambda n: n.is_event)

    async def test_new_read_expunged_in_inbox_at_once(self):
        """RFC 2177 section 3: IDLE tells of INBOX without waiting for the round."""
        await asyncio.sleep(1)  # until it idles
        began, _ = await self.act(self.mail.deliver, "Where is Rosaline?")
        note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.assertLess(note.at - began, 3)
        self.assertEqual(note.headers["Subject"], "Where is Rosaline?")
        self.assertEqual(note.params["uri"].split(";UIDVALIDITY")[0], f"imap://{self.user}@imap.example.com/INBOX")
        self.assertEqual((note.params["messages"], note.params["uidnext"]), ("1", "2"))
        self.mail.mark_read(["INBOX"], "1")
        note = await self.xmpp.expect_event("MessageRead", "mail_events/INBOX", SOON)
        self.assertEqual(note.params["uidset"], "1")
        self.mail.store(["INBOX"], "1", "+FLAGS", "$MDNSent")
        note = await self.xmpp.expect_event("FlagsSet", "mail_events/INBOX", SOON)
        self.assertEqual(note.params["flagNames"], "$MDNSent")
        self.mail.expunge(["INBOX"], "1")
        note = await self.xmpp.expect_event("MessageExpunge", "mail_events/INBOX", SOON)
        self.assertEqual((note.params["uidset"], note.params["messages"]), ("1", "0"))

    async def test_other_mailboxes_by_rounds(self):
        self.mail.create(["Lists"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/Lists", SOON)
        self.mail.create(["Lists", "été"])
        node = self.events_node("Lists", "été")
        await self.xmpp.expect_event("MailboxCreate", node, SOON)
        uid = self.mail.append(["Lists", "été"])
        note = await self.xmpp.expect_event("MessageNew", node, SOON)
        self.assertTrue(note.params["uri"].endswith(f"/;UID={uid}"), note)
        self.mail.rename(["Lists", "été"], ["Lists", "hiver"])
        note = await self.xmpp.expect_event("MailboxRename", self.events_node("Lists", "hiver"), SOON)
        self.assertIn("/Lists/%C3%A9t%C3%A9;UIDVALIDITY=", note.params["oldMailboxID"])
        self.mail.delete(["Lists", "hiver"])
        await self.xmpp.expect_event("MailboxDelete", self.events_node("Lists", "hiver"), SOON)
        await self.quiet()

    async def test_moved_message(self):
        self.mail.append(["INBOX"])
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", SOON)
        self.mail.move(["INBOX"], "1", ["Sent"])
        await self.xmpp.expect_event("MessageExpunge", "mail_events/INBOX", SOON)
        await self.xmpp.expect_event("MessageAppend", "mail_events/Sent", SOON)
        await self.quiet()

    async def test_subscriptions(self):
        self.mail.create(["Lists"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/Lists", SOON)
        self.mail.subscribe(["Lists"])
        await self.xmpp.expect_event("MailboxSubscribe", "mail_events/Lists", SOON)
        self.mail.unsubscribe(["Lists"])
        await self.xmpp.expect_event("MailboxUnSubscribe", "mail_events/Lists", SOON)

    async def test_status_equals_imap(self):
        await self.xmpp.subscribe("mail_status/INBOX")
        self.mail.deliver()
        self.mail.append(["INBOX"], "\\Seen")
        note = await self.xmpp.expect_status("mail_status/INBOX", SOON, messages=2, unseen=1)
        told = self.mail.status(["INBOX"])
        self.assertEqual({name: note.attributes[name.lower()] for name in told},
                         {name: str(number) for name, number in told.items()})

    async def test_what_happened_while_the_gateway_was_away(self):
        """RFC 7162 section 3.2.5: the net difference."""
        for number in range(4):
            self.mail.append(["INBOX"], subject=f"letter {number}")
        for _ in range(4):
            await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", SOON)
        self.world.gateway.stop()
        self.mail.expunge(["INBOX"], "2")
        self.mail.mark_read(["INBOX"], "3:4")
        self.mail.append(["INBOX"], subject="while it was away")
        self.world.gateway.run()
        note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 20)
        self.assertEqual(note.headers["Subject"], "while it was away")
        note = await self.xmpp.expect_event("MessageRead", "mail_events/INBOX")
        self.assertEqual(note.params["uidset"], "3:4")
        note = await self.xmpp.expect_event("MessageExpunge", "mail_events/INBOX")
        self.assertEqual(note.params["uidset"], "2")
        await self.quiet()

    async def test_quota(self):
        """RFC 9208 section 4.1.2; the account has 200 KiB, and Cyrus refuses when they are used up, not before."""
        await self.xmpp.subscribe("mail_account")
        for _ in range(2):
            self.mail.deliver(body=("x" * 70 + "\n") * 1700)  # 118 KiB
            await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", SOON)
        note = await self.xmpp.expect_event("QuotaExceed", "mail_account", SOON)
        self.assertEqual(note.params["diskQuota"], "200")
        self.mail.expunge(["INBOX"], "1")
        note = await self.xmpp.expect_event("QuotaWithin", "mail_account", SOON)
        self.assertLess(int(note.params["diskUsed"]), 200)

    async def test_mdn_sent(self):
        """RFC 3503 section 4.1"""
        for _ in range(75):
            info = await self.xmpp.disco_info("mail_events/Sent")
            form = info.forms["http://jabber.org/protocol/pubsub#meta-data"]
            if form["{urn:xmpp:message-store:0}mdn_sent"] == ["yes"]:
                return
            await asyncio.sleep(0.2)
        self.fail("Cyrus keeps $MDNSent, and nobody has asked it")
