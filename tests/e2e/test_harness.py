"""The harness proves itself before it judges: servers restart on their ports, the independent client takes a
notification apart, and a request without an answer, a wrong event and an invalid payload are seen as such."""

import asyncio
import hashlib
import unittest
import xml.etree.ElementTree as ET

from case import Case
from client import StanzaError, Subscriber
from mail import node_path, to_modified_utf7
from schema import NAMESPACE, check_payloads
from servers import COMPONENT, SECRET

EVENT = (
    "<message xmlns='jabber:component:accept' from='{user}@mail.localhost' to='{user}@localhost' type='headline' id='n1'>"
    "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='mail_events/INBOX'><item id='18'>"
    "<MessageNew xmlns='urn:xmpp:message-store:0'>"
    "<mailboxID>imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045</mailboxID>"
    "<messages>231</messages><uidnext>21</uidnext>"
    "<uri>imap://juliet@imap.example.com/INBOX;UIDVALIDITY=385759045/;UID=20</uri>"
    "<headers xmlns='http://jabber.org/protocol/shim'><header name='Subject'>Wherefore</header></headers>"
    "</MessageNew></item></items></event></message>")


class Component:
    """A throw-away XEP-0114 component: answers disco#info, refuses the rest, is silent to jabber:iq:version."""

    def __init__(self, port):
        self.port = port

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.parser = ET.XMLPullParser(["start", "end"])
        self.depth = 0
        self.write(f"<stream:stream xmlns='jabber:component:accept' "
                   f"xmlns:stream='http://etherx.jabber.org/streams' to='{COMPONENT}'>")
        stream_id = None
        while stream_id is None:
            self.parser.feed(await self.reader.read(4096))
            for kind, element in self.parser.read_events():
                if kind == "start":
                    stream_id = element.get("id")
                    self.depth = 1
        proof = hashlib.sha1((stream_id + SECRET).encode()).hexdigest()
        self.write(f"<handshake>{proof}</handshake>")
        self.accepted = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self.serve())
        await asyncio.wait_for(self.accepted, 5)
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        self.writer.close()

    def write(self, text):
        self.writer.write(text.encode())

    async def serve(self):
        while octets := await self.reader.read(65536):
            self.parser.feed(octets)
            for kind, element in self.parser.read_events():
                self.depth += 1 if kind == "start" else -1
                if kind == "end" and self.depth == 1:
                    self.stanza(element)

    def stanza(self, element):
        if element.tag.endswith("}handshake"):
            self.accepted.set_result(True)
        if not element.tag.endswith("}iq") or "version" in element[0].tag:
            return
        sender, target, stanza_id = element.get("from"), element.get("to"), element.get("id")
        head = f"<iq from='{target}' to='{sender}' id='{stanza_id}'"
        if "disco#info" in element[0].tag:
            self.write(f"{head} type='result'><query xmlns='http://jabber.org/protocol/disco#info'>"
                       "<identity category='pubsub' type='service' name='Mail'/></query></iq>")
        else:
            self.write(f"{head} type='error'><error type='cancel'><item-not-found "
                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")


class HarnessOn:
    async def test_notification_is_taken_apart(self):
        async with Component(self.world.xmpp.component) as component:
            component.write(EVENT.format(user=self.user))
            note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
            self.assertEqual((note.item_id, note.params["uidnext"], note.headers), ("18", "21", {"Subject": "Wherefore"}))
            self.assertEqual(note.sender, f"{self.user}@mail.localhost")
            self.xmpp.payloads.clear()
            await self.xmpp.assert_quiet(0.2)

    async def test_answers_errors_and_silence(self):
        async with Component(self.world.xmpp.component):
            info = await self.xmpp.disco_info()
            self.assertEqual(info.identities, {("pubsub", "service"): "Mail"})
            with self.assertRaises(StanzaError) as refusal:
                await self.xmpp.subscribe("mail_events/INBOX")
            self.assertEqual((refusal.exception.type, refusal.exception.condition), ("cancel", "item-not-found"))
            with self.assertRaises(AssertionError):
                await self.xmpp.request("get", "<query xmlns='jabber:iq:version'/>", seconds=0.5)

    async def test_restart_on_the_same_port(self):
        port = self.world.xmpp.c2s
        self.world.xmpp.restart()
        self.assertEqual(self.world.xmpp.c2s, port)
        async with Subscriber(self.user, port):
            pass


class HarnessOnProsody(HarnessOn, Case):
    options = {"gateway": False}


class HarnessOnEjabberd(HarnessOn, Case):
    options = {"gateway": False, "server": "ejabberd"}


class MailHarness(Case):
    options = {"gateway": False}

    def test_acts(self):
        self.mail.deliver("one")
        self.mail.deliver("two", detail="Lists")
        self.mail.create(["a", "b c", "été"])
        uid = self.mail.append(["a", "b c", "été"], "\\Seen $MDNSent")
        self.mail.store(["a", "b c", "été"], uid, "-FLAGS", "\\Seen")
        self.assertEqual(self.mail.status(["a", "b c", "été"])["UNSEEN"], 1)
        self.mail.move(["a", "b c", "été"], uid, ["Trash"])
        self.mail.copy(["Trash"], "1", ["Lists"])
        self.mail.expunge(["Trash"], "1")
        self.mail.rename(["a"], ["z"])
        self.mail.subscribe(["z"])
        self.mail.unsubscribe(["z"])
        self.mail.delete(["z", "b c", "été"])
        counts = {name: self.mail.status([name])["MESSAGES"] for name in ("INBOX", "Lists", "Trash")}
        self.assertEqual(counts, {"INBOX": 1, "Lists": 2, "Trash": 0})
        self.world.dovecot.restart()
        self.mail.close()
        self.assertEqual(self.mail.status(["INBOX"])["MESSAGES"], 1)


class Names(unittest.TestCase):
    def test_modified_utf7(self):
        for name, wire in (("Entwürfe", "Entw&APw-rfe"), ("a&b", "a&-b"), ("🍕", "&2DzfVQ-"),
                           ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")):
            self.assertEqual(to_modified_utf7(name), wire)

    def test_node_path(self):
        self.assertEqual(node_path(["a", "b/c"]), "a/b%2Fc")
        self.assertEqual(node_path(["Über 100%"]), "Über 100%25")

    def test_invalid_payload_is_seen(self):
        with self.assertRaises(AssertionError):
            check_payloads([ET.fromstring(f"<MessageNew xmlns='{NAMESPACE}'><nonsense/></MessageNew>")])


if __name__ == "__main__":
    unittest.main()
