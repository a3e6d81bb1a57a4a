#!/usr/bin/env python3
"""Four validators under load, one of which proposes nothing but what the ledger does not allow (byzantine_app.c): the other
three let none of it pass, go on, and lose nothing. cluster_byzantine.py ROAM ROAMD NODE_TXS BYZANTINE_APP [--port-base PORT].
Skipped where there is no CometBFT."""
import os
import signal
import subprocess
import time

from cluster_nodes import Payers, balance, check, check_receipts, count, make_txs, run_on_cluster

LIAR = 3
KINDS = ("malformed", "signature", "budget", "known")


def wait_until(condition, what, timeout=20):
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, f"not after {timeout} s: {what}"
        time.sleep(0.1)
    count["property"] += 1


class Honest:
    """The nodes that clients talk to."""

    def __init__(self, cluster):
        self.nodes, self.post = LIAR, cluster.post


class Liar:
    """Node LIAR with byzantine_app in the place of its roamd, as a context."""

    def __init__(self, cluster, program):
        self.cluster, self.program = cluster, program
        self.home = os.path.join(cluster.home, str(LIAR))
        self.said = os.path.join(cluster.folder, "proposals")

    def __enter__(self):
        cometbft, socket = self.cluster.environment["ROAM_COMETBFT"], os.path.join(self.home, "abci.sock")
        with open(self.said, "wb") as said, open(os.path.join(self.cluster.folder, "liar.log"), "wb") as log:
            self.app = subprocess.Popen([self.program, self.home], stdout=said, stderr=log)
            while not os.path.exists(socket):
                assert self.app.poll() is None, "byzantine_app ended"
                time.sleep(0.02)
            self.comet = subprocess.Popen([cometbft, "start", "--home", os.path.join(self.home, "comet")], stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        for process in (self.comet, self.app):
            process.send_signal(signal.SIGTERM)
        for process in (self.comet, self.app):
            process.wait(timeout=20)

    def proposals(self):
        """(kind, height) of everything that it proposed."""
        with open(self.said, encoding="ascii") as file:
            return [(line.split()[0], int(line.split()[1])) for line in file if line.endswith("\n")]

    def proposed(self, times):
        """True if it proposed each kind so often."""
        assert self.app.poll() is None and self.comet.poll() is None, "the liar ended"
        kinds = [kind for kind, _ in self.proposals()]
        return all(kinds.count(kind) >= times for kind in KINDS)


def chain_height(cluster):
    return int(cluster.engine(0, "status")["sync_info"]["latest_block_height"])


def chain(cluster, first):
    """Of each height from `first` on but the last: its proposer, and the round in which it was decided."""
    blocks = [cluster.engine(0, f"block?height={height}")["block"] for height in range(first, chain_height(cluster) + 1)]
    return {int(block["header"]["height"]): (block["header"]["proposer_address"], int(after["last_commit"]["round"]))
            for block, after in zip(blocks, blocks[1:])}


def stop_honest_one(cluster):
    for program in ("cometbft", "roamd"):
        cluster.signal(LIAR, program, signal.SIGTERM)
    stopped = lambda node: not node["roamd_lives"] and not node["cometbft_lives"]
    wait_until(lambda: stopped(cluster.status()[LIAR]), "it stops")


def same_state(cluster):
    """All four applications, asked through their engines, are at the same height with the same hash."""
    states = [cluster.engine(node, "abci_info")["response"] for node in range(cluster.nodes)]
    return len({(state["last_block_height"], state["last_block_app_hash"]) for state in states}) == 1


def lies(cluster, program, payers):
    """No proposal of the liar becomes a block: each of their heights is decided in a later round, by another's proposal."""
    address = cluster.engine(LIAR, "status")["validator_info"]["address"]
    wait_until(lambda: address in {proposer for proposer, _ in chain(cluster, 2).values()}, "it proposes while it is honest")
    stop_honest_one(cluster)
    first, paid = chain_height(cluster) + 1, len(payers.acknowledged)
    with Liar(cluster, program) as liar:
        wait_until(lambda: liar.proposed(3), "it proposed each kind three times")
        payers.stop()
        wait_until(lambda: same_state(cluster), "all four have the same state")
        proposals, blocks = liar.proposals(), chain(cluster, first)
    heights = {height for _, height in proposals if height in blocks}
    print(f"{len(proposals)} false proposals: {', '.join(f'{[k for k, _ in proposals].count(kind)} {kind}' for kind in KINDS)}; "
          f"{len(blocks)} blocks, {sum(number > 0 for _, number in blocks.values())} of them decided after round 0, "
          f"{len(payers.acknowledged) - paid} deposits meanwhile")
    check(len(heights) >= 2 * len(KINDS), proposals)
    for height in heights:
        check(blocks[height][0] != address and blocks[height][1] > 0, height, blocks[height])
        count["negative"] += 1
    check(address not in {proposer for proposer, _ in blocks.values()})
    check(len(payers.acknowledged) > paid)


def nothing_lost(cluster, payers, deposit):
    """The liar's folder, served by roamd again, holds what all hold; every store holds together and replays."""
    check(not payers.wrong, payers.wrong[:3])
    cluster.up("--node", LIAR)
    cluster.same_everywhere()
    paid = len(payers.acknowledged)
    check(check_receipts(cluster, payers.acknowledged, 1 + paid // 50) == 0)
    for node in range(cluster.nodes):
        check(balance(cluster, node, deposit) == paid, node, paid)
    cluster.run("testnet", "down", "--home", cluster.home)
    for node in (0, LIAR):
        for command in ("audit", "replay"):
            cluster.run("ledger", command, "--ledger", os.path.join(cluster.home, f"{node}/ledger"))
            count["property"] += 1


def whole(cluster, options):
    home, *deposits = make_txs(options.node_txs, "home:1", "deposits:1:1:1:3000")
    check(cluster.post(0, home[1])[0] == 200)
    cluster.same_everywhere()
    payers = Payers(Honest(cluster), deposits, 4, pause=0.02)
    try:
        lies(cluster, options.byzantine_app, payers)
    finally:
        payers.stop()
    nothing_lost(cluster, payers, deposits[0][1])


if __name__ == "__main__":
    run_on_cluster(whole, more=("byzantine_app",))
