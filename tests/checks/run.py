#!/usr/bin/python3
"""Runs every check beside this file; the exit code says whether all are content."""
import glob
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))


def main():
    failed = []
    for path in sorted(glob.glob(os.path.join(FOLDER, "check_*.py"))):
        name = os.path.basename(path)[: -len(".py")]
        done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
        print(f"{name}: {(done.stdout + done.stderr).strip()}")
        if done.returncode != 0:
            failed.append(name)
    if failed:
        print("not content: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
