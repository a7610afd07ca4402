#!/usr/bin/python3
"""What each folder may include (docs/architecture.md): a forbidden include is a forbidden dependency."""
import re
import sys

import source_tree

XML = ("xmpp_schemas/xml_writer.hpp", "xmpp_schemas/namespaces.hpp")
STANZA = ("gloox/tag.h", "gloox/jid.h")
RESULT = ("boost/system/", "boost/assert/source_location.hpp")
EVERYTHING = tuple(room + "/" for room in source_tree.ROOMS)

# folder -> prefixes of what it may include beside itself and the standard library
ALLOWED = {
    "events": (),
    "xmpp_schemas": (),
    "sources": ("events/", "boost/json", *RESULT),
    "pubsub": (*XML, *STANZA, *RESULT, "boost/intrusive/", "boost/smart_ptr/"),
    "mapping": ("events/", "pubsub/change.hpp", "pubsub/node.hpp", "pubsub/vocabulary.hpp", "stringprep.h", "idna.h", *XML, *STANZA, *RESULT),
    "disco": ("pubsub/", *XML, *STANZA, *RESULT),
    "store": ("events/", "pubsub/store.hpp", "pubsub/node.hpp", "sqlite3.h", "libpq-fe.h", *RESULT),
    "component": (*EVERYTHING, "gloox/", "boost/", "toml++/", "spdlog/", "openssl/"),
    "indicator": ("xmpp_schemas/", "events/", "sources/imap/", "gloox/", "boost/", "libsecret/", "systemd/", "gio/", "Q"),
}
# exceptions, file by file: pattern of the path -> further prefixes
ALLOWED_IN = {
    r"xmpp_schemas/validator\.cpp": ("libxml/",),
    r"sources/imap/mime_words\.cpp": ("gmime/",),
}
# headers of the system and of I/O libraries are the business of check_io.py
SYSTEM = re.compile(r"^(unistd\.h|fcntl\.h|poll\.h|signal\.h|grp\.h|pwd\.h|sys/|netinet/|arpa/|boost/(asio|beast)|openssl/|spdlog/)")
INCLUDE = re.compile(r"^#include ([<\"])([^>\"]+)[>\"]", re.M)


def is_allowed(path, target):
    room = path.split("/")[0]
    if target.startswith(room + "/") or ("/" not in target and not target.endswith(".h")):
        return True
    if SYSTEM.match(target) and room in ("sources", "store", "component", "indicator"):
        return True
    prefixes = ALLOWED[room]
    for pattern, more in ALLOWED_IN.items():
        if re.fullmatch(pattern, path):
            prefixes = prefixes + more
    return target.startswith(tuple(prefixes)) if prefixes else False


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS, (".cpp", ".hpp")):
        text = source_tree.read(root, path)
        if path.endswith(".hpp") and "#pragma once" not in text:
            found.append(f"{path}: no #pragma once")
        for mark, target in INCLUDE.findall(text):
            if mark == '"' and "/" not in target:
                found.append(f'{path}: "{target}" is not written from the root')
            elif target.startswith("tests/") or not is_allowed(path, target):
                found.append(f"{path}: may not include {target}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
