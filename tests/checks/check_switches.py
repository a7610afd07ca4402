#!/usr/bin/python3
"""A switch over an enum of ours has no default: the compiler then names the place that a new enumerator needs.
`// not an enum` beside the default says what this heuristic cannot see."""
import re
import sys

import source_tree

SWITCH = re.compile(r"\bswitch\s*\(")
FOREIGN = re.compile(r"^(?:'.*'|\"?[-+]?\d.*|0[xX].*|[A-Z][A-Z0-9_]*|gloox::.*|boost::.*|std::.*)$")


def body_of(code, offset):
    """The block of the switch that starts at offset, nested switches blanked."""
    start = code.index("{", offset)
    depth, i = 0, start
    while i < len(code):
        depth += {"{": 1, "}": -1}.get(code[i], 0)
        if depth == 0:
            break
        i += 1
    return start, code[start + 1 : i]


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS, (".cpp", ".hpp")):
        text = source_tree.read(root, path)
        code, lines = source_tree.code_only(text), text.split("\n")
        for match in SWITCH.finditer(code):
            start, body = body_of(code, match.end())
            inner = SWITCH.search(body)
            if inner:
                nested, nested_body = body_of(body, inner.end())
                body = body[: nested + 1] + " " * len(nested_body) + body[nested + 1 + len(nested_body) :]
            default = re.search(r"\bdefault\s*:(?!:)", body)
            labels = [label.strip() for label in re.findall(r"\bcase\b\s*(.+?)\s*(?<!:):(?!:)", body)]
            if not default or all(FOREIGN.match(label) for label in labels):
                continue
            line = source_tree.line_of(code, start + 1 + default.start())
            if not any("not an enum" in lines[n - 1] for n in (line - 1, line, line + 1) if 0 < n <= len(lines)):
                found.append(f"{path}:{line}: default in a switch over an enum")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
