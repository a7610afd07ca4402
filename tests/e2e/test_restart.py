"""The gateway killed, Dovecot and Prosody restarted in the middle: every net change is told once, ids go on."""

import asyncio
import random
import time

from case import SETTLE, Case
from client import StanzaError
from mail import Mail


class RestartCase(Case):
    async def relogin(self):
        """After the XMPP server went down and came back."""
        self.xmpp = await self.login(self.user, resource=f"desk{time.monotonic_ns()}")
        return self.xmpp

    async def until(self, condition, what, seconds=15):
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = await condition()
            except (AssertionError, StanzaError):  # not yet, or the server is still away
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                self.fail(f"{what}: not within {seconds} s")
            await asyncio.sleep(0.2)


class GatewayKilled(RestartCase):
    async def test_net_changes_are_each_one_event(self):
        node = "mail_events/INBOX"
        await self.watch_all()
        self.mail.create(["keep"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/keep")
        for number in range(6):
            self.mail.append(["INBOX"], subject=f"before {number}")
        for _ in range(6):
            await self.xmpp.expect_event("MessageNew", node)
        before = await self.history(node)
        self.world.gateway.kill()

        self.mail.append(["INBOX"], subject="while it was down")
        self.mail.append(["INBOX"], "\\Seen", subject="read while it was down")
        self.mail.mark_read(["INBOX"], "1:2")
        self.mail.store(["INBOX"], "3", "+FLAGS", "$Label1")
        self.mail.store(["INBOX"], "3", "+FLAGS", "\\Flagged")
        self.mail.store(["INBOX"], "3", "-FLAGS", "\\Flagged")
        self.mail.expunge(["INBOX"], "5")
        self.mail.create(["made while down"])
        self.mail.subscribe(["keep"])
        self.world.gateway.run()

        note = await self.xmpp.expect_event("MessageNew", node, 20)
        self.assertEqual(note.headers["Subject"], "while it was down")
        note = await self.xmpp.expect_event("MessageAppend", node)
        note = await self.xmpp.expect_event("MessageRead", node)
        self.assertEqual(note.params["uidset"], "1:2")
        note = await self.xmpp.expect_event("FlagsSet", node)
        self.assertEqual((note.params["uidset"], note.params["flagNames"]), ("3", "$Label1"))
        note = await self.xmpp.expect_event("MessageExpunge", node)
        self.assertEqual(note.params["uidset"], "5")
        await self.xmpp.expect_event("MailboxCreate", "mail_events/made while down")
        await self.xmpp.expect_event("MailboxSubscribe", "mail_events/keep")
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

        after = await self.history(node)
        self.assertEqual([i for i, _ in after[:len(before)]], [i for i, _ in before])
        self.assertEqual([i for i, _ in after], [str(n) for n in range(1, len(before) + 6)])

    async def test_nothing_new_after_a_clean_restart(self):
        await self.watch_all()
        self.mail.deliver()
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.world.gateway.stop()
        self.world.gateway.run()
        await self.xmpp.assert_quiet(2 * SETTLE, lambda n: n.is_event)
        self.mail.deliver()
        note = await self.only("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.item_id, "2")

    async def test_rename_and_delete_while_down(self):
        await self.watch_all()
        for levels in (["a"], ["gone"]):
            self.mail.create(levels)
            await self.xmpp.expect_event("MailboxCreate", self.events_node(*levels))
        self.world.gateway.kill()
        self.mail.rename(["a"], ["b"])
        self.mail.delete(["gone"])
        self.world.gateway.run()
        await self.xmpp.expect_event("MailboxDelete", "mail_events/gone", 20)
        # the same mailbox by its UIDVALIDITY, or one deleted and one made: both tell the net change
        await self.xmpp.expect(lambda n: n.is_event and n.node == "mail_events/b"
                               and n.name in ("MailboxRename", "MailboxCreate"), 10)

    async def test_killed_while_busy(self):
        await self.kill_while_busy(rounds=2)

    async def test_killed_while_busy_for_long(self):
        await self.kill_while_busy(rounds=25)
    test_killed_while_busy_for_long.long = True

    async def kill_while_busy(self, rounds):
        """SIGKILL at random instants of a stream of changes; the history has each new message once, in order."""
        node = "mail_events/INBOX"
        await self.xmpp.subscribe(node)
        sent = 0
        for _ in range(rounds):
            writer = asyncio.create_task(self.act(self.append_some, sent, 15))
            sent += 15
            await asyncio.sleep(random.uniform(0.1, 1.2))  # any instant is as good as another
            self.world.gateway.kill()
            await writer
            self.world.gateway.run()

        async def complete():
            items = await self.history(node)
            return items if len(items) >= sent else None
        items = await self.until(complete, f"{sent} events in the history", 20)
        await asyncio.sleep(SETTLE)
        items = await self.history(node)
        self.assertEqual([p.headers["Subject"] for _, p in items], [f"number {n}" for n in range(sent)])
        self.assertEqual([i for i, _ in items], [str(n + 1) for n in range(sent)])
        heard = [n.headers["Subject"] for n in self.xmpp.events()]
        self.assertEqual(set(heard), {f"number {n}" for n in range(sent)})  # at least once

    def append_some(self, first, count):
        writer = Mail(self.world.dovecot, self.user)
        for number in range(first, first + count):
            writer.append(["INBOX"], subject=f"number {number}")
        writer.close()


class DovecotRestarted(RestartCase):
    async def test_stale_then_current_and_nothing_lost(self):
        await self.watch_all()
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", state="current")
        self.mail.deliver("before")
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.mail.close()
        began = time.monotonic()
        self.world.dovecot.stop()
        stale = await self.xmpp.expect_status("mail_status/INBOX", 20, state="stale")
        self.assertGreater(stale.at - began, 8)
        self.assertEqual(stale.attributes["messages"], "1")  # the last known count is kept
        self.world.dovecot.run()
        self.mail.deliver("after")
        note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 60)
        self.assertEqual((note.headers["Subject"], note.item_id), ("after", "2"))
        await self.xmpp.expect_status("mail_status/INBOX", 10, state="current", messages=2)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_short_restart_is_no_news(self):
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", state="current")
        self.mail.close()
        self.world.dovecot.restart()
        self.mail.deliver()
        await self.xmpp.expect_status("mail_status/INBOX", 30, state="current", messages=1)
        self.assertFalse([n for n in self.xmpp.notes if n.attributes.get("state") == "stale"])


class ProsodyRestarted(RestartCase):
    async def test_nothing_lost_and_ids_go_on(self):
        node = "mail_events/INBOX"
        await self.xmpp.subscribe(node)
        self.mail.deliver("number 0")
        first = await self.xmpp.expect_event("MessageNew", node)
        await self.xmpp.logout()
        self.world.xmpp.stop()
        for number in range(1, 4):
            self.mail.deliver(f"number {number}")
        self.world.xmpp.run()
        client = await self.relogin()
        for number in range(4, 6):
            self.mail.deliver(f"number {number}")

        async def complete():
            return len(await self.history(node)) >= 6
        await self.until(complete, "six events in the history", 60)
        items = await self.history(node)
        self.assertEqual([p.headers["Subject"] for _, p in items], [f"number {n}" for n in range(6)])
        self.assertEqual([i for i, _ in items], [str(n) for n in range(1, 7)])
        self.assertEqual(first.item_id, "1")
        # what happened after the subscriber was back is also heard
        heard = [await client.expect_event("MessageNew", node, 20) for _ in range(2)]
        self.assertLessEqual({n.headers["Subject"] for n in heard}, {f"number {n}" for n in range(6)})

    async def test_server_away_in_the_middle_of_a_stream(self):
        node = "mail_events/INBOX"
        await self.xmpp.subscribe(node)
        await self.xmpp.logout()
        writer = asyncio.create_task(self.act(self.deliver_some, 30))
        await asyncio.sleep(0.7)  # in the middle of it
        self.world.xmpp.restart()
        await writer
        await self.relogin()

        async def complete():
            return len(await self.history(node)) >= 30
        await self.until(complete, "30 events in the history", 60)
        self.assertEqual([p.headers["Subject"] for _, p in await self.history(node)],
                         [f"number {n}" for n in range(30)])

    def deliver_some(self, count):
        for number in range(count):
            self.mail.deliver(f"number {number}")
            time.sleep(0.05)
