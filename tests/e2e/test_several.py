"""Several gateways of one domain on one PostgreSQL: each account is one gateway's, and what a dead one leaves is
taken over."""

import asyncio
import re
import time

from case import Case
from client import StanzaError
from mail import Mail

TAKEOVER = 10  # seconds from kill -9


class SeveralCase(Case):
    def watched(self, gateway):
        """How many accounts a gateway watches, as it tells /metrics."""
        counted = re.search(r"^mailnode_accounts_watched\S* (\d+)", gateway.get("/metrics")[1], re.MULTILINE)
        return int(counted.group(1))

    async def shares(self, seconds=30):
        """Waits until each account is watched, and each gateway has its share."""
        deadline = time.monotonic() + seconds
        while True:
            counts = [self.watched(gateway) for gateway in self.world.gateways]
            if sum(counts) == len(self.world.users) and max(counts) - min(counts) <= 1:
                return counts
            if time.monotonic() > deadline:
                self.fail(f"watched: {counts} of {len(self.world.users)}")
            await asyncio.sleep(0.2)

    async def again(self, request, seconds=20):
        """The server loses what it would hand to a gateway that has gone."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await request()
            except (AssertionError, StanzaError):
                if time.monotonic() > deadline:
                    raise


class OnEjabberd(SeveralCase):
    options = {"server": "ejabberd", "store": "postgresql", "gateways": 2, "accounts": 9}

    async def test_killed_under_load(self):
        """Each event has one id, and none is missing, while one of two is killed."""
        await self.shares()
        users = [self.user] + [self.world.fresh_account() for _ in range(5)]
        clients = [self.xmpp] + [await self.login(user) for user in users[1:]]
        mails = [Mail(self.world.dovecot, user) for user in users]
        for mail in mails:
            self.addCleanup(mail.close)
        for client in clients:
            await client.subscribe("mail_events/INBOX")
            await client.subscribe("mail_status/INBOX")
        await asyncio.sleep(1.2)  # a subscription is known to both
        letters = 24
        victim = self.world.gateways[1]
        before = self.watched(victim)
        self.assertGreater(before, 0)
        killed = None
        for number in range(letters):
            if number == 8:
                victim.kill()
                killed = time.monotonic()
            for mail in mails:
                await asyncio.to_thread(mail.append, ["INBOX"], subject=f"letter {number}")
            await asyncio.sleep(0.1)
        heard = []
        for client in clients:
            ids = {}
            while len(ids) < letters:
                note = await client.expect(lambda n: n.is_event and n.name == "MessageNew", TAKEOVER + 15,
                                           f"letter {len(ids) + 1}")
                ids.setdefault(note.headers["Subject"], set()).add(note.item_id)
                heard.append(note.at)
            self.assertEqual([sorted(ids[f"letter {n}"]) for n in range(letters)],
                             [[str(n + 1)] for n in range(letters)])
            await client.expect_status("mail_status/INBOX", messages=letters)
        self.assertEqual(self.watched(self.world.gateways[0]), len(self.world.users))
        # who had the victim's accounts heard nothing of them until they were taken over
        heard = sorted(at for at in heard if at > killed)
        silence = max(later - sooner for sooner, later in zip([killed] + heard, heard))
        self.assertLess(silence, TAKEOVER)
        victim.run()
        for client in clients:
            page = await self.again(lambda c=client: c.get_items("mail_events/INBOX", limit=50))
            self.assertEqual(page.ids, [str(n + 1) for n in range(letters)])
        await self.shares()

    async def test_either_answers_and_hears_of_the_other(self):
        """XEP-0060 section 6.1: whichever gateway takes the request, the account's own one sends the events."""
        await self.shares()
        for _ in range(2):  # of two accounts the server gives each to a gateway of its own choice
            user = self.world.fresh_account()
            client = await self.login(user)
            mail = Mail(self.world.dovecot, user)
            self.addCleanup(mail.close)
            await client.subscribe("mail_events/INBOX")
            await asyncio.sleep(1)
            mail.append(["INBOX"], subject="heard")
            await client.expect_event("MessageNew", "mail_events/INBOX")
            await client.unsubscribe("mail_events/INBOX")
            await asyncio.sleep(1)
            mail.append(["INBOX"], subject="not heard")
            await client.assert_quiet(2, lambda note: note.is_event)
            page = await client.get_items("mail_events/INBOX")
            self.assertEqual(len(page.ids), 2)


class OnProsody(SeveralCase):
    """Prosody takes one connection: the second gateway stands by."""

    options = {"store": "postgresql", "accounts": 4}

    async def test_the_second_stands_by(self):
        from gateway import Gateway
        first = self.world.gateway
        second = Gateway(self.world.folder.sub("standby"), self.world.ports, self.world.xmpp, first.sources,
                         store=self.world.postgres.url)
        self.world.gateways.append(second)
        second.http = self.world.ports.take()
        second.write_config()
        second.launch_only()
        second.wait_for_log("conflict")
        await self.xmpp.subscribe("mail_events/INBOX")
        self.mail.append(["INBOX"], subject="before")
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(self.watched(second), 0)
        first.kill()
        killed = time.monotonic()
        self.mail.append(["INBOX"], subject="after")
        note = await self.xmpp.expect(lambda n: n.is_event and n.headers.get("Subject") == "after", 20, "the letter")
        self.assertLess(note.at - killed, TAKEOVER)
        self.assertEqual(note.item_id, "2")
        page = await self.xmpp.get_items("mail_events/INBOX")
        self.assertEqual(page.ids, ["1", "2"])
        first.launch_only()
        first.wait_for_log("conflict")
        self.assertEqual(len(await self.xmpp.subscriptions()), 1)
