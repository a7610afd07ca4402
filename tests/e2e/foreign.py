"""Subscribers on other XMPP libraries: each is a program that takes a command per line and says answers and notifications.

    nodes{to, node}    info{to, node}    subscribe{to, node}    unsubscribe{to, node}    items{to, node, max, after}
"""

import asyncio
import json
import pathlib
import sys

from client import StanzaError
from process import Failure
from servers import COMPONENT, USERS_DOMAIN, password_of

HERE = pathlib.Path(__file__).resolve().parent


class Library:
    """One library: the program that uses it, and which port of the server it speaks to."""

    def __init__(self, *argv, port="c2s"):
        self.argv = argv
        self.port = port


AIOXMPP = Library(sys.executable, HERE / "aioxmpp_client.py")
XMPP_JS = Library("node", HERE / "node" / "xmpp_client.mjs")
STROPHE = Library("node", HERE / "node" / "strophe.mjs", port="http")


class ForeignError(StanzaError):
    """What the library told its user about a refusal."""

    def __init__(self, error):  # pylint: disable=super-init-not-called
        self.type, self.condition, self.details = error["type"], error["condition"], []
        Exception.__init__(self, f"{self.type} {self.condition}")


class Foreign:
    """A user with that library; asks for the mail of an account, by default its own."""

    def __init__(self, library, server, user, account=None):
        self.library = library
        self.account = f"{account or user}@{COMPONENT}"
        self.login = {"jid": f"{user}@{USERS_DOMAIN}", "user": user, "domain": USERS_DOMAIN,
                      "password": password_of(user), "host": "127.0.0.1", "port": getattr(server, library.port)}
        self.child = self.reader = None
        self.answers, self.notes = asyncio.Queue(), asyncio.Queue()

    async def __aenter__(self):
        self.child = await asyncio.create_subprocess_exec(
            "/usr/bin/setpriv", "--pdeathsig", "TERM", "--", *map(str, self.library.argv), json.dumps(self.login),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        self.reader = asyncio.create_task(self.read())
        await self.answer(30)
        return self

    async def __aexit__(self, *_):
        self.child.stdin.close()  # the end of the commands is the end of the program
        try:
            await asyncio.wait_for(self.child.wait(), 5)
        except asyncio.TimeoutError:
            self.child.kill()
            await self.child.wait()
        await self.reader

    async def read(self):
        async for line in self.child.stdout:
            said = json.loads(line)
            await (self.notes if "note" in said else self.answers).put(said.get("note", said))
        problem = (await self.child.stderr.read()).decode(errors="replace")
        await self.answers.put({"ended": problem[-3000:]})

    async def answer(self, seconds=15):
        try:
            said = await asyncio.wait_for(self.answers.get(), seconds)
        except asyncio.TimeoutError:
            raise AssertionError(f"{self.library.argv[-1].name}: no answer within {seconds} s") from None
        if "ended" in said:
            raise Failure(f"{self.library.argv[-1].name} has ended:\n{said['ended']}")
        if "error" in said:
            raise ForeignError(said["error"])
        return said.get("result")

    async def ask(self, call, node=None, **rest):
        command = {"call": call, "to": self.account, **({"node": node} if node else {}), **rest}
        self.child.stdin.write(json.dumps(command).encode() + b"\n")
        return await self.answer()

    async def note(self, fits, seconds=8):
        """The first notification that fits; those before it are dropped."""
        seen = []
        while True:
            try:
                note = await asyncio.wait_for(self.notes.get(), seconds)
            except asyncio.TimeoutError:
                raise AssertionError(f"the notification did not come within {seconds} s; came: {seen}") from None
            if fits(note):
                return note
            seen.append(note)
