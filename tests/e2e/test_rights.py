"""Access control lists of the mail store (RFC 4314): who they let read is who may see the nodes, and nobody waits."""

import asyncio

from case import Case
from client import StanzaError

# Dovecot's vfile lists; acl_user: a master user acts with the rights of whom it acts for
ACL = {"plugins": "acl", "more": """
protocol imap {
  mail_plugins = $mail_plugins imap_acl
}
plugin {
  acl = vfile
  acl_user = %u
  acl_anyone = allow
}
"""}


class RightsCase(Case):
    options = ACL

    def give(self, levels, identifier, rights):
        self.mail.check(self.mail.imap.setacl(self.mail.name(levels), identifier, rights), "SETACL")

    def take(self, levels, identifier):
        self.mail.check(self.mail.imap.deleteacl(self.mail.name(levels), identifier), "DELETEACL")


class Watching(RightsCase):
    async def test_reading_rights_delays_no_event(self):
        """RFC 5465 section 3.1: commands may be sent between notifications; 120 lists are three chunks."""
        await self.watch_all()
        for number in range(120):
            self.mail.create([f"box {number:03}"])
        for number in range(5):
            self.give([f"box {number:03}"], "romeo", "lr")
        await self.when_known("mail_events/box 119")
        for number in range(10):
            self.mail.deliver(f"letter {number}")
            note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 3)
            self.assertEqual(note.headers["Subject"], f"letter {number}")
            await asyncio.sleep(0.1)


class Readers(RightsCase):
    """Whom a list gives l and r (RFC 4314 section 4) sees the mailbox's two nodes at the owner's account."""

    async def until_visible(self, client, node, seconds=8):
        await self.until(client, node, True, seconds)

    async def until_hidden(self, client, node, seconds=8):
        await self.until(client, node, False, seconds)

    async def until(self, client, node, visible, seconds):
        for _ in range(seconds * 10):
            try:
                await client.disco_info(node)
                seen = True
            except StanzaError as error:
                self.assertEqual(error.condition, "item-not-found")
                seen = False
            if seen == visible:
                return
            await asyncio.sleep(0.1)
        self.fail(f"{node} is {'not visible' if visible else 'still visible'} to {client.bare}")

    async def test_a_reader_is_told(self):
        self.mail.create(["Verona"])
        self.give(["Verona"], "romeo", "lr")
        self.give(["Verona"], "nurse", "l")
        romeo = await self.login("romeo", account=self.user)
        nurse = await self.login("nurse", account=self.user)
        await self.until_visible(romeo, "mail_events/Verona")
        nodes = [node for _, node, _ in await romeo.disco_items("mail_events")]
        self.assertEqual(nodes, ["mail_events/Verona"])
        await romeo.subscribe("mail_events/Verona")
        await romeo.subscribe("mail_status/Verona")
        self.mail.append(["Verona"])
        await romeo.expect_event("MessageNew", "mail_events/Verona")
        await romeo.expect_status("mail_status/Verona", messages=1)
        await self.refused("item-not-found", romeo.subscribe("mail_events/INBOX"))
        await self.refused("item-not-found", nurse.subscribe("mail_events/Verona"))

    async def test_anyone(self):
        self.mail.create(["Town"])
        self.give(["Town"], "anyone", "lr")
        self.mail.create(["Feud"])
        self.give(["Feud"], "anyone", "lr")
        self.give(["Feud"], "-romeo", "r")
        romeo = await self.login("romeo", account=self.user)
        await self.until_visible(romeo, "mail_events/Town")
        await self.when_known("mail_events/Feud")
        await self.until_hidden(romeo, "mail_events/Feud")

    async def test_rights_survive_a_restart_and_end(self):
        self.mail.create(["Verona"])
        self.give(["Verona"], "romeo", "lr")
        romeo = await self.login("romeo", account=self.user)
        await self.until_visible(romeo, "mail_events/Verona")
        await romeo.subscribe("mail_events/Verona")
        self.world.gateway.kill()
        self.world.gateway.run()
        self.mail.append(["Verona"])
        await romeo.expect_event("MessageNew", "mail_events/Verona", 20)
        self.take(["Verona"], "romeo")
        self.world.gateway.kill()
        self.world.gateway.run()  # which reads all rights anew
        await self.until_hidden(romeo, "mail_events/Verona")
        romeo.notes.clear()
        self.mail.append(["Verona"])
        await romeo.assert_quiet(3, lambda note: note.is_event)


class OwnRights(RightsCase):
    async def test_lost_rights_are_seen_by_a_new_connection(self):
        """RFC 5423 section 4.4: MailboxDelete, when a change of rights hides a mailbox. A running session of Dovecot
        may go on seeing it; a new one does not, by LIST."""
        await self.watch_all()
        self.mail.create(["Verona"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/Verona")
        self.give(["Verona"], self.user, "a")
        self.mail.close()
        self.world.dovecot.restart()
        await self.xmpp.expect_event("MailboxDelete", "mail_events/Verona", 20)
        await self.refused("item-not-found", self.xmpp.disco_info("mail_events/Verona"))
