"""Every event of RFC 5423 that IMAP can tell, in INBOX and in a nested mailbox, with '/' and '.' between levels."""

from case import SETTLE, Case
from stanza import q

INBOX = ["INBOX"]
NESTED = ["Work", "Über alles & Co"]


def in_inbox_and_nested(cls):
    """each_x(self, levels) becomes test_x_in_inbox and test_x_in_nested."""
    def bind(function, levels):
        async def test(self):
            await self.watch(levels)
            await function(self, levels)
        return test

    for name, function in list(vars(cls).items()):
        if name.startswith("each_"):
            setattr(cls, f"test_{name[5:]}_in_inbox", bind(function, INBOX))
            setattr(cls, f"test_{name[5:]}_in_nested", bind(function, NESTED))
    return cls


class EventCase(Case):
    async def watch(self, levels):
        """Subscribes to everything; a nested mailbox is made first, and its event taken."""
        await self.watch_all()
        if levels != INBOX:
            self.mail.create(levels)
            await self.xmpp.expect_event("MailboxCreate", self.events_node(*levels))

    def url(self, levels, uid=None):
        """How every URL about this mailbox must end; RFC 5092 percent-encodes the UTF-8 of the store's name."""
        validity = f";UIDVALIDITY={self.mail.status(levels)['UIDVALIDITY']}"
        return validity + (f"/;UID={uid}" if uid else "")

    async def given_messages(self, levels, count):
        """That many new messages, their events taken."""
        uids = [self.mail.append(levels, subject=f"number {n}") for n in range(count)]
        for _ in uids:
            await self.xmpp.expect_event("MessageNew", self.events_node(*levels))
        return uids

    async def expect_uids(self, name, levels, uidset):
        note = await self.only(name, self.events_node(*levels))
        self.assertEqual(note.params.get("uidset"), uidset)
        self.assertTrue(note.params["mailboxID"].endswith(self.url(levels)), note)
        return note


@in_inbox_and_nested
class Messages:
    async def each_delivery(self, levels):
        if levels == INBOX:
            self.mail.deliver("Where is Rosaline?")
        else:
            self.mail.append(levels, subject="Where is Rosaline?")
        note = await self.only("MessageNew", self.events_node(*levels))
        self.assertTrue(note.params["uri"].startswith(f"imap://{self.user}@imap.example.com/"), note)
        self.assertTrue(note.params["uri"].endswith(self.url(levels, 1)), note)
        self.assertTrue(note.params["mailboxID"].endswith(self.url(levels)), note)
        self.assertEqual((note.params["messages"], note.params["uidnext"]), ("1", "2"))
        self.assertGreater(int(note.params["messageSize"]), 100)
        self.assertIn("timestamp", note.params)
        self.assertEqual(note.headers["Subject"], "Where is Rosaline?")
        self.assertEqual(note.headers["From"], "Romeo <romeo@example.net>")
        self.assertEqual(note.message_type, "headline")
        self.assertEqual(note.item_id, "1" if levels == INBOX else "2")
        self.assertEqual(note.sender, f"{self.user}@mail.localhost")

    async def each_seen_append(self, levels):
        uid = self.mail.append(levels, "\\Seen")
        note = await self.only("MessageAppend", self.events_node(*levels))
        self.assertTrue(note.params["uri"].endswith(self.url(levels, uid)), note)

    async def each_draft_append(self, levels):
        self.mail.append(levels, "\\Draft")
        await self.only("MessageAppend", self.events_node(*levels))

    async def each_expunge(self, levels):
        uids = await self.given_messages(levels, 3)
        self.mail.expunge(levels, uids[1])
        node = self.events_node(*levels)
        note = await self.xmpp.expect_event("MessageExpunge", node)
        self.assertEqual(note.params["uidset"], str(uids[1]))
        self.assertTrue(note.params["mailboxID"].endswith(self.url(levels)), note)
        # \Deleted stood for an instant: whoever looked in it may tell it, before the expunge
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event and n.name != "MessageTrash")

    async def each_read(self, levels):
        await self.given_messages(levels, 4)
        self.mail.mark_read(levels, "1:2,4")
        await self.expect_uids("MessageRead", levels, "1:2,4")

    async def each_trash(self, levels):
        uids = await self.given_messages(levels, 1)
        self.mail.store(levels, uids[0], "+FLAGS", "\\Deleted")
        await self.expect_uids("MessageTrash", levels, "1")

    async def each_flags_set(self, levels):
        await self.given_messages(levels, 2)
        self.mail.store(levels, "1:2", "+FLAGS", "\\Flagged $mdnsent $Label1")
        note = await self.expect_uids("FlagsSet", levels, "1:2")
        self.assertEqual(set(note.params["flagNames"].split()), {"\\Flagged", "$Label1", "$MDNSent"})

    async def each_flags_clear(self, levels):
        self.mail.append(levels, "\\Flagged $Forwarded")
        await self.xmpp.expect_event("MessageNew", self.events_node(*levels))
        self.mail.store(levels, "1", "-FLAGS", "\\Flagged $Forwarded")
        note = await self.expect_uids("FlagsClear", levels, "1")
        self.assertEqual(set(note.params["flagNames"].split()), {"\\Flagged", "$Forwarded"})

    async def each_unread(self, levels):
        self.mail.append(levels, "\\Seen")
        await self.xmpp.expect_event("MessageAppend", self.events_node(*levels))
        self.mail.store(levels, "1", "-FLAGS", "\\Seen")
        note = await self.expect_uids("FlagsClear", levels, "1")
        self.assertEqual(note.params["flagNames"], "\\Seen")

    async def each_store_of_several_flags(self, levels):
        """One act is split: \\Seen MessageRead, \\Deleted MessageTrash, the rest one FlagsSet."""
        await self.given_messages(levels, 1)
        self.mail.store(levels, "1", "+FLAGS", "\\Seen \\Deleted \\Answered \\Flagged")
        node = self.events_node(*levels)
        for name in ("MessageRead", "MessageTrash"):
            await self.xmpp.expect_event(name, node)
        note = await self.only("FlagsSet", node)
        self.assertEqual(set(note.params["flagNames"].split()), {"\\Answered", "\\Flagged"})

    async def each_header_fields(self, levels):
        """Decoded, unfolded, and what XML forbids replaced: one bad octet would end the stream."""
        self.mail.append(levels, message=(
            b"From: =?utf-8?q?Rom=C3=A9o?= <romeo@example.net>\r\nTo: juliet@example.com\r\n"
            b"Subject: =?utf-8?b?8J+NlQ==?= and\r\n a fold\x01\x0b \xff\r\n\r\nbody\r\n"))
        note = await self.only("MessageNew", self.events_node(*levels))
        self.assertEqual(note.headers["From"], "Roméo <romeo@example.net>")
        self.assertTrue(note.headers["Subject"].startswith("🍕 and a fold"), note)

    async def each_move_to_archive(self, levels):
        """Gone here, there at first sight: an append, for the mailbox is \\Archive."""
        await self.given_messages(levels, 2)
        self.mail.move(levels, "2", ["Archive"])
        note = await self.xmpp.expect_event("MessageExpunge", self.events_node(*levels))
        self.assertEqual(note.params["uidset"], "2")
        await self.only("MessageAppend", "mail_events/Archive")


