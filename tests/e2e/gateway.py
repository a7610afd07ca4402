"""The gateway under test: its configuration, its life, and what it must never have written to its log."""

import json
import os
import pathlib
import re
import urllib.error
import urllib.request

from mail_server import MASTER_PASSWORD, MASTER_USER
from process import Failure, Program, wait_until
from servers import SECRET

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
URL_HOST = "imap.example.com"
SANITIZERS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
REPORT = re.compile(r"ERROR: \w*Sanitizer|runtime error:|Assertion .* failed|terminate called")


def binary():
    """The program to test: MAILNODE_BINARY, else the newest that a preset has built."""
    named = os.environ.get("MAILNODE_BINARY")
    if named:
        return pathlib.Path(named).resolve()
    built = [path for preset in ("asan-ubsan", "release", "dev")
             if (path := ROOT / "build" / preset / "component" / "mailnode").exists()]
    if not built:
        raise Failure("mailnode is not built: cmake --preset dev && cmake --build --preset dev --target mailnode")
    return max(built, key=lambda path: path.stat().st_mtime)


def source_of(dovecot, accounts, name="imap", **changes):
    """One [[source]] as a dict of TOML values."""
    source = {"name": name, "type": "imap", "host": "127.0.0.1", "port": dovecot.imap, "tls": "none",
              "url_host": URL_HOST, "mail_domain": "example.com", "master_user": MASTER_USER,
              "master_password": MASTER_PASSWORD, "accounts": list(accounts)}
    source.update(changes)
    return {key: value for key, value in source.items() if value is not None}


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(str(value)) if not isinstance(value, int) else str(value)


class Gateway:
    def __init__(self, folder, ports, xmpp, sources, policy=None, accounts=(), store=None, http=0):
        """sources: dicts as of source_of(); accounts: [[account]] tables as dicts."""
        self.folder = folder
        self.ports = ports
        self.xmpp = xmpp
        self.sources = sources
        self.policy = policy or {}
        self.accounts = accounts
        self.store = store or f"sqlite:{folder / 'mailnode.db'}"
        self.http = http
        self.program = Program("mailnode", folder)
        self.config = folder / "mailnode.toml"
        self.control = folder / "control"
        self._log_from = 0

    def start(self, ready_seconds=60):
        self.http = self.http or self.ports.take()
        self.write_config()
        self.run(ready_seconds)
        return self

    def write_config(self, port=None):
        tables = [("[xmpp]", {"domain": self.xmpp.service, "host": "127.0.0.1", "port": port or self.xmpp.component,
                              "secret": SECRET, "users_domain": self.xmpp.domain}),
                  ("[store]", {"url": self.store}),
                  ("[http]", {"listen": f"127.0.0.1:{self.http}"}),
                  ("[control]", {"socket": self.control}),
                  ("[log]", {"level": os.environ.get("MAILNODE_TEST_LOG", "info")})]
        if self.policy:
            tables.append(("[policy]", self.policy))
        tables += [("[[source]]", source) for source in self.sources]
        tables += [("[[account]]", account) for account in self.accounts]
        text = "\n".join(f"{head}\n" + "".join(f"{k} = {toml(v)}\n" for k, v in keys.items())
                         for head, keys in tables)
        self.config.write_text(text)
        self.config.chmod(0o600)

    def run(self, ready_seconds=60):
        self._log_from = self.log_size()
        self.program.spawn([binary(), "--config", self.config], SANITIZERS)
        try:
            wait_until(lambda: re.search(r"\bready\b", self.new_log()), "mailnode ready", ready_seconds,
                       self.program.alive)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.program.log_tail()}") from None

    def launch_only(self):
        """Starts without waiting for `ready`."""
        self._log_from = self.log_size()
        self.program.spawn([binary(), "--config", self.config], SANITIZERS)

    def stop(self):
        """SIGTERM must end it cleanly."""
        status = self.program.terminate(30)
        if status not in (0, None):
            raise Failure(f"mailnode ended with status {status} on SIGTERM\n{self.program.log_tail(60)}")
        self.check_log()

    def kill(self):
        """SIGKILL, at whatever instant this is."""
        self.program.kill()

    def reload(self):
        import signal
        self.program.child.send_signal(signal.SIGHUP)

    def log_size(self):
        return self.program.output.stat().st_size if self.program.output.exists() else 0

    def new_log(self):
        """What it logged since the last start."""
        if not self.program.output.exists():
            return ""
        with open(self.program.output, "rb") as log:
            log.seek(self._log_from)
            return log.read().decode(errors="replace")

    def wait_for_log(self, pattern, seconds=20):
        try:
            return wait_until(lambda: re.search(pattern, self.new_log()), f"log line /{pattern}/", seconds)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.program.log_tail()}") from None

    def check_log(self):
        """A sanitizer's report, and a death that nobody ordered, are failures of whatever test runs."""
        text = self.program.output.read_text(errors="replace") if self.program.output.exists() else ""
        found = REPORT.search(text)
        if found:
            raise Failure(f"sanitizer report in the gateway's log:\n{text[max(0, found.start() - 200):][:6000]}")

    def check_alive(self):
        if not self.program.alive():
            raise Failure(f"mailnode has died with status {self.program.child.returncode}\n"
                          f"{self.program.log_tail(60)}")

    def get(self, path):
        """(status code, text) of an HTTP GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def healthy(self):
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False
