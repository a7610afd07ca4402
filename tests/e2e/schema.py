"""Validates payloads against xmpp_schemas/message-store.xsd with libxml2's own tool."""

import subprocess
import tempfile
import xml.etree.ElementTree as ET

from gateway import ROOT

SCHEMA = ROOT / "xmpp_schemas" / "message-store.xsd"
NAMESPACE = "urn:xmpp:message-store:0"


def check_payloads(elements):
    """Raises AssertionError that names the first invalid payloads. Equal ones are checked once."""
    ours = [e for e in elements if e.tag.startswith("{%s}" % NAMESPACE)]
    texts = sorted({ET.tostring(element, encoding="unicode") for element in ours})
    if not texts:
        return 0
    if not SCHEMA.exists():
        raise AssertionError(f"{SCHEMA} is missing")
    with tempfile.TemporaryDirectory(prefix="mailnode-xsd-") as folder:
        names = []
        for number, text in enumerate(texts):
            names.append(f"{folder}/{number}.xml")
            with open(names[-1], "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", str(SCHEMA), *names],
                              capture_output=True, text=True, check=False)
    if done.returncode:
        wrong = [line for line in done.stderr.splitlines() if not line.endswith(" validates")]
        raise AssertionError("payloads break the schema:\n" + "\n".join(wrong[:12]) + "\n" + "\n".join(
            text for number, text in enumerate(texts) if f"/{number}.xml fails" in done.stderr)[:3000])
    return len(texts)
