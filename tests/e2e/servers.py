"""Prosody and ejabberd, each in a temporary folder on free loopback ports, with users and one component."""

import os
import pathlib
import re
import shutil

from process import Failure, listening
from server import Server

TEMPLATES = pathlib.Path(__file__).resolve().parent.parent / "servers"
USERS_DOMAIN = "localhost"
COMPONENT = "mail.localhost"
SECRET = "component-secret"
BALANCING = """domain_balancing:
  mail.localhost: { type: bare_destination, component_number: %d }"""


def render(template, target, values, mode=0o600):
    text = (TEMPLATES / template).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    target.write_text(text)
    target.chmod(mode)


def password_of(user):
    return f"xmpp-{user}"


class XmppServer(Server):
    """What both servers share: users and their ports, which stay the same over a restart."""

    domain, service = USERS_DOMAIN, COMPONENT

    def __init__(self, folder, ports, users, gateways=1):
        """gateways: how many streams share the component's addresses; Prosody takes one."""
        super().__init__(folder, ports, users)
        self.gateways = gateways
        self.c2s = self.component = self.http = 0

    def take_ports(self):
        self.c2s, self.component, self.http = (self.ports.take() for _ in range(3))

    def ready(self):
        return all(listening(port) for port in (self.c2s, self.component, self.http))


class Prosody(XmppServer):
    name = "prosody"

    def configure(self):
        (self.folder / "certs").mkdir(exist_ok=True)
        accounts = self.folder / "data" / self.domain.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        for user in self.users:
            (accounts / f"{user}.dat").write_text(f'return {{ ["password"] = "{password_of(user)}"; }};\n')
        render("prosody.cfg.lua.in", self.folder / "prosody.cfg.lua",
               {"DIR": self.folder, "C2S": self.c2s, "COMPONENT": self.component, "HTTP": self.http,
                "SECRET": SECRET})

    def launch(self):
        # Prosody goes on without a port that is taken: its log tells, its exit does not
        self.program.spawn(["prosody", "-F", "--config", self.folder / "prosody.cfg.lua"])


class Ejabberd(XmppServer):
    """Started through erl: the package's wrapper wants root or the user ejabberd, and shares one epmd."""

    name = "ejabberd"

    def configure(self):
        self.distribution = self.ports.take()
        for sub in ("spool", "logs", "home"):
            (self.folder / sub).mkdir(exist_ok=True)
        render("ejabberd.yml.in", self.folder / "ejabberd.yml",
               {"C2S": self.c2s, "COMPONENT": self.component, "HTTP": self.http, "SECRET": SECRET,
                "BALANCING": "" if self.gateways == 1 else BALANCING % self.gateways})
        (self.folder / "inetrc").write_text('{lookup,["file","native"]}.\n')

    def launch(self):
        self.registered().unlink(missing_ok=True)
        quoted = ",".join(f'{{<<"{u}">>,<<"{password_of(u)}">>}}' for u in self.users)
        # one call of ejabberdctl takes 0.4 s: the users are registered inside the node as soon as it is up
        script = (
            "spawn(fun() -> W = fun F() -> case ets:whereis(ejabberd_options) =/= undefined andalso "
            "lists:keymember(ejabberd, 1, application:which_applications()) of true -> ok; "
            "false -> timer:sleep(20), F() end end, W(), "
            f'[ejabberd_auth:try_register(U, <<"{self.domain}">>, P) || {{U, P}} <- [{quoted}]], '
            f'file:write_file("{self.registered()}", <<"ok">>) end).')
        self.program.spawn(
            ["erl", "-sname", f"mailnode{self.component}@localhost", "-setcookie", "test", "-noinput",
             "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-erl_epmd_port", self.distribution,
             "-start_epmd", "false", "-mnesia", "dir", f'"{self.folder / "spool"}"', "-s", "ejabberd",
             "-eval", script],
            {"HOME": str(self.folder / "home"), "ERL_LIBS": os.environ.get("ERL_LIBS") or self.libraries(),
             "EJABBERD_CONFIG_PATH": str(self.folder / "ejabberd.yml"),
             "EJABBERD_LOG_PATH": str(self.folder / "server.log"),
             "ERL_CRASH_DUMP": str(self.folder / "logs" / "crash.dump"),
             "ERL_INETRC": str(self.folder / "inetrc")})

    def ready(self):
        return self.registered().exists() and super().ready()

    def registered(self):
        return self.folder / "users.ok"

    @staticmethod
    def libraries():
        """Where ejabberd's code lies: its wrapper script knows."""
        wrapper = shutil.which("ejabberdctl", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if wrapper is None:
            raise Failure("ejabberd is not installed")
        found = re.search(r"^ERL_LIBS='(.*)'", pathlib.Path(wrapper).read_text(), re.MULTILINE)
        return found.group(1) if found else ""
