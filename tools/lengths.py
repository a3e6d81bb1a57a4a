#!/usr/bin/env python3
"""Lengths of functions and files: prints the distribution, fails on a function above 70 lines or a file above 800.

A function is counted from its opening brace in column 0 to the closing one."""
import statistics
import subprocess
import sys

FUNCTION_MAX, FILE_MAX = 70, 800


def functions(path):
    start, name = None, ""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
            name = lines[number - 2].split("(")[0].split()[-1].lstrip("*") if number > 1 else "?"
        elif line == "}" and start is not None:
            yield name, number - start + 1
            start = None
        elif line.endswith("}") and ") { " in line and not line.startswith((" ", "#", "/")):
            yield line.split("(")[0].split()[-1], 1


def main():
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "lib", "adapters", "apps", "tools"],
                           capture_output=True, text=True, check=True).stdout.split()
    lengths, bad = [], 0
    for path in (f for f in files if f.endswith((".c", ".h"))):
        with open(path, encoding="utf-8") as file:
            count = sum(1 for _ in file)
        if count > FILE_MAX:
            print(f"{path}: {count} lines, at most {FILE_MAX}")
            bad += 1
        for name, length in functions(path):
            lengths.append(length)
            if length > FUNCTION_MAX:
                print(f"{path}: {name} has {length} lines, at most {FUNCTION_MAX}")
                bad += 1
    lengths.sort()
    print(f"{len(lengths)} functions: median {statistics.median(lengths)}, 90 % up to {lengths[len(lengths) * 9 // 10]},"
          f" longest {lengths[-1]} lines")
    return 1 if bad else 0


sys.exit(main())
