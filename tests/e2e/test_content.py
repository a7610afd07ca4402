"""Data of new messages: fetched once per message, as far as a subscriber asks for it, and not at all where nobody does."""

import base64
import imaplib
import re

from case import SETTLE, Case
from mail import Mail, compose

STORE = "{urn:xmpp:message-store:0}"
# RFC 4467: Dovecot offers URLAUTH where it has a host for the URLs and a place for the keys
DOVECOT = """
mail_attribute_dict = file:%h/attributes
imap_urlauth_host = imap.example.com
protocol imap {
  rawlog_dir = %h/rawlog
}
"""


class ContentCase(Case):
    async def want(self, **options):
        await self.xmpp.subscribe("mail_events", options={STORE + name: value for name, value in options.items()})

    async def deliver(self, message):
        self.mail.deliver(message=message)
        return await self.xmpp.expect_event("MessageNew", "mail_events/INBOX", 12)

    def reference_of(self, note):
        content = [child for child in note.payload.element if child.tag.endswith("}messageContent")]
        self.assertEqual(len(content), 1, note)
        return content[0].get("uri")

    def url_fetch(self, user, url):
        """RFC 4467 section 7: what that user's own login gets for the URL."""
        mail = Mail(self.world.dovecot, user)
        self.addCleanup(mail.close)
        name = "URLFETCH"
        imaplib.Commands.setdefault(name, ("AUTH", "SELECTED"))
        mail.check(mail.imap._simple_command(name, f'"{url}"'), name)
        text = mail.imap.response(name)[1]
        return text[0][1] if isinstance(text[0], tuple) else text[0]


class Demand(ContentCase):
    options = {"more": DOVECOT, "watched": False, "accounts": 8}

    async def asyncSetUp(self):
        await super().asyncSetUp()
        # Dovecot writes what it is sent where there is a folder for it
        home = self.world.dovecot.home(self.user)
        for folder in (home, home / "rawlog"):
            folder.mkdir(exist_ok=True)
            self.world.dovecot.give(folder)

    def fetched(self):
        """The items of all UID FETCH commands for new messages, as Dovecot was sent them."""
        logs = (self.world.dovecot.home(self.user) / "rawlog").glob("*.in")
        text = "".join(log.read_text(errors="replace") for log in logs)
        commands = re.findall(r"UID FETCH \S+ \((.*)\)\s", text)
        self.assertTrue(commands, "no FETCH was logged")
        return [items.replace("UID FLAGS MODSEQ", "").replace("UID FLAGS", "").strip() for items in commands]

    async def test_nobody_asking_nothing_is_fetched(self):
        await self.xmpp.subscribe("mail_status/INBOX")  # of events nothing is asked
        await self.xmpp.expect_status("mail_status/INBOX", 12, messages=0)
        self.mail.deliver()
        await self.xmpp.expect_status("mail_status/INBOX", messages=1)
        await self.xmpp.subscribe("mail_events/INBOX", options={STORE + "event_types": ["MessageRead"]})
        self.mail.deliver()
        await self.xmpp.expect_status("mail_status/INBOX", messages=2)
        self.assertEqual(set(self.fetched()), {""})

    async def test_counts_fetch_no_header(self):
        await self.want(disclosure="counts")
        note = await self.deliver(compose("secret"))
        self.assertGreater(int(note.params["messageSize"]), 100)
        self.assertEqual(note.headers, {})
        self.assertEqual(set(self.fetched()), {"", "RFC822.SIZE"})

    async def test_envelope_has_headers_and_structure(self):
        await self.want()  # an owner's default
        note = await self.deliver(compose("Where is Rosaline?"))
        self.assertEqual(note.headers["Subject"], "Where is Rosaline?")
        self.assertTrue(note.params["bodyStructure"].upper().startswith('("TEXT" "PLAIN"'), note)
        self.assertNotIn("messageContent", note.params)
        self.assertFalse([items for items in self.fetched() if "BODY.PEEK[]" in items])

    async def test_content_up_to_the_size(self):
        await self.want(disclosure="content", max_content_octets="2000", parameters=["uri", "messageContent"])
        message = compose("short", body="art thou?\n")
        note = await self.deliver(message)
        # the delivery agent has put its own fields before it
        self.assertTrue(base64.b64decode(note.params["messageContent"]).endswith(message), note)
        self.assertEqual(note.headers, {})
        note = await self.deliver(compose("long", body="x" * 70 + "\n" + "y\n" * 2000))
        self.assertEqual(note.params.get("messageContent", ""), "")
        self.assertEqual(self.mail.status(["INBOX"])["UNSEEN"], 2)  # RFC 3501 section 6.4.5: PEEK
        for items in filter(None, self.fetched()):
            self.assertEqual(items, "RFC822.SIZE BODY.PEEK[]<0.2001>")

    async def test_in_a_mailbox_that_comes_with_its_first_message(self):
        """It has no node yet when its message is looked at."""
        await self.want()
        self.mail.deliver("first of all", detail="Fresh")
        note = await self.xmpp.expect_event("MessageNew", "mail_events/Fresh")
        self.assertEqual(note.headers["Subject"], "first of all")
        self.assertIn("bodyStructure", note.params)

    async def test_one_fetch_for_all_subscribers(self):
        for resource in ("a", "b", "c"):
            await self.xmpp.subscribe("mail_events", f"{self.xmpp.bare}/{resource}")
        await self.want()
        await self.deliver(compose("once"))
        self.assertEqual(len([items for items in self.fetched() if "HEADER" in items]), 1)

    async def test_reference_to_what_is_too_large(self):
        """RFC 5423 section 4.1, MessageNew: a URLAUTH reference for larger messages."""
        await self.want(disclosure="content", max_content_octets="300")
        message = compose("long", body="y\n" * 2000)
        note = await self.deliver(message)
        url = self.reference_of(note)
        self.assertTrue(url.startswith(note.params["uri"] + ";EXPIRE="), url)
        self.assertEqual(note.params.get("messageContent", ""), "")
        self.assertTrue(self.url_fetch(self.user, url).endswith(message))


class CyrusReference(ContentCase):
    options = {"mailstore": "cyrus", "source": {"poll_seconds": 5}, "accounts": 2}

    async def test_reference_to_what_is_too_large(self):
        """RFC 4467 section 3: URLAUTH=authuser, so whoever is told of it and has a login there."""
        await self.want(disclosure="content", max_content_octets="300")
        message = compose("long", body="y\n" * 2000)
        note = await self.deliver(message)
        url = self.reference_of(note)
        self.assertIn(b"Subject: long", self.url_fetch("romeo", url))
        await self.xmpp.assert_quiet(SETTLE, lambda n: n.is_event)
