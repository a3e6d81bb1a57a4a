#!/usr/bin/env python3
"""Four validators under load while their processes are killed and stopped at random; takes minutes, so it is not part of the
suite. cluster_chaos.py ROAM ROAMD NODE_TXS [--kills N] [--seed S] [--port-base PORT]

Faults: kill -9 of roamd, of CometBFT or of both of one node, then `roam testnet up --node`; a pause (SIGSTOP for 1 to 10 s) of
one process; and two of four CometBFT nodes paused at once. The last stands for a partition: the others have no quorum, and
what they missed comes all at once. It is not a true one, in which both halves go on talking among themselves.

Clients pay in without end, each sending a deposit again, to the next node, until it is acknowledged. At the end all nodes
must have the same app hash, tell every acknowledged receipt alike, and have an account that holds each deposit once; every
store must hold together and replay. Prints a JSON summary; status 1 if something was lost, doubled or differs."""
import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time

from cluster_nodes import PORT_BASE, Cluster, Payers, balance, check_receipts, find_cometbft, make_txs

AGAIN_S = 4.0  # a quorum that takes part serves again within this time; a node that was started again takes seconds to do so
CLIENTS = 6


class Chaos:
    def __init__(self, cluster, payers, rng):
        self.cluster, self.payers, self.rng = cluster, payers, rng
        self.events = []

    def kill(self, programs):
        """Killed and started again a moment later; the other three go on."""
        node = self.rng.randrange(self.cluster.nodes)
        quorum = self.quorum_without([node])
        at = time.monotonic()
        for program in programs:
            self.cluster.signal(node, program, signal.SIGKILL)
        gap = self.payers.serves_again(at)
        time.sleep(self.rng.uniform(0, 2))
        begin = time.monotonic()
        state = self.cluster.up("--node", node)[node]
        assert state["roamd_lives"] and state["cometbft_lives"], state
        self.note("kill " + "+".join(programs), node, gap, quorum, up_s=time.monotonic() - begin)

    def pause(self):
        node, program = self.rng.randrange(self.cluster.nodes), self.rng.choice(["roamd", "cometbft"])
        seconds = self.rng.uniform(1, 10)
        quorum = self.quorum_without([node])
        at = time.monotonic()
        self.cluster.signal(node, program, signal.SIGSTOP)
        gap = self.payers.serves_again(at, timeout=30)
        time.sleep(max(0.0, at + seconds - time.monotonic()))
        self.cluster.signal(node, program, signal.SIGCONT)
        self.note(f"pause {program}", node, gap, quorum, seconds=seconds)

    def partition(self):
        nodes = self.rng.sample(range(self.cluster.nodes), 2)
        seconds = self.rng.uniform(1, 10)
        quorum = self.quorum_without([])
        for node in nodes:
            self.cluster.signal(node, "cometbft", signal.SIGSTOP)
        time.sleep(seconds)
        for node in nodes:
            self.cluster.signal(node, "cometbft", signal.SIGCONT)
        self.note("partition", nodes, self.payers.serves_again(time.monotonic()), quorum, seconds=seconds)

    def quorum_without(self, nodes):
        """True if more than two thirds take part besides these, before the fault."""
        part = [node for node in range(self.cluster.nodes) if node not in nodes and self.cluster.in_consensus(node)]
        return 3 * len(part) > 2 * self.cluster.nodes

    def note(self, what, node, gap, quorum, **more):
        event = {"what": what, "node": node, "again_s": gap and round(gap, 2), "quorum": quorum,
                 **{k: round(v, 2) for k, v in more.items()}}
        self.events.append(event)
        print(json.dumps(event), flush=True)

    def run(self, kills):
        """One pause and, each third time, one partition for every three kills. Half of the kills wait until all nodes take
        part again; the others may find the cluster weakened by the fault before."""
        for number in range(kills):
            until = time.monotonic() + self.rng.choice([0, 15])
            while time.monotonic() < until and not all(map(self.cluster.in_consensus, range(self.cluster.nodes))):
                time.sleep(0.1)
            self.kill([["roamd"], ["cometbft"], ["roamd", "cometbft"]][self.rng.randrange(3)])
            time.sleep(self.rng.uniform(0.2, 1.5))
            if number % 3 == 2:
                self.pause()
            if number % 9 == 8:
                self.partition()


def verdict(cluster, payers, deposit):
    payers.stop()
    nodes = cluster.same_everywhere(timeout=60)
    paid = len(payers.acknowledged)
    result = {"deposits_acknowledged": paid, "height": nodes[0]["height"], "app_hashes": len({n["app_hash"] for n in nodes}),
              "lost": check_receipts(cluster, payers.acknowledged, 1 + paid // 3000),
              "balance_differs": [balance(cluster, node, deposit) - paid for node in range(cluster.nodes)],
              "wrong_answers": payers.wrong[:5]}
    cluster.run("testnet", "down", "--home", cluster.home)
    for node in range(cluster.nodes):
        for command in ("audit", "replay"):
            cluster.run("ledger", command, "--ledger", os.path.join(cluster.home, f"{node}/ledger"), timeout=600)
    return result


def summary(events, result, seed, seconds):
    gaps = [event["again_s"] for event in events]
    kinds = {kind: sum(event["what"].startswith(kind) for event in events) for kind in ("kill", "pause", "partition")}
    late = [event for event in events if event["quorum"] and (event["again_s"] is None or event["again_s"] > AGAIN_S)]
    held = not (result["lost"] or any(result["balance_differs"]) or result["app_hashes"] != 1 or result["wrong_answers"])
    known = sorted(gap for gap in gaps if gap is not None)
    return {"seed": seed, "seconds": round(seconds), **kinds, "again_median_s": known[len(known) // 2],
            "again_max_s": known[-1], "never_again": gaps.count(None),
            "with_a_quorum": sum(event["quorum"] for event in events), f"of_them_later_than_{AGAIN_S:.0f}_s": late, **result, "held": held}


def main():
    parser = argparse.ArgumentParser()
    for name in ("roam", "roamd", "node_txs"):
        parser.add_argument(name)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port-base", type=int, default=PORT_BASE)
    parser.add_argument("--keep", help="a folder for everything, which stays")
    options = parser.parse_args()
    cometbft = find_cometbft()
    if cometbft is None:
        print("skipped: no CometBFT (ROAM_COMETBFT, PATH)")
        return 0
    with tempfile.TemporaryDirectory(prefix="roam-chaos-", ignore_cleanup_errors=True) as holder:
        folder = options.keep or holder
        os.makedirs(folder, exist_ok=True)
        cluster = Cluster(os.path.abspath(options.roam), folder, cometbft, port_base=options.port_base)
        begin = time.monotonic()
        try:
            home, *deposits = make_txs(options.node_txs, "home:1", f"deposits:1:1:1:{2000 * options.kills}")
            assert cluster.post(0, home[1])[0] == 200
            cluster.same_everywhere()
            payers = Payers(cluster, deposits, CLIENTS, pause=0.05)
            try:
                chaos = Chaos(cluster, payers, random.Random(options.seed))
                chaos.run(options.kills)
            finally:
                payers.stopping.set()
            result = verdict(cluster, payers, deposits[0][1])
        finally:
            cluster.close()
    result = summary(chaos.events, result, options.seed, time.monotonic() - begin)
    print(json.dumps(result, indent=1))
    return 0 if result["held"] and result["never_again"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
