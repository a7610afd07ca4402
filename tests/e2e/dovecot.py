"""Dovecot in a temporary folder: IMAP on a free loopback port, LMTP on a unix socket, a master user."""

import grp
import os
import re
import shutil
import subprocess

from mail_server import MASTER_PASSWORD, MASTER_USER, MailServer, mail_password_of
from process import Failure
from servers import render


class Certificates:
    """An authority of our own and one server certificate, for localhost or for a wrong name."""

    def __init__(self, folder, name="localhost"):
        self.authority = folder / "ca.pem"
        self.certificate = folder / "server.pem"
        self.key = folder / "server.key"
        key, request, extensions = folder / "ca.key", folder / "server.csr", folder / "server.ext"
        extensions.write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mailnode test CA",
                      "-keyout", key, "-out", self.authority)
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                      "-keyout", self.key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", key, "-CAcreateserial",
                      "-days", "2", "-extfile", extensions, "-out", self.certificate)

    @staticmethod
    def _openssl(*argv):
        done = subprocess.run(["openssl", *map(str, argv)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"openssl {argv[0]}: {done.stderr}")


class Dovecot(MailServer):
    """separator '/' or '.'; location as in mail_location; tls: the name in the certificate, or None;
    more: settings besides those of dovecot.conf.in; @DIR@ is the folder."""

    name = "dovecot"
    port_taken = re.compile("already in use")

    def __init__(self, folder, ports, users, separator="/", location="mdbox:~/mdbox", plugins="", tls=None,
                 penalty=False, more=""):
        super().__init__(folder, ports, users)
        self.separator = separator
        self.location = location
        self.plugins = plugins
        self.tls = tls
        self.penalty = penalty
        self.more = more
        self.certificates = None
        self.imaps = 0

    @property
    def lmtp(self):
        return str(self.folder / "run" / "lmtp")

    def home(self, user):
        return self.folder / "home" / user

    def take_ports(self):
        super().take_ports()
        self.imaps = self.ports.take() if self.tls else 0

    def configure(self):
        for sub in ("run", "state", "home"):
            (self.folder / sub).mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        self.give(self.folder / "home")
        certificate = ""
        if self.tls:
            self.certificates = Certificates(self.folder, self.tls)
            certificate = f"ssl_cert = <{self.certificates.certificate}\nssl_key = <{self.certificates.key}"
        # "nobody" may have the group "nogroup" or "nobody"
        group = grp.getgrgid(self.account.pw_gid).gr_name
        self.write_users()
        self.write(self.folder / "master-users", f"{MASTER_USER}:{{PLAIN}}{MASTER_PASSWORD}::::::\n")
        render("dovecot.conf.in", self.folder / "dovecot.conf",
               {"DIR": self.folder, "USER": self.account.pw_name, "GROUP": group, "IMAP": self.imap,
                "IMAPS": self.imaps, "SEPARATOR": self.separator, "LOCATION": self.location,
                "PLUGINS": self.plugins, "TLS": "yes" if self.tls else "no", "CERTIFICATE": certificate,
                "PENALTY": "0600" if self.penalty else "0"}, 0o644)

        self.write_more()

    def write_more(self):
        # read by programs of the same account, such as doveadm's
        (self.folder / "more.conf").write_text(self.more.replace("@DIR@", str(self.folder)))

    def write_users(self):
        self.write(self.folder / "users",
                   "".join(f"{u}:{{PLAIN}}{mail_password_of(u)}::::::\n" for u in self.users))

    def write(self, path, text):
        path.write_text(text)
        self.give(path)
        path.chmod(0o600)

    def give(self, path):
        """To the account that Dovecot's processes have."""
        if os.geteuid() == 0:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def launch(self):
        binary = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if binary is None:
            raise Failure("dovecot is not installed")
        self.program.spawn([binary, "-F", "-c", self.folder / "dovecot.conf"],
                           {"DOVECOT_HOSTNAME": "imap.example.com"})
