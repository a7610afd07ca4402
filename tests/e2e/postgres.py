"""PostgreSQL for one world: its own cluster in a temporary folder, as an account without privileges."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

from process import Failure, Program, wait_until

ACCOUNT = "nobody"  # initdb refuses root


def programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Failure("PostgreSQL is not installed: tools/install test")
    return found[-1].parent


class Postgres:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mailnode-pg-"))
        self.bin = programs()
        self.program = Program("postgres", self.folder)
        self._as = []
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = ["/usr/bin/setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        subprocess.run([*self._as, self.bin / "initdb", "-D", self.folder / "data", "-U", "mailnode", "-A", "trust",
                        "-E", "UTF8", "--no-locale", "--no-sync"], check=True, stdout=subprocess.DEVNULL,
                       cwd=self.folder)

    @property
    def url(self):
        return f"postgresql:///postgres?user=mailnode&host={self.folder}"

    def start(self):
        self.program.spawn([*self._as, self.bin / "postgres", "-D", self.folder / "data", "-k", self.folder,
                            "-c", "listen_addresses=", "-c", "fsync=off"])
        ask = [self.bin / "pg_isready", "-q", "-h", self.folder]
        wait_until(lambda: subprocess.run(ask, check=False).returncode == 0, "PostgreSQL", 30, self.program.alive)
        return self

    def close(self):
        self.program.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
