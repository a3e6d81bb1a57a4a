#!/usr/bin/env python3
"""roam's prover and verifier beside rapidsnark, gnark and snarkjs, measured in turn in one run: ours, theirs, ours, theirs.

  prover_table.py BUILD_FOLDER NODE_MODULES [--quick] [--long] [--json FILE] [--markdown FILE]

A time is the median of the runs, a ratio the median of the ratios of runs that followed each other. One thread is pinned to
one processor, two threads to two. roam, rapidsnark and snarkjs prove from the same zkey and witness, roam and rapidsnark from
the witness file's bytes to the proof's text. gnark has keys of its own: it proves a chain of squarings of the same size. Every
proof of roam is verified by roam and by snarkjs, every proof of a peer by roam (gnark's by gnark); sums and transforms must
agree. --quick stops at 2^14; --long adds what takes minutes. A row that would begin after TIME_S is left out and named."""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from prover_report import PEERS, machine, print_text, write_json, write_markdown  # noqa: E402
from sides import Side, counted, show  # noqa: E402

TIME_S = 300
# name, title, constraints of gnark's circuit
FULL = [("b5groam", "b5groam, 264 constraints", 263), ("b5groam-62", "2^14 full, 62 x b5groam", 16361),
        ("b5groam-992", "2^18 full, 992 x b5groam", 261801)]
SETTLE = [3, 7, 16, 35, 144]
PAIRS, BATCH = 67, 64
PREPARE_S = 60
HOW_TO_GET = {
    "rapidsnark": "set ROAM_RAPIDSNARK to its shared library librapidsnark.so (github.com/iden3/rapidsnark)",
    "gnark": "set ROAM_GNARK to the program that `go build` makes of bench/prover/gnark",
    "gnark's proofs": "build bench/prover/gnark with -tags gnark and with the module github.com/consensys/gnark",
    "snarkjs": "make setup-test installs it",
}


