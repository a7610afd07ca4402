"""What is wrong outside: passwords, unknown accounts, certificates, configurations. Each is named in the log, the
accounts concerned are stale, all others go on."""

import asyncio
import os
import socket
import subprocess
import threading
import time

from case import Case
from client import StanzaError
from dovecot import Dovecot
from gateway import SANITIZERS, binary, source_of
from servers import COMPONENT, SECRET

BROKEN = ["romeo", "nurse", "benvolio"]  # wrong password, wrong name in the certificate, unknown authority
TLS = ["tybalt", "paris"]                # STARTTLS and implicit TLS, verified


def sources(world):
    healthy = [user for user in world.users if user not in BROKEN + TLS]
    tls = world.tls_dovecot = Dovecot(world.folder.sub("t"), world.ports, world.users, tls="localhost").start()
    authority = str(tls.certificates.authority)
    return [
        source_of(world.dovecot, healthy + ["nobody-here"]),
        source_of(world.dovecot, ["romeo"], "wrong-password", master_password="wrong-secret-7"),
        source_of(tls, ["nurse"], "wrong-name", port=tls.imaps, tls="implicit", ca_file=authority,
                  tls_name="imap.elsewhere.example"),
        source_of(tls, ["benvolio"], "unknown-authority", port=tls.imaps, tls="implicit", tls_name="localhost"),
        source_of(tls, ["tybalt"], "starttls", tls="starttls", ca_file=authority, tls_name="localhost"),
        source_of(tls, ["paris"], "implicit", port=tls.imaps, tls="implicit", ca_file=authority,
                  tls_name="localhost"),
    ]


class BrokenSources(Case):
    options = {"sources": sources, "users": ["benvolio", *TLS], "accounts": 8}

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.world.tls_dovecot.program.kill()

    def assert_log_names(self, *words):
        self.world.gateway.wait_for_log("(?m)^" + "".join(f"(?=.*{word})" for word in words))

    async def test_each_is_named_in_the_log(self):
        self.assert_log_names("wrong-password", "romeo", "master_password|password")
        self.assert_log_names("wrong-name", "nurse", "certificate|tls_name|host")
        self.assert_log_names("unknown-authority", "benvolio", "certificate|ca_file|authority")
        self.assert_log_names("imap", "nobody-here")
        for secret in ("wrong-secret-7", "master-secret", SECRET):
            self.assertNotIn(secret, self.world.gateway.new_log())

    async def test_others_go_on(self):
        await self.watch_all()
        self.mail.deliver()
        await self.only("MessageNew", "mail_events/INBOX")

    async def test_verified_tls_works(self):
        from mail import Mail
        for user in TLS:
            with self.subTest(user):
                client = await self.login(user)
                await client.subscribe("mail_events")
                Mail(self.world.tls_dovecot, user).deliver()
                await client.expect_event("MessageNew", "mail_events/INBOX")

    async def test_a_broken_account_is_stale_and_never_silent(self):
        for user in BROKEN:
            with self.subTest(user):
                client = await self.login(user)
                try:
                    page = await client.get_items("mail_status/INBOX")
                    self.assertEqual(page.items[0][1].attributes.get("state"), "stale")
                    self.assertNotIn("messages", page.items[0][1].attributes)
                except StanzaError as error:
                    self.assertEqual((error.type, error.condition), ("wait", "remote-server-timeout"))

    async def test_healthz_tells_which_source(self):
        status, text = self.world.gateway.get("/healthz")
        self.assertEqual(status, 503)
        self.assertIn("wrong-password", text)


class ScriptedServer:
    """An IMAP server that is well until its one mailbox has been looked at; then it says `ruin`."""

    MAILBOX = b"(MESSAGES 0 UIDNEXT 1 UIDVALIDITY 5 UNSEEN 0)"

    def __init__(self, port, ruin):
        self.ruin = ruin
        self.logins = []  # when
        self.closed = []  # when the gateway ended a connection that was ruined
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        try:
            asked = 0
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR] ready\r\n")
            for line in connection.makefile("rb"):
                tag, command = line.split()[:2]
                if command == b"AUTHENTICATE":
                    self.logins.append(time.monotonic())
                connection.sendall(self.answer(command) + tag + b" OK done\r\n")
                asked += command == b"STATUS"
                # the first time the second is behind the look; a mailbox that has not changed is asked for once
                if asked == (2 if len(self.logins) == 1 else 1):
                    connection.sendall(self.ruin)
            self.closed.append(time.monotonic())
        except OSError:
            self.closed.append(time.monotonic())
        finally:
            connection.close()

    def answer(self, command):
        return {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR\r\n",
                b"LIST": b'* LIST () "/" INBOX\r\n',
                b"STATUS": b"* STATUS INBOX " + self.MAILBOX + b"\r\n",
                b"EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 1] ok\r\n"}.get(command, b"")

    def close(self):
        self.listener.close()


