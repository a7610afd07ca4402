#!/usr/bin/python3
"""Each check is shown bad samples, which it must refuse, and good ones, which it must let pass."""
import contextlib
import io
import os
import sys
import tempfile

import check_cmake
import check_coroutines
import check_features
import check_includes
import check_io
import check_lengths
import check_names
import check_namespaces
import check_operations
import check_spec_refs
import check_spec_words
import check_switches
import check_test_tags
import make_spec_index
import source_tree

LONG_FUNCTION = "int f() {\n" + "  g();\n" * 60 + "}\n"
SHORT_FUNCTIONS = "".join(f"int f{i}() {{\n  return 1;\n}}\n" for i in range(20))
MEDIUM_FUNCTIONS = "".join(f"A::A(int a{i})\n    : a_(a{i}) {{\n" + "  g();\n" * 25 + "}\n" for i in range(5))
SPEC = {"docs/specs/rfc5465.txt": "RFC 5465\nNOTIFY\n\n5 Event Types\n5.1 FlagChange\n",
        "docs/specs/xep-0060.txt": "XEP-0060\nPublish-Subscribe\n\n4.1 Affiliations\n"}
WORDS = {
    "events/event_name.hpp": '{EventName::login, "Login", x}',
    "events/parameter.hpp": '{Parameter::uri, "uri"}',
    "xmpp_schemas/message-store.xsd": "\n  <xs:element name='Login'>\n    <xs:element name='uri'/>\n",
    "xmpp_schemas/examples/Login.xml": "<Login/>",
    "docs/protocol.md": "Login uri",
}