class Bench:
    def __init__(self, arguments, folder):
        self.folder, self.build = folder, arguments.build
        self.quick, self.long, self.modules = arguments.quick, arguments.long, arguments.modules
        self.started = time.monotonic()
        self.rows, self.skipped, self.fits = [], [], {}
        self.processors = sorted(os.sched_getaffinity(0))
        self.threads = [1, 2] if len(self.processors) > 1 else [1]
        self.keys = self.side("bench_serve", 1, f"{self.build}/bench/bench_serve", folder)
        self.ours = {t: self.prover(t) for t in self.threads}
        self.lesser = {level: self.prover(1, ROAM_CPU=level) for level in ("adx", "plain")}
        self.peers = {name: {} for name in PEERS}
        self.start_peers()

    # ---- the sides

    def pin(self, threads):
        return ["taskset", "-c", ",".join(map(str, self.processors[-threads:]))]

    def side(self, name, threads, *command, **environment):
        return Side(name, *self.pin(threads), *command, **environment)

    def prover(self, threads, **environment):
        return self.side("bench_prover", threads, f"{self.build}/bench/bench_prover", self.folder, **environment)

    def start_peers(self):
        self.library, driver = os.environ.get("ROAM_RAPIDSNARK"), os.environ.get("ROAM_GNARK")
        self.snarkjs_cli = f"{self.modules}/.bin/snarkjs"
        script = f"{os.path.dirname(HERE)}/peer.mjs"
        for t in self.threads:
            if self.library:
                self.peers["rapidsnark"][t] = self.side("bench_rapidsnark", t, *self.rapidsnark_command())
            if driver:
                self.peers["gnark"][t] = self.side("roam-gnark", t, driver, self.folder, str(t))
            if os.path.exists(self.snarkjs_cli):
                self.peers["snarkjs"][t] = self.side("peer.mjs", t, "node", script, self.modules, self.folder,
                                                     "one" if t == 1 else "all")
        self.gnark_level = self.peers["gnark"][1].ask("level")[1] if driver else None
        self.gnark_proves = bool(driver) and "gnark v" in self.gnark_level
        missing = [name for name in PEERS if not self.peers[name]] + (["gnark's proofs"] if driver and not self.gnark_proves else [])
        self.skipped += [f"{name}: {HOW_TO_GET[name]}" for name in missing]

    def rapidsnark_command(self):
        return [f"{self.build}/bench/bench_rapidsnark", self.library, self.folder]

    # ---- measuring

    def late(self, name):
        if self.long or time.monotonic() - self.started < TIME_S:
            return False
        self.skipped.append(f"{name}: out of time")
        return True

    def add(self, group, name, unit, values, ratios):
        median = {column: statistics.median(v) for column, v in values.items() if v}
        row = {"group": group, "name": name, "unit": unit, "runs": len(values["roam"]), "median": median,
               "minimum": {column: min(v) for column, v in values.items() if v},
               "ratio": {column: statistics.median(r) for column, r in ratios.items() if r}}
        self.rows.append(row)
        told = ", ".join(f"{column} {show(value, unit)}" for column, value in median.items())
        print(f"  {name}: {told}", file=sys.stderr, flush=True)
        return row

    def rounds(self, group, name, columns, seconds=3, runs=9, once=(), unit="ns"):
        """columns: name: function that measures; None where there is no such thing. Those in `once` are left out of all
        rounds but the first. A first round of less than a second is for warming up. ratio: peer / roam; for a level of roam
        that is capped, and for roam with tables, rapidsnark / it."""
        if self.late(name):
            return None
        columns = {column: measure for column, measure in columns.items() if measure}
        values, ratios = {column: [] for column in columns}, {column: [] for column in columns}
        begun = None
        while begun is None or (len(values["roam"]) < runs and time.monotonic() - begun < seconds):
            start = time.monotonic()
            now = {column: measure() for column, measure in columns.items() if begun is None or column not in once}
            warming = begun is None and time.monotonic() - start < 1
            begun = begun or start
            if warming:
                continue
            for column, value in now.items():
                values[column].append(value)
                if (column in self.lesser or column == "tables") and "rapidsnark" in now:
                    ratios[column].append(now["rapidsnark"] / value)
                elif column in PEERS:
                    ratios[column].append(value / now["roam"])
        return self.add(group, name, unit, values, ratios)

    def same(self, side, command, expected):
        """A time; the first result sets what every other side must give."""
        ns, result = side.ask(command)
        if expected.setdefault(command.split(" ")[0], result) != result:
            sys.exit(f"bench: {side.name}: {command} gives {result}, not {expected[command.split(' ')[0]]}")
        return ns

    def beside_gnark(self, group, name, side, command, theirs=None, **options):
        """An operation that roam and gnark have, on one thread."""
        expected, gnark = {}, self.peers["gnark"].get(1)
        self.rounds(group, name, {"roam": lambda: self.same(side, command, expected),
                                  "gnark": gnark and (lambda: self.same(gnark, theirs or command, expected))}, **options)

    # ---- proofs

    def demand(self, side, command, what):
        ns, result = side.ask(command)
        if result != "true":
            sys.exit(f"bench: {what}: {result}")
        return ns

    def prove_ours(self, side, threads, command="prove"):
        ns = self.demand(side, f"{command} {threads}", "roam does not verify its own proof")
        snarkjs = self.peers["snarkjs"].get(1)
        if snarkjs:
            side.ask("save")
            self.demand(snarkjs, "verify", "snarkjs does not verify roam's proof")
        return ns

    def prove_theirs(self, side):
        ns, _ = side.ask("prove")
        if side.name != "roam-gnark":
            path = side.ask("save")[1]
            self.demand(self.keys, f"check {path}", f"roam does not verify {path}")
        return ns

    def circuit(self, name):
        """Makes the key and the witness and has everybody load them."""
        self.keys.ask(f"circuit {name}")
        for side in [*self.ours.values(), *self.peers["rapidsnark"].values()]:
            side.ask(f"load {name}")
        for side in self.peers["snarkjs"].values():
            side.ask(f"circuit {name}")

    def columns(self, threads, peers, tables=False):
        columns = {"roam": lambda: self.prove_ours(self.ours[threads], threads)}
        if tables:
            self.ours[threads].ask("tables")
            columns["tables"] = lambda: self.prove_ours(self.ours[threads], threads, "prove_tabled")
        for name in peers:
            side = self.peers[name].get(threads)
            columns[name] = side and (lambda side=side: self.prove_theirs(side))
        return columns

    def full(self, name, title, gnark_size):
        if self.late(title):
            return
        largest = name == FULL[-1][0]
        self.circuit(name)
        gnark = self.gnark_proves and (self.long or not largest)
        levels = ["adx"] if largest else ["adx", "plain"]
        for level in levels:
            self.lesser[level].ask(f"load {name}")
        for side in self.peers["gnark"].values() if gnark else ():
            side.ask(f"circuit {gnark_size}")
        for threads in self.threads:
            snarkjs = ["snarkjs"] if threads == 2 or self.long or not largest else []
            columns = self.columns(threads, ["rapidsnark", *(["gnark"] if gnark else []), *snarkjs], tables=not largest)
            for level in levels if threads == 1 else ():
                columns[level] = lambda side=self.lesser[level]: self.prove_ours(side, 1)
            self.rounds("proof", f"{title}, {counted(threads, 'thread')}", columns, seconds=30 if largest else 14,
                        once=("snarkjs",) if largest else ())
        if name == "b5groam":
            self.verifying(name)
        else:
            self.peak(name, title, snarkjs=self.long or not largest)

    def settle(self):
        """One thread; the cost of a session by least squares over the sizes."""
        points = {"roam": [], "rapidsnark": []}
        for size in SETTLE[:2] if self.quick else SETTLE:
            if self.late(f"settle-{size}"):
                continue
            self.circuit(f"settle-{size}")
            row = self.rounds("settle", f"settle-{size}, 1 thread", self.columns(1, ["rapidsnark"]),
                              seconds=4 if size < 35 else 10, once=("rapidsnark",) if size == SETTLE[-1] else ())
            for column, ns in row["median"].items() if row else ():
                points[column].append((size, ns))
        for column, known in points.items():
            if len(known) >= 2:
                self.fits[column] = self.fit(known)

    @staticmethod
    def fit(points):
        slope, fixed = statistics.linear_regression([size for size, _ in points], [ns for _, ns in points])
        return {"fixed_ns": fixed, "session_ns": slope, "sessions_per_s": {size: 1e9 * size / ns for size, ns in points}}

    def command_peak(self, command, proof, commands=None):
        out = subprocess.run([f"{self.build}/bench/bench_peak", *self.pin(1), *command], capture_output=True, text=True,
                             input=commands)
        if out.returncode != 0:
            sys.exit(f"bench: {' '.join(command)}: {out.stderr}")
        self.demand(self.keys, f"check {proof}", f"roam does not verify {proof}")
        os.remove(proof)
        return int(out.stdout.split()[1])

    def peak(self, name, title, snarkjs):
        """The largest resident set of a process that reads key and witness and makes one proof."""
        zkey, wtns, proof = (f"{self.folder}/{name}.{end}" for end in ("zkey", "wtns", "cli.json"))
        theirs = f"{self.folder}/{name}.rapidsnark.json"
        files = [zkey, wtns, proof, f"{self.folder}/public.json"]
        commands = f"load {name}\nprove\nsave\n"
        self.rounds("peak memory", f"{title}, 1 thread", {
            "roam": lambda: self.command_peak([f"{self.build}/apps/roam/roam", "zk", "prove", *files, "--threads", "1"], proof),
            "rapidsnark": self.library and (lambda: self.command_peak(self.rapidsnark_command(), theirs, commands)),
            "snarkjs": snarkjs and self.peers["snarkjs"] and (
                lambda: self.command_peak([self.snarkjs_cli, "groth16", "prove", *files], proof)),
        }, runs=1, unit="bytes")

    # ---- the rest

    def verifying(self, name):
        """roam and gnark from values in memory, rapidsnark and snarkjs from JSON."""
        self.keys.ask("prove 1")
        self.keys.ask("save")
        expected, peers = {}, {peer: sides.get(1) for peer, sides in self.peers.items()}
        peers["gnark"] = peers["gnark"] if self.gnark_proves else None
        theirs = {peer: side and (lambda side=side: self.same(side, "verify", expected)) for peer, side in peers.items()}
        self.rounds("verifying", f"verify one, {name}", {"roam": lambda: self.same(self.keys, "verify", expected), **theirs})
        self.rounds("verifying", f"verify {BATCH} at once, each (peers: one)",
                    {"roam": lambda: self.demand(self.keys, f"verify_batch {BATCH}", "the batch does not hold"), **theirs})

    def arithmetic(self):
        self.keys.ask(f"data {14 if self.quick else 18}")
        logs = [10, 14] if self.quick else [10, 14, 18]
        for what, title in (("msm", "MSM in G1"), ("ntt", "NTT")):
            for log in logs:
                self.beside_gnark("arithmetic", f"{title} 2^{log}", self.keys, f"{what} {log} 1", f"{what} {log}", seconds=4)
        self.beside_gnark("arithmetic", "MSM in G2 2^14", self.ours[1], "msm_g2 14 1", "msm_g2 14", runs=5)
        self.beside_gnark("arithmetic", "pairing", self.keys, "pairing")
        for count in (4, PAIRS):
            self.beside_gnark("arithmetic", f"product of {count} pairings is one", self.ours[1], f"pairs {count}")

    def ceremony(self):
        """Preparing powers of tau for phase 2, with snarkjs at the smallest size only. Each size takes some 4.5 times as long
        as the one a quarter of it."""
        took, logs = 0, [10, 12, 14, *([] if self.quick else [16]), *([18] if self.long else [])]
        for log in logs:
            name = f"prepare powers of tau 2^{log}, {counted(self.threads[-1], 'thread')}"
            if took > PREPARE_S / 4.5 and not self.long:
                self.skipped.append(f"{name}: it would take some {4.5 * took:.0f} s")
                return
            row = None if self.late(name) else self.prepare(log, name, snarkjs=log == logs[0])
            took = row["median"]["roam"] / 1e9 if row else took

    def prepare(self, log, name, snarkjs):
        threads = self.threads[-1]
        given, ours, theirs = (f"{self.folder}/{file}" for file in ("ptau", "prepared.ptau", "theirs.ptau"))
        self.ours[threads].ask(f"ptau_new {log}")
        columns = {"roam": lambda: self.ours[threads].ask(f"ptau_prepare {threads}")[0]}
        if snarkjs and self.peers["snarkjs"]:
            columns["snarkjs"] = lambda: self.prepare_theirs(given, ours, theirs)
        return self.rounds("ceremony", name, columns, runs=3, once=("snarkjs",))

    def prepare_theirs(self, given, ours, theirs):
        """As a command."""
        begun = time.monotonic()
        subprocess.run([self.snarkjs_cli, "powersoftau", "prepare", "phase2", given, theirs], check=True, capture_output=True)
        took = time.monotonic() - begun
        if open(ours, "rb").read() != open(theirs, "rb").read():
            sys.exit("bench: snarkjs prepares another file")
        return 1e9 * took

    def run(self):
        self.arithmetic()
        for name, title, gnark_size in FULL[:2] if self.quick else FULL:
            self.full(name, title, gnark_size)
        self.settle()
        self.ceremony()
        if self.quick:
            self.skipped.append("--quick: 2^18, the larger sizes of settle, powers of tau 2^16")
        if not self.long:
            self.skipped.append("without --long: gnark's proofs and snarkjs on one thread at 2^18, powers of tau 2^18")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("modules")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--markdown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.build) as folder:
        bench = Bench(arguments, folder)
        about = machine(bench)
        bench.run()
        about["seconds"] = round(time.monotonic() - bench.started)
        print_text(bench, about)
        if arguments.json:
            write_json(arguments.json, bench, about)
        if arguments.markdown:
            write_markdown(arguments.markdown, bench, about)


main()
