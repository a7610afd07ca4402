#!/usr/bin/python3
"""docs/operations.md knows every key of the configuration and every line of the log."""
import re
import sys

import source_tree

KEYS, LOG, PAGE = "component/config_keys.hpp", "component/log.cpp", "docs/operations.md"


def problems(root):
    page = source_tree.read(root, PAGE)
    keys = re.findall(r"^ *\{\"(\w+)\",\s*&\w+Config::", source_tree.read(root, KEYS), re.M)
    lines = re.findall(r"\b(?:info|warning|error|write)\((?:LogLevel::\w+,\s*)?\"(\w+)\"", source_tree.read(root, LOG))
    found = [] if keys and lines else [f"{KEYS}, {LOG}: found no keys or no lines"]
    found += [f"{PAGE}: no key {key}" for key in keys if not re.search(rf"\b{key}\b", page)]
    found += [f"{PAGE}: no log line {line}" for line in sorted(set(lines)) if f"`{line}`" not in page]
    mentioned = re.findall(r"`([a-z]+(?:_[a-z]+)*)`", page.partition("line by line")[2].partition("\n## ")[0])
    return found + [f"{PAGE}: {LOG} writes no line {line}" for line in sorted(set(mentioned) - set(lines)) if "_" in line]


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
