"""The archive of a node (XEP-0313, XEP-0442), items in an order (XEP-0413), what came meanwhile (XEP-0312), and the
account as a contact that says how much is unread."""

import asyncio
import datetime
import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

from case import Case
from client import rsm

MAM = "urn:xmpp:mam:2"
ORDER = "<order xmlns='urn:xmpp:order-by:1' by='creation' desc='true'/>"


class Archive(Case):
    async def query(self, inner="", client=None, node="mail_events/INBOX"):
        """([ids of the results as they came], the <fin/>)"""
        client = client or self.xmpp
        before = len(client.messages)
        answer = await client.request(
            "set", f"<query xmlns='{MAM}' node={quoteattr(node)} queryid='f'>{inner}</query>", to=self.xmpp.account)
        results = [r for m in client.messages[before:] for r in m.iter(f"{{{MAM}}}result")]
        for result in results:
            self.assertEqual(result.get("queryid"), "f")
            [item] = result.iter("{http://jabber.org/protocol/pubsub#event}item")
            self.assertEqual(item.get("id"), result.get("id"))
            client.payloads.append(item[0])
        return [result.get("id") for result in results], answer.find(f"{{{MAM}}}fin")

    @staticmethod
    def form(**fields):
        inner = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
        return ("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
                f"<value>{MAM}</value></field>{inner}</x>")

    async def deliver(self, count):
        await self.xmpp.subscribe("mail_events/INBOX")
        for _ in range(count):
            self.mail.deliver()
            await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")

    async def test_by_time_and_in_pages(self):
        await self.deliver(2)
        await asyncio.sleep(1.1)
        middle = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        await self.deliver(1)
        ids, fin = await self.query()
        self.assertEqual((ids, fin.get("complete")), (["1", "2", "3"], "true"))
        self.assertEqual((await self.query(self.form(start=middle)))[0], ["3"])
        self.assertEqual((await self.query(self.form(end=middle)))[0], ["1", "2"])
        ids, fin = await self.query(rsm(limit=2))
        self.assertEqual((ids, fin.get("complete")), (["1", "2"], None))
        ids, fin = await self.query(rsm(limit=2, after="2"))
        self.assertEqual((ids, fin.get("complete")), (["3"], "true"))
        self.assertEqual((await self.query(ORDER))[0], ["3", "2", "1"])
        await self.refused("item-not-found", self.query(rsm(after="4")))

    async def test_guests(self):
        await self.deliver(1)
        romeo = await self.login(self.world.fresh_account())
        await self.refused("item-not-found", self.query(client=romeo))
        await self.xmpp.pubsub("set", "<affiliations node='mail_events/INBOX'><affiliation "
                               f"jid={quoteattr(romeo.bare)} affiliation='member'/></affiliations>", ns="owner")
        ids, _ = await self.query(client=romeo)
        self.assertEqual(ids, ["1"])

    async def test_items_newest_first(self):
        await self.deliver(3)
        answer = await self.xmpp.pubsub("get", f"<items node='mail_events/INBOX' max_items='2'/>{ORDER}")
        items = [i.get("id") for i in answer.iter("{http://jabber.org/protocol/pubsub}item")]
        self.assertEqual(items, ["3", "2"])


class Contact(Case):
    async def become_contact(self):
        self.xmpp.add_event_handler("presence_available", self.on_presence)
        self.shown = asyncio.Queue()
        self.xmpp.send_presence_subscription(pto=self.xmpp.account)
        await self.expect_shown("0 unread")

    def on_presence(self, presence):
        if presence["from"].bare == self.xmpp.account:
            self.shown.put_nowait((presence["status"], presence["show"]))

    async def expect_shown(self, status, show=""):
        """Prosody may show one presence more than once."""
        async def wait():
            while True:
                if await self.shown.get() == (status, show):
                    return
        await asyncio.wait_for(wait(), 8)

    async def test_unread(self):
        await self.become_contact()
        self.mail.deliver()
        await self.expect_shown("1 unread")
        self.mail.deliver()
        self.mail.deliver()
        await self.expect_shown("3 unread")

    async def test_what_came_meanwhile(self):
        await self.become_contact()
        await self.xmpp.subscribe("mail_events/INBOX")
        self.mail.deliver()
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        phone = await self.login(self.user, resource="phone")
        phone.send_presence(ptype="unavailable")
        presence = phone.make_presence()
        presence.append(ET.fromstring("<ago xmlns='urn:xmpp:ago:0' secs='600'/>"))
        phone.send(presence)
        note = await phone.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.item_id, "1")
