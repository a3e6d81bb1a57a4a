#!/usr/bin/env python3
"""Nodes join a running cluster (`roam testnet join`): by the blocks when the chain rests and no snapshot can be used yet, by a
snapshot under load. cluster_join.py ROAM ROAMD NODE_TXS [--port-base PORT]. Skipped where there is no CometBFT."""
import os
import time

from cluster_nodes import Payers, balance, check, check_receipts, count, make_txs, run_on_cluster


def refused(cluster, home, status, text):
    ran = cluster.call("testnet", "join", "--home", home)
    check(ran.returncode == status and text in ran.stdout + ran.stderr, ran)
    count["negative"] += 1


def without_cometbft(cluster):
    """Says how to get it, before anything is made."""
    home, found = os.path.join(cluster.folder, "without"), cluster.environment["ROAM_COMETBFT"]
    cluster.environment["ROAM_COMETBFT"] = os.path.join(home, "cometbft")
    ran = cluster.call("testnet", "up", "--home", home, "--ledger", cluster.ledger)
    cluster.environment["ROAM_COMETBFT"] = found
    check(ran.returncode == 3 and "--install" in ran.stderr and os.listdir(home) == [], ran)
    count["negative"] += 1


def join(cluster):
    begin = time.monotonic()
    joined = cluster.run("testnet", "join", "--home", cluster.home)
    check(joined["node"] == cluster.nodes, joined)
    cluster.nodes += 1
    print(f"node {joined['node']} joined at height {joined['height']}, from "
          f"{'snapshot ' + str(joined['snapshot_height']) if joined['snapshot_height'] else 'the first block'}, "
          f"after {time.monotonic() - begin:.1f} s")
    return joined


def at_rest(cluster):
    """There is a snapshot of the last state, but the chain does not get the two blocks further that it needs."""
    height = cluster.same_everywhere()[0]["height"]
    chain = int(cluster.engine(0, "status")["sync_info"]["latest_block_height"])
    joined = join(cluster)
    check(joined["snapshot_height"] == (0 if chain < height + 2 else height), joined, height, chain)
    check(f"{height}.snapshot" in os.listdir(os.path.join(cluster.home, "0/snapshots")))
    cluster.same_everywhere()


def under_load(cluster, deposits):
    """The node that joins has the state of the snapshot and what came after it, but not the blocks before."""
    payers = Payers(cluster, deposits, 4, pause=0.05)
    try:
        time.sleep(1)
        joined = join(cluster)
    finally:
        payers.stop()
    check(0 < joined["snapshot_height"] <= joined["height"], joined)
    cluster.same_everywhere()
    check(not payers.wrong, payers.wrong[:3])
    paid = len(payers.acknowledged)
    check(paid > 0 and check_receipts(cluster, payers.acknowledged, 1 + paid // 50) == 0, paid)
    for node in range(cluster.nodes):
        check(balance(cluster, node, deposits[0][1]) == paid, node, paid)
    earliest = int(cluster.engine(joined["node"], "status")["sync_info"]["earliest_block_height"])
    check(earliest > joined["snapshot_height"], earliest, joined)
    return joined["node"]


def serves(cluster, node, tx):
    """A transaction that is given to the new node is executed everywhere, and has one receipt."""
    status, answer = cluster.post(node, tx[1])
    check((status, answer["receipts"][0]["outcome"]) == (200, "ACCEPTED"), answer)
    cluster.same_everywhere()
    check(check_receipts(cluster, {tx[0]: answer["receipts"][0]}) == 0)


def stopped_and_started(cluster, node):
    """`down` and `up` know the new nodes; they vote no more than before."""
    cluster.run("testnet", "down", "--home", cluster.home)
    nodes = cluster.status()
    check([n["founding_validator"] for n in nodes] == [True] * 4 + [False] * 2, nodes)
    check(not any(n["roamd_lives"] or n["cometbft_lives"] for n in nodes), nodes)
    refused(cluster, cluster.home, 3, "no node of")
    audited = cluster.call("ledger", "audit", "--ledger", os.path.join(cluster.home, f"{node}/ledger"))
    check("filled from the snapshot" in audited.stderr, audited)
    cluster.up("--install")
    check(all(n["roamd_lives"] and n["cometbft_lives"] for n in cluster.same_everywhere()))
    check(cluster.engine(node, "validators")["total"] == "4")


def whole(cluster, options):
    home, visited, *deposits = make_txs(options.node_txs, "home:1", "visited:1", "deposits:1:1:1:4000")
    check(cluster.post(0, home[1])[0] == 200)
    without_cometbft(cluster)
    refused(cluster, cluster.folder, 3, "testnet.json")
    at_rest(cluster)
    node = under_load(cluster, deposits)
    serves(cluster, node, visited)
    stopped_and_started(cluster, node)


if __name__ == "__main__":
    run_on_cluster(whole)
