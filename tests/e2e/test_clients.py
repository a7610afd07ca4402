"""The same way through the service with clients on other libraries than slixmpp, each as a program of its own."""

import foreign
from case import Case

SUBSCRIBE = "http://jabber.org/protocol/pubsub#subscribe"
EVENTS, STATUS = "mail_events/INBOX", "mail_status/INBOX"


class OtherClients:
    async def walk(self, library):
        """XEP-0060 §5.1 to §5.3, §6.1, §6.2, §6.5 and §7.1.2.1: from discovery to the end of the subscription."""
        async with foreign.Foreign(library, self.world.xmpp, self.user) as client:
            await self.discover(client)
            for node in (STATUS, EVENTS):
                self.assertEqual(await client.ask("subscribe", node), "subscribed")
            await client.note(lambda n: n["node"] == STATUS and n["messages"] == "0")
            for number in range(5):
                await self.act(self.mail.deliver, f"letter {number}")
                await self.heard(client, number)
            await self.fetch(client)
            for node in (STATUS, EVENTS):
                await client.ask("unsubscribe", node)
            await self.silent(client)

    async def discover(self, client):
        roots = await client.ask("nodes")
        self.assertLessEqual({"mail_events", "mail_status"}, set(roots))
        for root in ("mail_events", "mail_status"):
            self.assertIn(f"{root}/INBOX", await client.ask("nodes", root))
        info = await client.ask("info", EVENTS)
        self.assertIn("pubsub/leaf", info["identities"])
        self.assertIn("http://jabber.org/protocol/pubsub", info["features"])

    async def heard(self, client, number):
        note = await client.note(lambda n: n["node"] == EVENTS)
        self.assertEqual((note["name"], note["id"], note["subject"]), ("MessageNew", str(number + 1), f"letter {number}"))
        self.assertEqual(note["from"], client.account)

    async def fetch(self, client):
        """XEP-0059 §2.2: forwards, page by page, until the last."""
        subjects, after = [], None
        while True:
            page = await client.ask("items", EVENTS, max=2, **({"after": after} if after else {}))
            self.assertEqual(page["count"], 5)
            self.assertLessEqual(len(page["items"]), 2)
            subjects += [item["subject"] for item in page["items"]]
            after = page["last"]
            if len(subjects) >= 5:
                self.assertEqual(after, "5")
                break
        self.assertEqual(subjects, [f"letter {number}" for number in range(5)])

    async def silent(self, client):
        """XEP-0060 §6.2: after the end of the subscription nothing comes; slixmpp at the same desk still hears."""
        await self.xmpp.subscribe(EVENTS, jid=self.xmpp.boundjid.full)
        while not client.notes.empty():
            client.notes.get_nowait()
        await self.act(self.mail.deliver, "afterwards")
        await self.xmpp.expect_event("MessageNew", EVENTS)
        self.assertTrue(client.notes.empty())

    async def refusals(self, library):
        """XEP-0060 §6.1.3.12, §6.2.3.2 and §6.5.9: the library tells its user the condition that the service gave."""
        async with foreign.Foreign(library, self.world.xmpp, self.user) as client:
            await self.refused("item-not-found", client.ask("subscribe", "mail_events/No such mailbox"))
            await self.refused("unexpected-request", client.ask("unsubscribe", EVENTS))
            await self.refused("item-not-found", client.ask("items", "mail_events/No such mailbox", max=2))
        async with foreign.Foreign(library, self.world.xmpp, "romeo", account=self.user) as stranger:
            await self.refused("item-not-found", stranger.ask("subscribe", EVENTS))

    async def test_aioxmpp(self):
        await self.walk(foreign.AIOXMPP)

    async def test_aioxmpp_refused(self):
        await self.refusals(foreign.AIOXMPP)

    async def test_xmpp_js(self):
        await self.walk(foreign.XMPP_JS)

    async def test_xmpp_js_refused(self):
        await self.refusals(foreign.XMPP_JS)

    async def test_strophe(self):
        """Over WebSocket (RFC 7395), as programs in a browser do."""
        await self.walk(foreign.STROPHE)

    async def test_strophe_refused(self):
        await self.refusals(foreign.STROPHE)


class OtherClientsOnProsody(OtherClients, Case):
    pass


class OtherClientsOnEjabberd(OtherClients, Case):
    options = {"server": "ejabberd"}
