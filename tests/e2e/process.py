"""Child processes of the end-to-end tests: started in a temporary folder, watched, stopped, nothing left behind."""

import atexit
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Failure(AssertionError):
    """A program did not do what the harness needs; the text carries the end of its log."""


def wait_until(condition, what, seconds=15.0, alive=None):
    """Polls until condition() is true; a program that dies meanwhile ends the wait at once."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if alive is not None and not alive():
            raise Failure(f"{what}: the program has ended")
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


class Ports:
    """Free loopback ports. They lie below the range that outgoing connections use, so that a server can be
    restarted on its port, and each is reserved machine-wide by an abstract unix socket, which the kernel
    drops with this process: two runs at once never choose the same."""

    def __init__(self):
        self._locks = []

    def take(self):
        for _ in range(1000):
            port = random.randrange(15000, 32000)
            lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                lock.bind(f"\0mailnode-test-port-{port}")
                probe.bind(("127.0.0.1", port))
            except OSError:
                lock.close()
                continue
            finally:
                probe.close()
            self._locks.append(lock)
            return port
        raise Failure("no free port on 127.0.0.1")

    def close(self):
        for lock in self._locks:
            lock.close()
        self._locks = []


class Folder:
    """A private temporary folder with a short path (unix socket names end at 108 octets)."""

    def __init__(self):
        base = os.environ.get("TMPDIR", "/tmp")
        if len(base) > 40:
            base = "/tmp"
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="mailnode-", dir=base))
        self.path.chmod(0o711)  # an account without rights must be able to pass
        atexit.register(self.remove)

    def sub(self, name):
        path = self.path / name
        path.mkdir(exist_ok=True)
        return path

    def remove(self):
        # a server's helper process may still write a last file
        for _ in range(50):
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                return
            time.sleep(0.05)


class Program:
    """One child process with its output in a file; it gets SIGTERM when this process dies."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = folder
        self.output = folder / "output.log"
        self.child = None
        atexit.register(self.kill)

    def spawn(self, argv, env=None):
        """Call it from the main thread: the kernel's death signal follows the thread that started the child."""
        with open(self.output, "ab") as sink:
            self.child = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", *map(str, argv)],
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, cwd=self.folder,
                env={**os.environ, **(env or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.child.pid

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def terminate(self, seconds=15.0):
        """SIGTERM, then SIGKILL to whatever is left of its process group; returns the exit status."""
        if self.child is None:
            return None
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise Failure(f"{self.name} did not end within {seconds:g} s\n{self.log_tail()}") from None
        self._sweep()
        return self.child.returncode

    def kill(self):
        if self.child is None:
            return
        if self.alive():
            self.child.kill()
            self.child.wait()
        self._sweep()

    def _sweep(self):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def logs(self):
        return [self.output, self.folder / "server.log"]

    def log_tail(self, lines=25):
        parts = []
        for path in self.logs():
            if path.exists():
                text = path.read_text(errors="replace").splitlines()[-lines:]
                parts.append(f"--- {self.name}: {path.name}\n" + "\n".join(text))
        return "\n".join(parts)


def listening(port, address="127.0.0.1"):
    try:
        with socket.create_connection((address, port), 1):
            return True
    except OSError:
        return False
