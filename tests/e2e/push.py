"""Dovecot with the push driver and the exporter that this repository ships, and the [[source]] that they tell."""

import http.client
import json
import pathlib
import shutil
import time

from gateway import URL_HOST

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "sources" / "push" / "dovecot"
TOKEN = "push-token-for-tests"
PLACE = "/etc/dovecot/mailnode"


def push_source(name="dovecot", **changes):
    source = {"name": name, "type": "push", "token": TOKEN, "url_host": URL_HOST, "mail_domain": "example.com"}
    source.update(changes)
    return source


def shipped_configuration(dovecot_folder, http_port, account):
    """mailnode.conf as an administrator would adapt it; the files it names are copied beside it."""
    for name in ("mail-events.lua", "quota-warning.sh"):
        shutil.copy(SHIPPED / name, dovecot_folder / name)
        (dovecot_folder / name).chmod(0o755)
    text = (SHIPPED / "mailnode.conf").read_text()
    # a busy machine, and sanitizers: an answer may take longer here
    text = text.replace("  mailnode_token", "  mailnode_msecs = 3000\n  mailnode_token")
    text = text.replace(PLACE, str(dovecot_folder)).replace("TOKEN", TOKEN)
    return text.replace("127.0.0.1:8425", f"127.0.0.1:{http_port}").replace("user = dovecot", f"user = {account}")


def cyrus_configuration(dovecot_folder, acknowledged):
    """As docs/operations.md tells administrators, and the socket."""
    socket = dovecot_folder / "notify"
    return (
        "event_notifier: external\n"
        "event_groups: message flags access mailbox subscription\n"
        "event_extra_params: bodyStructure clientAddress flagNames messageSize messages modseq service timestamp "
        "uidnext vnd.cmu.unseenMessages vnd.cmu.envelope vnd.cmu.sessionId\n"
        f"notifysocket: {'dlist:' if acknowledged else ''}{socket}\n"), socket


def post(gateway, *args, **kwargs):
    """As post_once; sent again where the journal was slow, as the answer asks: this machine may be busy."""
    for _ in range(20):
        answer = post_once(gateway, *args, **kwargs)
        if answer[0] != 503:
            return answer
        time.sleep(0.2)
    return answer


def post_once(gateway, body, source="dovecot", token=TOKEN, method="POST", **headers):
    """(status, headers, decoded JSON) of one request; body: octets, or what becomes JSON."""
    fields = {"Content-Type": "application/json"}
    if token is not None:
        fields["Authorization"] = f"Bearer {token}"
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection = http.client.HTTPConnection("127.0.0.1", gateway.http, timeout=20)
    try:
        connection.request(method, f"/v1/events/{source}", body if isinstance(body, bytes) else json.dumps(body),
                           {name: value for name, value in fields.items() if value is not None})
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, dict(answer.getheaders()), json.loads(text) if text else None
    finally:
        connection.close()
