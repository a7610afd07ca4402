#!/usr/bin/python3
"""check_spec_refs.py [--check | --write] [ROOT]: every clause that code or a test cites exists in docs/specs, the four
states are spelled right, and docs/conformance.md says where each clause is met.

    // RFC 5465 §5.1            done                 [RFC5465:5.1]        a test's tag
    // RFC 5423 §4.3: todo - reason                  // XEP-0060 §7.1.2: deviates - reason
    // RFC 5465 §5.1: quirk(dovecot) - what the peer does
"""
import os
import re
import sys

import source_tree

SPEC = r"(?:RFC ?(?P<rfc>\d{3,4})|XEP-(?P<xep>\d{4})|(?P<draft>draft-[a-z0-9-]*[a-z]-\d\d)|(?P<xml>XML ?1\.0)|(?P<other>DESIGN))"
NUMBER = r"(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)(?![A-Za-z0-9])"
CITATION = re.compile(SPEC + r"(?:'s)?(?: \([^()]*\))?(?:,? (?:§§?|appendix |Appendix )(?P<first>" + NUMBER + r"))?|§§? ?(?P<bare>" + NUMBER + r")")
MORE = re.compile(r"(?:,| and| or|,? to| -) ?§?(?P<more>\d+(?:\.\d+)+|(?<=§)\d+)(?![A-Za-z0-9])")
STATE = re.compile(r"(?: \([^()]*\))?: (?P<state>todo|deviates|quirk\([a-z0-9-]+\)) - \S")
LOOKS_LIKE_STATE = re.compile(r"(?: \([^()]*\))?:? ?-? ?\b(todo|deviates|quirk)\b", re.I)
TAG = re.compile(r"\[(?P<spec>RFC-?\d{3,4}|XEP-?\d{4}|XML1\.0|draft-[a-z0-9-]+):(?P<number>[^\]]*)\]", re.I)
COMMENT = re.compile(r"(?:^[ \t]*//[^\n]*\n)+|//[^\n]*|<!--.*?-->", re.M | re.S)
PAGE = "docs/conformance.md"


def load_specs(root):
    specs = {}
    folder = os.path.join(root, "docs/specs")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            lines = source_tree.read(root, "docs/specs/" + name).split("\n")
            sections = dict(line.partition(" ")[::2] for line in lines[3:] if line)
            specs[lines[0]] = (lines[1], sections)
    return specs


def name_of(match):
    if match.group("rfc"):
        return "RFC " + match.group("rfc")
    if match.group("xep"):
        return "XEP-" + match.group("xep")
    if match.group("xml"):
        return "XML 1.0"
    return match.group("draft") or match.group("other")


def joined(comment):
    """One comment as one line, so that a clause may be cut by a line's end."""
    return re.sub(r"\n[ \t]*///?<? ?", " ", comment)


def citations(text):
    """(spec, section, what follows it) of each citation in comments; a bare § means the specification named last."""
    last = None
    for comment in COMMENT.finditer(text):
        line = joined(comment.group(0).rstrip("\n"))
        for match in CITATION.finditer(line):
            if match.group("bare"):
                number = match.group("bare")
                if re.search(r"(Unicode|UAX|UTS)[^,;]*$", line[: match.start()]):
                    continue
            else:
                last, number = name_of(match), match.group("first")
            if number is None or last is None:
                continue
            yield last, number, line[match.end() :]
            rest = line[match.end() :]
            more = MORE.match(rest)
            while more:
                rest = rest[more.end() :]
                yield last, more.group("more"), rest
                more = MORE.match(rest)


def spec_of_tag(text):
    upper = text.upper()
    if upper.startswith("RFC"):
        return "RFC " + upper[3:].lstrip("-")
    if upper.startswith("XEP"):
        return "XEP-" + upper[3:].lstrip("-")
    return "XML 1.0" if upper == "XML1.0" else text


def state_after(rest):
    """The state and whether it is misspelt."""
    state = STATE.match(rest)
    if state:
        return state.group("state"), False
    return "done", LOOKS_LIKE_STATE.match(rest) is not None


