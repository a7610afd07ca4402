"""An owner at another domain, over real s2s (RFC 6120 §4 to §6 between servers: SRV records, TLS, certificates of both
sides): two servers of two makes, each in a network of its own."""

import asyncio
import time

from case import SETTLE, Case
from client import StanzaError, Subscriber
from federation import Federation

EVENTS, STATUS = "mail_events/INBOX", "mail_status/INBOX"


class FederationCase:
    near, far = "prosody", "ejabberd"

    @classmethod
    def setUpClass(cls):
        cls.world = Federation(cls.near, cls.far)

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.remote = await self.login_far(self.user)

    async def login(self, user, account=None, resource="desk"):
        return await self.login_at(self.world.xmpp, user, account, resource)

    async def login_far(self, user, account=None):
        return await self.login_at(self.world.far, user, account, f"far{time.monotonic_ns()}")

    async def login_at(self, server, user, account, resource):
        client = Subscriber(user, server.c2s, account, resource, server.domain, self.world.xmpp.service, server.address)
        self._clients.append(client)
        return await client.login()

    async def deliver(self, subject):
        await self.act(self.mail.deliver, subject)

    async def heard(self, client, subject, seconds=10):
        return await client.expect(lambda n: n.node == EVENTS and n.headers.get("Subject") == subject, seconds, subject)

    async def test_owner_at_the_other_domain(self):
        """XEP-0060 §6.1, §6.2, §6.5 and XEP-0059 §2.2 across domains: all that an owner at home can do."""
        self.assertIn(EVENTS, [node for _, node, _ in await self.remote.disco_items("mail_events")])
        for node in (EVENTS, STATUS):
            self.assertEqual((await self.remote.subscribe(node)).get("subscription"), "subscribed")
        for number in range(3):
            await self.deliver(f"letter {number}")
            note = await self.heard(self.remote, f"letter {number}")
            self.assertEqual((note.sender, note.item_id), (self.remote.account, str(number + 1)))
        await self.remote.expect_status(STATUS, messages=3)
        page = await self.remote.get_items(EVENTS, limit=2)
        rest = await self.remote.get_items(EVENTS, limit=2, after=page.ids[-1])
        self.assertEqual(page.ids + rest.ids, ["1", "2", "3"])
        for node in (EVENTS, STATUS):
            await self.remote.unsubscribe(node)
        await self.deliver("afterwards")
        await self.remote.assert_quiet(SETTLE, lambda n: n.headers.get("Subject") == "afterwards")

    async def test_stranger_at_the_other_domain(self):
        """XEP-0060 §6.1.3: who owns nothing here learns nothing, at whatever domain."""
        stranger = await self.login_far("tybalt", account=self.user)
        await self.refused("item-not-found", stranger.subscribe(EVENTS))
        await self.refused("item-not-found", stranger.disco_items("mail_events"))

    async def test_access_lost(self):
        """XEP-0060 §12.19: an owner who is one no more is told that the subscription is none, and hears nothing more."""
        await self.remote.subscribe(EVENTS)
        await self.xmpp.subscribe(EVENTS)
        await self.deliver("before")
        await self.heard(self.remote, "before")
        self.world.disown(self.user)
        ended = await self.remote.expect(lambda n: n.kind == "subscription" and n.node == EVENTS, 10, "the end")
        self.assertEqual((ended.element.get("subscription"), ended.element.get("jid")), ("none", self.remote.bare))
        await self.deliver("after")
        await self.heard(self.xmpp, "after")
        await self.remote.assert_quiet(SETTLE, lambda n: n.is_event)
        await self.refused("item-not-found", self.remote.get_items(EVENTS))

    async def test_account_at_the_other_domain_is_removed(self):
        """XEP-0077 §3.2 at the far server; what comes back (RFC 6121 §8.5.1) harms nobody: the owner at home hears on."""
        await self.remote.subscribe(EVENTS)
        await self.xmpp.subscribe(EVENTS)
        await self.remove_account(self.remote)
        for subject in ("first", "second"):
            await self.deliver(subject)
            await self.heard(self.xmpp, subject)
        self.assertEqual((await self.xmpp.get_items(EVENTS)).ids, ["1", "2"])

    async def remove_account(self, client):
        """The server may answer, or end the stream at once."""
        try:
            await client.request("set", "<query xmlns='jabber:iq:register'><remove/></query>", to=client.domain, seconds=2)
        except (AssertionError, asyncio.CancelledError):
            pass
        self._clients.remove(client)
        client.abort()

    async def test_server_down_and_back(self):
        """XEP-0060 §6.5 with XEP-0059: what was missed is fetched by the last known id, and the subscription lives on."""
        await self.remote.subscribe(EVENTS)
        await self.deliver("before")
        last = await self.heard(self.remote, "before")
        await self.remote.logout()
        self.world.far.stop()
        for number in range(3):
            await self.deliver(f"missed {number}")
        await asyncio.sleep(SETTLE)  # so that the near server gives these up before the far one is back
        self.world.far.run()
        self.remote = await self.login_far(self.user)
        page = await self.until_answered(lambda: self.remote.get_items(EVENTS, limit=10, after=last.item_id))
        self.assertEqual([p.headers["Subject"] for _, p in page.items], [f"missed {n}" for n in range(3)])
        await self.deliver("live")
        self.assertEqual((await self.heard(self.remote, "live", 20)).item_id, "5")

    async def until_answered(self, request, seconds=20):
        """A server that is just up may still hold its peer for absent."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await request()
            except (StanzaError, AssertionError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.3)

    async def test_cable_pulled_and_put_back(self):
        """RFC 6120 §4.6: a connection that is silent for two seconds is not dead; what it held comes afterwards."""
        await self.remote.subscribe(EVENTS)
        await self.deliver("before")
        await self.heard(self.remote, "before")
        self.world.network.cable("down")
        try:
            await self.deliver("meanwhile")
            await asyncio.sleep(2)
        finally:
            self.world.network.cable("up")
        await self.heard(self.remote, "meanwhile", 20)
        await self.deliver("afterwards")
        await self.heard(self.remote, "afterwards", 20)


class FederationFromProsody(FederationCase, Case):
    pass


class FederationFromEjabberd(FederationCase, Case):
    near, far = "ejabberd", "prosody"
