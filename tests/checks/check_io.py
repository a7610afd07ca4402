#!/usr/bin/python3
"""Only the files listed here may touch a socket, a file, the environment, a clock, a random device or a thread."""
import re
import sys

import source_tree

# [I/O] files, as patterns of paths without suffix
IO_FILES = (
    r"component/(main|program|asio_environment|asio_library|asio_transport|stream|config_file|source_set)",
    r"component/(http_server|control|push_sockets|signal|sd_notify)",
    r"sources/imap/(connection|imap_source|tls_stream|watched_account)",
    r"sources/push/(http_listener|unix_listener)",
    r"store/(sqlite\w*|postgres\w*)",
    r"indicator/.*",
)
# further single permissions: path without suffix -> what
PERMITTED = {
    "store/error": {"sqlite3.h"},  # result codes
    "component/capabilities": {"openssl/evp.h"},  # a digest
}
HEADERS = re.compile(
    r"^#include [<\"]((?:boost/(?:asio|beast)|openssl/|sys/|netinet/|arpa/)[^>\"]*"
    r"|sqlite3\.h|libpq-fe\.h|unistd\.h|fcntl\.h|poll\.h|signal\.h|csignal|fstream|iostream|filesystem"
    r"|thread|mutex|shared_mutex|condition_variable|future|random)[>\"]",
    re.M,
)
CALLS = re.compile(
    r"(?<!\w)(\w*[cC]lock\w*::now|(?:std::)?getenv|(?:std::)?fopen|std::[io]?fstream|std::random_device|std::this_thread"
    r"|std::j?thread|std::mutex|std::rand|std::time|gettimeofday|clock_gettime|(?<![\w>)\]])::(?:socket|connect|bind|open))\b(?= ?[({<&*]|::| \w)"
)


def problems(root):
    found = []
    for path in source_tree.files(root, source_tree.ROOMS, (".cpp", ".hpp")):
        stem = path.rsplit(".", 1)[0]
        if any(re.fullmatch(pattern, stem) for pattern in IO_FILES):
            continue
        text = source_tree.read(root, path)
        permitted = PERMITTED.get(stem, set())
        for header in HEADERS.findall(source_tree.without_comments(text)):
            if header not in permitted:
                found.append(f"{path}: includes <{header}> but is no [I/O] file")
        code = source_tree.code_only(text)
        for call in CALLS.finditer(code):
            found.append(f"{path}:{source_tree.line_of(code, call.start())}: {call.group(1)} but is no [I/O] file")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run(problems, sys.argv))
