"""Cyrus IMAP in a temporary folder, from its packages unpacked beside Dovecot's, which they exclude: tools/install."""

import grp
import os
import pathlib
import re
import shutil
import subprocess

from mail_server import MASTER_PASSWORD, MASTER_USER, MailServer, mail_password_of
from process import Failure
from servers import render

TREE = pathlib.Path(__file__).resolve().parents[2] / "build" / "cyrus"
PROGRAMS = TREE / "usr" / "lib" / "cyrus" / "bin"


def environment():
    libraries = sorted(str(folder) for folder in (TREE / "usr" / "lib").glob("*-linux-gnu"))
    return {"LD_LIBRARY_PATH": ":".join(libraries)}


class Cyrus(MailServer):
    """more: settings besides those of cyrus-imapd.conf.in."""

    name = "cyrus"
    port_taken = re.compile("")  # its log does not tell
    separator = "/"

    def __init__(self, folder, ports, users, more=""):
        if not (PROGRAMS / "master").exists():
            raise Failure(f"Cyrus is not in {TREE}: run tools/install test")
        super().__init__(folder, ports, users)
        self.more = more

    @property
    def lmtp(self):
        return str(self.folder / "conf" / "socket" / "lmtp")

    def start(self):
        self.folder.chmod(0o755)
        for sub in ("conf", "conf/socket", "conf/proc", "conf/log", "conf/msg", "conf/db", "conf/quota", "conf/user",
                    "conf/lock", "conf/sieve", "spool", "spool/stage.", "sieve"):
            (self.folder / sub).mkdir(exist_ok=True)
        self.write_passwords()
        return super().start()

    def configure(self):
        words = {"DIR": self.folder, "USER": self.account.pw_name, "IMAP": self.imap, "BIN": PROGRAMS,
                 "GROUP": grp.getgrgid(self.account.pw_gid).gr_name, "MASTER_USER": MASTER_USER}
        render("cyrus-imapd.conf.in", self.folder / "imapd.conf", words, 0o644)
        with open(self.folder / "imapd.conf", "a", encoding="utf-8") as settings:
            settings.write(self.more)
        render("cyrus.conf.in", self.folder / "cyrus.conf", words, 0o644)
        if os.geteuid() == 0:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def write_passwords(self):
        for user, password in [*((u, mail_password_of(u)) for u in self.users), (MASTER_USER, MASTER_PASSWORD)]:
            done = subprocess.run(
                [TREE / "usr" / "sbin" / "saslpasswd2", "-p", "-c", "-f", self.folder / "sasldb2",
                 "-u", "imap.example.com", user],
                input=password, capture_output=True, text=True, check=False, env={**os.environ, **environment()})
            if done.returncode:
                raise Failure(f"saslpasswd2: {done.stderr}")

    def launch(self):
        command = [PROGRAMS / "master", "-C", self.folder / "imapd.conf", "-M", self.folder / "cyrus.conf",
                   "-p", self.folder / "master.pid", "-D"]
        if os.geteuid() == 0:
            command = [shutil.which("setpriv"), f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}",
                       "--clear-groups", *command]
        self.program.spawn(command, environment())
