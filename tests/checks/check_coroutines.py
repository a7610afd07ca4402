#!/usr/bin/python3
"""No lambda with captures and no braces inside a co_await expression: g++ 12 destroys such temporaries twice."""
import re
import sys

import source_tree

CAPTURING = re.compile(r"(?<![\w\])])\s*\[[^\]\[]+\]\s*(\(|\{|mutable\b)")


def expressions(code):
    """(offset, text) of each co_await up to the end of its full expression."""
    for match in re.finditer(r"\bco_await\b", code):
        depth, i = 0, match.end()
        while i < len(code):
            c = code[i]
            if c in "([{":
                depth += 1
            elif c in ")]}":
                depth -= 1
                if depth < 0:
                    break
            elif c == ";" and depth == 0:
                break
            i += 1
        yield match.start(), code[match.end() : i]


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS + ("tests",), (".cpp", ".hpp")):
        code = source_tree.code_only(source_tree.read(root, path))
        for offset, text in expressions(code):
            where = f"{path}:{source_tree.line_of(code, offset)}"
            if CAPTURING.search(text):
                found.append(f"{where}: lambda with captures in a co_await expression; name it first")
            elif "{" in text:
                found.append(f"{where}: braces in a co_await expression; name the object first")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
