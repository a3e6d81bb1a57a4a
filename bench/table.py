#!/usr/bin/env python3
"""roam beside snarkjs and circomlibjs, measured in turn in one run: ours, theirs, ours, theirs.

  table.py BUILD_FOLDER NODE_MODULES [--quick] [--json FILE] [--markdown FILE]

A time is the median of the runs; a ratio is the median of the ratios of runs that followed each other, so that what else the
machine does hits both sides alike. Both sides get the same points, scalars, keys and witnesses; their results are compared.
Every proof, roam's and the peer's, is verified by roam, one of each circuit by the peer. Verifying is on one thread; the
peer's has its default, a worker for each processor. --quick leaves out the largest sizes. A row that would begin after TIME_S is left out and
named."""
import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from sides import Side, counted, output_of, processor, show

TIME_S = 330
CIRCUITS = ["b5groam", "settle-3", "settle-7", "settle-35"]
QUICK_CIRCUITS = CIRCUITS[:2]
LOGS, QUICK_LOGS = range(10, 20, 2), [10, 14]
POSEIDON_WIDTHS = [3, 4, 5, 15]
LEDGER_NAMES = {"deposit": "deposits", "deposit_callers": "deposits", "deposit_many": "deposits at once",
                "session_open": "sessions opened", "usage_commit": "usages committed", "settle": "sessions settled",
                "session": "sessions from open to settled"}
BATCH, RUNS_MIN = 64, 3
DEPOSITS, LEDGER_PAIRS = 1000, 8


