#!/usr/bin/env python3
"""Runs docs/first-session.md: first_session.py ROAM.

The page's ```bash blocks run in order in one shell that stops at the first failing command. The lines of a ```text block must
appear, in their order, in what the block before it printed."""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
PAGE = os.path.join(ROOT, "docs/first-session.md")
MARK = "==== block ended"


def blocks(page):
    """[command block, lines to be seen] in the order of the page."""
    found = []
    for language, body in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S):
        if language == "bash":
            found.append([body, []])
        elif language == "text":
            found[-1][1] += body.splitlines()
        elif language != "sh":
            sys.exit(f"a block of language {language}")
    return found


def missing(expected, output):
    """The first expected line that does not follow the ones before it, or None."""
    lines = iter(output.splitlines())
    return next((want for want in expected if want not in lines), None)


def main():
    roam = os.path.abspath(sys.argv[1])
    page = blocks(open(PAGE, encoding="utf-8").read())
    path = f"{os.path.dirname(roam)}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "EXAMPLES": os.path.join(ROOT, "examples/charging")}
    environment.pop("ROAM_LEDGER", None)
    script = "".join(f"{commands}echo '{MARK}'\n" for commands, _ in page)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    outputs = done.stdout.split(MARK + "\n")
    if done.returncode != 0:
        sys.exit(f"{outputs[-1]}{done.stderr}\nblock {len(outputs)} fails:\n{page[len(outputs) - 1][0]}")
    for number, ((commands, expected), output) in enumerate(zip(page, outputs), 1):
        line = missing(expected, output)
        if line is not None:
            sys.exit(f"{output}\nblock {number} does not print '{line}':\n{commands}")
    seen = [line for _, expected in page for line in expected]
    refused = sum(line.startswith("exit status") for line in seen)
    print(f"{len(page)} blocks ran, {len(seen)} lines seen\ncount property={len(seen) - refused} negative={refused}")


main()
