"""Notifications that nobody subscribed to: a Sieve script of the mail store, and the command (RFC 5435, RFC 5437)."""

import asyncio
import os
import subprocess

from case import Case
from gateway import binary
from servers import USERS_DOMAIN

# vsz_limit: a program built with the address sanitizer maps terabytes
SIEVE = """
service lmtp {
  vsz_limit = 0
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_plugins = sieve_extprograms
  sieve_global_extensions = +vnd.dovecot.execute
  sieve_execute_bin_dir = @DIR@/sieve-bin
  sieve_before = @DIR@/before.sieve
}
"""
SCRIPT = """require ["vnd.dovecot.execute", "variables", "envelope"];
if header :contains "subject" "URGENT" {
  set "to" ""; if envelope :localpart :matches "to" "*" { set "to" "${1}"; }
  set "subject" ""; if header :matches "subject" "*" { set "subject" "${1}"; }
  execute "xmpp-notify" ["xmpp:${to}@%s", "${subject}"];
}
"""
PROGRAM = """#!/bin/sh
exec '%s' notify --socket '%s' --to "$1" --from "$SENDER" --importance 1 --message "$2"
"""


class NotifyCase(Case):
    async def expect_message(self, body):
        async def wait():
            while True:
                for message in self.xmpp.messages:
                    if message.findtext("{jabber:client}body") == body:
                        return message
                await asyncio.sleep(0.05)
        return await asyncio.wait_for(wait(), 10)

    def command(self, *arguments):
        """(exit status, what it says)"""
        done = subprocess.run([binary(), "--config", self.world.gateway.config, "notify", *arguments],
                              capture_output=True, text=True, check=False, timeout=30)
        return done.returncode, done.stderr


class Notify(NotifyCase):
    options = {"more": SIEVE, "policy": {"notify_to": ["owner"]}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dovecot, gateway = cls.world.dovecot, cls.world.gateway
        programs = dovecot.folder / "sieve-bin"
        programs.mkdir()
        (programs / "xmpp-notify").write_text(PROGRAM % (binary(), gateway.control))
        (programs / "xmpp-notify").chmod(0o755)
        (dovecot.folder / "before.sieve").write_text(SCRIPT % USERS_DOMAIN)
        if os.geteuid() == 0:  # its owner and group are what an admin would arrange
            os.chown(gateway.control, dovecot.account.pw_uid, dovecot.account.pw_gid)

    async def test_sieve_script(self):
        self.mail.deliver("nothing much")
        self.mail.deliver("URGENT: call me")
        message = await self.expect_message("URGENT: call me")
        self.assertEqual(message.get("type"), "normal")
        headers = {h.get("name"): h.text for h in message.iter("{http://jabber.org/protocol/shim}header")}
        self.assertEqual(headers, {"Auto-Submitted": "auto-notified", "Resent-From": "romeo@example.net",
                                   "Urgency": "high"})
        self.assertEqual(len([m for m in self.xmpp.messages if m.find("{jabber:client}body") is not None]), 1)

    async def test_command(self):
        status, said = await asyncio.to_thread(
            self.command, "--to", f"xmpp:{self.xmpp.bare}?message;subject=Hear", "--message", "<me>")
        self.assertEqual((status, said), (0, ""))
        message = await self.expect_message("<me>")
        self.assertEqual(message.findtext("{jabber:client}subject"), "Hear")
        status, said = await asyncio.to_thread(self.command, "--to", "xmpp:nobody@elsewhere.example")
        self.assertEqual(status, 77)
        self.assertIn("notify_to", said)
        self.world.gateway.wait_for_log("notify_refused")
        status, said = await asyncio.to_thread(
            self.command, "--to", f"xmpp:{self.xmpp.bare}", "--socket", "/nowhere")
        self.assertEqual(status, 75)


class NotifyOnEjabberd(NotifyCase):
    options = {"server": "ejabberd", "policy": {"notify_to": ["owner"]}, "accounts": 2}

    async def test_who_is_offline(self):
        """The recipient's server keeps it."""
        await self.xmpp.logout()
        status, said = await asyncio.to_thread(
            self.command, "--to", f"xmpp:{self.xmpp.bare}", "--message", "while you were away")
        self.assertEqual((status, said), (0, ""))
        await asyncio.sleep(0.5)
        self.xmpp = await self.login(self.user, resource="later")
        await self.expect_message("while you were away")
