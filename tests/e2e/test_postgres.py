"""The same service with its state in PostgreSQL: nothing is lost when either of the two is killed."""

from case import Case


class OnPostgres(Case):
    options = {"store": "postgresql"}

    async def test_events_states_and_pages(self):
        """XEP-0060 sections 6.1 and 6.5: the ordinary walk."""
        await self.xmpp.subscribe("mail_events/INBOX")
        await self.xmpp.subscribe("mail_status/INBOX")
        for number in range(3):
            self.mail.deliver(f"letter {number}")
        await self.xmpp.expect(lambda note: note.is_event and note.item_id == "3", what="the third letter")
        await self.xmpp.expect_status("mail_status/INBOX", messages=3)
        page = await self.xmpp.get_items("mail_events/INBOX", after="1")
        self.assertEqual(page.ids, ["2", "3"])

    async def test_gateway_killed(self):
        await self.xmpp.subscribe("mail_events/INBOX")
        self.mail.deliver("before")
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.world.gateway.kill()
        self.mail.deliver("meanwhile")
        self.world.gateway.run()
        note = await self.xmpp.expect(lambda n: n.is_event and n.headers.get("Subject") == "meanwhile", 20,
                                      "what came meanwhile")
        self.assertEqual(note.item_id, "2")
        self.assertEqual(len(await self.xmpp.subscriptions()), 1)

    async def test_database_killed(self):
        await self.xmpp.subscribe("mail_events/INBOX")
        self.mail.deliver("before")
        await self.xmpp.expect_event("MessageNew", "mail_events/INBOX")
        self.world.postgres.program.kill()
        self.mail.deliver("meanwhile")
        self.world.postgres.start()
        note = await self.xmpp.expect(lambda n: n.is_event and n.headers.get("Subject") == "meanwhile", 30,
                                      "what came meanwhile")
        self.assertEqual(note.item_id, "2")
