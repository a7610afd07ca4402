#!/usr/bin/python3
"""How much later a subscriber of the gateway hears of a delivery than a plain NOTIFY client on the same Dovecot that
also fetches the UID: per delivery, both in one run. Starts a Prosody, a Dovecot and the gateway of its own.

    bench/latency.py [--binary FILE] [--deliveries N]
"""

import argparse
import base64
import os
import socket
import statistics
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
# pylint: disable=wrong-import-position
from mail_server import mail_password_of
from mail import Mail
from servers import COMPONENT, USERS_DOMAIN, password_of
from world import World

USER = "juliet"


class Lines:
    """A socket that is read by whole pieces, each stamped when its last octet came."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, text):
        self.socket.sendall(text.encode())

    def until(self, end):
        while end not in self.buffer:
            octets = self.socket.recv(65536)
            if not octets:
                sys.exit()  # the measurement is over
            self.buffer += octets
        piece, _, self.buffer = self.buffer.partition(end)
        return piece + end


class Subscriber(threading.Thread):
    """A raw XMPP client: no library's time in the figure."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.heard = []  # (subject, time)
        self.lines = Lines(port)
        stream = (f"<stream:stream to='{USERS_DOMAIN}' version='1.0' xmlns='jabber:client' "
                  "xmlns:stream='http://etherx.jabber.org/streams'>")
        self.lines.send(stream)
        self.lines.until(b"</stream:features>")
        secret = base64.b64encode(f"\0{USER}\0{password_of(USER)}".encode()).decode()
        self.lines.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        self.lines.until(b"<success")
        self.lines.send(stream)
        self.lines.until(b"</stream:features>")
        self.lines.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>")
        self.lines.until(b"</bind>")
        self.lines.send(f"<iq type='set' id='s' to='{USER}@{COMPONENT}'>"
                        "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        f"<subscribe node='mail_events/INBOX' jid='{USER}@{USERS_DOMAIN}'/></pubsub></iq>")
        self.lines.until(b"subscribed")

    def run(self):
        while True:
            piece = self.lines.until(b"</message>")
            at = time.monotonic()
            if b"<MessageNew" in piece:
                self.heard.append(at)


class PlainNotify(threading.Thread):
    """The nearest thing without a gateway: RFC 5465 NOTIFY, and one round trip for the UID."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.heard = []
        self.lines = Lines(port)
        self.lines.until(b"\r\n")
        for command in (f"a LOGIN {USER} {mail_password_of(USER)}", "b ENABLE QRESYNC",
                        "c NOTIFY SET STATUS (personal (MessageNew MessageExpunge))"):
            self.lines.send(command + "\r\n")
            self.lines.until(command[0].encode() + b" OK")
            self.lines.until(b"\r\n")

    def run(self):
        next_uid = 1
        while True:
            line = self.lines.until(b"\r\n")
            if not line.startswith(b"* STATUS INBOX") or b"UIDNEXT" not in line:
                continue
            told = int(line.split(b"UIDNEXT ")[1].split()[0].rstrip(b")"))
            if told <= next_uid:
                continue
            self.lines.send(f"d EXAMINE INBOX\r\ne UID FETCH {next_uid}:* (UID)\r\nf UNSELECT\r\n")
            self.lines.until(b"\r\ne OK")
            self.heard.append(time.monotonic())
            next_uid = told
            self.lines.until(b"f OK")
            self.lines.until(b"\r\n")


def measure(deliveries):
    with_gateway, plain = [], []
    world = World(accounts=0, source={"poll_seconds": 300})
    try:
        subscriber, notify = Subscriber(world.xmpp.c2s), PlainNotify(world.dovecot.imap)
        subscriber.start()
        notify.start()
        mail = Mail(world.dovecot, USER)
        for number in range(deliveries):
            mail.deliver(f"delivery {number}")
            accepted = time.monotonic()
            while len(subscriber.heard) <= number or len(notify.heard) <= number:
                if time.monotonic() - accepted > 40:
                    sys.exit(f"delivery {number} was not heard of within 40 s")
                time.sleep(0.001)
            with_gateway.append((subscriber.heard[number] - accepted) * 1000)
            plain.append((notify.heard[number] - accepted) * 1000)
    finally:
        world.close(check=False)
    return with_gateway, plain


def row(name, values):
    quantiles = statistics.quantiles(values, n=10)
    print(f"{name:34} median {statistics.median(values):8.2f} ms   90th percentile {quantiles[8]:8.2f} ms")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary")
    arguments.add_argument("--deliveries", type=int, default=200)
    given = arguments.parse_args()
    if given.binary:
        os.environ["MAILNODE_BINARY"] = os.path.abspath(given.binary)
    with_gateway, plain = measure(given.deliveries)
    row("subscriber of the gateway", with_gateway)
    row("plain NOTIFY client with the UID", plain)
    row("difference, paired per delivery", [a - b for a, b in zip(with_gateway, plain)])


if __name__ == "__main__":
    main()
