"""The quota of the mail store: reached, left and changed on `mail_account`, told once each."""

import smtplib

from case import SETTLE, Case
from mail import compose

KIBIBYTE = 1024


def quota_of(kibibytes):
    # the last delivery may pass the limit: quota_grace
    return f"""
protocol imap {{
  mail_plugins = $mail_plugins imap_quota
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage={kibibytes}K
  quota_grace = 100%%
}}
"""


def letter(kibibytes):
    line = "x" * 70 + "\n"
    return compose(body=line * (kibibytes * KIBIBYTE // len(line)))


class QuotaCase(Case):
    options = {"plugins": "quota", "more": quota_of(200), "accounts": 4}

    def is_quota(self, note):
        return note.is_event and note.name.startswith("Quota")


class Quota(QuotaCase):
    async def exceeded(self):
        self.mail.deliver(message=letter(120))
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        await self.xmpp.assert_quiet(SETTLE + 2, self.is_quota)  # 120 of 200
        self.mail.deliver(message=letter(120))
        return await self.xmpp.expect_event("QuotaExceed", "mail_account")

    async def test_exceeded_and_within(self):
        """RFC 5423 section 4.1, by GETQUOTAROOT (RFC 9208 section 4.1.2) behind each arrival and expunge."""
        await self.watch_all()
        await self.xmpp.subscribe("mail_account")
        note = await self.exceeded()
        self.assertEqual(note.params["diskQuota"], "200")
        self.assertGreaterEqual(int(note.params["diskUsed"]), 240)
        self.assertNotIn("maxMessages", note.params)
        self.assertEqual(note.params["user"], self.user)
        self.assertEqual(note.params["uri"], f"imap://{self.user}@imap.example.com")
        with self.assertRaises(smtplib.SMTPDataError):
            self.mail.deliver(message=letter(1))  # nobody but a push source hears of what is refused
        await self.xmpp.assert_quiet(SETTLE + 2, self.is_quota)
        self.mail.expunge(["INBOX"], "1")
        note = await self.xmpp.expect_event("QuotaWithin", "mail_account")
        self.assertLess(int(note.params["diskUsed"]), 200)
        self.assertEqual(note.params["diskQuota"], "200")
        await self.xmpp.assert_quiet(SETTLE + 2, self.is_quota)

    async def test_a_restart_of_the_gateway_tells_nothing(self):
        """What was not seen before is no difference."""
        await self.watch_all()
        await self.xmpp.subscribe("mail_account")
        await self.exceeded()
        self.world.gateway.stop()
        self.world.gateway.run()
        self.world.gateway.wait_for_log("ready")
        self.mail.mark_read(["INBOX"], "1")
        await self.xmpp.expect_event("MessageRead", "mail_events/INBOX", 20)
        await self.xmpp.assert_quiet(SETTLE + 2, self.is_quota)
        self.mail.expunge(["INBOX"], "1")  # seen by now
        await self.xmpp.expect_event("QuotaWithin", "mail_account")


class QuotaLimit(QuotaCase):
    async def test_changed_limit_is_told_after_the_next_login(self):
        await self.xmpp.subscribe("mail_account")
        await self.watch_all()
        self.mail.append(["INBOX"])
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        await self.xmpp.assert_quiet(SETTLE + 2, self.is_quota)
        self.mail.close()
        dovecot = self.world.dovecot
        dovecot.more = quota_of(300)
        dovecot.stop()
        dovecot.write_more()
        dovecot.run()
        note = await self.xmpp.expect_event("QuotaChange", "mail_account", 20)
        self.assertEqual(note.params["diskQuota"], "300")
        await self.xmpp.assert_quiet(SETTLE, self.is_quota)