class Bench:
    def __init__(self, arguments, folder):
        self.folder, self.build, self.quick = folder, arguments.build, arguments.quick
        self.started = time.monotonic()
        self.rows, self.skipped, self.steps = [], [], {}
        self.ours = Side("bench_serve", f"{self.build}/bench/bench_serve", folder)
        self.snarkjs_cli = f"{arguments.modules}/.bin/snarkjs"
        self.peers = {}
        if os.path.exists(self.snarkjs_cli):
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peer.mjs")
            for threads in ("one", "all"):
                self.peers[threads] = Side("peer.mjs", "node", script, arguments.modules, folder, threads)
        else:
            self.skipped.append(f"everything of the peer: {self.snarkjs_cli} is not there")

    def late(self, name):
        if time.monotonic() - self.started < TIME_S:
            return False
        self.skipped.append(f"{name}: out of time")
        return True

    def add(self, group, name, unit, ours, theirs=(), ratios=()):
        row = {"group": group, "name": name, "unit": unit, "ours": statistics.median(ours), "runs": len(ours)}
        row["peer"] = statistics.median(theirs) if theirs else None
        row["ratio"] = statistics.median(ratios) if ratios else None
        self.rows.append(row)
        print(f"  {name}: {show(row['ours'], unit)}, {show(row['peer'], unit)}", file=sys.stderr, flush=True)

    def compare(self, group, name, ours, theirs, seconds=3, runs=15, warm_s=2):
        """ours() and theirs() give (ns, result); None for theirs: no such thing there. The first pair is not counted if
        it took less than warm_s: it pays for caches and for the peer's compiler."""
        if self.late(name):
            return
        x, y, ratios, begun = [], [], [], None
        while begun is None or len(x) < runs and time.monotonic() - begun < (seconds if len(x) >= RUNS_MIN else 4 * seconds):
            start = time.monotonic()
            our_ns, our_result = ours()
            their_ns, their_result = theirs() if theirs else (0, our_result)
            if our_result != their_result:
                sys.exit(f"bench: {name}: roam gives {our_result}, the peer {their_result}")
            cold = begun is None and time.monotonic() - start < warm_s
            begun = begun or start
            if cold:
                continue
            x.append(our_ns)
            if theirs:
                y.append(their_ns)
                ratios.append(their_ns / our_ns)
        self.add(group, name, "ns", x, y, ratios)

    def pair(self, group, name, ours, theirs=None, threads="one", **options):
        """The same by commands."""
        peer = self.peers.get(threads) if theirs else None
        self.compare(group, name, lambda: self.ours.ask(ours), (lambda: peer.ask(theirs)) if peer else None, **options)

    # ---- the rows

    def fields(self):
        for name, _, ns in self.program("bench_bn254"):
            if name in ("fp_mul_dependent", "fp_mul_independent"):
                self.add("arithmetic", name.replace("_", " "), "ns", [float(ns)])

    def arithmetic(self):
        self.fields()
        logs = QUICK_LOGS if self.quick else LOGS
        self.ours.ask(f"data {logs[-1]}")
        self.pair("arithmetic", "pairing", "pairing", "pairing")
        for t in POSEIDON_WIDTHS:
            self.pair("arithmetic", f"Poseidon t={t}", f"poseidon {t}", f"poseidon {t}")
        for what, title in (("msm", "MSM in G1"), ("ntt", "NTT")):
            for log in logs:
                self.pair("arithmetic", f"{title} 2^{log}", f"{what} {log} 1", f"{what} {log}", seconds=4)

    def check(self, path):
        if self.ours.ask(f"check {path}")[1] != "true":
            sys.exit(f"bench: roam does not verify {path}")

    def prove_theirs(self, threads):
        peer = self.peers[threads]
        answer = peer.ask("prove")
        self.check(peer.ask("save")[1])
        return answer

    def prove_ours(self, count):
        answer = self.ours.ask(f"prove {count}")
        if self.ours.ask("verify")[1] != "true":
            sys.exit("bench: roam does not verify its own proof")
        return answer

    def prove(self, name, seconds):
        for count, threads in ((1, "one"), (2, "all")):
            theirs = (lambda t=threads: self.prove_theirs(t)) if self.peers else None
            workers = f" (peer {self.peers[threads].ask('level')[1]})" if self.peers else ""
            title = f"prove {name}, {counted(count, 'thread')}{workers}"
            self.compare("proving", title, lambda n=count: self.prove_ours(n), theirs, seconds=seconds, runs=9)

    def command(self, command, proof):
        """Nanoseconds, peak bytes."""
        out = subprocess.run([f"{self.build}/bench/bench_peak", *command], capture_output=True, text=True)
        if out.returncode != 0 or not os.path.exists(proof):
            sys.exit(f"bench: {' '.join(command)}: {out.stderr}")
        self.check(proof)
        os.remove(proof)
        return tuple(map(int, out.stdout.split()))

    def commands(self, name, runs):
        """Whole processes: time from start to exit, and peak memory."""
        if self.late(f"command line prove {name}"):
            return
        files = [f"{self.folder}/{name}.zkey", f"{self.folder}/{name}.wtns", f"{self.folder}/cli.json",
                 f"{self.folder}/cli_public.json"]
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(self.command([f"{self.build}/apps/roam/roam", "zk", "prove", *files, "--threads", "2"], files[2]))
            if self.peers:
                theirs.append(self.command([self.snarkjs_cli, "groth16", "prove", *files], files[2]))
        for i, (what, unit) in enumerate((("time", "ns"), ("peak memory", "bytes"))):
            self.add("proving, as commands, 2 threads", f"prove {name}: {what}", unit, [x[i] for x in ours],
                     [y[i] for y in theirs], [y[i] / x[i] for x, y in zip(ours, theirs)])

    def verify(self, name):
        self.prove_ours(1)
        self.ours.ask("save")
        self.pair("verifying", f"verify one ({name})", "verify", "verify", threads="all")
        if name == "b5groam":
            self.pair("verifying", f"verify a batch of {BATCH}, per proof (peer: one)", f"verify_batch {BATCH}", "verify",
                      threads="all")

    def circuit(self, name, seconds):
        if self.late(name):
            return
        ns, size = self.ours.ask(f"circuit {name}")
        constraints, domain = map(int, size.split())
        title = f"{name}, {constraints} constraints in 2^{domain.bit_length() - 1}"
        self.add("proving", f"development setup of {title}", "ns", [ns])
        for peer in self.peers.values():
            peer.ask(f"circuit {name}")
        self.pair("proving", f"witness of {name}", "witness")
        self.prove(name, seconds)
        self.verify(name)
        self.commands(name, 3)
        self.steps = {"circuit": title, "ns": self.prove_steps()}

    def prove_steps(self, runs=5):
        """Median time of each step of a proof, one thread."""
        all_steps = {}
        for _ in range(runs):
            for step in self.ours.ask("steps 1")[1].split("|"):
                what, _, ns = step.partition("=")
                all_steps.setdefault(what, []).append(float(ns))
        return {what: statistics.median(ns) for what, ns in all_steps.items()}

    def program(self, name, *arguments):
        """The lines of a bench program, split at commas."""
        out = subprocess.run([f"{self.build}/bench/{name}", *arguments], capture_output=True, text=True, check=True).stdout
        return [line.split(",") for line in out.splitlines() if "," in line]

    def ledger_rules(self, threads):
        """The rules alone, in memory: one block of each kind."""
        lines = {name: (int(n), float(ns)) for name, n, ns in self.program("bench_ledger", str(threads), str(LEDGER_PAIRS))}
        steps = ["session_open", "usage_commit", "settle"]
        lines["session"] = (lines["settle"][0], sum(lines[step][1] for step in steps))
        for name in ["deposit", *steps, "session"]:
            count, ns = lines[name]
            apart = name in steps and threads == 1  # it is measured on one thread
            reading = f"; reading {100 * lines[name + '.parse'][1] / ns:.0f} %" if apart else ""
            title = f"{count} {LEDGER_NAMES[name]}, {counted(threads, 'thread')}{reading}"
            self.add("ledger in memory", title, "per s", [1e9 / ns])

    def ledger_store(self):
        """With every commit durable, on the build folder's disk; proofs and signatures are made beforehand."""
        for name, count, ns, blocks, disk in self.program("bench_store", self.folder, str(DEPOSITS), str(LEDGER_PAIRS)):
            what, _, number = name.rpartition("_")
            noun = "caller" if what.endswith("callers") else "thread"
            title = f"{count} {LEDGER_NAMES[what]}, {counted(number, noun)}; {counted(blocks, 'block')}, disk {disk} %"
            self.add("ledger on disk, durable", title, "per s", [1e9 / float(ns)])

    def ledger(self):
        if self.late("ledger"):
            return
        for threads in (1, 2):
            self.ledger_rules(threads)
        self.ledger_store()

    def run(self):
        self.arithmetic()
        self.ledger()
        for name in QUICK_CIRCUITS if self.quick else CIRCUITS:
            self.circuit(name, seconds=14 if name == "settle-35" else 7)
        if self.quick:
            self.skipped.append(f"--quick: MSM and NTT of sizes other than {', '.join(f'2^{k}' for k in QUICK_LOGS)}; "
                                f"{', '.join(c for c in CIRCUITS if c not in QUICK_CIRCUITS)}")