RUINS = {
    "grammar": (b"* LIST ((( \x01 no grammar at all\r\n", r"malformed.*\\\\?x01 no grammar"),
    "literal": (b'* LIST () "/" {99999999999}\r\n' + b"x" * 100_000, r"malformed.*literal"),
    "endless": (b"* OK " + b"y" * 300_000, r"malformed.*yyyy"),
}


def ruinous_sources(world):
    """Beside the real one, a source for each ruin: source and account have its name."""
    world.ruined = {}
    sources = [source_of(world.dovecot, [user for user in world.users if user not in RUINS])]
    for name, (ruin, _) in RUINS.items():
        port = world.ports.take()
        world.ruined[name] = ScriptedServer(port, ruin)
        sources.append(source_of(world.dovecot, [name], f"ruined-{name}", port=port))
    return sources


class RuinousServers(Case):
    options = {"sources": ruinous_sources, "users": list(RUINS), "accounts": 4}

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            for server in cls.world.ruined.values():
                server.close()

    def test_named_in_the_log_shortened(self):
        for name, (_, said) in RUINS.items():
            with self.subTest(name):
                self.world.gateway.wait_for_log(rf"(?m)^(?=.*ruined-{name}\b)(?=.*account={name}\b)(?=.*{said})")
        longest = max(map(len, self.world.gateway.new_log().splitlines()))
        self.assertLess(longest, 600)

    async def test_closed_and_tried_again_later_and_later(self):
        async def settled():
            while any(len(server.logins) < 4 for server in self.world.ruined.values()):
                await asyncio.sleep(0.1)
        await asyncio.wait_for(settled(), 40)
        for name, server in self.world.ruined.items():
            with self.subTest(name):
                waits = [b - a for a, b in zip(server.logins, server.logins[1:])]
                self.assertGreater(waits[2], 1.5, waits)  # 1, 2, 4 s, each less up to a half
                self.assertGreaterEqual(len(server.closed), len(server.logins) - 1)
        self.assertTrue(self.world.gateway.program.alive())

    async def test_others_go_on(self):
        await self.watch_all()
        self.mail.deliver()
        await self.only("MessageNew", "mail_events/INBOX")


class LaterBroken(Case):
    options = {"accounts": 4}

    async def test_account_removed_and_restored(self):
        dovecot = self.world.dovecot
        other = await self.login("juliet")
        for client in (self.xmpp, other):
            await client.subscribe("mail_status/INBOX")
            await client.expect_status("mail_status/INBOX", state="current")
        users = list(dovecot.users)
        dovecot.users.remove(self.user)
        dovecot.write_users()
        dovecot.restart()
        await self.xmpp.expect_status("mail_status/INBOX", 40, state="stale")
        self.world.gateway.wait_for_log(f"(?m)^(?=.*{self.user})(?=.*imap)")
        from mail import Mail
        Mail(dovecot, "juliet").deliver()
        await other.expect_status("mail_status/INBOX", 40, state="current", messages=1)
        dovecot.users[:] = users
        dovecot.write_users()
        await self.xmpp.expect_status("mail_status/INBOX", 120, state="current")
    test_account_removed_and_restored.long = True


GOOD = f"""\
[xmpp]
domain = "{COMPONENT}"
host = "127.0.0.1"
port = 5347
secret = "x"
users_domain = "localhost"
[store]
url = "sqlite:/tmp/never-opened.db"
[http]
listen = "127.0.0.1:8425"
[[source]]
name = "imap"
type = "imap"
host = "127.0.0.1"
port = 143
tls = "none"
master_user = "gateway"
master_password = "x"
accounts = ["juliet"]
"""


