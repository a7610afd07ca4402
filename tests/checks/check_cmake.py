#!/usr/bin/python3
"""Sources are listed in CMake, never globbed; every .cpp is listed, and what is listed is there."""
import os
import re
import sys

import source_tree

LISTED = re.compile(r"(?<![\w}/.$-])((?:\.\./)*[A-Za-z_][\w/.-]*\.cpp)\b")


def resolve(root, folder, name):
    """A list may be included by the CMakeLists.txt of the folder above."""
    for base in (folder, os.path.dirname(folder), ""):
        path = os.path.normpath(os.path.join(base, name))
        if os.path.isfile(os.path.join(root, path)):
            return path
    return None


def problems(root):
    found, listed = [], set()
    lists = source_tree.files(root, source_tree.ROOMS + ("tests",), ("CMakeLists.txt", ".cmake"))
    for path in lists:
        text = re.sub(r"#[^\n]*", "", source_tree.read(root, path))
        text = text.replace("${CMAKE_SOURCE_DIR}/", "")
        text = re.sub(r"\$\{CMAKE_CURRENT_(?:LIST|SOURCE)_DIR\}/", "", text)
        if re.search(r"\bGLOB(_RECURSE)?\b", text):
            found.append(f"{path}: globs its sources")
        if path.endswith("embed_schemas.cmake"):
            continue
        for name in LISTED.findall(text):
            source = resolve(root, os.path.dirname(path), name)
            if source:
                listed.add(source)
            elif "embedded_schemas" not in name:
                found.append(f"{path}: {name} is not there")
    for source in source_tree.files(root, source_tree.ROOMS + ("tests",), (".cpp",)):
        if source not in listed and not source.startswith("tests/fuzz/"):
            found.append(f"{source}: in no CMakeLists.txt")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
