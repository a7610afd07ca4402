#!/usr/bin/python3
"""Each feature that disco/features.cpp advertises names a clause, and a test case or a transcript names that clause too."""
import re
import sys

import source_tree

ROW = re.compile(r"^\s*\{(ns::\w+|\"[^\"]+\"),\s*[^{}\"]+,\s*\"([^\"]*)\"", re.M)
TAG = re.compile(r"\[((?:RFC|XEP-)\d{4}):([A-Z0-9.]+)\]")
HEADS = re.compile(r"XEP-\d{4}|RFC \d{4}|§[0-9.]+")


def tagged(root):
    """Clauses that test cases carry as tags."""
    found = set()
    for path in source_tree.files(root, ["tests/unit"], (".cpp",)):
        found |= {f"{spec} §{section}" for spec, section in TAG.findall(source_tree.read(root, path))}
    return found


def headed(root):
    """Clauses of the first lines of transcripts; a section belongs to the specification before it."""
    found = set()
    for path in source_tree.files(root, ["tests/transcripts/xmpp"], (".txt",)):
        spec = ""
        for word in HEADS.findall(source_tree.read(root, path).split("\n", 1)[0]):
            if word.startswith("§"):
                found.add(f"{spec} {word.rstrip('.')}")
            else:
                spec = word
    return found


def problems(root):
    path = "disco/features.cpp"
    if path not in source_tree.files(root, ["disco"], (".cpp",)):
        return []
    proven = tagged(root) | headed(root)
    rows = ROW.findall(source_tree.read(root, path))
    return [f"{path}: no test names {clause or 'a clause'}, the proof of {var}" for var, clause in rows if clause not in proven]


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
