"""Everything that one group of tests runs on: an XMPP server, a mail store, the gateway between them."""

import grp
import time

from cyrus import Cyrus
from dovecot import Dovecot
from gateway import Gateway, source_of
from postgres import Postgres
from process import Folder, Ports
from push import cyrus_configuration, push_source, shipped_configuration
from servers import Ejabberd, Prosody

NAMED = ["juliet", "romeo", "nurse"]


class World:
    """options: those of Dovecot, and
    server: 'prosody' or 'ejabberd'; accounts: how many beside juliet, romeo and nurse, one for each test;
    watched: whether the gateway watches them from the start; source: changes of the [[source]];
    policy: the [policy] table; sources(world): what to use instead of one [[source]] for every account;
    push: the mail store pushes to a source of the gateway too; with Cyrus 'datagram' or 'dlist';
    store: 'sqlite' or 'postgresql'; mailstore: 'dovecot' or 'cyrus', which stands where Dovecot does;
    gateway: False for a world without one; gateways: how many share the store; users: more XMPP and mail users;
    progress(server, seconds): called for each that is up."""

    def __init__(self, server="prosody", accounts=20, watched=True, source=None, policy=None, sources=None,
                 gateway=True, users=(), progress=None, store="sqlite", gateways=1, mailstore="dovecot", push=False,
                 **dovecot):
        self.progress = progress or (lambda server, seconds: None)
        self.folder = Folder()
        self.ports = Ports()
        self.extra = [f"mercutio{number}" for number in range(accounts)]
        self.users = NAMED + list(users) + self.extra
        self._unused = list(self.extra)
        self.xmpp = self.dovecot = self.gateway = self.postgres = None
        self.gateways = []
        try:
            if store == "postgresql":
                self.postgres = self._up(Postgres())
            self.http = self.ports.take() if push else 0
            self._start(server, watched, source or {}, policy, sources, gateways if gateway else 0, mailstore, push,
                        dovecot)
        except BaseException:
            self.close(check=False)
            raise

    def _start(self, server, watched, source, policy, sources, gateways, mailstore, push, dovecot):
        kind = {"prosody": Prosody, "ejabberd": Ejabberd}[server]
        self.xmpp = self._up(kind(self.folder.sub("x"), self.ports, self.users, max(1, gateways)))
        kind = {"dovecot": Dovecot, "cyrus": Cyrus}[mailstore]
        self.dovecot = kind(self.folder.sub("d"), self.ports, self.users, **dovecot)
        pushed = self._push_from(mailstore, push) if push else None
        self._up(self.dovecot)
        wanted = sources(self) if sources else [source_of(self.dovecot, self.users if watched else [], **source)]
        if pushed and not any(one["type"] == "push" for one in wanted):
            wanted.append(pushed)
        for number in range(gateways):
            self.gateways.append(Gateway(self.folder.sub(f"g{number or ''}"), self.ports, self.xmpp, wanted, policy,
                                         store=self.postgres and self.postgres.url, http=self.http))
            self.gateway = self.gateway or self.gateways[0]
            self._up(self.gateways[number])

    def _push_from(self, mailstore, push):
        """The [[source]] to which the mail store will push."""
        if mailstore == "dovecot":
            self.dovecot.more += shipped_configuration(self.dovecot.folder, self.http, self.dovecot.account.pw_name)
            return push_source()
        settings, socket = cyrus_configuration(self.dovecot.folder, push == "dlist")
        self.dovecot.more += settings
        key = "dlist_socket" if push == "dlist" else "socket"
        group = grp.getgrgid(self.dovecot.account.pw_gid).gr_name
        return push_source("cyrus", **{key: socket}, socket_format="cyrus", socket_group=group)

    def _up(self, server):
        began = time.monotonic()
        server.start()
        self.progress(server, time.monotonic() - began)
        return server

    def fresh_account(self):
        """An account that no other test has touched."""
        return self._unused.pop(0)

    def close(self, check=True):
        try:
            for gateway in self.gateways:
                if gateway.program.child is None:
                    continue
                if check:
                    gateway.stop()
                else:
                    gateway.kill()
        finally:
            for server in (self.dovecot, self.xmpp):
                if server is not None:
                    server.program.kill()
            if self.postgres is not None:
                self.postgres.close()
            self.folder.remove()
            self.ports.close()
