#!/usr/bin/python3
"""No file, folder, namespace or type is called util, common, helper or manager: such a name says nothing."""
import os
import re
import sys

import source_tree

WORDS = re.compile(r"(?:^|[_/.])(utils?|common|helpers?|managers?)(?=$|[_/.])", re.I)
IDENTIFIER = re.compile(r"\b(?:namespace|class|struct|enum(?: class)?) +(?:\w+::)*(\w*(?:Utils?|Common|Helpers?|Managers?)|utils?|common|helpers?)\b")


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS + ("tests", "docs", "cmake"), ("",)):
        if WORDS.search(os.path.splitext(path)[0]):
            found.append(f"{path}: name says nothing")
        if path.split("/")[0] in source_tree.ROOMS and path.endswith((".cpp", ".hpp")):
            code = source_tree.code_only(source_tree.read(root, path))
            found += [f"{path}: {name} says nothing" for name in IDENTIFIER.findall(code)]
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
