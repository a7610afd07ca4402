#!/usr/bin/python3
"""XML namespaces are spelled in xmpp_schemas/namespaces.hpp and nowhere else."""
import re
import sys

import source_tree

HOME = "xmpp_schemas/namespaces.hpp"
FEATURES = {"disco/features.cpp": "http://jabber.org/protocol/pubsub#"}  # feature names, no namespaces
ORDER_OF = re.compile(r"urn:xmpp:order-by:1@[^\"]+")  # a feature name that is made of two namespaces (XEP-0413 §6)
NAMESPACE = re.compile(r"(http://jabber\.org/|http://etherx\.jabber\.org/|urn:xmpp:|urn:ietf:|jabber:(?:client|server|component|iq|x):?)[\w:/#.*-]*")


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS, (".cpp", ".hpp")):
        if path == HOME:
            continue
        text = source_tree.without_comments(source_tree.read(root, path))
        if path in FEATURES:
            text = ORDER_OF.sub("", text)
        for match in NAMESPACE.finditer(text):
            if path in FEATURES and match.group(0).startswith(FEATURES[path]):
                continue
            found.append(f"{path}:{source_tree.line_of(text, match.start())}: {match.group(0)} belongs into {HOME}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
