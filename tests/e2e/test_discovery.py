"""The tree as service discovery shows it: identities, names, features, the meta-data form, pages."""

from case import Case
from client import rsm
from servers import COMPONENT, USERS_DOMAIN
from stanza import q

META_DATA = "http://jabber.org/protocol/pubsub#meta-data"
STORE = "urn:xmpp:message-store:0"


class Discovery(Case):
    async def test_component_is_an_item_of_the_server(self):
        self.assertIn(COMPONENT, [jid for jid, _, _ in await self.xmpp.disco_items(to=USERS_DOMAIN)])

    async def test_component(self):
        info = await self.xmpp.disco_info(to=COMPONENT)
        self.assertTrue(info.identities.get(("pubsub", "service")), info.identities)
        self.assertIn(STORE, info.features)
        items = await self.xmpp.disco_items(to=COMPONENT)
        self.assertEqual([(jid, node) for jid, node, _ in items], [(self.xmpp.account, None)])
        self.assertTrue(items[0][2])

    async def test_account(self):
        info = await self.xmpp.disco_info()
        self.assertLessEqual({("pubsub", "service"), ("headline", "newmail")}, set(info.identities))
        self.assertTrue(all(info.identities.values()))
        self.assertIn(STORE, info.features)
        self.assertIn("http://jabber.org/protocol/pubsub#subscribe", info.features)
        roots = {node: name for _, node, name in await self.xmpp.disco_items()}
        self.assertLessEqual({"mail_events", "mail_status"}, set(roots))
        self.assertTrue(all(roots.values()))

    async def test_tree(self):
        for levels in (["a"], ["a", "b"], ["only", "implied"]):
            self.mail.create(levels)
        for root in ("mail_events", "mail_status"):
            await self.when_known(f"{root}/only/implied")
            top = {node: name for _, node, name in await self.xmpp.disco_items(root)}
            self.assertLessEqual({f"{root}/INBOX", f"{root}/a", f"{root}/a/", f"{root}/only/", f"{root}/Sent"}, set(top))
            self.assertNotIn(f"{root}/only", top)   # no such mailbox, only the level
            self.assertNotIn(f"{root}/a/b", top)
            self.assertNotIn(f"{root}/INBOX/", top)  # no children
            self.assertEqual((top[f"{root}/a"], top[f"{root}/a/"]), ("a", "a"))
            below = [node for _, node, _ in await self.xmpp.disco_items(f"{root}/a/")]
            self.assertEqual(sorted(below), [f"{root}/a", f"{root}/a/b"])

    async def test_every_entry_has_address_and_name(self):
        pending, seen = ["mail_events", "mail_status"], set()
        while pending:
            node = pending.pop()
            info = await self.xmpp.disco_info(node)
            kind = "leaf" if node.count("/") and not node.endswith("/") else "collection"
            self.assertTrue(info.identities.get(("pubsub", kind)), f"{node}: {info.identities}")
            if kind == "leaf":
                continue
            for jid, child, name in await self.xmpp.disco_items(node):
                self.assertEqual(jid, self.xmpp.account)
                self.assertTrue(name, child)
                if child not in seen:
                    seen.add(child)
                    pending.append(child)
        self.assertIn("mail_status/INBOX", seen)

    async def test_meta_data(self):
        status = self.mail.status(["Sent"])
        for node in ("mail_events/Sent", "mail_status/Sent", "mail_events"):
            form = (await self.xmpp.disco_info(node)).forms[META_DATA]
            self.assertTrue(form["pubsub#title"][0], node)
            self.assertEqual(form["pubsub#owner"], [self.xmpp.bare])
            self.assertEqual(form["pubsub#num_subscribers"], ["0"])
            if node != "mail_events":
                self.assertEqual(form["pubsub#type"], [STORE])
        form = (await self.xmpp.disco_info("mail_events/Sent")).forms[META_DATA]
        self.assertEqual(form["{urn:xmpp:message-store:0}uidvalidity"], [str(status["UIDVALIDITY"])])
        self.assertEqual(form["{urn:xmpp:message-store:0}special_use"], ["\\Sent"])
        self.assertIn(form["{urn:xmpp:message-store:0}mdn_sent"], (["yes"], ["no"], ["unknown"]))

    async def test_pages(self):
        for number in range(25):
            self.mail.create([f"box {number:02}"])
        await self.when_known("mail_events/box 24")
        whole = [node for _, node, _ in await self.xmpp.disco_items("mail_events")]
        paged, after = [], None
        while True:
            answer = await self.xmpp.request(
                "get", "<query xmlns='http://jabber.org/protocol/disco#items' node='mail_events'>"
                f"{rsm(limit=7, after=after)}</query>")
            query = answer.find(q("items", "query"))
            page = [item.get("node") for item in query.findall(q("items", "item"))]
            result = query.find(q("rsm", "set"))
            self.assertEqual(result.findtext(q("rsm", "count")), str(len(whole)))
            if not page:
                break
            self.assertLessEqual(len(page), 7)
            paged += page
            after = result.findtext(q("rsm", "last"))
        self.assertEqual(paged, whole)

    async def test_node_in_the_resource(self):
        """juliet@D/<node>, the form of draft-dusseault-email-notif-model-00, is answered as for that node."""
        info = await self.xmpp.disco_info(to=f"{self.xmpp.account}/mail_events/INBOX")
        self.assertIn(("pubsub", "leaf"), info.identities)

    async def test_component_is_an_alias_of_the_only_account(self):
        nodes = [node for _, node, _ in await self.xmpp.disco_items("mail_events", to=COMPONENT)]
        self.assertIn("mail_events/INBOX", nodes)


class OnDemand(Case):
    """Accounts that are not in `accounts` are watched from their owner's first request."""
    options = {"watched": False}

    async def test_first_request_waits_for_the_snapshot(self):
        self.mail.deliver()
        self.mail.create(["Later"])
        nodes = [node for _, node, _ in await self.xmpp.disco_items("mail_events")]
        self.assertIn("mail_events/Later", nodes)
        await self.xmpp.subscribe("mail_status/INBOX")
        await self.xmpp.expect_status("mail_status/INBOX", messages=1)

    async def test_stranger_starts_nothing(self):
        stranger = await self.login("romeo", account=self.user)
        await self.refused("item-not-found", stranger.disco_items("mail_events"))
        log = self.world.dovecot.program.log_tail(2000)
        self.assertNotIn(f"user=<{self.user}>", log)
