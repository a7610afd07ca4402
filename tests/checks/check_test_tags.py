#!/usr/bin/python3
"""Each unit test has tags, and those that name a clause do it as [RFC5423:4.1] or [XEP-0060:7.1.2]."""
import re
import sys

import source_tree

CASE = re.compile(r"^(?:TEST_CASE|SCENARIO|TEMPLATE_TEST_CASE)\(\s*((?:\"(?:\\.|[^\"\\])*\"\s*)+)(?:,\s*((?:\"(?:\\.|[^\"\\])*\"\s*)+))?", re.M)
CLAUSE = re.compile(r"^(RFC\d{3,4}|XEP-\d{4}|XML1\.0|draft-[a-z0-9-]+-\d\d):[A-Z0-9]+(\.[0-9]+)*$")
LOOKS_LIKE_CLAUSE = re.compile(r"^(rfc|xep|draft|xml ?1)", re.I)


def problems(root):
    found = []
    for path in source_tree.files(root, ["tests/unit"], (".cpp",)):
        text = source_tree.without_comments(source_tree.read(root, path))
        for match in CASE.finditer(text):
            where = f"{path}:{source_tree.line_of(text, match.start())}"
            tags = re.findall(r"\[([^\]]*)\]", match.group(2) or "")
            if not tags:
                found.append(f"{where}: test without a tag")
            found += [f"{where}: [{t}] names no clause; write [RFC5423:4.1]" for t in tags if LOOKS_LIKE_CLAUSE.match(t) and not CLAUSE.match(t)]
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
