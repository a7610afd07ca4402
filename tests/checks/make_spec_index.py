#!/usr/bin/python3
"""make_spec_index.py OUT FILE...: writes OUT/rfcNNNN.txt, OUT/xep-NNNN.txt, OUT/draft-....txt.

Each index holds a specification's name, its title and its section numbers with their headings, never its text; the
full texts (RFCs and drafts as plain text, XEPs as XML) are read from the command line. check_spec_refs.py reads the
indexes.
"""
import html
import os
import re
import sys

HEADING = re.compile(r"^(?:(\d+(?:\.\d+)*)\.?|Appendix ([A-Z])[.:]?|([A-Z](?:\.\d+)+)\.?) {1,10}(\S.*)$")
PAGE_FOOTER = re.compile(r"\[Page \d+\]\s*$")
PAGE_HEADER = re.compile(r"^(RFC \d+|Internet-Draft) .*\b(19|20)\d\d\s*$")


def body_lines(text):
    """The lines of an RFC without page breaks."""
    for line in text.replace("\f", "\n").replace("\r", "").split("\n"):
        line = line.rstrip()
        if not PAGE_FOOTER.search(line) and not PAGE_HEADER.match(line):
            yield line


def key_of(number):
    return tuple((1, int(part)) if part.isdigit() else (2, ord(part)) for part in number.split("."))


def follows(before, number):
    """Whether `number` may come after `before`: a first child, or the next one on any level (a gap of one allowed)."""
    if before is None:
        return number in ("1", "0")
    old, new = key_of(before), key_of(number)
    if len(new) == len(old) + 1 and new[:-1] == old:
        return new[-1][1] in (0, 1)
    if len(new) > len(old):
        return False
    same = len(new) - 1
    if new[:same] != old[:same]:
        return False
    if new[same][0] != old[same][0]:
        return new == ((2, ord("A")),)
    return 1 <= new[same][1] - old[same][1] <= 2


def is_heading(match, after, line):
    """Not a line of the table of contents, and not a numbered sentence of the text."""
    title = match.group(4)
    return not re.search(r"\.{3,}|(\. ){3,}|\s\d+$", title) and (not after or after.startswith(" ")) and len(line) <= 75


def rfc_sections(text):
    lines = list(body_lines(text))
    found, last = [], None
    for i, line in enumerate(lines):
        match = HEADING.match(line)
        after = lines[i + 1] if i + 1 < len(lines) else ""
        if not match or not is_heading(match, after, line):
            continue
        number = match.group(1) or match.group(2) or match.group(3)
        if not follows(last, number):
            continue
        title = match.group(4)
        if after and after.strip():
            title += " " + after.strip()
        found.append((number, re.sub(r"\s+", " ", title)))
        last = number
    return found


def rfc_title(text):
    """The centred lines between the header and the first line at the margin."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r", "").lstrip("\n\f "))
    for paragraph in paragraphs[1:]:
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines and all(re.match(r"^ {2,}\S", line) for line in lines):
            words = [line.strip() for line in lines if not re.match(r"^\s*draft-\S+$", line)]
            return re.sub(r"\s+", " ", " ".join(words))
    return ""


def xep_sections(text):
    text = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", text, flags=re.S)
    counters, found = [], []
    for close, level, attributes in re.findall(r"<(/?)section([1-6])\b([^>]*)>", text):
        level = int(level)
        if close:
            continue
        counters = counters[:level] + [0] * (level - len(counters))
        counters[level - 1] += 1
        topic = re.search(r"topic=(\"([^\"]*)\"|'([^']*)')", attributes)
        title = (topic.group(2) or topic.group(3)) if topic else ""
        title = re.sub(r"&(xep\d+);", lambda entity: entity.group(1).upper(), html.unescape(title))
        found.append((".".join(map(str, counters)), re.sub(r"\s+", " ", title).strip()))
    return found


def xep_title(text):
    match = re.search(r"<title>(.*?)</title>", text, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(match.group(1))).strip() if match else ""


def index_of(path):
    """File name and content of the index of one full text."""
    name = os.path.basename(path)
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if name.endswith(".xml"):
        stem = re.match(r"xep-\d{4}", name).group(0)
        title, sections = xep_title(text), xep_sections(text)
        spec = stem.upper()
    else:
        stem = name[: -len(".txt")]
        title, sections = rfc_title(text), rfc_sections(text)
        spec = re.sub(r"^rfc", "RFC ", stem)
    lines = [spec, title, ""] + [f"{number} {heading}".rstrip() for number, heading in sections]
    return stem + ".txt", "\n".join(lines) + "\n"


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    out = arguments[0]
    os.makedirs(out, exist_ok=True)
    for path in arguments[1:]:
        name, content = index_of(path)
        with open(os.path.join(out, name), "w", encoding="utf-8") as file:
            file.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
