#!/usr/bin/python3
"""The show of ./run: a Prosody, a Dovecot, the gateway between them and a subscriber, live in a terminal.

show.py [--once] [--binary FILE]   the show; --once ends after it, with status 0 if every notification came
show.py deliver SUBJECT [USER]     delivers one more message to the show that runs
"""

import argparse
import asyncio
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import textwrap
import time
from urllib.parse import unquote

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

# pylint: disable=wrong-import-position
from client import Subscriber
from mail_server import mail_password_of
from mail import Mail
from process import Failure
from servers import COMPONENT, password_of
from stanza import local
from world import World

USER = "juliet"
ACTS = "acts"           # in the temporary folder: a line per act, so that `deliver` can tell when it began
INSTANCE = "show.json"  # what `deliver` must know of the running show


class Screen:
    """Writes at most 100 columns; colours only on a terminal."""

    def __init__(self):
        self.coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self.width = min(shutil.get_terminal_size((100, 24)).columns, 100)

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.coloured else text

    def title(self, text):
        self.line("")
        self.line(self.paint("1", text))

    def line(self, text):
        print(text, flush=True)

    def act(self, text):
        self.line("")
        self.line(self.paint("36", "> " + self.cut(text, self.width - 2)))

    def note(self, delay, name, where, detail, kind):
        when = f"{delay * 1000:5.0f} ms" if delay is not None else "  at once"
        colour = {"event": "32", "status": "33", "node": "35"}[kind]
        rest = self.cut(f"{where:<33}  {detail}".rstrip(), self.width - 29)
        self.line(f"  {when:<9}  {self.paint(colour, f'{name:<14}')}  {rest}")

    @staticmethod
    def cut(text, width):
        return text if len(text) <= width else text[:max(width - 3, 1)] + "..."


def describe(note):
    """(name, where, detail, kind) of a Note, for a line on the screen."""
    if note.is_status:
        told = note.attributes
        plural = "" if told.get("messages") == "1" else "s"
        counts = f"{told.get('messages', '?')} message{plural}, {told.get('unseen', '?')} unseen"
        state = told.get("state", "")
        return "status", note.node, counts if state == "current" else state, "status"
    if note.is_event:
        if "Subject" in note.headers:
            detail = f'"{note.headers["Subject"]}"'
        elif "oldMailboxID" in note.params:
            old = note.params["oldMailboxID"].partition(";")[0]
            detail = "was " + unquote(old.split("/", 3)[-1])
        else:
            detail = " ".join(f"{key} {note.params[key]}" for key in ("uidset", "flagNames") if key in note.params)
        return note.name, note.node, f"#{note.item_id} {detail}".rstrip(), "event"
    if not len(note.element):
        return note.kind, note.node, "", "node"
    child = note.element[0]
    what = local(child)
    if what == "redirect":
        return note.kind, note.node, "now " + unquote(child.get("uri", "").partition("node=")[2]), "node"
    inner = child.get("node", "")
    root = note.node if note.node.endswith("/") else note.node + "/"
    return what, note.node, "+ " + (inner[len(root):] if inner.startswith(root) else inner), "node"


