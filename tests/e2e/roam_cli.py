"""Running the command line as its users do, for the programs beside this file."""
import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CHARGING = os.path.join(ROOT, "examples/charging")
ROAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
count = {"property": 0, "negative": 0}


def example(number):
    return os.path.join(CHARGING, f"cdr-{number:03}.json")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def shared_data(test, entry):
    """Path of a real record; the test is skipped where there are none."""
    path = os.path.join(os.environ.get("ROAM_SHARED_DATA", os.path.join(ROOT, "../shared/data")), entry)
    if not os.path.exists(path):
        print(f"skipped: no {path}")
        test.skipTest(path)
    return path


class Cli(unittest.TestCase):
    """A folder of its own for each class of tests; commands run in it."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="roam-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = holder.name
        cls.environment = {name: text for name, text in os.environ.items() if name != "ROAM_LEDGER"}

    @classmethod
    def at(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def save(cls, name, content):
        with open(cls.at(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else json.dumps(content).encode())
        return name

    @classmethod
    def run_roam(cls, *arguments):
        return subprocess.run([ROAM, *map(str, arguments)], cwd=cls.folder, env=cls.environment, capture_output=True,
                              text=True, timeout=120, check=False)

    @classmethod
    def done(cls, *arguments, status=0):
        """The JSON result of a command that must end with this status."""
        ran = cls.run_roam(*arguments, "--json")
        assert ran.returncode == status, f"{arguments}: status {ran.returncode}\n{ran.stdout}{ran.stderr}"
        count["property" if status == 0 else "negative"] += 1
        return json.loads(ran.stdout)

    def refused(self, status, *arguments, says=()):
        """A command that must end with this status (or one of these) and explain itself, in JSON too."""
        ran = self.run_roam(*arguments)
        context = f"{arguments}: {ran.stdout}{ran.stderr}"
        self.assertIn(ran.returncode, status if isinstance(status, tuple) else (status,), context)
        self.assertEqual(ran.stderr[:6], "roam: ", context)
        for text in says:
            self.assertIn(str(text), ran.stderr, context)
        if "Try 'roam help'." not in ran.stderr:
            error = json.loads(self.run_roam(*arguments, "--json").stdout)["error"]
            self.assertEqual(sorted(error), ["code", "detail", "text"])
            self.assertEqual(f"roam: {error['detail']}\n", ran.stderr)
        count["negative"] += 1

    def shape(self, result, *names):
        self.assertEqual(sorted(result), sorted(names))


WRONG = [None, True, -1, 1.5, 2**70, "", "zz", [], {}]


def spoilt(value, path):
    """Copies of a JSON value with something wrong at a path, given as a list of keys."""
    for wrong in WRONG:
        changed = copy.deepcopy(value)
        place = changed
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = wrong
        yield wrong, changed
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    yield "absent", changed


def main():
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result
    print(f"count property={count['property']} negative={count['negative']}")
    sys.exit(not result.wasSuccessful())
