#!/usr/bin/python3
"""A subscriber on aioxmpp, in a process of its own; its commands are those of foreign.py."""

import asyncio
import json
import sys

import aioxmpp
import aioxmpp.connector
import aioxmpp.errors
import aioxmpp.pubsub.xso
import aioxmpp.rsm.xso
import aioxmpp.xso

# aioxmpp knows RSM, but not beside a pubsub request
aioxmpp.pubsub.xso.Request.rsm = aioxmpp.xso.Child([aioxmpp.rsm.xso.ResultSetMetadata])


def say(line):
    print(json.dumps(line), flush=True)


def payload(item):
    [element] = item.unregistered_payload
    subject = [header.text for header in element.iter() if header.get("name") == "Subject"]
    return {"id": item.id_, "name": element.tag.rpartition("}")[2], "messages": element.get("messages"),
            "subject": subject[0] if subject else None}


class Commands:
    def __init__(self, client):
        self.client = client
        self.disco = client.summon(aioxmpp.DiscoClient)
        self.pubsub = client.summon(aioxmpp.PubSubClient)
        self.pubsub.on_item_published.connect(self.on_item)

    def on_item(self, sender, node, item, *, message=None):
        say({"note": {"from": str(sender), "node": node, **payload(item)}})

    async def nodes(self, to, node=None):
        answer = await self.disco.query_items(to, node=node)
        return [item.node for item in answer.items]

    async def info(self, to, node):
        answer = await self.disco.query_info(to, node=node)
        return {"identities": [f"{i.category}/{i.type_}" for i in answer.identities],
                "features": list(answer.features)}

    async def subscribe(self, to, node):
        answer = await self.pubsub.subscribe(to, node)
        return answer.payload.subscription

    async def unsubscribe(self, to, node):
        await self.pubsub.unsubscribe(to, node)
        return True

    async def items(self, to, node, max, after=None):  # pylint: disable=redefined-builtin
        request = aioxmpp.pubsub.xso.Request(aioxmpp.pubsub.xso.Items(node))
        request.rsm = aioxmpp.rsm.xso.ResultSetMetadata.limit(max)
        if after is not None:
            request.rsm.after = aioxmpp.rsm.xso.After(after)
        answer = await self.client.send(aioxmpp.IQ(to=to, type_=aioxmpp.IQType.GET, payload=request))
        return {"items": [payload(item) for item in answer.payload.items], "count": answer.rsm.count,
                "last": answer.rsm.last.value if answer.rsm.last else None}

    async def answer(self, call, to, **rest):
        try:
            return {"result": await getattr(self, call)(aioxmpp.JID.fromstr(to), **rest)}
        except aioxmpp.errors.XMPPError as error:
            return {"error": {"type": error.TYPE.value, "condition": error.condition.value[1]}}


async def main():
    account = json.loads(sys.argv[1])
    security = aioxmpp.make_security_layer(account["password"])._replace(tls_required=False)
    peer = (account["host"], account["port"], aioxmpp.connector.STARTTLSConnector())
    client = aioxmpp.PresenceManagedClient(aioxmpp.JID.fromstr(account["jid"]), security, override_peer=[peer])
    commands = Commands(client)
    async with client.connected():
        say({"ready": True})
        while line := await asyncio.to_thread(sys.stdin.readline):
            say(await commands.answer(**json.loads(line)))


asyncio.run(main())