# ---- what is told


def machine(bench):
    level, _, compiler = bench.ours.ask("level")[1].partition(" ")
    versions = {}
    for module in ("snarkjs", "circomlibjs"):
        path = os.path.dirname(os.path.dirname(bench.snarkjs_cli)) + f"/{module}/package.json"
        versions[module] = json.load(open(path, encoding="utf-8"))["version"] if bench.peers else None
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": output_of("git", "describe", "--always", "--dirty"), "cpu": processor(),
            "processors": os.cpu_count(), "level": level, "compiler": compiler, "load": os.getloadavg()[0],
            "node": output_of("node", "--version"), **versions}


def head(m):
    yield f"{m['cpu']}, {m['processors']} processors, arithmetic {m['level']}, {m['compiler']}"
    yield f"{m['date']}, commit {m['commit']}, load {m['load']:.1f} before the run"
    if m["snarkjs"]:
        yield f"peer: snarkjs {m['snarkjs']}, circomlibjs {m['circomlibjs']}, node {m['node']}, warm unless a command"


def cells(row):
    return [row["name"], show(row["ours"], row["unit"]), show(row["peer"], row["unit"]),
            f"{row['ratio']:.1f}x" if row["ratio"] else "-", str(row["runs"])]


HEADS = ["", "roam", "peer", "ratio", "runs"]


def tables(bench):
    """(title, rows of cells)"""
    for group in dict.fromkeys(row["group"] for row in bench.rows):
        yield group, [cells(row) for row in bench.rows if row["group"] == group]
    if bench.steps:
        total = sum(bench.steps["ns"].values())
        yield (f"where the time of a proof goes, 1 thread: {bench.steps['circuit']}",
               [[what, show(ns, "ns"), f"{100 * ns / total:.0f} %", "", ""] for what, ns in bench.steps["ns"].items()])


def print_text(bench, about):
    parts = list(tables(bench))
    widths = [max(len(r[i]) for _, rows in parts for r in rows + [HEADS]) for i in range(5)]
    print("\n".join(head(about)))
    print(" ".join(h.ljust(w) if i == 0 else h.rjust(w) for i, (h, w) in enumerate(zip(HEADS, widths))))
    for title, rows in parts:
        print(f"-- {title}")
        for row in rows:
            print(" ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())
    for what in bench.skipped:
        print(f"left out: {what}")


def write_markdown(path, bench, about):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# Measured\n\nWritten by `tools/bench.sh --markdown`. Ratios are of runs that followed each other.\n\n")
        file.write("".join(f"- {line}\n" for line in head(about)))
        for title, rows in tables(bench):
            file.write(f"\n## {title[0].upper()}{title[1:]}\n\n| | roam | peer | ratio | runs |\n|---|--:|--:|--:|--:|\n"
                       if not title.startswith("where") else f"\n## {title[0].upper()}{title[1:]}\n\n| | | |\n|---|--:|--:|\n")
            file.write("".join(f"| {' | '.join(c for c in row if c or not title.startswith('where'))} |\n" for row in rows))
        file.write("".join(f"\nLeft out: {what}\n" for what in bench.skipped))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("modules")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--markdown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.build) as folder:
        bench = Bench(arguments, folder)
        about = machine(bench)
        bench.run()
        about["seconds"] = round(time.monotonic() - bench.started)
        print_text(bench, about)
        print(f"{about['seconds']} s")
        if arguments.json:
            with open(arguments.json, "w", encoding="utf-8") as file:
                json.dump({"machine": about, "rows": bench.rows, "steps": bench.steps, "left_out": bench.skipped}, file, indent=1)
        if arguments.markdown:
            write_markdown(arguments.markdown, bench, about)


main()
