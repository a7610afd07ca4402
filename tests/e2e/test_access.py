"""Others than the owner: grants, requests that an owner decides, presence, what each is told, and losing it again."""

import asyncio
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

from case import SETTLE, Case
from client import StanzaError, options_form
from servers import COMPONENT, USERS_DOMAIN
from stanza import NS, q

STORE = "{urn:xmpp:message-store:0}"


def config_form(fields):
    return options_form({"FORM_TYPE": NS["pubsub"] + "#node_config", **fields})


class AccessCase(Case):
    async def grant(self, node, **affiliations):
        """affiliations: user=member|outcast|none, by the owner"""
        inner = "".join(f"<affiliation jid='{user}@{USERS_DOMAIN}' affiliation='{kind}'/>"
                        for user, kind in affiliations.items())
        await self.xmpp.pubsub("set", f"<affiliations node={quoteattr(node)}>{inner}</affiliations>", ns="owner")

    async def configure(self, node, **fields):
        form = config_form({name.replace("pubsub_", "pubsub#").replace("store_", STORE): value
                            for name, value in fields.items()})
        await self.xmpp.pubsub("set", f"<configure node={quoteattr(node)}>{form}</configure>", ns="owner")

    async def until(self, predicate, what, seconds=8):
        for _ in range(int(seconds * 20)):
            found = predicate()
            if found:
                return found
            await asyncio.sleep(0.05)
        self.fail(f"{what} did not come")

    def form_message(self, client, form_type):
        for message in client.messages:
            form = message.find(q("form", "x"))
            if form is not None and any((v.text or "") == form_type for v in form.iter(q("form", "value"))):
                return message, {f.get("var"): [v.text or "" for v in f.findall(q("form", "value"))]
                                 for f in form.findall(q("form", "field"))}
        return None

    def answer(self, message, form):
        """The owner sends the form back under the id that it came with."""
        stanza = self.xmpp.make_message(mto=self.xmpp.account)
        stanza["id"] = message.get("id")
        stanza.xml.append(ET.fromstring(form))
        stanza.send()


class WithProsody(AccessCase):
    options = {"server": "prosody"}

    async def test_member_is_told_at_the_leafs_disclosure(self):
        """XEP-0060 section 8.9.2: a member of a leaf; what it is told is the leaf's limit, counts by default."""
        romeo = await self.login("romeo", account=self.user)
        await self.refused("item-not-found", romeo.subscribe("mail_events/INBOX"))
        await self.grant("mail_events/INBOX", romeo="member")
        await romeo.subscribe("mail_events/INBOX")
        self.mail.deliver("of no concern")
        note = await romeo.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.headers, {})
        self.assertNotIn("user", note.params)
        await self.configure("mail_events/INBOX", store_disclosure="envelope")
        self.mail.deliver("Wherefore")
        note = await romeo.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.headers["Subject"], "Wherefore")
        self.assertEqual([node for _, node, _ in await romeo.disco_items("mail_events")], ["mail_events/INBOX"])
        self.assertEqual((await romeo.get_items("mail_events/INBOX")).names, ["MessageNew"] * 2)
        await self.refused("forbidden", romeo.pubsub("get", "<configure node='mail_events/INBOX'/>", ns="owner"))

    async def test_losing_access_ends_the_subscription(self):
        """XEP-0060 section 12.14: who may not any more is told `none` and hears nothing further."""
        romeo = await self.login("romeo", account=self.user)
        await self.grant("mail_events", romeo="member")
        subid = (await romeo.subscribe("mail_events")).get("subid")
        self.mail.deliver("one")
        await romeo.expect_event("MessageNew", "mail_events/INBOX")
        await self.grant("mail_events", romeo="none")
        end = await romeo.expect(lambda note: note.kind == "subscription", what="the end of the subscription")
        self.assertEqual((end.element.get("subscription"), end.element.get("subid")), ("none", subid))
        self.mail.deliver("two")
        await asyncio.sleep(SETTLE)
        self.assertEqual(romeo.events(), [])
        await self.refused("item-not-found", romeo.get_items("mail_events"))

    async def test_outcast_on_the_leaf_wins_over_member_above(self):
        romeo = await self.login("romeo", account=self.user)
        await self.grant("mail_status", romeo="member")
        self.mail.create(["Private"])
        await self.when_known("mail_status/Private")
        await self.grant("mail_status/Private", romeo="outcast")
        await romeo.subscribe("mail_status")
        nodes = [node for _, node, _ in await romeo.disco_items("mail_status")]
        self.assertIn("mail_status/INBOX", nodes)
        self.assertNotIn("mail_status/Private", nodes)
        self.mail.append(["Private"])
        self.mail.deliver("for all")
        await romeo.expect_status("mail_status/INBOX", messages=1)
        self.assertEqual([note for note in romeo.notes if "Private" in note.node], [])

    async def test_request_is_decided_by_the_owner(self):
        """XEP-0060 sections 6.1.4 and 8.6: pending, a form for the owner, approved; the state follows at once."""
        await self.configure("mail_status/INBOX", pubsub_access_model="authorize")
        romeo = await self.login("romeo", account=self.user)
        answer = await romeo.subscribe("mail_status/INBOX")
        self.assertEqual(answer.get("subscription"), "pending")
        await self.refused("not-authorized", romeo.get_items("mail_status/INBOX"), ["not-subscribed"])
        await self.refused("not-authorized", romeo.subscribe("mail_status/INBOX"), ["pending-subscription"])
        form_type = NS["pubsub"] + "#subscribe_authorization"
        message, fields = await self.until(lambda: self.form_message(self.xmpp, form_type), "the form")
        self.assertEqual(fields["pubsub#subscriber_jid"], [f"romeo@{USERS_DOMAIN}"])
        filled = options_form({"FORM_TYPE": form_type, "pubsub#subid": fields["pubsub#subid"],
                               "pubsub#node": fields["pubsub#node"],
                               "pubsub#subscriber_jid": fields["pubsub#subscriber_jid"], "pubsub#allow": "1"})
        self.answer(message, filled)
        told = await romeo.expect(lambda note: note.kind == "subscription", what="the approval")
        self.assertEqual(told.element.get("subscription"), "subscribed")
        await romeo.expect_status("mail_status/INBOX", messages=0)

    async def test_presence_opens_and_closes(self):
        """XEP-0060 section 6.1.3.2; RFC 6121 section 3: an approved presence subscription, and its end."""
        await self.configure("mail_status/INBOX", pubsub_access_model="presence")
        romeo = await self.login("romeo", account=self.user)
        await self.refused("not-authorized", romeo.subscribe("mail_status/INBOX"),
                           ["presence-subscription-required"])
        romeo.send_presence_subscription(pto=romeo.account)
        form_type = "urn:xmpp:message-store:0#presence_authorization"
        message, fields = await self.until(lambda: self.form_message(self.xmpp, form_type), "the form")
        self.answer(message, options_form(
            {"FORM_TYPE": form_type, "subscriber_jid": fields["subscriber_jid"], "allow": "1"}))
        for _ in range(100):
            try:
                await romeo.subscribe("mail_status/INBOX")
                break
            except StanzaError:
                await asyncio.sleep(0.05)
        await romeo.expect_status("mail_status/INBOX", messages=0)
        romeo.send_presence_subscription(pto=romeo.account, ptype="unsubscribe")
        await romeo.expect(lambda note: note.kind == "subscription", what="the end of the subscription")

    async def test_owner_becomes_available(self):
        """XEP-0060 section 12.5: who shares presence is sent the states on becoming available."""
        self.xmpp.send_presence_subscription(pto=self.xmpp.account)
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", messages=0)
        await asyncio.sleep(0.5)  # the server's roster push and our approval of the account's own request
        phone = await self.login(self.user, resource="phone")
        await phone.expect_status("mail_status/INBOX", messages=0)


