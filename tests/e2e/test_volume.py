"""Many changes to one connection, and what another program puts into a Maildir."""

from case import Case
from mail import Mail


class Volume(Case):
    async def test_500_changes_none_later_than_2_seconds(self):
        """Dovecot's watch decays after some 200 to 350 changes: the gateway must have re-armed it by then."""
        await self.watch_all()
        boxes = [["INBOX"], ["Sent"], ["box 1"], ["box 2"]]
        for levels in boxes[2:]:
            self.mail.create(levels)
            await self.xmpp.expect_event("MailboxCreate", self.events_node(*levels))
        began = {}
        for number in range(500):
            levels = boxes[number % 4]
            subject = f"change {number}"
            began[subject], _ = await self.act(self.mail.append, levels, subject=subject)
            if number % 25 == 24:
                await self.until_heard(subject)
        await self.until_heard("change 499")
        came = {n.headers["Subject"]: n.at for n in self.xmpp.events() if "Subject" in n.headers}
        self.assertEqual(sorted(came), sorted(began))
        late = {subject: f"{came[subject] - began[subject]:.2f}" for subject in began
                if came[subject] - began[subject] > 2}
        self.assertEqual(late, {}, "later than 2 s")
        self.assertEqual(len(self.xmpp.events()), 500)

    async def until_heard(self, subject):
        note = await self.xmpp.expect(lambda n: n.is_event and n.headers.get("Subject") == subject, 10, subject)
        self.xmpp.notes.append(note)

    async def test_flags_of_one_mailbox_350_times(self):
        await self.xmpp.subscribe("mail_events/INBOX")
        self.mail.append(["INBOX"])
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        for number in range(350):
            change = "-FLAGS" if number % 2 else "+FLAGS"
            self.mail.store(["INBOX"], "1", change, "\\Flagged")
            if number % 50 == 49:  # ends cleared; one more change must be heard within 2 s
                self.mail.store(["INBOX"], "1", "+FLAGS", f"$round{number}")
                await self.xmpp.expect(
                    lambda n, f=f"$round{number}": n.name == "FlagsSet" and f in n.params["flagNames"].split(), 2.5)


class Maildir(Case):
    options = {"location": "maildir:~/Maildir", "separator": ".", "source": {"poll_seconds": 5}}

    async def test_file_dropped_into_new_is_found(self):
        self.mail.deliver("delivered")
        await self.watch_all()
        self.mail.deliver("delivered too")
        await self.xmpp.expect(lambda n: n.headers.get("Subject") == "delivered too")
        self.mail.drop_into_maildir_new("dropped")
        note = await self.xmpp.expect(lambda n: n.headers.get("Subject") == "dropped", 15)
        self.assertEqual((note.name, note.node), ("MessageNew", "mail_events/INBOX"))

    async def test_nested_mailbox(self):
        await self.watch_all()
        self.mail.create(["a", "b"])
        await self.xmpp.expect_event("MailboxCreate", "mail_events/a/b")
        self.mail.append(["a", "b"])
        await self.only("MessageNew", "mail_events/a/b")


class TwoRecipients(Case):
    async def test_each_hears_only_its_own(self):
        romeo = await self.login("romeo")
        await romeo.subscribe("mail_events")
        await self.watch_all()
        self.mail.deliver("for the one")
        await self.only("MessageNew", "mail_events/INBOX")
        await romeo.assert_quiet(0.1, lambda n: n.is_event)
        other = Mail(self.world.dovecot, "romeo")
        other.deliver("for the other")
        await romeo.expect_event("MessageNew", "mail_events/INBOX")