class Show:
    def __init__(self, once):
        self.once = once
        self.screen = Screen()
        self.world = None
        self.client = None
        self.mail = None
        self.last_act = None
        self.stop = asyncio.Event()
        self.missing = []

    def start_servers(self):
        self.screen.title("Starting servers of our own in a temporary folder, on free loopback ports")
        self.world = world = World(accounts=0, progress=self.started)
        self.screen.line(f"  folder     {world.folder.path}, removed at the end")
        (world.folder.path / INSTANCE).write_text(json.dumps(
            {"lmtp": world.dovecot.lmtp, "acts": str(world.folder.path / ACTS), "users": world.users}))
        self.mail = Mail(world.dovecot, USER)

    def started(self, server, seconds):
        what = {
            "prosody": lambda: f"XMPP server: clients at port {server.c2s}, components at {server.component}",
            "dovecot": lambda: f"mail store: IMAP at port {server.imap}, LMTP on a unix socket",
            "mailnode": lambda: f"the gateway, as {COMPONENT}: http://127.0.0.1:{server.http}/healthz",
        }[server.program.name]()
        self.screen.line(f"  {server.program.name:<9}  {what}  ({seconds:.1f} s)")

    async def tree(self):
        self.screen.title(f"The mailbox tree as service discovery shows it at {self.client.account}")
        for _, root, name in await self.client.disco_items():
            self.screen.line(f"  {root:<40} {name}")
            if root in ("mail_events", "mail_status"):
                await self.branch(root, "    ")

    async def branch(self, node, indent):
        items = await self.client.disco_items(node)
        if node == "mail_status":  # the same mailboxes once more
            self.screen.line(f"{indent}... the same {len(items)} mailboxes, as states")
            return
        for _, child, name in items:
            if child == node.rstrip("/"):
                continue
            self.screen.line(f"{indent}{child:<{42 - len(indent)}} {name}")
            if child.endswith("/"):
                await self.branch(child, indent + "  ")

    async def act(self, text, expected, function, *args, **kwargs):
        """Tells and does one act; waits until the notifications named in `expected` have come."""
        self.screen.act(text)
        awaited = list(expected)
        self.expected = awaited
        self.last_act = time.monotonic()
        await asyncio.to_thread(function, *args, **kwargs)
        deadline = time.monotonic() + 10
        while awaited and time.monotonic() < deadline and not self.stop.is_set():
            await asyncio.sleep(0.02)
        for name in awaited:
            self.screen.line(f"  {self.screen.paint('31', f'{name} did not come within 10 s')}")
            self.missing.append(name)
        await asyncio.sleep(0.3)  # what belongs to this act and comes just behind

    async def listen(self):
        """Prints every notification as it comes."""
        while True:
            note = await self.client.expect(lambda n: True, 3600 * 24 * 365)
            self.learn_foreign_acts()
            delay = note.at - self.last_act if self.last_act and note.at - self.last_act < 8 else None
            name, where, detail, kind = describe(note)
            if name in getattr(self, "expected", []):
                self.expected.remove(name)
            self.screen.note(delay, name, where, detail, kind)

    def learn_foreign_acts(self):
        try:
            began, subject = (self.world.folder.path / ACTS).read_text().splitlines()[-1].split(" ", 1)
        except (OSError, IndexError, ValueError):
            return
        if self.last_act is None or float(began) > self.last_act:
            self.last_act = float(began)
            self.screen.act(f"delivered by ./run --deliver: {subject}")

    async def scenes(self):
        mail = self.mail
        await self.act("LMTP: a message for juliet", ["MessageNew", "status"],
                       mail.deliver, "Wherefore art thou", sender="Romeo <romeo@example.net>")
        await self.act("LMTP: two more", ["MessageNew", "MessageNew", "status"], self.deliver_two)
        await self.act("IMAP: juliet reads the first two", ["MessageRead", "status"],
                       mail.mark_read, ["INBOX"], "1:2")
        await self.act("IMAP: she flags the third", ["FlagsSet"],
                       mail.store, ["INBOX"], "3", "+FLAGS", "\\Flagged")
        await self.act("IMAP: she creates a mailbox, Verona/Liebesbriefe", ["MailboxCreate", "status"],
                       mail.create, ["Verona", "Liebesbriefe"])
        await self.act("IMAP: moves the first message there", ["MessageExpunge", "MessageAppend"],
                       mail.move, ["INBOX"], "1", ["Verona", "Liebesbriefe"])
        await self.act("IMAP: renames it to Verona/Lettres d'été", ["MailboxRename"],
                       mail.rename, ["Verona", "Liebesbriefe"], ["Verona", "Lettres d'été"])

    def deliver_two(self):
        self.mail.deliver("The nurse is coming", sender="Nurse <nurse@example.net>")
        self.mail.deliver("Invitation to the feast 🎭", sender="Capulet <capulet@example.net>")

    def instructions(self):
        xmpp, dovecot = self.world.xmpp, self.world.dovecot
        self.screen.title("Connect a client of your own")
        self.screen.line(f"""\
  XMPP   server 127.0.0.1, port {xmpp.c2s}, without encryption
         user juliet@localhost, password {password_of(USER)}
         browse {self.client.account}, subscribe to mail_status or mail_events
  IMAP   server 127.0.0.1, port {dovecot.imap}, without encryption
         user juliet, password {mail_password_of(USER)}""")
        self.screen.title("Deliver another message (in a second terminal)")
        self.screen.line('  ./run --deliver "What light through yonder window breaks"')
        self.screen.title("Notifications go on below. Ctrl-C ends everything and leaves nothing behind.")

    async def run(self):
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop.set)
        self.client = await Subscriber(USER, self.world.xmpp.c2s).login()
        show = asyncio.create_task(self.play())
        stopped = asyncio.create_task(self.stop.wait())
        watch = asyncio.create_task(self.watch_gateway())
        done, _ = await asyncio.wait({show, stopped, watch}, return_when=asyncio.FIRST_COMPLETED)
        for task in (show, watch, stopped):
            task.cancel()
        for task in done:
            task.result()
        await self.client.logout()

    async def watch_gateway(self):
        while True:
            await asyncio.sleep(0.5)
            self.world.gateway.check_alive()

    async def play(self):
        await self.tree()
        self.screen.title("What happens, and what the subscriber hears (time from the act to the subscriber)")
        self.screen.line(textwrap.fill(
            "Dovecot collects what changes for half a second before it tells anybody. That half second is in these "
            "times, unless it had begun before the act.",
            self.screen.width, initial_indent="  ", subsequent_indent="  "))
        for node in ("mail_events", "mail_status"):
            await self.client.subscribe(node)
        listener = asyncio.create_task(self.listen())
        await asyncio.sleep(0.3)  # the last states come at once
        try:
            await self.scenes()
            if self.once:
                await self.tree()
                return
            self.instructions()
            await listener
        finally:
            listener.cancel()


