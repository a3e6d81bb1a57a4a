#!/usr/bin/env python3
"""Sums up meson test logs: cases passed and failed, property and negative cases counted by the programs themselves.

The last line is "N passed, N failed"; the exit status is 1 if anything failed."""
import json
import re
import sys


def cases(entry):
    """Passed and failed cases of one program: cmocka's own counts, or the program as one case."""
    output = entry.get("stdout", "") + entry.get("stderr", "")
    passed = sum(map(int, re.findall(r"\[  PASSED  \] (\d+) test", output)))
    failed = sum(map(int, re.findall(r"\[  FAILED  \] (\d+) test", output)))
    good = entry["result"] in ("OK", "EXPECTEDFAIL", "SKIP")
    if passed + failed == 0:
        return (1, 0) if good else (0, 1)
    return passed, failed if good else max(failed, 1)


def main():
    build_failed, logs = int(sys.argv[1]), sys.argv[2:]
    passed, failed, skipped, negative, properties = 0, build_failed, 0, 0, 0
    for log in logs:
        for line in open(log, encoding="utf-8"):
            entry = json.loads(line)
            good, bad = cases(entry)
            passed, failed = passed + good, failed + bad
            output = entry.get("stdout", "")
            skipped += entry["result"] == "SKIP" or len(re.findall(r"^skipped\b", output, re.M))
            for match in re.finditer(r"count property=(\d+) negative=(\d+)", output):
                properties += int(match[1])
                negative += int(match[2])
            if bad:
                print(f"FAILED: {entry['name']} ({log})")
    print(f"property cases {properties}, negative cases {negative}, skipped parts {skipped}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
