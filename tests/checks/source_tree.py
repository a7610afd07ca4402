"""What the checks share: which files are ours, and C++ text with its comments and literals blanked out."""
import os
import re
import sys

ROOMS = ("events", "xmpp_schemas", "sources", "pubsub", "mapping", "disco", "store", "component", "indicator")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

TOKENS = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r"|R\"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)\""
    r"|\"(?:\\.|[^\"\\\n])*\""
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.S,
)


def files(root, folders, suffixes):
    """Paths relative to root, sorted; hidden and generated folders left out."""
    found = []
    for folder in folders:
        for place, names, leaves in os.walk(os.path.join(root, folder)):
            names[:] = sorted(n for n in names if not n.startswith((".", "build", "__pycache__", "node_modules")))
            found += [os.path.relpath(os.path.join(place, leaf), root) for leaf in leaves if leaf.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Same line structure; string literals stay."""
    return TOKENS.sub(lambda m: _blank(m.group(0)) if m.group(0).startswith(("//", "/*")) else m.group(0), text)


def code_only(text):
    """Same line structure; comments and the contents of literals blanked."""

    def blank(match):
        token = match.group(0)
        if token.startswith(("//", "/*")):
            return _blank(token)
        return token[0] + _blank(token[1:-1]) + token[-1]

    return TOKENS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def run(problems, argv):
    """Prints what problems(root) finds; the exit code of the check."""
    root = argv[1] if len(argv) > 1 else ROOT
    found = problems(root)
    for problem in found:
        print(problem)
    if not found:
        print("ok")
    return 1 if found else 0
