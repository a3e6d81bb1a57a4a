"""What the tables of benches share: programs that answer commands, and how values are told."""
import os
import re
import subprocess
import sys


class Side:
    """A program that answers commands, a line each; environment adds to this process's."""

    def __init__(self, name, *command, **environment):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        ns, _, result = self.process.stdout.readline().rstrip("\n").partition(" ")
        if not ns:
            sys.exit(f"bench: {self.name} stopped at '{command}'")
        return float(ns), result


def counted(number, noun):
    return f"{number} {noun}{'' if int(number) == 1 else 's'}"


def show(value, unit):
    if value is None:
        return "-"
    if unit == "per s":
        return f"{value:,.0f} /s"
    if value < 0:
        return f"-{show(-value, unit)}"
    names = ["B", "kB", "MB", "GB"] if unit == "bytes" else ["ns", "us", "ms", "s"]
    power = 0
    while power < 3 and value >= 1000:
        value, power = value / 1000, power + 1
    return f"{value:.3g} {names[power]}" if value < 1000 else f"{value:.0f} {names[power]}"


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def processor():
    """The name of its model."""
    found = re.search(r"^model name\s*: (.*)$", open("/proc/cpuinfo", encoding="ascii").read(), re.M)
    return found.group(1) if found else "?"
