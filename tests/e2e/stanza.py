"""What a subscriber received, taken apart: one Note for each thing that a message carries."""

import dataclasses
import time
import xml.etree.ElementTree as ET

NS = {
    "event": "http://jabber.org/protocol/pubsub#event",
    "pubsub": "http://jabber.org/protocol/pubsub",
    "owner": "http://jabber.org/protocol/pubsub#owner",
    "errors": "http://jabber.org/protocol/pubsub#errors",
    "store": "urn:xmpp:message-store:0",
    "shim": "http://jabber.org/protocol/shim",
    "delay": "urn:xmpp:delay",
    "info": "http://jabber.org/protocol/disco#info",
    "items": "http://jabber.org/protocol/disco#items",
    "rsm": "http://jabber.org/protocol/rsm",
    "form": "jabber:x:data",
    "stanzas": "urn:ietf:params:xml:ns:xmpp-stanzas",
    "client": "jabber:client",
}
for _prefix, _uri in (("ms", NS["store"]), ("ps", NS["event"]), ("shim", NS["shim"])):
    ET.register_namespace(_prefix, _uri)


def q(prefix, name):
    return f"{{{NS[prefix]}}}{name}"


def local(element):
    return element.tag.rpartition("}")[2]


@dataclasses.dataclass
class Payload:
    """The element inside <item/>: an event of RFC 5423, or a status."""

    name: str
    params: dict
    attributes: dict
    headers: dict
    element: ET.Element

    @classmethod
    def of(cls, element):
        params, headers = {}, {}
        for child in element:
            if child.tag == q("shim", "headers"):
                headers = {header.get("name"): header.text or "" for header in child}
            else:
                params[local(child)] = child.text or "".join(f"{line.text}\n" for line in child)
        return cls(local(element), params, dict(element.attrib), headers, element)


@dataclasses.dataclass
class Note:
    """kind: item, retract, purge, delete, collection, configuration, subscription."""

    at: float
    kind: str
    sender: str
    node: str
    item_id: str
    payload: Payload
    stanza_id: str
    message_type: str
    shim: list
    delayed: bool
    element: ET.Element

    @property
    def name(self):
        return self.payload.name if self.payload else ""

    @property
    def params(self):
        return self.payload.params if self.payload else {}

    @property
    def attributes(self):
        return self.payload.attributes if self.payload else {}

    @property
    def headers(self):
        return self.payload.headers if self.payload else {}

    @property
    def is_event(self):
        return self.kind == "item" and self.name != "status"

    @property
    def is_status(self):
        return self.kind == "item" and self.name == "status"

    def __str__(self):
        what = self.name or self.kind
        detail = self.attributes if self.is_status else self.params
        return f"{self.node} #{self.item_id} {what} {detail}"


def notes_of(message, at=None):
    """All Notes of one <message/>; an empty list when it carries no pubsub event."""
    at = time.monotonic() if at is None else at
    event = message.find(q("event", "event"))
    if event is None:
        return []
    shim = [(h.get("name"), h.text) for h in message.findall(f"{q('shim', 'headers')}/{q('shim', 'header')}")]
    delayed = message.find(q("delay", "delay")) is not None
    notes = []

    def note(kind, node, item_id, payload, element):
        notes.append(Note(at, kind, message.get("from"), node, item_id, payload, message.get("id"),
                          message.get("type", "normal"), shim, delayed, element))

    for child in event:
        node = child.get("node", "")
        if child.tag == q("event", "items"):
            for item in child:
                payload = Payload.of(item[0]) if len(item) else None
                note("retract" if local(item) == "retract" else "item", node, item.get("id"), payload, child)
        else:
            note(local(child), node, None, None, child)
    return notes