class Collected:
    def __init__(self):
        self.clauses = {}  # (spec, section) -> {"code": set, "tests": set, "states": set}
        self.problems = []

    def entry(self, spec, section):
        return self.clauses.setdefault((spec, section), {"code": set(), "tests": set(), "states": set()})


def check_known(specs, spec, section, path, collected):
    if spec not in specs:
        collected.problems.append(f"{path}: {spec} §{section}: no docs/specs file for {spec}")
    elif section not in specs[spec][1]:
        collected.problems.append(f"{path}: {spec} has no §{section}")
    else:
        return True
    return False


def collect(root):
    specs, collected = load_specs(root), Collected()
    for path in source_tree.files(root, source_tree.ROOMS, (".cpp", ".hpp", ".xsd")):
        for spec, section, rest in citations(source_tree.read(root, path)):
            state, misspelt = state_after(rest)
            if misspelt:
                collected.problems.append(f"{path}: {spec} §{section}: write ': todo - ', ': deviates - ' or ': quirk(peer) - '")
            if check_known(specs, spec, section, path, collected):
                entry = collected.entry(spec, section)
                entry["code"].add(path)
                entry["states"].add(state)
    for path in source_tree.files(root, ["tests"], (".cpp", ".hpp", ".txt", ".scs", ".transcript")):
        for match in TAG.finditer(source_tree.read(root, path)):
            spec, section = spec_of_tag(match.group("spec")), match.group("number")
            if check_known(specs, spec, section, path, collected):
                collected.entry(spec, section)["tests"].add(path)
    collected.problems = sorted(set(collected.problems))
    return specs, collected


def order(key):
    spec, section = key
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in section.split(".")]
    return (spec.startswith("draft"), spec.startswith("XML"), spec.startswith("XEP"), int(re.sub(r"\D", "", spec)[:4]), parts)


def shown_state(entry):
    special = sorted(entry["states"] - {"done"})
    if special:
        return ", ".join(special)
    if not entry["code"]:
        return "tested"
    return "done" if entry["tests"] else "done, no test names it"


def page(specs, collected):
    """File names only: line numbers would change with every commit."""
    lines = [
        "# Conformance",
        "",
        "Made by `tests/checks/check_spec_refs.py --write` from the clauses that the code and the tests name. `done`: code",
        "exists because of the clause; `todo`: known to be missing; `deviates`: deliberately otherwise; `quirk(peer)`: what",
        "a peer does instead; the reason stands beside the citation.",
    ]
    last = None
    for key in sorted(collected.clauses, key=order):
        spec, section = key
        if spec != last:
            lines += ["", f"## {spec} {specs[spec][0]}".rstrip(), "", "| clause | code | tests | state |", "|---|---|---|---|"]
            last = spec
        entry = collected.clauses[key]
        heading = specs[spec][1][section].replace("|", "\\|")
        code = "<br>".join(f"`{p}`" for p in sorted(entry["code"])) or "-"
        tests = "<br>".join(f"`{p}`" for p in sorted(entry["tests"])) or "-"
        lines.append(f"| §{section} {heading} | {code} | {tests} | {shown_state(entry)} |")
    return "\n".join(lines) + "\n"


def main(argv):
    mode = argv[1] if len(argv) > 1 and argv[1].startswith("--") else "--check"
    arguments = [a for a in argv[1:] if not a.startswith("--")]
    root = arguments[0] if arguments else source_tree.ROOT
    specs, collected = collect(root)
    text = page(specs, collected)
    problems = list(collected.problems)
    if mode == "--write":
        with open(os.path.join(root, PAGE), "w", encoding="utf-8") as file:
            file.write(text)
    elif not os.path.exists(os.path.join(root, PAGE)) or source_tree.read(root, PAGE) != text:
        problems.append(f"{PAGE} is stale: run tests/checks/check_spec_refs.py --write")
    for problem in problems:
        print(problem)
    if not problems:
        print("ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
