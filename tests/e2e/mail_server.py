"""What Dovecot and Cyrus share: IMAP on a free loopback port, LMTP on a unix socket, `gateway` may act for everybody."""

import os
import pwd
import re
import socket

from server import Server

MASTER_USER = "gateway"
MASTER_PASSWORD = "master-secret"


def mail_password_of(user):
    return f"mail-{user}"


class MailServer(Server):
    ready_seconds = 20

    def __init__(self, folder, ports, users):
        super().__init__(folder, ports, users)
        self.imap = 0
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    @property
    def lmtp(self):
        """The path of its socket."""
        raise NotImplementedError

    def take_ports(self):
        self.imap = self.ports.take()

    def ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.imap), 2) as imap:
                imap.settimeout(2)
                return re.match(rb"\* OK", imap.recv(500)) and os.path.exists(self.lmtp)
        except OSError:
            return False
