#!/usr/bin/python3
"""Only the files listed here may touch a socket, a file, the environment, a clock, a random device or a thread."""
import re
import sys

import source_tree

# [I/O] files, as patterns of paths without suffix
IO_FILES = (
    r"component/main",
    r"component/(asio_\w+|stream|stream_attempt|config_file|environment_variables|source_set|control|control_\w+)",
    r"component/(log_\w+|spdlog_\w+|metrics_\w+|gateway_process|notify_systemd|sd_notify|clock|random|program|process|shell_\w+)",
    r"sources/imap/(connection|connection_\w+|tls|tls_\w+|imap_source|imap_connection|imap_connector|connector)",
    r"sources/push/(http_listener|unix_listener|http_\w+|unix_\w+|dlist_listener)",
    r"store/(sqlite\w*|postgres\w*)",
    r"indicator/.*",
)
# further single permissions: path without suffix -> what
PERMITTED = {
    "store/error": {"sqlite3.h"},  # result codes
}
HEADERS = re.compile(
    r"^#include [<\"]((?:boost/(?:asio|beast)|openssl/|sys/|netinet/|arpa/)[^>\"]*"
    r"|sqlite3\.h|libpq-fe\.h|unistd\.h|fcntl\.h|poll\.h|signal\.h|csignal|fstream|iostream|filesystem"
    r"|thread|mutex|shared_mutex|condition_variable|future|random)[>\"]",
    re.M,
)
CALLS = re.compile(
    r"\b(\w*[cC]lock\w*::now|(?:std::)?getenv|(?:std::)?fopen|std::[io]?fstream|std::random_device|std::this_thread"
    r"|std::j?thread|std::mutex|std::rand|std::time|gettimeofday|clock_gettime|::socket|::connect|::bind)\b(?= ?[({<&*]|::| \w)"
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
