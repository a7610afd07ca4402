"""Two domains that federate: the near one with the gateway and the mail store, the far one with users alone."""

from dovecot import Certificates, Dovecot
from gateway import Gateway, source_of
from network import FAR, NEAR, Network
from process import Folder, Ports, listening
from servers import SECRET, Ejabberd, Prosody, render

NEAR_DOMAIN, FAR_DOMAIN = "near.example", "far.example"
S2S = 5269


class Authority(Certificates):
    """One authority that both domains trust."""

    def __init__(self, folder):  # pylint: disable=super-init-not-called
        self.folder = folder
        self.authority, self.key = folder / "authority.pem", folder / "authority.key"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mailnode test CA",
                      "-keyout", self.key, "-out", self.authority)

    def certify(self, domain, folder):
        """For the domain and its component, as server and as client: s2s needs both."""
        folder.mkdir()
        names, request = folder / "names", folder / "request"
        key, certificate = folder / f"{domain}.key", folder / f"{domain}.crt"
        names.write_text(f"subjectAltName=DNS:{domain},DNS:mail.{domain}\nextendedKeyUsage=serverAuth,clientAuth\n")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={domain}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.key, "-CAcreateserial",
                      "-days", "2", "-extfile", names, "-out", certificate)
        (folder / "server.pem").write_text(certificate.read_text() + key.read_text())
        (folder / "authority.pem").write_text(self.authority.read_text())


class Federating:
    """What differs from a server alone on loopback: domain, certificate, address, and the side that it runs on."""

    def place(self, domain, address, before=()):
        """before: what stands before its command so that it runs on that side."""
        self.domain, self.service, self.address = domain, f"mail.{domain}", address
        spawn = self.program.spawn
        self.program.spawn = lambda argv, env=None: spawn([*before, *argv], env)
        return self

    def values(self):
        return {"DIR": self.folder, "DOMAIN": self.domain, "ADDRESS": self.address, "C2S": self.c2s,
                "COMPONENT": self.component, "S2S": S2S, "SECRET": SECRET}

    def ready(self):
        return self.users_known() and listening(self.c2s, self.address) and listening(S2S, self.address)

    def users_known(self):
        return True


class FederatingProsody(Federating, Prosody):
    def configure(self):
        super().configure()
        render("prosody-s2s.cfg.lua.in", self.folder / "prosody.cfg.lua", self.values())


class FederatingEjabberd(Federating, Ejabberd):
    def configure(self):
        super().configure()
        render("ejabberd-s2s.yml.in", self.folder / "ejabberd.yml", self.values())
        (self.folder / "inetrc").write_text(
            '{lookup,[file,dns]}.\n{host,{127,0,0,1},["localhost"]}.\n'
            f"{{nameserver,{{{NEAR.replace('.', ',')}}}}}.\n")

    def users_known(self):
        return self.registered().exists()


KINDS = {"prosody": FederatingProsody, "ejabberd": FederatingEjabberd}


class Federation:
    """What World is for one domain. Each account belongs to its namesakes at both domains."""

    def __init__(self, near="prosody", far="ejabberd", accounts=8):
        self.folder, self.ports = Folder(), Ports()
        self.users = [f"mercutio{number}" for number in range(accounts)]
        self._unused = list(self.users)
        self.network = self.xmpp = self.far = self.dovecot = self.gateway = None
        try:
            self._start(near, far)
        except BaseException:
            self.close(check=False)
            raise

    def _start(self, near, far):
        records = [f"--host-record=server.{domain},{address}" for domain, address in
                   ((NEAR_DOMAIN, NEAR), (FAR_DOMAIN, FAR))]
        records += [f"--srv-host=_xmpp-server._tcp.{name},server.{domain},{S2S}" for domain in (NEAR_DOMAIN, FAR_DOMAIN)
                    for name in (domain, f"mail.{domain}")]
        self.network = Network(self.folder.sub("n"), records)
        authority = Authority(self.folder.sub("a"))
        self.far = KINDS[far](self.folder.sub("y"), self.ports, self.users + ["tybalt"]).place(
            FAR_DOMAIN, FAR, self.network.far())
        self.xmpp = KINDS[near](self.folder.sub("x"), self.ports, self.users).place(NEAR_DOMAIN, NEAR)
        for server in (self.far, self.xmpp):
            authority.certify(server.domain, server.folder / "certs")
            server.start()
        self.dovecot = Dovecot(self.folder.sub("d"), self.ports, self.users).start()
        accounts = [{"name": user, "owners": self.owners(user)} for user in self.users]
        self.gateway = Gateway(self.folder.sub("g"), self.ports, self.xmpp,
                               [source_of(self.dovecot, self.users)], accounts=accounts).start()

    @staticmethod
    def owners(user):
        return [f"{user}@{NEAR_DOMAIN}", f"{user}@{FAR_DOMAIN}"]

    def disown(self, user):
        """The far namesake is an owner no more: the configuration is written anew and read at SIGHUP."""
        for account in self.gateway.accounts:
            if account["name"] == user:
                account["owners"] = self.owners(user)[:1]
        self.gateway.write_config()
        self.gateway.reload()

    def fresh_account(self):
        return self._unused.pop(0)

    def close(self, check=True):
        try:
            if self.gateway and self.gateway.program.child:
                if check:
                    self.gateway.stop()
                else:
                    self.gateway.kill()
        finally:
            for server in (self.dovecot, self.xmpp, self.far):
                if server is not None:
                    server.program.kill()
            if self.network is not None:
                self.network.close()
            self.folder.remove()
            self.ports.close()