# check -> (bad samples, good samples); a sample is a set of files
SAMPLES = {
    check_includes: (
        [
            {"events/a.hpp": '#pragma once\n#include "pubsub/node.hpp"\n'},
            {"events/a.hpp": "#include <string>\n"},
            {"pubsub/a.cpp": '#include "events/event.hpp"\n'},
            {"mapping/a.cpp": '#include "sources/account.hpp"\n'},
            {"disco/a.cpp": '#include "mapping/jid.hpp"\n'},
            {"store/a.cpp": "#include <gloox/tag.h>\n"},
            {"sources/a.cpp": "#include <gloox/jid.h>\n"},
            {"xmpp_schemas/xml_writer.cpp": "#include <libxml/parser.h>\n"},
            {"component/a.cpp": '#include "tests/support/catch.hpp"\n'},
            {"component/a.cpp": '#include "router.hpp"\n'},
        ],
        [
            {"events/a.hpp": '#pragma once\n#include <string>\n#include "events/b.hpp"\n'},
            {"xmpp_schemas/validator.cpp": "#include <libxml/parser.h>\n"},
            {"mapping/a.cpp": '#include "events/event.hpp"\n#include "xmpp_schemas/xml_writer.hpp"\n'},
        ],
    ),
    check_io: (
        [
            {"pubsub/a.cpp": "#include <boost/asio/post.hpp>\n"},
            {"pubsub/a.cpp": "auto t = std::chrono::system_clock::now();\n"},
            {"sources/account.cpp": "auto t = Clock::now();\n"},
            {"component/config.cpp": 'auto v = std::getenv("A");\n'},
            {"component/router.cpp": "std::mutex m;\n"},
            {"mapping/a.cpp": "std::ifstream file(name);\n"},
            {"pubsub/a.cpp": "int s = ::socket(AF_INET, 0, 0);\n"},
            {"store/journal.cpp": "#include <sqlite3.h>\n"},
        ],
        [
            {"store/sqlite_store.cpp": "#include <sqlite3.h>\n#include <thread>\n"},
            {"pubsub/a.cpp": '// std::mutex, Clock::now()\nauto s = "getenv(";\n'},
            {"events/a.cpp": "std::chrono::system_clock::time_point t;\n"},
        ],
    ),
    check_lengths: (
        [
            {"events/a.cpp": "int a;\n" * 401},
            {"events/a.cpp": SHORT_FUNCTIONS + LONG_FUNCTION},
            {"events/a.cpp": "namespace a {\nstruct B {\n  B() noexcept\n      : x{1} {\n" + "  g();\n" * 60 + "  }\n};\n}\n"},
            {"events/a.cpp": MEDIUM_FUNCTIONS},
        ],
        [{"events/a.cpp": "int a;\n" * 399}, {"events/a.cpp": SHORT_FUNCTIONS}, {"events/a.cpp": "namespace a {\n" + "int b;\n" * 90 + "}\n"}],
    ),
    check_cmake: (
        [
            {"events/CMakeLists.txt": "file(GLOB s *.cpp)\n"},
            {"events/CMakeLists.txt": "mailnode_room(events SOURCES)\n", "events/a.cpp": ""},
            {"events/CMakeLists.txt": "mailnode_room(events SOURCES a.cpp)\n"},
            {"events/CMakeLists.txt": "# a.cpp\n", "events/a.cpp": ""},
        ],
        [{"sources/CMakeLists.txt": "x(a.cpp)\n", "sources/imap/wire.cmake": "set(S imap/b.cpp)\n", "sources/a.cpp": "", "sources/imap/b.cpp": ""}],
    ),
    check_names: (
        [
            {"events/util.hpp": ""},
            {"common/a.txt": "", "events/xml_helpers.cpp": ""},
            {"events/a.hpp": "class SubscriptionManager {\n"},
            {"events/a.hpp": "namespace util {\n"},
        ],
        [{"events/utility_room.hpp": "", "events/a.hpp": "// a helper\nclass Commoner {\n"}],
    ),
    check_coroutines: (
        [
            {"component/a.cpp": "co_await f([p] { return p; });"},
            {"component/a.cpp": "auto x = co_await f({p, 1});"},
            {"component/a.cpp": "if (co_await f(Agg{p, 1})) {\n}"},
            {"component/a.cpp": "co_await f(\n    [self = shared_from_this()](int) mutable {});"},
        ],
        [{"component/a.cpp": 'if (co_await f(a[0], "{")) {\n}\nauto l = [p] {};\nco_await f(std::move(l));'}],
    ),
    check_namespaces: (
        [
            {"pubsub/a.cpp": 'auto x = "http://jabber.org/protocol/pubsub";'},
            {"mapping/a.cpp": 'auto x = "urn:xmpp:message-store:0";'},
            {"component/a.cpp": "auto x = R\"(<iq xmlns='jabber:client'/>)\";"},
        ],
        [{"xmpp_schemas/namespaces.hpp": '"urn:xmpp:ping"'}, {"pubsub/a.cpp": "// urn:xmpp:ping\n"}],
    ),
    check_switches: (
        [{"events/a.cpp": "switch (x) {\n  case A::b:\n    return;\n  default:\n    return;\n}\n"}],
        [
            {"events/a.cpp": "switch (c) {\n  case 'a':\n    return;\n  default:\n    return;\n}\n"},
            {"events/a.cpp": "switch (x) {\n  case A::b:\n    switch (c) {\n      case 1:\n      default:\n    }\n}\n"},
            {"events/a.cpp": "switch (x) {\n  case A::b:\n  default:  // not an enum\n}\n"},
            {"events/a.cpp": "A() = default;\n"},
        ],
    ),
    check_features: (
        [
            {"disco/features.cpp": '    {ns::rsm, everywhere, "XEP-0059 §2"},', "tests/unit/a.cpp": 'TEST_CASE("a", "[XEP-0059:3]") {}'},
            {"disco/features.cpp": '    {"x#y", services | leaves, ""},', "tests/unit/a.cpp": 'TEST_CASE("a", "[XEP-0059:2]") {}'},
        ],
        [
            {"disco/features.cpp": '    {ns::rsm, everywhere, "XEP-0059 §2"},', "tests/unit/a.cpp": 'TEST_CASE("a", "[XEP-0059:2]") {}'},
            {"disco/features.cpp": '    {ns::rsm, a | b, "XEP-0059 §2"},', "tests/transcripts/xmpp/a.txt": "# XEP-0060 §1, XEP-0059 §1, §2: a page.\n"},
        ],
    ),
    check_test_tags: (
        [
            {"tests/unit/a.cpp": 'TEST_CASE("a") {}'},
            {"tests/unit/a.cpp": 'TEST_CASE("a", "[RFC 5423 4.1]") {}'},
            {"tests/unit/a.cpp": 'TEST_CASE("a", "[XEP60:4.1]") {}'},
        ],
        [{"tests/unit/a.cpp": 'TEST_CASE("a", "[RFC5423:4.1][XEP-0060:7.1.2]"\n          "[hostile]") {}'}],
    ),
    check_spec_words: (
        [
            {**WORDS, "events/event_name.hpp": '{EventName::logout, "Logout", x}'},
            {**WORDS, "docs/protocol.md": "Login"},
            {**WORDS, "xmpp_schemas/message-store.xsd": WORDS["xmpp_schemas/message-store.xsd"] + "    <xs:element name='url'/>\n"},
            {**WORDS, "events/a.cpp": "// " + "TO" + "DO later\n"},
            {**WORDS, "docs/a.md": "see /" + "tmp/x\n"},
        ],
        [WORDS],
    ),
}

