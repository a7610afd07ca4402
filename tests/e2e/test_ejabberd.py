"""The same path with ejabberd instead of Prosody: a subset, for what the two servers do differently."""

from test_discovery import Discovery
from test_events import INBOX, NESTED, EventCase
from test_pubsub import Retrieving, Strangers, Subscribing
from test_restart import ProsodyRestarted

EJABBERD = {"server": "ejabberd", "accounts": 24}


class EventsOnEjabberd(EventCase):
    options = EJABBERD

    async def test_life_of_a_message(self):
        for levels in (INBOX, NESTED):
            if levels == INBOX:
                await self.watch_all()
            else:
                self.mail.create(levels)
                await self.only("MailboxCreate", self.events_node(*levels))
            node = self.events_node(*levels)
            await self.given_messages(levels, 2)
            self.mail.mark_read(levels, "1")
            await self.expect_uids("MessageRead", levels, "1")
            self.mail.store(levels, "1", "-FLAGS", "\\Seen")
            await self.expect_uids("FlagsClear", levels, "1")
            self.mail.expunge(levels, "2")
            await self.xmpp.expect_event("MessageExpunge", node)

    async def test_life_of_a_mailbox(self):
        await self.watch(["a"])
        self.mail.subscribe(["a"])
        await self.only("MailboxSubscribe", "mail_events/a")
        self.mail.rename(["a"], ["été"])
        await self.only("MailboxRename", "mail_events/été", 12)
        self.mail.delete(["été"])
        await self.xmpp.expect_event("MailboxDelete", "mail_events/été")

    async def test_hostile_header_fields_do_not_end_the_stream(self):
        await self.watch(INBOX)
        self.mail.append(INBOX, message=b"Subject: \x01\xff ]]> <b>&amp;\xed\xa0\x80\r\n\r\nx\r\n")
        await self.only("MessageNew", "mail_events/INBOX")
        self.mail.append(INBOX)
        await self.only("MessageNew", "mail_events/INBOX")


class DiscoveryOnEjabberd(Discovery):
    options = EJABBERD


class SubscribingOnEjabberd(Subscribing):
    options = EJABBERD


class RetrievingOnEjabberd(Retrieving):
    options = EJABBERD


class StrangersOnEjabberd(Strangers):
    options = EJABBERD


class EjabberdRestarted(ProsodyRestarted):
    options = EJABBERD


del Discovery, Retrieving, Strangers, Subscribing, ProsodyRestarted, EventCase