class Special:
    async def test_special_use_mailboxes_append(self):
        await self.watch_all()
        for name in ("Sent", "Drafts", "Trash", "Archive"):
            self.mail.append([name])
            await self.xmpp.expect_event("MessageAppend", f"mail_events/{name}")
        self.mail.append(["Junk"])
        await self.only("MessageNew", "mail_events/Junk")

    async def test_delivery_to_a_detail_makes_the_mailbox(self):
        await self.watch_all()
        self.mail.deliver("for the list", detail="Lists")
        await self.xmpp.expect_event("MailboxCreate", "mail_events/Lists")
        await self.only("MessageNew", "mail_events/Lists")


class Mailboxes:
    async def test_create(self):
        await self.watch_all()
        self.mail.create(["One"])
        note = await self.only("MailboxCreate", "mail_events/One")
        self.assertEqual(note.item_id, "1")
        self.assertTrue(note.params["mailboxID"].endswith("/One" + self.url(["One"])), note)

    async def test_create_with_implied_parents_is_one_event(self):
        await self.watch_all()
        self.mail.create(["a", "b", "c"])
        await self.only("MailboxCreate", "mail_events/a/b/c")
        self.assertIn("mail_events/a/", [node for _, node, _ in await self.xmpp.disco_items("mail_events")])

    async def test_node_notification_of_a_new_mailbox(self):
        await self.watch_all()
        self.mail.create(["One"])
        note = await self.xmpp.expect(lambda n: n.kind == "collection" and n.node == "mail_events")
        self.assertEqual(note.element[0].tag, q("event", "associate"))
        self.assertEqual(note.element[0].get("node"), "mail_events/One")

    async def test_delete(self):
        await self.watch(NESTED)
        node = self.events_node(*NESTED)
        await self.xmpp.subscribe(node)
        self.mail.delete(NESTED)
        await self.xmpp.expect_event("MailboxDelete", node)
        await self.xmpp.expect(lambda n: n.kind == "delete" and n.node == node)
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
        self.assertNotIn(node, [s["node"] for s in await self.xmpp.subscriptions()])

    async def test_delete_with_children_keeps_the_collection(self):
        await self.watch(["a"])
        self.mail.create(["a", "b"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/a/b")
        await self.xmpp.subscribe("mail_events/a/")
        self.mail.delete(["a"])
        await self.only("MailboxDelete", "mail_events/a")
        self.assertIn("mail_events/a/", [s["node"] for s in await self.xmpp.subscriptions()])
        self.mail.append(["a", "b"])
        note = await self.only("MessageNew", "mail_events/a/b")
        self.assertIn(("Collection", "mail_events/a/"), note.shim)

    async def test_rename_with_children_is_one_event(self):
        await self.watch(["a"])
        self.mail.create(["a", "b"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/a/b")
        self.mail.append(["a", "b"])
        await self.xmpp.expect_event("MessageNew", "mail_events/a/b")
        await self.xmpp.subscribe("mail_events/a/b")
        self.mail.rename(["a"], ["z z"])
        note = await self.only("MailboxRename", "mail_events/z z", 12)
        self.assertIn("/a;UIDVALIDITY=", note.params["oldMailboxID"])
        self.assertTrue(note.params["mailboxID"].endswith("/z%20z" + self.url(["z z"])), note)
        gone = await self.xmpp.expect(lambda n: n.kind == "delete" and n.node == "mail_events/a")
        self.assertTrue(gone.element[0].get("uri").startswith(f"xmpp:{self.user}@mail.localhost?"), gone)
        # the subscription and the history have moved
        self.assertIn("mail_events/z z/b", [s["node"] for s in await self.xmpp.subscriptions()])
        self.assertEqual([p.name for _, p in await self.history("mail_events/z z/b")], ["MailboxCreate", "MessageNew"])
        self.mail.append(["z z", "b"])
        after = await self.only("MessageNew", "mail_events/z z/b")
        self.assertEqual(after.item_id, "3")

    async def test_rename_of_inbox(self):
        await self.watch(INBOX)
        await self.given_messages(INBOX, 1)
        self.mail.rename(INBOX, ["Old mail"])
        note = await self.xmpp.expect(lambda n: n.is_event and n.name == "MailboxRename", 12)
        self.assertEqual(note.node, "mail_events/INBOX")
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
        self.mail.append(INBOX)
        fresh = await self.only("MessageNew", "mail_events/INBOX")
        self.assertTrue(fresh.params["uri"].endswith(self.url(INBOX, 1)), fresh)

    async def test_subscribe_and_unsubscribe(self):
        await self.watch(NESTED)
        for levels in (NESTED, ["Sent"]):
            self.mail.subscribe(levels)
            await self.only("MailboxSubscribe", self.events_node(*levels))
            self.mail.unsubscribe(levels)
            await self.only("MailboxUnSubscribe", self.events_node(*levels))

    async def test_delete_and_create_of_one_name(self):
        await self.watch(["a"])
        node = "mail_events/a"
        self.mail.delete(["a"])
        await self.xmpp.expect_event("MailboxDelete", node)
        self.mail.create(["a"])
        note = await self.only("MailboxCreate", node)
        self.assertEqual(note.item_id, "3")  # ids of a name go on: create, delete, create


class MessagesWithSlash(Messages, EventCase):
    options = {"accounts": 24}


class MessagesWithDot(Messages, EventCase):
    options = {"accounts": 24, "separator": "."}


class MailboxesWithSlash(Mailboxes, Special, EventCase):
    pass


class MailboxesWithDot(Mailboxes, Special, EventCase):
    options = {"separator": "."}


class Names:
    names = [["With Space"], ["a&b"], ["per%cent"], ["entwürfe"], ["🍕"], ["<x>\"y'"], ["台北", "日本語 & 100%"], ["x@y"]]

    async def test_names(self):
        await self.watch_all()
        for levels in self.names:
            self.mail.create(levels)
            await self.xmpp.expect_event("MailboxCreate", self.events_node(*levels))
            self.mail.append(levels)
            note = await self.xmpp.expect_event("MessageNew", self.events_node(*levels))
            self.assertTrue(note.params["uri"].endswith(self.url(levels, 1)), note)
            status = await self.xmpp.get_items(self.status_node(*levels))
            self.assertEqual(status.items[0][1].attributes["messages"], "1", levels)
            info = await self.xmpp.disco_info(self.events_node(*levels))
            self.assertEqual(info.identities[("pubsub", "leaf")], levels[-1])
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)

    async def test_only_the_canonical_form_is_a_node(self):
        await self.watch(["per%cent"])
        for other in ("mail_events/per%cent", "mail_events/per%25cent/x", "mail_events/%70er%25cent"):
            await self.refused("item-not-found", self.xmpp.disco_info(other))
        await self.xmpp.disco_info("mail_events/per%25cent")


class NamesWithSlash(Names, EventCase):
    names = Names.names + [["a.b"], ["dots.in", "it."]]


class NamesWithDot(Names, EventCase):
    """Only this layout lets '/' into a name where '.' separates."""
    options = {"separator": ".", "location": "mdbox:~/mdbox:LAYOUT=index"}
    names = Names.names + [["a/b"], ["x", "y/z/"]]
