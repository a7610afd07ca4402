#!/usr/bin/python3
"""Runs the end-to-end tests: each class in a process of its own with servers of its own, a few at a time.

run.py [--list] [--jobs N] [--long] [--binary FILE] [WORD ...]   a WORD selects the tests whose id contains it
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def all_tests(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from all_tests(entry)
        else:
            yield entry


def chosen(words, long):
    tests = all_tests(unittest.TestLoader().discover(str(HERE), "test_*.py", str(HERE)))
    for test in tests:
        is_long = getattr(getattr(test, test._testMethodName, None), "long", False) or getattr(test, "long", False)
        if (not words or any(word in test.id() for word in words)) and (long or not is_long):
            yield test


class Lines(unittest.TestResult):
    """A line per test with its time; what failed is told at once."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.bad = False  # also by what belongs to the class, such as its servers

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def line(self, mark, test):
        took = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"{mark} {took:6.2f} s  {getattr(test, 'id', lambda: str(test))()}", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.line("ok  ", test)

    def fail(self, test, error):
        self.bad = True
        self.line("FAIL", test)
        text = self._exc_info_to_string(error, test)
        print("    " + "\n    ".join(text.rstrip().splitlines()[-60:]), flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.fail(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self.fail(test, error)

    def addSkip(self, test, reason):
        # what could not run has failed
        self.bad = True
        self.line("FAIL", test)
        print(f"    could not run: {reason}", flush=True)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.fail(subtest, error)


def run_here(names):
    """In the child: the tests of one class; a class whose servers do not start fails as a whole."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that folders and servers are cleared away
    result = Lines()
    unittest.TestLoader().loadTestsFromNames(names).run(result)
    failed = max(len(names) - result.passed, 1 if result.bad else 0)
    print(f"@ {result.passed} {failed}", flush=True)
    return 1 if result.bad else 0


def run_class(names, seconds):
    """In the parent: one class as a process; its output comes in one piece, so that lines do not mix."""
    argv = ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", sys.executable, __file__, "--here", *names]
    with subprocess.Popen(argv, cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as child:
        try:
            output, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.terminate()  # the servers get SIGTERM with it
            output, _ = child.communicate()
            output += f"\nFAIL  {names[0].rpartition('.')[0]}: not done within {seconds} s\n"
    found = re.search(r"^@ (\d+) (\d+)$", output, re.MULTILINE)
    if found is None:
        passed = len(re.findall(r"^ok   ", output, re.MULTILINE))
        return output, passed, len(names) - passed
    return output.replace(found.group(0) + "\n", ""), int(found.group(1)), int(found.group(2))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--list", action="store_true")
    options.add_argument("--long", action="store_true")
    options.add_argument("--jobs", type=int, default=3)
    options.add_argument("--seconds", type=int, default=900, help="limit for one class")
    options.add_argument("--binary")
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("words", nargs="*")
    args = options.parse_args()
    if args.binary:
        os.environ["MAILNODE_BINARY"] = str(pathlib.Path(args.binary).resolve())
    if args.here:
        return run_here(args.words)
    classes = {}
    for test in chosen(args.words, args.long):
        classes.setdefault(test.id().rpartition(".")[0], []).append(test.id())
    if args.list:
        print("\n".join(name for names in classes.values() for name in names))
        return 0
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        # the largest first: the whole ends sooner
        order = sorted(classes.values(), key=len, reverse=True)
        for done in concurrent.futures.as_completed([pool.submit(run_class, n, args.seconds) for n in order]):
            output, ok, bad = done.result()
            print(output.rstrip("\n"), flush=True)
            passed, failed = passed + ok, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