def deliver(subject, user):
    """Finds the newest running show of this user and delivers to it."""
    shows = [path for folder in {tempfile.gettempdir(), "/tmp"}
             for path in pathlib.Path(folder).glob(f"mailnode-*/{INSTANCE}") if path.stat().st_uid == os.geteuid()]
    if not shows:
        sys.exit("No show is running: start ./run in another terminal first.")
    told = json.loads(max(shows, key=lambda path: path.stat().st_mtime).read_text())
    if user not in told["users"]:
        sys.exit(f"There is no {user}: {', '.join(told['users'])}")

    class Store:
        lmtp = told["lmtp"]
    with open(told["acts"], "a", encoding="utf-8") as acts:
        acts.write(f"{time.monotonic()} {subject}\n")
    Mail(Store, user).deliver(subject)
    print(f"delivered to {user}: {subject}")


def main():
    if len(sys.argv) > 2 and sys.argv[1] == "deliver":
        return deliver(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else USER)
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--once", action="store_true")
    options.add_argument("--binary")
    args = options.parse_args()
    if args.binary:
        os.environ["MAILNODE_BINARY"] = args.binary
    # until the loop runs, a signal ends the start; what was started is cleared away at exit
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    show = Show(args.once)
    try:
        show.start_servers()
        asyncio.run(show.run())
        status = 1 if show.missing else 0
    except KeyboardInterrupt:
        status = 130
    except Failure as failure:
        print(failure, file=sys.stderr)
        status = 1
    finally:
        if show.world:
            print("\nStopping the servers and removing the folder.", flush=True)
            if show.mail:
                show.mail.close()
            show.world.close(check=False)
    return status


if __name__ == "__main__":
    sys.exit(main())
