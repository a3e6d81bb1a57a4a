"""What prover_table.py tells: its head, tables for a terminal, and files."""
import datetime
import json
import os

from sides import output_of, processor, show

GROUPS = {"proof": "One proof", "arithmetic": "Arithmetic, 1 thread", "verifying": "Verifying, 1 thread",
          "settle": "Settlement proofs", "peak memory": "Peak memory", "ceremony": "Ceremony"}
FEATURES = ["bmi2", "adx", "avx2", "avx512f", "avx512ifma"]
PEERS = ["rapidsnark", "gnark", "snarkjs"]


def features():
    for line in open("/proc/cpuinfo", encoding="ascii"):
        if line.startswith("flags"):
            return [name for name in FEATURES if name in line.split()]
    return []


def version(modules):
    try:
        return json.load(open(f"{modules}/snarkjs/package.json", encoding="utf-8"))["version"]
    except FileNotFoundError:
        return None


def machine(bench):
    level, _, compiler = bench.ours[1].ask("level")[1].partition(" ")
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": output_of("git", "describe", "--always", "--dirty"), "cpu": processor(), "features": features(),
            "processors": os.cpu_count(), "level": level, "compiler": compiler, "load": os.getloadavg()[0],
            "rapidsnark": bool(bench.library), "gnark": bench.gnark_level, "snarkjs": version(bench.modules),
            "node": output_of("node", "--version")}


def head(m):
    yield f"{m['cpu']} ({' '.join(m['features'])}), {m['processors']} processors, arithmetic {m['level']}, {m['compiler']}"
    yield f"{m['date']}, commit {m['commit']}, load {m['load']:.1f} before the run"
    peers = [m["gnark"], m["snarkjs"] and f"snarkjs {m['snarkjs']} (node {m['node']})"]
    yield "peers: " + ("; ".join([*(["rapidsnark"] if m["rapidsnark"] else []), *(peer for peer in peers if peer)]) or "none")


def times(ratio):
    return f"{ratio:.2f}x" if ratio else "-"


def group_table(rows):
    """Heads and cells; only peers that some row has."""
    peers = [peer for peer in PEERS if any(peer in row["median"] for row in rows)]
    out = []
    for row in rows:
        beside = [text for p in peers for text in (show(row["median"].get(p), row["unit"]), times(row["ratio"].get(p)))]
        out.append([row["name"], show(row["median"]["roam"], row["unit"]), *beside, str(row["runs"])])
    return ["", "roam", *(head for p in peers for head in (p, "ratio")), "runs"], out


def tables(bench):
    """(title, heads, rows of cells)"""
    for group, title in GROUPS.items():
        rows = [row for row in bench.rows if row["group"] == group]
        if rows:
            yield title, *group_table(rows)
    if bench.fits:
        yield "Settlement proofs by sessions, 1 thread", *fit_table(bench.fits)
    levels = [[row["name"], show(row["median"]["adx"], "ns"), times(row["ratio"].get("adx")),
               show(row["median"].get("plain"), "ns"), times(row["ratio"].get("plain"))]
              for row in bench.rows if "adx" in row["median"]]
    tabled = [[row["name"], show(row["median"]["tables"], "ns"), times(row["ratio"].get("tables"))]
              for row in bench.rows if "tables" in row["median"]]
    if tabled:
        yield "One proof with tables (at most 256 MB)", ["", "roam, tables", "rapidsnark is"], tabled
    if levels:
        yield "One proof on lesser processors", ["", "ROAM_CPU=adx", "rapidsnark is", "ROAM_CPU=plain", "rapidsnark is"], levels


def fit_table(fits):
    columns = list(fits)
    sizes = list(fits[columns[0]]["sessions_per_s"])
    rows = [[f"settle-{size}, per core", *(show(fits[c]["sessions_per_s"].get(size), "per s") for c in columns)] for size in sizes]
    rows.append(["fitted: a proof", *(show(fits[c]["fixed_ns"], "ns") for c in columns)])
    rows.append(["fitted: and for each session", *(show(fits[c]["session_ns"], "ns") for c in columns)])
    return ["", *columns], rows


def print_text(bench, about):
    print("\n".join(head(about)))
    for title, heads, rows in tables(bench):
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
        print(f"-- {title}")
        for row in [heads, *rows]:
            print(" ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())
    for what in bench.skipped:
        print(f"left out: {what}")
    print(f"{about['seconds']} s")


def write_json(path, bench, about):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": about, "rows": bench.rows, "settle": bench.fits, "left_out": bench.skipped}, file, indent=1)


def write_markdown(path, bench, about):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# Proving and verifying, measured\n\nWritten by `tools/bench_prover.sh --markdown`. Ratios are of runs that "
                   "followed each other.\n\n")
        file.write("".join(f"- {line}\n" for line in head(about)))
        for title, heads, rows in tables(bench):
            file.write(f"\n## {title}\n\n| {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) - 1)}\n")
            file.write("".join(f"| {' | '.join(row)} |\n" for row in rows))
        file.write("".join(f"\nLeft out: {what}\n" for what in bench.skipped))
