"""The base of every end-to-end test: a world for the class, an account and a subscriber for each test."""

import asyncio
import logging
import time
import unittest

from client import StanzaError, Subscriber
from mail import Mail, node_path
from schema import check_payloads
from world import World

logging.getLogger("asyncio").setLevel(logging.ERROR)
SETTLE = 1.2  # Dovecot holds NOTIFY back by 0.5 s; an event too many shows within this time


class Case(unittest.IsolatedAsyncioTestCase):
    options = {}  # of World

    @classmethod
    def setUpClass(cls):
        cls.world = World(**cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # unittest's default slows every callback down
        self._clients = []
        self.user = self.world.fresh_account()
        self.mail = Mail(self.world.dovecot, self.user)
        self.addCleanup(self.mail.close)
        self.xmpp = await self.login(self.user)

    async def asyncTearDown(self):
        for client in self._clients:
            await client.logout()
        if self.world.gateway:
            self.world.gateway.check_alive()
            self.world.gateway.check_log()
        check_payloads([payload for client in self._clients for payload in client.payloads])

    async def login(self, user, account=None, resource="desk"):
        """One more client; account: whose mail it asks about (default: its own)."""
        client = Subscriber(user, self.world.xmpp.c2s, account, resource)
        self._clients.append(client)
        await client.login()
        return client

    async def act(self, function, *args, **kwargs):
        """Runs one act on the mail store beside the event loop; returns (the time it began, its result)."""
        began = time.monotonic()
        return began, await asyncio.to_thread(function, *args, **kwargs)

    async def watch_all(self):
        await self.xmpp.subscribe("mail_events")

    def events_node(self, *levels):
        return "mail_events/" + node_path(levels)

    def status_node(self, *levels):
        return "mail_status/" + node_path(levels)

    async def refused(self, condition, request, details=None):
        """The request is answered with that error, and with these application conditions if given."""
        with self.assertRaises(StanzaError) as refusal:
            await request
        self.assertEqual(refusal.exception.condition, condition, refusal.exception)
        if details is not None:
            self.assertEqual(refusal.exception.details, details)
        return refusal.exception

    async def when_known(self, node, seconds=10):
        """Waits until the gateway has that node: a change on the mail store takes a moment to reach it."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await self.xmpp.disco_info(node)
            except StanzaError as error:
                if error.condition != "item-not-found" or time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)

    async def only(self, name, node, seconds=8.0):
        """That event, and within the settling time no other."""
        note = await self.xmpp.expect_event(name, node, seconds)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
        return note

    async def history(self, node):
        """All kept events of a node, paged through by RSM: [(id, Payload)]."""
        items, after = [], None
        while True:
            page = await self.xmpp.get_items(node, limit=50, after=after)
            if not page.items:
                return items
            items += page.items
            after = page.ids[-1]
            if len(page.items) < 50:
                return items