class CommandLine(Case):
    options = {"gateway": False, "accounts": 20}

    def run_program(self, *argv, env=None):
        return subprocess.run([binary(), *argv], capture_output=True, text=True, timeout=30, check=False,
                              env={**os.environ, **SANITIZERS, **(env or {})})

    def check(self, text, env=None):
        path = self.world.folder.path / "check.toml"
        path.write_text(text)
        path.chmod(0o600)
        return self.run_program("--config", str(path), "--check", env=env)

    def test_version_and_help(self):
        for option in ("--version", "--help"):
            done = self.run_program(option)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("mailnode", done.stdout)

    def test_good_configuration(self):
        done = self.check(GOOD)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_each_mistake_is_one_line_with_file_line_and_key(self):
        for name, old, new, line, key in (
                ("unknown key", 'port = 5347', 'prot = 5347', 4, "prot"),
                ("wrong type", 'port = 5347', 'port = "x"', 4, "port"),
                ("out of range", 'port = 5347', 'port = 70000', 4, "port"),
                ("bad word", 'tls = "none"', 'tls = "maybe"', 16, "tls"),
                ("plain text to another host", 'host = "127.0.0.1"\nport = 143', 'host = "192.0.2.1"\nport = 143', 0, "tls"),
                ("missing", 'secret = "x"\nusers', 'users', 0, "secret"),
                ("no TOML", '[store]', '[store', 7, "")):
            with self.subTest(name):
                self.assertIn(old, GOOD)
                done = self.check(GOOD.replace(old, new))
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, 2, said)
                self.assertIn("check.toml", said)
                self.assertIn(key, said)
                if line:
                    self.assertRegex(said, rf"check\.toml:{line}\b")

    def test_all_mistakes_at_once(self):
        done = self.check(GOOD.replace("port = 5347", "prot = 5347").replace('tls = "none"', 'tls = "maybe"'))
        self.assertEqual(done.returncode, 2)
        for key in ("prot", "tls"):
            self.assertIn(key, done.stdout + done.stderr)

    def test_environment_wins(self):
        self.assertEqual(self.check(GOOD, {"MAILNODE_XMPP__PORT": "x"}).returncode, 2)
        self.assertEqual(self.check(GOOD.replace('secret = "x"\n', ""), {"MAILNODE_XMPP__SECRET": "s"}).returncode, 0)

    def test_faulty_configuration_does_not_start(self):
        path = self.world.folder.path / "faulty.toml"
        path.write_text("[xmpp]\n")
        self.assertEqual(self.run_program("--config", str(path)).returncode, 2)
        self.assertNotEqual(self.run_program("--config", str(path) + ".missing").returncode, 0)


class Surface(Case):
    async def test_health_and_metrics(self):
        status, text = self.world.gateway.get("/healthz")
        self.assertEqual(status, 200, text)
        status, text = self.world.gateway.get("/metrics")
        self.assertEqual(status, 200)
        self.assertRegex(text, r"(?m)^mailnode_\w+")
        self.assertEqual(self.world.gateway.get("/none")[0], 404)

    async def test_reload_keeps_going(self):
        await self.watch_all()
        self.world.gateway.reload()
        self.mail.deliver()
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        good = self.world.gateway.config.read_text()
        self.world.gateway.config.write_text(good + "\n[nonsense]\n")
        self.world.gateway.reload()
        self.world.gateway.wait_for_log("nonsense")
        self.world.gateway.config.write_text(good)
        self.mail.deliver()
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")


class WrongSecret(Case):
    options = {"gateway": False}

    async def test_refused_handshake_is_named_and_retried(self):
        from gateway import Gateway
        from servers import SECRET as right
        gateway = Gateway(self.world.folder.sub("g"), self.world.ports, self.world.xmpp,
                          [source_of(self.world.dovecot, ["juliet"])])
        gateway.http = self.world.ports.take()
        gateway.write_config()
        gateway.config.write_text(gateway.config.read_text().replace(right, "not the secret"))
        gateway.launch_only()
        try:
            gateway.wait_for_log("(?i)not-authorized|secret")
            await asyncio.sleep(1)  # it goes on trying
            gateway.check_alive()
            self.assertEqual(gateway.get("/healthz")[0], 503)
        finally:
            gateway.stop()
