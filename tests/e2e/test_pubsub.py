"""Subscribing, retrieving, paging, catching up, and what a stranger is told (XEP-0060, XEP-0059)."""

import xml.etree.ElementTree as ET

from case import SETTLE, Case
from client import StanzaError
from servers import COMPONENT


class Subscribing(Case):
    async def test_subscribe_list_unsubscribe(self):
        for node in ("mail_events/INBOX", "mail_status", "mail_events/Sent/"):
            given = await self.xmpp.subscribe(node)
            self.assertEqual((given.get("node"), given.get("jid"), given.get("subscription")),
                             (node, self.xmpp.bare, "subscribed"))
            again = await self.xmpp.subscribe(node)
            self.assertEqual(again.get("subid"), given.get("subid"))
            [listed] = await self.xmpp.subscriptions(node)
            self.assertEqual((listed["jid"], listed["subscription"]), (self.xmpp.bare, "subscribed"))
        self.assertEqual(len(await self.xmpp.subscriptions()), 3)
        await self.xmpp.unsubscribe("mail_events/INBOX")
        [status, _] = sorted(await self.xmpp.subscriptions(), key=lambda s: s["node"], reverse=True)
        await self.xmpp.unsubscribe("mail_status", subid=status["subid"])
        self.assertEqual([s["node"] for s in await self.xmpp.subscriptions()], ["mail_events/Sent/"])
        self.mail.deliver()
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_full_jid_hears_alone(self):
        other = await self.login(self.user, resource="phone")
        await other.subscribe("mail_events/INBOX", jid=other.boundjid.full)
        self.mail.deliver()
        await other.expect_event("MessageNew", "mail_events/INBOX")
        await self.xmpp.assert_quiet(0.5, lambda n: n.is_event)

    async def test_one_message_for_several_subscriptions(self):
        for node in ("mail_events", "mail_events/INBOX"):
            await self.xmpp.subscribe(node)
        self.mail.deliver()
        note = await self.only("MessageNew", "mail_events/INBOX")
        self.assertIn(("Collection", "mail_events"), note.shim)
        self.assertEqual(len([name for name, _ in note.shim if name == "SubID"]), 2)

    async def test_errors(self):
        x = self.xmpp
        await self.refused("item-not-found", x.subscribe("mail_events/None"))
        await self.refused("bad-request", x.subscribe("mail_events/INBOX", jid="romeo@localhost"), ["invalid-jid"])
        await self.refused("bad-request", x.pubsub("set", "<subscribe node='mail_events/INBOX'/>"))
        await self.refused("unexpected-request", x.unsubscribe("mail_events/INBOX"), ["not-subscribed"])
        await x.subscribe("mail_events/INBOX")
        await self.refused("not-acceptable", x.unsubscribe("mail_events/INBOX", subid="nonsense"), ["invalid-subid"])
        await self.refused("bad-request", x.pubsub("get", "<items/>"), ["nodeid-required"])
        await self.refused("item-not-found", x.get_items("mail_events/None"))

    async def test_what_clients_may_not_do(self):
        x = self.xmpp
        requests = {
            "create-nodes": "<create node='mail_events/x'/>",
            "publish": "<publish node='mail_events/INBOX'><item id='1'/></publish>",
        }
        for feature, inner in requests.items():
            error = await self.refused("feature-not-implemented", x.pubsub("set", inner), ["unsupported"])
            unsupported = next(e for e in error.error if e.tag.endswith("}unsupported"))
            self.assertEqual(unsupported.get("feature"), feature)
        await self.refused("feature-not-implemented",
                           x.pubsub("set", "<delete node='mail_events/INBOX'/>", ns="owner"), ["unsupported"])

    async def test_malformed_requests_are_answered(self):
        for kind, payload in (
                ("get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'/>"),
                ("set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><unheard-of/></pubsub>"),
                ("get", "<nonsense xmlns='urn:x'/>"),
                ("get", "<query xmlns='jabber:iq:roster'/>")):
            with self.subTest(payload):
                with self.assertRaises(StanzaError) as refusal:
                    await self.xmpp.request(kind, payload)
                self.assertIn(refusal.exception.condition,
                              ("bad-request", "feature-not-implemented", "service-unavailable"))

    async def test_ping(self):
        for address in (COMPONENT, self.xmpp.account):
            await self.xmpp.request("get", "<ping xmlns='urn:xmpp:ping'/>", to=address)


