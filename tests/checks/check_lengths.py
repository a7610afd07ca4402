#!/usr/bin/python3
"""Files within 400 lines, functions within 60, nine functions of ten within 20. Reads our clang-formatted style."""
import re
import sys

import source_tree

MAX_FILE, MAX_FUNCTION, USUAL_FUNCTION = 400, 60, 20
TAIL = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&&?|->\s*[\w:<>,\s*&]+|requires\s+[\w:<>\s]+|:\s[^;]*|\s)*[\s\w&]*$")
BRACE_INITIALISER = re.compile(r"\)[\s\w]*:\s[^;]*\w$")


def opening_paren(text, close):
    depth = 0
    for i in range(close, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                return i
    return -1


def function_name(head):
    """The name of the function whose body starts after `head`; None for anything else that has braces."""
    if re.search(r"\b(namespace|class|struct|enum|union)\b[^()]*$", head) or not TAIL.search(head):
        return None
    initialisers = re.search(r"\)\s*(?:noexcept)?\s*:\s", head)
    close = initialisers.start() if initialisers else head.rfind(")")
    start = opening_paren(head, close)
    before = head[: max(start, 0)].rstrip()
    if before.endswith("noexcept"):  # noexcept(...)
        return function_name(before)
    name = re.search(r"([~\w:]+|operator\s*\S+)$", before)
    if not name or name.group(1) in ("if", "for", "while", "switch", "catch", "return", "constexpr", "decltype"):
        return None
    return name.group(1)


def functions(text):
    """(name, first line, number of lines) of every function that is not inside another."""
    code = re.sub(r"^[ \t]*#.*$", lambda m: " " * len(m.group(0)), source_tree.code_only(text), flags=re.M)
    depth, inside, start, last, skip = 0, None, 0, 0, -1
    for i, c in enumerate(code):
        if i <= skip:
            continue
        if c == "{":
            if inside is None and BRACE_INITIALISER.search(code[last:i]):  # B() : x{1} {
                skip = code.find("}", i)
                continue
            if inside is None:
                name = function_name(code[last:i])
                if name:
                    inside, start = (name, depth), last + len(code[last:i]) - len(code[last:i].lstrip())
            depth += 1
        elif c == "}":
            depth -= 1
            if inside and depth == inside[1]:
                first = source_tree.line_of(code, start)
                yield inside[0], first, source_tree.line_of(code, i) - first + 1
                inside = None
        if c in ";{}":
            last = i + 1


def problems(root):
    found, lengths = [], []
    for path in source_tree.files(root, source_tree.ROOMS + ("tests",), (".cpp", ".hpp", ".py")):
        text = source_tree.read(root, path)
        if text.count("\n") > MAX_FILE:
            found.append(f"{path}: {text.count(chr(10))} lines, at most {MAX_FILE}")
        if path.startswith("tests/") or path.endswith(".py"):
            continue
        for name, line, length in functions(text):
            lengths.append(length)
            if length > MAX_FUNCTION:
                found.append(f"{path}:{line}: {name} has {length} lines, at most {MAX_FUNCTION}")
    usual = sum(length <= USUAL_FUNCTION for length in lengths)
    if lengths and usual < 0.9 * len(lengths):
        found.append(f"{usual} of {len(lengths)} functions within {USUAL_FUNCTION} lines, nine of ten should be")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
