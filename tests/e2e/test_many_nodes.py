"""An owner with a great many mailboxes: the tree is walked page by page."""

from case import Case
from client import rsm
from stanza import q

MAILBOXES = 600  # Dovecot takes 10 ms to make one
PAGE = 45


class ManyNodes(Case):
    options = {"watched": False, "location": "sdbox:~/sdbox"}

    async def test_pages_show_every_node_exactly_once(self):
        """XEP-0059 §2.2 and §2.6 on disco#items (XEP-0030 §3.2): each mailbox once, in both trees, and the count is true."""
        await self.act(self.create_many)
        boxes = {f"box {number:04}" for number in range(MAILBOXES)}
        for root in ("mail_events", "mail_status"):
            await self.when_known(f"{root}/box {MAILBOXES - 1:04}")
            walked = await self.walk(root)
            self.assertEqual(len(walked), len(set(walked)), "a node twice")
            leaves = {node.removeprefix(f"{root}/") for node in walked}
            self.assertEqual(boxes - leaves, set())
            self.assertIn("INBOX", leaves)

    def create_many(self):
        for number in range(MAILBOXES):
            self.mail.create([f"box {number:04}"])

    async def walk(self, root):
        """Forwards by <after/>; the index (XEP-0059 §2.6) of each page follows from what came before it."""
        walked, after = [], None
        while True:
            answer = await self.xmpp.request("get", "<query xmlns='http://jabber.org/protocol/disco#items' "
                                             f"node='{root}'>{rsm(limit=PAGE, after=after)}</query>", seconds=60)
            query = answer.find(q("items", "query"))
            page = [item.get("node") for item in query.findall(q("items", "item"))]
            result = query.find(q("rsm", "set"))
            if page:
                self.assertEqual(result.find(q("rsm", "first")).get("index"), str(len(walked)))
            walked += page
            self.assertLessEqual(len(page), PAGE)
            if len(walked) >= int(result.findtext(q("rsm", "count"))) or not page:
                self.assertEqual(len(walked), int(result.findtext(q("rsm", "count"))))
                return walked
            after = result.findtext(q("rsm", "last"))
