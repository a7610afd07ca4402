"""Access control lists of the mail store (RFC 4314): who they let read is who may see the nodes, and nobody waits."""

import asyncio

from case import Case

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