class Retrieving(Case):
    async def given_events(self, count):
        await self.xmpp.subscribe("mail_events/INBOX")
        for number in range(count):
            self.mail.append(["INBOX"], subject=f"number {number + 1}")
        for number in range(count):
            note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
            self.assertEqual((note.item_id, note.headers["Subject"]), (str(number + 1), f"number {number + 1}"))

    async def test_items(self):
        await self.given_events(12)
        x, node = self.xmpp, "mail_events/INBOX"
        self.assertEqual((await x.get_items("mail_events/Sent")).items, [])
        self.assertEqual((await x.get_items(node)).ids, [str(n) for n in range(1, 13)])
        self.assertEqual((await x.get_items(node, max_items=3)).ids, ["10", "11", "12"])
        self.assertEqual((await x.get_items(node, ids=["4", "7"])).ids, ["4", "7"])
        await self.refused("item-not-found", x.get_items("mail_events/None"))

    async def test_pages(self):
        await self.given_events(12)
        x, node = self.xmpp, "mail_events/INBOX"
        page = await x.get_items(node, limit=5, after="3")
        self.assertEqual(page.ids, ["4", "5", "6", "7", "8"])
        self.assertEqual((page.set.findtext("{*}first"), page.set.findtext("{*}last"), page.set.findtext("{*}count")),
                         ("4", "8", "12"))
        self.assertEqual((await x.get_items(node, limit=5, before="")).ids, ["8", "9", "10", "11", "12"])
        self.assertEqual((await x.get_items(node, limit=2, before="8")).ids, ["6", "7"])
        self.assertEqual((await x.get_items(node, after="12")).ids, [])
        self.assertEqual((await x.get_items(node, limit=0)).set.findtext("{*}count"), "12")
        for wrong in ("13", "x", "-1"):
            await self.refused("item-not-found", x.get_items(node, after=wrong))

    async def test_catching_up_after_being_away(self):
        await self.given_events(2)
        await self.xmpp.logout()
        for number in range(3, 6):
            self.mail.append(["INBOX"], subject=f"number {number}")
        self.mail.mark_read(["INBOX"], "1:2")
        later = await self.login(self.user)
        self.xmpp = later
        await later.subscribe("mail_status/INBOX")
        await later.expect_status("mail_status/INBOX", messages=5, unseen=3)
        missed = await later.get_items("mail_events/INBOX", after="2")
        self.assertEqual(missed.names.count("MessageNew"), 3)
        self.assertEqual(missed.names.count("MessageRead"), 1)
        self.assertEqual(missed.ids, [str(n) for n in range(3, 3 + len(missed.ids))])

    async def test_collection_gives_one_list_per_leaf(self):
        await self.given_events(1)
        page = await self.xmpp.get_items("mail_status")
        self.assertLessEqual({"mail_status/INBOX", "mail_status/Sent", "mail_status/Drafts"}, set(page.nodes))


class Strangers(Case):
    """Mailbox names are private: for a stranger what exists looks stanza for stanza like what does not."""

    async def answer(self, client, kind, payload, account):
        try:
            iq = await client.request(kind, payload, to=f"{account}@mail.localhost")
        except StanzaError as error:
            iq = error.iq.xml if hasattr(error.iq, "xml") else error.iq
        text = ET.tostring(iq, encoding="unicode")
        return text.replace(iq.get("id"), "ID").replace(account, "ACCOUNT")

    async def test_existing_and_missing_are_the_same(self):
        self.mail.create(["Secret"])
        await self.when_known("mail_events/Secret")
        romeo = await self.login("romeo")
        disco, pubsub = "http://jabber.org/protocol/disco", "http://jabber.org/protocol/pubsub"
        for kind, payload in (
                ("get", f"<query xmlns='{disco}#info'/>"),
                ("get", f"<query xmlns='{disco}#items'/>"),
                ("get", f"<query xmlns='{disco}#info' node='mail_events/Secret'/>"),
                ("get", f"<query xmlns='{disco}#items' node='mail_events'/>"),
                ("set", f"<pubsub xmlns='{pubsub}'><subscribe node='mail_events/Secret' jid='romeo@localhost'/></pubsub>"),
                ("set", f"<pubsub xmlns='{pubsub}'><unsubscribe node='mail_events/Secret' jid='romeo@localhost'/></pubsub>"),
                ("get", f"<pubsub xmlns='{pubsub}'><items node='mail_status/INBOX'/></pubsub>"),
                ("get", f"<pubsub xmlns='{pubsub}'><subscriptions/></pubsub>"),
                ("set", f"<pubsub xmlns='{pubsub}'><create node='x'/></pubsub>"),
                ("set", f"<pubsub xmlns='{pubsub}'><publish node='mail_events/Secret'><item/></publish></pubsub>"),
                ("get", f"<pubsub xmlns='{pubsub}#owner'><configure node='mail_events/Secret'/></pubsub>"),
                ("get", "<ping xmlns='urn:xmpp:ping'/>"),
                ("get", "<nonsense xmlns='urn:x'/>")):
            with self.subTest(payload):
                there = await self.answer(romeo, kind, payload, self.user)
                missing = await self.answer(romeo, kind, payload, "nobody-at-all")
                self.assertEqual(there, missing)

    async def test_stranger_hears_nothing(self):
        romeo = await self.login("romeo", account=self.user)
        await self.refused("item-not-found", romeo.subscribe("mail_status/INBOX"))
        self.mail.deliver()
        await romeo.assert_quiet(SETTLE)

    async def test_component_lists_only_the_own_account(self):
        romeo = await self.login("romeo")
        self.assertEqual([jid for jid, _, _ in await romeo.disco_items(to=COMPONENT)], ["romeo@mail.localhost"])
