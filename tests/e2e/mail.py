"""The mail side of the end-to-end tests: delivers by LMTP and acts over IMAP, on connections of its own."""

import email.message
import email.policy
import email.utils
import imaplib
import re
import smtplib
import time
import uuid

from mail_server import mail_password_of


def to_modified_utf7(name):
    """RFC 3501 section 5.1.3, written for the tests alone: the gateway's own must not prove itself."""
    out, wide = [], []

    def flush():
        if wide:
            import base64
            octets = "".join(wide).encode("utf-16-be")
            out.append("&" + base64.b64encode(octets).decode().rstrip("=").replace("/", ",") + "-")
            wide.clear()

    for char in name:
        if " " <= char <= "~":
            flush()
            out.append("&-" if char == "&" else char)
        else:
            wide.append(char)
    flush()
    return "".join(out)


def node_path(levels):
    """docs/protocol.md: '/' between levels; inside a level '%', '/', controls and what XML forbids become %HH."""
    def level_text(level):
        return "".join(f"%{ord(c):02X}" if c in "%/" or ord(c) < 0x20 or ord(c) == 0x7F else c for c in level)
    return "/".join(level_text(level) for level in levels)


def compose(subject="Wherefore", sender="Romeo <romeo@example.net>", to="juliet@example.com", body="art thou?\n"):
    message = email.message.EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = f"<{uuid.uuid4()}@example.net>"
    message.set_content(body)
    return message.as_bytes(policy=email.policy.SMTP)


class Refused(AssertionError):
    pass


class Mail:
    """One account's mail as its owner's programs see it. Levels are lists: ["Lists", "été"]; "INBOX" is ["INBOX"]."""

    def __init__(self, dovecot, user):
        self.dovecot = dovecot
        self.user = user
        self._imap = None

    @property
    def imap(self):
        if self._imap is None:
            self._imap = imaplib.IMAP4("127.0.0.1", self.dovecot.imap)
            self._imap.login(self.user, mail_password_of(self.user))
        return self._imap

    def close(self):
        if self._imap is not None:
            try:
                self._imap.shutdown()
            except OSError:
                pass
            self._imap = None

    def name(self, levels):
        """The mailbox name as an IMAP quoted string."""
        text = to_modified_utf7(self.dovecot.separator.join(levels))
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def check(self, answer, what):
        if answer[0] != "OK":
            raise Refused(f"{what}: {answer}")
        return answer[1]

    # delivery

    def deliver(self, subject="Wherefore", detail=None, message=None, **fields):
        """LMTP; detail is the part after '+', the name of the mailbox to deliver to."""
        recipient = self.user if detail is None else f"{self.user}+{detail}"
        with smtplib.LMTP(self.dovecot.lmtp) as lmtp:
            lmtp.sendmail("romeo@example.net", [recipient], message or compose(subject, **fields))

    # messages

    def append(self, levels, flags="", message=None, subject="Wherefore"):
        """Returns the new message's UID."""
        answer = self.check(
            self.imap.append(self.name(levels), f"({flags})" if flags else None, None,
                             message or compose(subject)), "APPEND")
        return int(re.search(rb"APPENDUID \d+ (\d+)", answer[0]).group(1))

    def select(self, levels):
        self.check(self.imap.select(self.name(levels)), "SELECT")

    def uid(self, levels, command, *args):
        self.select(levels)
        try:
            return self.check(self.imap.uid(command, *args), command)
        finally:
            self.imap.unselect()

    def store(self, levels, uids, change, flags):
        """change is '+FLAGS', '-FLAGS' or 'FLAGS'."""
        return self.uid(levels, "STORE", str(uids), f"{change}.SILENT", f"({flags})")

    def mark_read(self, levels, uids):
        return self.store(levels, uids, "+FLAGS", "\\Seen")

    def expunge(self, levels, uids):
        """Marks deleted and expunges in one session: an observer sees the net change."""
        self.select(levels)
        self.check(self.imap.uid("STORE", str(uids), "+FLAGS.SILENT", "(\\Deleted)"), "STORE")
        self.check(self.imap.uid("EXPUNGE", str(uids)), "EXPUNGE")
        self.imap.unselect()

    def move(self, levels, uids, to):
        return self.uid(levels, "MOVE", str(uids), self.name(to))

    def copy(self, levels, uids, to):
        return self.uid(levels, "COPY", str(uids), self.name(to))

    # mailboxes

    def create(self, levels):
        self.check(self.imap.create(self.name(levels)), "CREATE")

    def delete(self, levels):
        self.check(self.imap.delete(self.name(levels)), "DELETE")

    def rename(self, old, new):
        self.check(self.imap.rename(self.name(old), self.name(new)), "RENAME")

    def subscribe(self, levels):
        self.check(self.imap.subscribe(self.name(levels)), "SUBSCRIBE")

    def unsubscribe(self, levels):
        self.check(self.imap.unsubscribe(self.name(levels)), "UNSUBSCRIBE")

    def status(self, levels):
        """{'MESSAGES': .., 'UNSEEN': .., 'UIDNEXT': .., 'UIDVALIDITY': .., 'HIGHESTMODSEQ': ..}"""
        items = "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
        answer = self.check(self.imap.status(self.name(levels), items), "STATUS")
        text = b" ".join(part if isinstance(part, bytes) else part[1] for part in answer)
        return {key: int(number) for key, number in re.findall(
            r"(MESSAGES|UNSEEN|UIDNEXT|UIDVALIDITY|HIGHESTMODSEQ) (\d+)", text.decode())}

    def drop_into_maildir_new(self, subject="Dropped"):
        """What another delivery agent does: a file in Maildir/new, behind Dovecot's back."""
        maildir = self.dovecot.home(self.user) / "Maildir"
        name = f"{time.time():.6f}.{uuid.uuid4().hex}.imap.example.com"
        temporary = maildir / "tmp" / name
        temporary.write_bytes(compose(subject))
        self.dovecot.give(temporary)
        temporary.rename(maildir / "new" / name)