OPERATIONS = {
    "component/config_keys.hpp": '    {"port", &XmppConfig::port},\n',
    "component/log.cpp": 'info("ready", "ready", {});',
    "docs/operations.md": "port\n## The log, line by line\n`ready`\n## More\n",
}
SAMPLES[check_operations] = (
    [
        {**OPERATIONS, "component/config_keys.hpp": '    {"host", &XmppConfig::host},\n'},
        {**OPERATIONS, "component/log.cpp": 'write(LogLevel::debug, "trace", "x", {});'},
        {**OPERATIONS, "docs/operations.md": "port\n## The log, line by line\n`ready` `not_there`\n"},
        {**OPERATIONS, "component/log.cpp": ""},
    ],
    [OPERATIONS],
)

REFERENCES_BAD = [
    "// RFC 5465 §9.9\n",
    "// RFC 1 and RFC 9999 §1\n",
    "// RFC 5465 §5.1, §5.7\n",
    "// RFC 5465\n// §5.9 over the line's end\n",
    "// RFC 5465 §5.1: TODO later\n",
    "// RFC 5465 §5.1: deviates because\n",
    "// RFC 5465 §5.1 quirk(dovecot) - x\n",
    "// DESIGN §2\n",
]
REFERENCES_GOOD = [
    "// RFC 5465 §5.1, XEP-0060 §4.1: deviates - on purpose\n",
    "// RFC 5465 §5 and §5.1 (x)\n",
    "// RFC 5465 §5.1: quirk(dovecot) - sends nothing\n",
    "// RFC 5465 §5.1 FlagChange: as it says\n",
    "// RFC 5465 §5.1: what deviates here is nothing\n",
]


def write(folder, files):
    for path, text in files.items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)


def found_in(files, check):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, files)
        return check(folder)


def reference_problems(folder):
    return check_spec_refs.collect(folder)[1].problems


def samples():
    for module, (bad, good) in SAMPLES.items():
        for i, files in enumerate(bad):
            if not found_in(files, module.problems):
                yield f"{module.__name__}: bad sample {i} passes"
        for i, files in enumerate(good):
            found = found_in(files, module.problems)
            if found:
                yield f"{module.__name__}: good sample {i} is refused: {found}"


def references():
    for text in REFERENCES_BAD:
        if not found_in({**SPEC, "pubsub/a.cpp": text}, reference_problems):
            yield f"check_spec_refs: passes {text!r}"
    for text in REFERENCES_GOOD:
        found = found_in({**SPEC, "pubsub/a.cpp": text}, reference_problems)
        if found:
            yield f"check_spec_refs: refuses {text!r}: {found}"
    if not found_in({**SPEC, "tests/unit/a.cpp": '"[RFC5465:8]"'}, reference_problems):
        yield "check_spec_refs: passes a tag of no section"


def staleness():
    """--check fails before --write and after a change, and is content in between."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        write(folder, {**SPEC, "pubsub/a.cpp": "// RFC 5465 §5.1: deviates - on purpose\n"})
        codes = [check_spec_refs.main(["", "--check", folder]), check_spec_refs.main(["", "--write", folder])]
        codes.append(check_spec_refs.main(["", "--check", folder]))
        page = source_tree.read(folder, check_spec_refs.PAGE)
        write(folder, {"pubsub/b.cpp": "// XEP-0060 §4.1\n"})
        codes.append(check_spec_refs.main(["", "--check", folder]))
    if codes != [1, 0, 0, 1]:
        yield f"check_spec_refs: exit codes {codes}"
    if "| §5.1 FlagChange | `pubsub/a.cpp` | - | deviates |" not in page:
        yield "check_spec_refs: the page lacks the clause"


def indexes():
    rfc = "Request for Comments: 1\n\n\n     A Title\n\n1. Contents .... 2\n\n1.  One\n\n   text\n\n1.1.  Sub\n\n7.  items of text\n   go on\n\n2.  Two\n"
    if [n for n, _ in make_spec_index.rfc_sections(rfc)] != ["1", "1.1", "2"]:
        yield f"make_spec_index: {make_spec_index.rfc_sections(rfc)}"
    xep = "<section1 topic='A'><section2 topic='B'/></section1><!-- <section1 topic='x'> --><section1 topic='C &amp; D'>"
    if make_spec_index.xep_sections(xep) != [("1", "A"), ("1.1", "B"), ("2", "C & D")]:
        yield f"make_spec_index: {make_spec_index.xep_sections(xep)}"


def main():
    failures = [*samples(), *references(), *staleness(), *indexes()]
    print("\n".join(failures) if failures else "ok")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
