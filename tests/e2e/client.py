"""A subscriber on an independent XMPP library (slixmpp): requests, answers, and a queue of what it was sent."""

import asyncio
import logging
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)  # before the import, which logs already
# pylint: disable=wrong-import-position
import slixmpp
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from servers import COMPONENT, USERS_DOMAIN, password_of
from stanza import NS, Payload, local, notes_of, q


class StanzaError(Exception):
    """The answer was an error: type, defined condition, and the application conditions beside it."""

    def __init__(self, iq):
        self.iq = iq
        error = iq.find(q("client", "error"))
        self.type = error.get("type")
        self.condition = next((local(c) for c in error if c.tag.startswith("{%s}" % NS["stanzas"])
                               and local(c) != "text"), "")
        self.text = next((c.text for c in error if c.tag == q("stanzas", "text")), "")
        self.details = [local(c) for c in error if not c.tag.startswith("{%s}" % NS["stanzas"])]
        self.error = error
        super().__init__(f"{self.type} {self.condition} {self.details} {self.text or ''}")


class Page:
    """Items of one node: [(id, Payload)], with what RSM said."""

    def __init__(self, iq):
        self.items, self.nodes = [], []
        pubsub = iq.find(q("pubsub", "pubsub"))
        for items in pubsub.findall(q("pubsub", "items")):
            self.nodes.append(items.get("node"))
            for item in items:
                self.items.append((item.get("id"), Payload.of(item[0]) if len(item) else None))
        self.set = pubsub.find(q("rsm", "set"))

    @property
    def ids(self):
        return [item_id for item_id, _ in self.items]

    @property
    def names(self):
        return [payload.name for _, payload in self.items]


def rsm(limit=None, after=None, before=None):
    inner = "" if limit is None else f"<max>{limit}</max>"
    inner += "" if after is None else f"<after>{after}</after>"
    inner += "" if before is None else f"<before>{before}</before>"
    return f"<set xmlns='{NS['rsm']}'>{inner}</set>" if inner else ""


