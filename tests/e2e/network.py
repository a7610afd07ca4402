"""Two networks joined by a cable, made of network namespaces without names: the tests' own process moves into the
first, a holder keeps the second. The kernel removes both with the processes in them, so nothing can be left behind."""

import ctypes
import os
import pathlib
import subprocess

from process import Failure, Program, wait_until

CLONE_NEWNET, CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = (
    0x40000000, 0x00020000, 0x1000, 0x4000, 0x40000, 2)
LIBC = ctypes.CDLL(None, use_errno=True)
RESOLVER = os.path.realpath("/etc/resolv.conf").encode()
NEAR, FAR = "10.213.0.1", "10.213.0.2"


def system(call, *args):
    if getattr(LIBC, call)(*args) != 0:
        number = ctypes.get_errno()
        raise Failure(f"{call}: {os.strerror(number)} (the federation tests need root and network namespaces)")


def command(*argv):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(map(str, argv))}: {done.stderr}")


class Network:
    """records: dnsmasq's --srv-host and --host-record; the names are served to both sides."""

    def __init__(self, folder, records):
        self.names_changed = False
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.holder = Program("far network", folder)
        self.names = Program("dnsmasq", folder / "names")
        try:
            self.make(folder, records)
        except BaseException:
            self.close()
            raise

    def make(self, folder, records):
        system("unshare", CLONE_NEWNET | CLONE_NEWNS)
        system("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        resolver = folder / "resolv.conf"
        resolver.write_text(f"nameserver {NEAR}\n")
        system("mount", str(resolver).encode(), RESOLVER, None, MS_BIND, None)
        self.names_changed = True
        self.holder.spawn(["unshare", "--net", "sleep", "infinity"])
        wait_until(self.apart, "a second network namespace", 5, self.holder.alive)
        command("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self.holder.pid)
        for side, address in ((), NEAR), (self.far(), FAR):
            command(*side, "ip", "link", "set", "lo", "up")
            command(*side, "ip", "address", "add", f"{address}/30", "dev", "cable")
            command(*side, "ip", "link", "set", "cable", "up")
        self.names.folder.mkdir()
        self.names.spawn(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
                          "--user=root", "--pid-file=", "--bind-interfaces", f"--listen-address={NEAR}",
                          "--local=/example/", *records])

    def apart(self):
        """Whether the holder has its network, and is no longer on the way to it."""
        try:
            theirs = os.stat(f"/proc/{self.holder.pid}/ns/net").st_ino
            program = pathlib.Path(f"/proc/{self.holder.pid}/comm").read_text().strip()
        except OSError:
            return False
        return program == "sleep" and theirs != os.stat("/proc/self/ns/net").st_ino

    def far(self):
        """What stands before a command that runs on the other side."""
        return ("nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--")

    def cable(self, state):
        """'up' or 'down': what is sent while it is down is lost without a sign."""
        command("ip", "link", "set", "cable", state)

    def close(self):
        self.names.kill()
        self.holder.kill()
        if self.names_changed:
            LIBC.umount2(RESOLVER, MNT_DETACH)
        LIBC.setns(self.home, CLONE_NEWNET)
        os.close(self.home)
