#!/usr/bin/env python3
"""Four validators under several times the load that they can take: cluster_overload.py ROAM ROAMD NODE_TXS [--rate N] [--for S]
[--requests N] [--port-base PORT]; takes minutes, so it is not part of the suite.

`roam load` offers N sessions a second for a fifth of the time and goes on sending again what was not taken for the rest: with
N five times the limit there is work for all of it, and always more of it on its way than a node takes (--requests to each). Then
it is killed. A probe pays in all the while, once a second. Memory must stay bounded, nodes must answer "busy", and
within 10 s probes must be answered as fast as before. Prints a JSON summary; status 1 if something of that is not so."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

from cluster_nodes import PORT_BASE, Cluster, find_cometbft, make_txs

NORMAL_S, CALM_S = 1.0, 10.0  # a probe's answer when all is well; how soon it must be so again
MEMORY_MB = 1500              # of one roamd, which has two million sessions by then


class Probe:
    """Pays in and notes when it was answered; tries the next node if one is busy."""

    def __init__(self, cluster, deposits):
        self.cluster, self.deposits = cluster, iter(deposits)
        self.answers = []  # (asked, answered)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        node = 0
        while not self.stopping.wait(1):
            tx, asked = next(self.deposits)[1], time.monotonic()
            while self.cluster.post(node % self.cluster.nodes, tx, timeout=60)[0] != 200:
                node += 1
                time.sleep(0.1)
            self.answers.append((asked, time.monotonic()))

    def stop(self):
        self.stopping.set()
        self.thread.join()

    def normal_since(self, moment):
        """Seconds from the moment to the answer from which on three probes in turn were answered as usual, or None."""
        later = [(asked, answered) for asked, answered in self.answers if asked >= moment]
        for first in range(len(later) - 2):
            if all(answered - asked <= NORMAL_S for asked, answered in later[first:first + 3]):
                return later[first][1] - moment
        return None


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return {line.split()[0]: int(line.split()[1]) / 1024 for line in file if line.startswith(("RssAnon", "RssFile"))}


def metric(cluster, node, name):
    return sum(int(line.split()[1]) for line in cluster.metrics(node).splitlines() if line.startswith(name + " "))


def watch(cluster, load, seconds):
    """The most that processes had in memory, until the load ends or its time has passed."""
    most = {"roamd_own_mb": 0, "roamd_file_mb": 0, "cometbft_mb": 0}
    until = time.monotonic() + seconds
    while load.poll() is None and time.monotonic() < until:
        for node in range(cluster.nodes):
            roamd, comet = (resident_mb(cluster.pid(node, program)) for program in ("roamd", "cometbft"))
            most["roamd_own_mb"] = max(most["roamd_own_mb"], round(roamd["RssAnon:"]))
            most["roamd_file_mb"] = max(most["roamd_file_mb"], round(roamd["RssFile:"]))
            most["cometbft_mb"] = max(most["cometbft_mb"], round(comet["RssAnon:"]))
        time.sleep(1)
    return most


def overload(cluster, options, probe):
    command = [cluster.roam, "load", "--home", cluster.home, "--profile", "life", "--rate", str(options.rate), "--for",
               f"{options.seconds / 5}s", "--requests", str(options.requests), "--patience", f"{options.seconds}s"]
    with subprocess.Popen(command, env=cluster.environment, stderr=subprocess.DEVNULL) as load:
        while metric(cluster, 0, "roamd_sessions_settled_total") == 0 and load.poll() is None:
            time.sleep(0.5)  # it signs beforehand
        begin = time.monotonic()
        most = watch(cluster, load, options.seconds)
        result = {"overloaded_s": round(time.monotonic() - begin), "ended_by_itself": load.poll() is not None, **most}
        load.kill()
    end = time.monotonic()
    settled = metric(cluster, 0, "roamd_sessions_settled_total")
    time.sleep(2 * CALM_S)
    probe.stop()
    during = sorted(answered - asked for asked, answered in probe.answers if begin <= asked < end)
    normal = probe.normal_since(end)
    return {**result, "settled_per_s": round(settled / (end - begin)), "probes": len(during),
            "probe_max_s": round(during[-1], 1), "normal_after_s": normal and round(normal, 1)}


def main():
    parser = argparse.ArgumentParser()
    for name in ("roam", "roamd", "node_txs"):
        parser.add_argument(name)
    parser.add_argument("--rate", type=int, default=30000)
    parser.add_argument("--for", type=int, default=600, dest="seconds")
    parser.add_argument("--requests", type=int, default=256)
    parser.add_argument("--port-base", type=int, default=PORT_BASE)
    options = parser.parse_args()
    cometbft = find_cometbft()
    if cometbft is None:
        print("skipped: no CometBFT (ROAM_COMETBFT, PATH)")
        return 0
    with tempfile.TemporaryDirectory(prefix="roam-overload-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(os.path.abspath(options.roam), folder, cometbft, port_base=options.port_base)
        try:
            home, *deposits = make_txs(options.node_txs, "home:1", f"deposits:1:1:1:{2 * options.seconds + 600}")
            assert cluster.post(0, home[1])[0] == 200
            result = overload(cluster, options, Probe(cluster, deposits))
            result["busy_answers"] = sum(metric(cluster, node, "roamd_busy_total") for node in range(cluster.nodes))
            result["app_hashes"] = len({node["app_hash"] for node in cluster.same_everywhere(timeout=60)})
        finally:
            cluster.close()
    result["held"] = (not result["ended_by_itself"] and result["roamd_own_mb"] <= MEMORY_MB and result["busy_answers"] > 0
                      and result["normal_after_s"] is not None and result["normal_after_s"] <= CALM_S
                      and result["app_hashes"] == 1)
    print(json.dumps(result, indent=1))
    return 0 if result["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