class Subscriber(slixmpp.ClientXMPP):
    """Juliet at her desk. `payloads` collects every payload for the schema check."""

    def __init__(self, user, port, account=None, resource="desk", domain=USERS_DOMAIN, service=COMPONENT,
                 host="127.0.0.1"):
        super().__init__(f"{user}@{domain}/{resource}", password_of(user))
        self.host, self.port, self.domain = host, port, domain
        self.account = f"{account or user}@{service}"
        self.bare = f"{user}@{domain}"
        self.notes, self.messages, self.payloads = [], [], []
        self._heard = set()
        self._news = asyncio.Event()
        self._requests = 0
        self["feature_mechanisms"].unencrypted_plain = True
        self.register_handler(Callback("every message", MatchXPath(f"{{{NS['client']}}}message"), self._on_message))
        self.auto_reconnect = False

    # life

    async def __aenter__(self):
        return await self.login()

    async def __aexit__(self, *_):
        await self.logout()

    async def login(self, seconds=15):
        started = asyncio.get_running_loop().create_future()
        self.add_event_handler("session_start", lambda _: started.done() or started.set_result(True),
                               disposable=True)
        for name in ("failed_auth", "connection_failed"):
            self.add_event_handler(name, lambda why, n=name: started.done() or started.set_exception(
                AssertionError(f"login of {self.boundjid}: {n} {why}")), disposable=True)
        self.connect((self.host, self.port), use_ssl=False, force_starttls=False, disable_starttls=True)
        await asyncio.wait_for(started, seconds)
        self.send_presence()
        # the server has taken the presence when it answers what came after it
        await self.request("get", "<ping xmlns='urn:xmpp:ping'/>", to=self.domain)
        return self

    async def logout(self):
        if self.transport is not None:
            self.disconnect(wait=0.2)
            try:
                await asyncio.wait_for(self.disconnected, 3)
            except (asyncio.TimeoutError, asyncio.CancelledError):
                self.abort()

    # what comes in

    def _on_message(self, stanza):
        at = time.monotonic()
        key = (stanza.xml.get("from"), stanza.xml.get("id"))
        if key[1] and key in self._heard:
            return  # sent again after a reconnect: at least once, with equal ids
        self._heard.add(key)
        self.messages.append(stanza.xml)
        for note in notes_of(stanza.xml, at):
            if note.payload is not None:
                self.payloads.append(note.payload.element)
            self.notes.append(note)
        self._news.set()

    async def expect(self, predicate, seconds=8.0, what="a notification"):
        """The first Note that fits, taken out of the queue; those before it stay."""
        deadline = time.monotonic() + seconds
        while True:
            for note in self.notes:
                if predicate(note):
                    self.notes.remove(note)
                    return note
            left = deadline - time.monotonic()
            self._news.clear()
            if left <= 0:
                raise AssertionError(f"{what} did not come within {seconds:g} s; came:\n" + self.listing())
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except asyncio.TimeoutError:
                pass

    async def expect_event(self, name, node, seconds=8.0):
        return await self.expect(lambda n: n.is_event and n.name == name and n.node == node, seconds,
                                 f"{name} on {node}")

    async def expect_status(self, node, seconds=8.0, **attributes):
        """The first status of that node whose attributes are these; older ones of the node are dropped."""
        wanted = {key: str(value) for key, value in attributes.items()}

        def fits(note):
            return note.is_status and note.node == node and wanted.items() <= note.attributes.items()
        note = await self.expect(fits, seconds, f"status {wanted} on {node}")
        self.notes = [n for n in self.notes if not (n.is_status and n.node == node and n.at <= note.at)]
        return note

    async def assert_quiet(self, seconds, predicate=lambda n: True):
        await asyncio.sleep(seconds)  # the absence of a message has no other sign than time
        got = [n for n in self.notes if predicate(n)]
        if got:
            raise AssertionError("nothing more was expected, but came:\n" + self.listing(got))

    def events(self):
        return [n for n in self.notes if n.is_event]

    def listing(self, notes=None):
        return "\n".join(f"  {n}" for n in (self.notes if notes is None else notes)) or "  (nothing)"

    # requests

    async def request(self, kind, payload, to=None, seconds=15.0):
        """Sends one <iq/> as it is written, returns the answer's element; an error raises StanzaError."""
        self._requests += 1
        iq = self.make_iq(id=f"r{self._requests}-{time.monotonic_ns()}", ito=to or self.account, itype=kind)
        iq.append(ET.fromstring(payload))
        try:
            answer = await iq.send(timeout=seconds)
        except IqError as error:
            self._check_sender(error.iq, to)
            raise StanzaError(error.iq.xml) from None
        except IqTimeout:
            raise AssertionError(f"no answer within {seconds:g} s to {payload}") from None
        self._check_sender(answer, to)
        return answer.xml

    def _check_sender(self, answer, to):
        sender = answer.xml.get("from")
        if sender != (to or self.account):
            raise AssertionError(f"asked {to or self.account}, answered by {sender}")

    async def disco_info(self, node=None, to=None):
        at = f" node={quoteattr(node)}" if node is not None else ""
        answer = await self.request("get", f"<query xmlns='{NS['info']}'{at}/>", to)
        return Info(answer.find(q("info", "query")))

    async def disco_items(self, node=None, to=None, page=""):
        """[(jid, node, name)] of one page."""
        at = f" node={quoteattr(node)}" if node is not None else ""
        answer = await self.request("get", f"<query xmlns='{NS['items']}'{at}>{page}</query>", to)
        query = answer.find(q("items", "query"))
        return [(i.get("jid"), i.get("node"), i.get("name")) for i in query.findall(q("items", "item"))]

    async def pubsub(self, kind, inner, to=None, ns="pubsub"):
        return await self.request(kind, f"<pubsub xmlns='{NS[ns]}'>{inner}</pubsub>", to)

    async def subscribe(self, node, jid=None, options=None, to=None):
        """Returns the <subscription/> element. options: {field: value or [values]}"""
        inner = f"<subscribe node={quoteattr(node)} jid={quoteattr(jid or self.bare)}/>"
        if options:
            inner += f"<options>{options_form(options)}</options>"
        answer = await self.pubsub("set", inner, to)
        return answer.find(f"{q('pubsub', 'pubsub')}/{q('pubsub', 'subscription')}")

    async def unsubscribe(self, node, jid=None, subid=None, to=None):
        at = f" subid={quoteattr(subid)}" if subid else ""
        return await self.pubsub(
            "set", f"<unsubscribe node={quoteattr(node)} jid={quoteattr(jid or self.bare)}{at}/>", to)

    async def subscriptions(self, node=None, to=None):
        """[{'node':…, 'jid':…, 'subscription':…, 'subid':…}]"""
        at = f" node={quoteattr(node)}" if node else ""
        answer = await self.pubsub("get", f"<subscriptions{at}/>", to)
        return [dict(s.attrib) for s in answer.iter(q("pubsub", "subscription"))]

    async def get_items(self, node, max_items=None, ids=(), to=None, **page):
        """page: limit, after, before as in RSM."""
        at = f" max_items='{max_items}'" if max_items is not None else ""
        wanted = "".join(f"<item id={quoteattr(i)}/>" for i in ids)
        answer = await self.pubsub("get", f"<items node={quoteattr(node)}{at}>{wanted}</items>{rsm(**page)}", to)
        result = Page(answer)
        self.payloads += [payload.element for _, payload in result.items if payload]
        return result


class Info:
    """An answer to disco#info: identities {(category, type): name}, features, forms {FORM_TYPE: {var: [values]}}."""

    def __init__(self, query):
        self.identities = {(i.get("category"), i.get("type")): i.get("name")
                           for i in query.findall(q("info", "identity"))}
        self.features = [f.get("var") for f in query.findall(q("info", "feature"))]
        self.forms = {}
        for form in query.findall(q("form", "x")):
            fields = {f.get("var"): [v.text or "" for v in f.findall(q("form", "value"))]
                      for f in form.findall(q("form", "field"))}
            self.forms[fields.pop("FORM_TYPE", [""])[0]] = fields


def options_form(options):
    fields = {"FORM_TYPE": "http://jabber.org/protocol/pubsub#subscribe_options", **options}
    out = ""
    for var, values in fields.items():
        values = values if isinstance(values, list) else [values]
        kind = " type='hidden'" if var == "FORM_TYPE" else ""
        out += f"<field var={quoteattr(var)}{kind}>" + "".join(f"<value>{v}</value>" for v in values) + "</field>"
    return f"<x xmlns='{NS['form']}' type='submit'>{out}</x>"
