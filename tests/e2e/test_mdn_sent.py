"""$MDNSent (RFC 3503): which mailboxes keep it, told by the nodes; set, cleared and lost like any keyword."""

import asyncio

from case import SETTLE, Case

FIELD = "{urn:xmpp:message-store:0}mdn_sent"
META_DATA = "http://jabber.org/protocol/pubsub#meta-data"


class MdnSent(Case):
    options = {"accounts": 3}

    async def mdn_sent(self, levels):
        """The same at both nodes."""
        told = {(await self.xmpp.disco_info(node)).forms[META_DATA][FIELD][0]
                for node in (self.events_node(*levels), self.status_node(*levels))}
        self.assertEqual(len(told), 1, told)
        return told.pop()

    async def until_mdn_sent(self, levels, value, seconds=15):
        for _ in range(seconds * 5):
            if await self.mdn_sent(levels) == value:
                return
            await asyncio.sleep(0.2)
        self.fail(f"{levels}: mdn_sent is {await self.mdn_sent(levels)}, not {value}")

    async def test_known_where_a_select_takes_recent_from_nobody(self):
        """RFC 3503 section 4.1: \\* in PERMANENTFLAGS; only SELECT tells, and it takes \\Recent (RFC 3501 section 2.3.2)."""
        await self.watch_all()
        self.mail.deliver(detail="Fresh")  # comes into being with a recent message
        self.mail.create(["Later"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/Later")
        await self.until_mdn_sent(["Sent"], "yes")
        await self.until_mdn_sent(["Later"], "yes")
        self.assertEqual(await self.mdn_sent(["Fresh"]), "unknown")
        self.mail.check(self.mail.imap.select(self.mail.name(["Fresh"])), "SELECT")
        self.assertEqual(self.mail.imap.response("RECENT")[1], [b"1"])

    async def test_set_cleared_and_lost_by_copy(self):
        """RFC 3503 section 3.2: a COPY that does not keep it shows, since the copy has no such flag."""
        await self.watch_all()
        self.mail.append(["INBOX"])
        note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.mail.store(["INBOX"], "1", "+FLAGS", "$MDNSENT")
        note = await self.only("FlagsSet", "mail_events/INBOX")
        self.assertEqual(note.params["flagNames"], "$MDNSent")
        self.mail.copy(["INBOX"], "1", ["Sent"])
        note = await self.xmpp.expect_event("MessageAppend", "mail_events/Sent")
        self.assertEqual(note.params["flagNames"], "$MDNSent")
        self.mail.store(["Sent"], "1", "-FLAGS", "$mdnsent")
        note = await self.only("FlagsClear", "mail_events/Sent")
        self.assertEqual(note.params["flagNames"], "$MDNSent")
        self.mail.copy(["Sent"], "1", ["Archive"])
        note = await self.xmpp.expect_event("MessageAppend", "mail_events/Archive")
        self.assertNotIn("flagNames", note.params)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_known_after_a_restart(self):
        await self.until_mdn_sent(["Drafts"], "yes")
        self.world.gateway.stop()
        self.world.gateway.run()
        self.world.gateway.wait_for_log("ready")
        # the very first answer: what was known is kept
        self.assertEqual(await self.mdn_sent(["Drafts"]), "yes")