class WithEjabberd(WithProsody):
    options = {"server": "ejabberd"}


class Auditors(AccessCase):
    options = {"policy": {"auditors": [f"romeo@{USERS_DOMAIN}"]}}

    async def test_auditor_reads_events_and_no_state(self):
        romeo = await self.login("romeo", account=self.user)
        await romeo.subscribe("mail_events")
        self.mail.deliver("secret")
        note = await romeo.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.headers, {})
        await self.refused("item-not-found", romeo.subscribe("mail_status"))
        self.world.gateway.wait_for_log("auditor_access")
        self.assertIn(self.xmpp.account, [jid for jid, _, _ in await romeo.disco_items(to=COMPONENT)])


class Options(AccessCase):
    async def test_body_type_and_events(self):
        """XEP-0060 section 6.3: include_body, the type of the messages, and which events."""
        await self.xmpp.subscribe("mail_events/INBOX", options={
            "pubsub#include_body": "1", STORE + "notification_type": "chat", STORE + "event_types": ["MessageNew"]})
        self.mail.deliver("Wherefore")
        note = await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.assertEqual(note.message_type, "chat")
        body = next(m.find(q("client", "body")) for m in self.xmpp.messages if m.get("id") == note.stanza_id)
        self.assertIn("Wherefore", body.text)

    async def test_digest_comes_once(self):
        await self.xmpp.subscribe("mail_events/INBOX", options={
            "pubsub#digest": "1", "pubsub#digest_frequency": "3000"})
        for number in range(3):
            self.mail.deliver(f"letter {number}")
        await self.xmpp.expect(lambda note: note.is_event and note.item_id == "3", 8, "the digest")
        self.assertEqual(len(self.xmpp.messages), 1)

    async def test_lease_ends_with_notice(self):
        end = (datetime.now(timezone.utc) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        await self.xmpp.subscribe("mail_events/INBOX", options={"pubsub#expire": end})
        await self.xmpp.expect(lambda note: note.kind == "subscription", 6, "the end of the lease")
        self.assertEqual(await self.xmpp.subscriptions(), [])
