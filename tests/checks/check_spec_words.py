#!/usr/bin/python3
"""The words of RFC 5423 are the same everywhere: the tables in events/, the elements of the schema, the examples and
docs/protocol.md. And no word stands where something unfinished is meant."""
import re
import sys

import source_tree

EVENTS, PARAMETERS, SCHEMA = "events/event_name.hpp", "events/parameter.hpp", "xmpp_schemas/message-store.xsd"
EXAMPLES, PAGE = "xmpp_schemas/examples/{}.xml", "docs/protocol.md"
OWN_ROOTS = {"status", "source"}  # roots that are no event
OWN_CHILDREN = {"line"}  # a child of envelope
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(r"(/tmp/|/work/|\.\./shared\b)")


def table(root, path):
    return re.findall(r"\{(?:EventName|Parameter)::\w+, \"(\w+)\"", source_tree.read(root, path))


def vocabulary(root):
    schema = source_tree.read(root, SCHEMA)
    roots = set(re.findall(r"^  <xs:element name='(\w+)'", schema, re.M)) - OWN_ROOTS
    children = set(re.findall(r"^    +<xs:element name='(\w+)'", schema, re.M)) - OWN_CHILDREN
    page = source_tree.read(root, PAGE)
    found = []
    for what, words, elements in (("event", table(root, EVENTS), roots), ("parameter", table(root, PARAMETERS), children)):
        found += [f"{SCHEMA}: no {what} {word}" for word in words if word not in elements]
        found += [f"{SCHEMA}: {word} is no {what} of RFC 5423" for word in sorted(elements - set(words))]
        found += [f"{PAGE}: does not mention the {what} {word}" for word in words if not re.search(rf"\b{word}\b", page)]
    for event in table(root, EVENTS):
        try:
            source_tree.read(root, EXAMPLES.format(event))
        except FileNotFoundError:
            found.append(f"{EXAMPLES.format(event)}: is not there")
    return found


def problems(root):
    found = vocabulary(root)
    for path in source_tree.files(root, source_tree.ROOMS + ("docs", "cmake"), (".cpp", ".hpp", ".md", ".xsd", ".cmake", ".txt")):
        if path.startswith("docs/specs/"):
            continue
        for number, line in enumerate(source_tree.read(root, path).split("\n"), 1):
            if UNFINISHED.search(line) or MACHINE.search(line):
                found.append(f"{path}:{number}: {line.strip()}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
