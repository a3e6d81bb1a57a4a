#!/usr/bin/env python3
"""The frame of the command line: help, man page, completion, options, exit codes: cli_frame.py ROAM."""
import os
import re
import shutil
import subprocess

from roam_cli import CHARGING, ROAM, Cli, count, example, main

NOUNS = ["demo", "load", "ocmf", "ocpi", "usage", "key", "ledger", "operator", "agreement", "session", "settle", "receipt", "zk",
         "ceremony", "testnet", "validator"]


def commands():
    """Noun and verb of every command, from the overview."""
    overview = subprocess.run([ROAM, "help"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^  roam ([a-z]+) ([a-z-]*) +[A-Z]", overview, re.M)
    return [[word for word in command if word] for command in found if command[0] in NOUNS]


class Help(Cli):
    def test_overview_lists_every_noun(self):
        self.assertEqual(sorted({noun for noun, *_ in commands()}), sorted(NOUNS))
        self.assertGreaterEqual(len(commands()), 45)

    def test_help_of_every_command(self):
        for command in commands():
            for arguments in (["help", *command], [*command, "--help"]):
                ran = self.run_roam(*arguments)
                self.assertEqual((ran.returncode, ran.stderr), (0, ""), arguments)
                self.assertTrue(ran.stdout.startswith(f"roam {' '.join(command)}"), ran.stdout)
                count["property"] += 1

    def test_help_of_a_noun_is_that_of_its_commands(self):
        for noun in NOUNS:
            text = self.run_roam("help", noun).stdout
            parts = [self.run_roam("help", *command).stdout for command in commands() if command[0] == noun]
            self.assertEqual(text, "\n".join(parts))

    def test_versions(self):
        for argument in ("version", "--version"):
            self.assertRegex(self.run_roam(argument).stdout, r"^roam \d+\.\d+\.\d+\n$")

    def test_no_command_is_an_error(self):
        self.assertEqual(self.run_roam().returncode, 2)
        self.refused(2, "nothing", says=["nothing"])
        self.refused(2, "zk", "nothing", says=["nothing"])
        self.refused(2, "help", "nothing", says=["nothing"])
        self.refused(2, "help", "zk", "nothing", says=["nothing"])


class Manual(Cli):
    def test_man_page_names_everything_and_warns_of_nothing(self):
        page = self.run_roam("man").stdout
        for command in commands():
            self.assertIn(f".SS roam {' '.join(command)}".rstrip(), page)
        self.save("roam.1", page.encode())
        if shutil.which("man") is None:
            print("skipped: man is not installed")
            return
        shown = subprocess.run(["man", "--warnings", "-l", self.at("roam.1")], capture_output=True, text=True, check=True,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
        self.assertEqual(shown.stderr, "")
        for text in ("EXIT STATUS", "roam ledger create", "--governor KEY", "ROAM_CPU"):
            self.assertIn(text, shown.stdout)


class Completion(Cli):
    def complete(self, *words):
        script = 'source completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _roam; echo "${COMPREPLY[*]}"'
        ran = subprocess.run(["bash", "-c", script, "-", "roam", *words], cwd=self.folder,
                             capture_output=True, text=True, check=False)
        self.assertEqual(ran.stderr, "")
        count["property"] += 1
        return ran.stdout.split()

    def test_completion(self):
        self.save("completion", self.run_roam("completion").stdout.encode())
        subprocess.run(["bash", "-n", self.at("completion")], check=True)
        self.assertEqual(sorted(self.complete("")), sorted([*NOUNS, "help", "version", "completion"]))
        self.assertEqual(self.complete("oc"), ["ocmf", "ocpi"])
        for noun in NOUNS[2:]:
            self.assertEqual(self.complete(noun, ""), [verb for n, *verbs in commands() if n == noun for verb in verbs])
        self.assertEqual(self.complete("zk", "verify", "--pro"), ["--production"])
        self.assertEqual(self.complete("demo", "--e"), ["--examples"])
        self.assertEqual(self.complete("demo", "--json", "--e"), ["--examples"])
        self.assertEqual(self.complete("zk", "verify", "compl"), ["completion"])


class Options(Cli):
    def test_options_and_operands(self):
        self.refused(2, "zk", "lint", "a", "--what", says=["unknown option", "--what"])
        self.refused(2, "zk", "lint", "a", "--what=1", says=["unknown option", "--what=1"])
        self.refused(2, "zk", "lint", says=["operands missing", "VKEY.json"])
        self.refused(2, "zk", "lint", "a", "b", says=["too many operands"])
        self.refused(2, "ocmf", "verify", *["a"] * 100, says=["too many operands"])
        self.refused(2, "key", "new", "operator", "k", says=["option missing", "name"])
        self.refused(2, "key", "new", "operator", "k", "--name", says=["needs a value", "--name"])
        self.refused(2, "key", "new", "operator", "k", "--name=a", "--name=b", says=["twice"])
        self.refused(2, "zk", "verify", "a", "b", "c", "--production=1", says=["takes no value"])
        self.refused(2, "zk", "lint", "a", "--" + 300 * "x", says=["unknown option"])

    def test_numbers(self):
        command = ["ocpi", "usage", example(1), "out", "--service"]
        for text in ("x", "", "-1", "1.5", "1 ", " 1", "0x10"):
            self.refused(2, *command, text, says=["--service", "not a whole number"])
        for text in ("1000001", "18446744073709551616", 40 * "9"):
            self.refused(2, *command, text, says=["--service", text, "0..1000000"])
        self.refused(2, "ceremony", "ptau-new", "p", "--power", 29, says=["1..28"])
        self.refused(2, "ceremony", "ptau-new", "p", "--power", 0, says=["1..28"])
        for value in ("", "0", "xx", 256 * "00"):
            self.refused(2, "ceremony", "beacon", "a", "b", "--name=n", "--value", value, says=["--value"])
        self.refused(2, "ceremony", "dev", "b5groam.r1cs", "k", "--threads", 1, says=["unknown option"])

    def test_quiet_prints_nothing(self):
        ran = self.run_roam("zk", "info", "b5groam", "--quiet")
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "", ""))


class Demo(Cli):
    def test_demo(self):
        self.environment["TMPDIR"] = self.folder
        result = self.done("demo", "--examples", os.path.dirname(CHARGING))
        self.assertEqual((result["frauds_tried"], result["frauds_refused"]), (6, 6))
        self.assertEqual(os.listdir(self.folder), [])


class Absent(Cli):
    """Files that do not exist: status 3 and their name; files that cannot be written: 4; circuits: 3."""

    def test_every_input(self):
        for arguments in (
            "ocmf verify {}", "ocpi price {}", f"ocpi price {example(1)} --tariff {{}}", "ocpi rate-card {} out",
            "ocpi usage {} out", f"ocpi usage {example(1)} out --energy-mix {{}}", "usage rate {} {}",
            "usage commitment --card {}", "usage commitment --record {}", "key show operator {}",
            "receipt verify {}", "zk prove {} {} out out", "zk verify {} {} {}", "zk vkey {} out", "zk lint {}",
            "zk info {}.r1cs", "zk info {}.zkey", "zk witness b5groam {} out", "zk check {} {}",
            "ceremony dev {}.r1cs out", "ceremony ptau-contribute {} out --name n", "ceremony ptau-prepare {} out",
            "ceremony ptau-beacon {} out --name n --value 00", "ceremony ptau-verify {}", "ceremony setup b5groam {} out",
            "ceremony contribute {} out --name n", "ceremony beacon {} out --name n --value 00",
            "ceremony verify b5groam {} {}", "ledger create out 1={} --name n --governor {} --treasury {}",
            "ledger status --ledger {}", "ledger audit --ledger {}", "ledger replay --ledger {}",
        ):
            self.refused(3, *arguments.replace("{}", "no/such/file").split(), says=["no/such/file"])
            self.assertFalse(os.path.exists(self.at("out")), arguments)

    def test_circuits(self):
        for name in ("settle-0", "settle-145", "settle-03", "settle-1x", "settle-", "b5", ""):
            self.refused(3, "zk", "circuit", name, "out", says=[f'"{name}"'])

    def test_outputs(self):
        self.refused(4, "zk", "circuit", "b5groam", "no/folder/out", says=["no/folder/out"])
        self.refused(4, "zk", "vkey", ".", "out", says=["."])
        self.done("key", "new", "device", "key.json", "--name", "n")
        self.refused(3, "key", "new", "device", "key.json", "--name", "n", says=["key.json"])
        self.refused(3, "ocpi", "usage", example(1), "key.json", says=["key.json"])


main()
