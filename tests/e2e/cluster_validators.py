#!/usr/bin/env python3
"""Validators are voted out and in while the chain runs: cluster_validators.py ROAM ROAMD NODE_TXS [--port-base PORT]. Skipped
where there is no CometBFT."""
import itertools
import json
import os
import threading
import time
import urllib.error

from cluster_nodes import check, count, run_on_cluster


class Voters:
    """The owners of a cluster's validators; each asks his own node."""

    def __init__(self, cluster):
        self.cluster = cluster

    def path(self, name):
        return os.path.join(self.cluster.ledger, "validators", f"{name}.json")

    def register(self, key, node=0):
        """The chain goes on."""
        receipt = self.cluster.run("operator", "register", "--ledger", self.cluster.url(node), "--governor", self.path("governor"),
                                   "--key", key)["receipt"]
        check(receipt["outcome"] == "ACCEPTED", receipt)

    def call(self, voter, validator, power, *more, node=None):
        key = self.path(f"{voter}.owner") if isinstance(voter, int) else voter
        return self.cluster.call("validator", "vote", "--ledger", self.cluster.url(voter if node is None else node),
                                 "--operator", key, "--key", self.path(validator), "--power", power, *more)

    def vote(self, voter, validator, power, in_favour, took_effect, *more):
        """A node may be a block behind: what it refuses as stale it may accept a moment later."""
        until = time.monotonic() + 5
        while True:
            ran = self.call(voter, validator, power, *more)
            answer = json.loads(ran.stdout)
            if ran.returncode == 0 or time.monotonic() > until:
                break
            time.sleep(0.1)
        check(ran.returncode == 0, answer)
        check((answer["in_favour"], answer["took_effect"]) == (in_favour, took_effect), answer)

    def refused(self, outcome, voter, validator, power, *more, node=None):
        ran = self.call(voter, validator, power, *more, node=node)
        check(ran.returncode == 1 and json.loads(ran.stdout)["receipt"]["outcome"] == outcome, outcome, ran)
        count["negative"] += 1


def engine_powers(cluster, node):
    """By address, as a node's CometBFT has them for the block to come; none while it has no block yet."""
    try:
        answer = cluster.engine(node, "validators?per_page=100")
    except urllib.error.HTTPError:
        return {}
    return {v["address"].lower(): int(v["voting_power"]) for v in answer["validators"]}


def ledger_powers(cluster, node):
    listed = cluster.run("validator", "list", "--ledger", cluster.url(node))
    check(listed["total_power"] == sum(v["power"] for v in listed["validators"]), listed)
    return {v["address"]: v["power"] for v in listed["validators"]}


def agree(cluster, powers):
    """Ledger and CometBFT of every node come to have validators of these powers."""
    until = time.monotonic() + 10
    while True:
        found = [engine_powers(cluster, node) for node in range(cluster.nodes)]
        if all(sorted(f.values()) == sorted(powers) and f == found[0] for f in found):
            break
        check(time.monotonic() < until, found)
        time.sleep(0.1)
    for node in range(cluster.nodes):
        check(ledger_powers(cluster, node) == found[0], found[0])
    return found[0]


def signers(cluster):
    """How many validators the last block's commit has a place for."""
    height = cluster.engine(0, "status")["sync_info"]["latest_block_height"]
    return len(cluster.engine(0, f"commit?height={height}")["signed_header"]["commit"]["signatures"])


def votes(cluster, voters):
    outsider = os.path.join(cluster.folder, "outsider.json")
    cluster.run("key", "new", "operator", outsider, "--name", "outsider")
    for owner in range(4):
        voters.register(voters.path(f"{owner}.owner"))
    before = agree(cluster, [10, 10, 10, 10])

    # a minority changes nothing, nor does one who has no say
    voters.vote(0, 3, 0, 10, False)
    voters.vote(1, 3, 0, 20, False)
    voters.vote(0, 3, 0, 10, False)  # the same transaction again: the first answer
    voters.refused("STALE_BALLOT", 2, 3, 0, "--changes", 1)
    voters.register(outsider)
    voters.refused("NOT_A_VALIDATOR", outsider, 3, 0, node=0)
    agree(cluster, [10, 10, 10, 10])

    # three of four: out
    voters.vote(2, 3, 0, 30, True, "--changes", 0)
    left = agree(cluster, [10, 10, 10])
    check(left.items() < before.items(), left)
    voters.refused("STALE_BALLOT", 3, 3, 0, "--changes", 0)
    voters.refused("NOT_A_VALIDATOR", 3, 3, 10)
    cluster.run("key", "new", "operator", outsider + "2", "--name", "another")
    voters.register(outsider + "2", node=3)  # the node still follows
    check(signers(cluster) == 3)

    # and in again, all three being more than two thirds now
    owner = ("--owner", voters.path("3.owner"))
    voters.vote(0, 3, 10, 10, False, *owner)
    voters.vote(1, 3, 10, 20, False, *owner)
    voters.vote(2, 3, 10, 30, True, *owner)
    check(agree(cluster, [10, 10, 10, 10]) == before)

    # another power
    for voter in range(3):
        voters.vote(voter, 0, 25, 10 * voter + 10, voter == 2)
    agree(cluster, [25, 10, 10, 10])
    cluster.run("key", "new", "operator", outsider + "3", "--name", "third")
    voters.register(outsider + "3", node=1)
    check(signers(cluster) == 4)


def restarted(cluster, powers):
    """All nodes stop and start: the ledger's changes are CometBFT's still."""
    before = cluster.same_everywhere()[0]
    cluster.run("testnet", "down", "--home", cluster.home)
    cluster.up()
    check(cluster.same_everywhere()[0]["app_hash"] == before["app_hash"], before)
    agree(cluster, powers)


def joined(cluster, voters, powers):
    """A node that begins with a snapshot has the changed validators, although the genesis that it has names others."""
    stopping = threading.Event()

    def go_on():
        for number in itertools.count():
            if stopping.is_set():
                return
            key = os.path.join(cluster.folder, f"busy{number}.json")
            cluster.run("key", "new", "operator", key, "--name", f"busy {number}")
            voters.register(key)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        node = cluster.run("testnet", "join", "--home", cluster.home)
    finally:
        stopping.set()
        thread.join()
    check(node["snapshot_height"] > 0, node)
    cluster.nodes += 1
    cluster.same_everywhere()
    agree(cluster, powers)


def stores_hold_together(cluster):
    cluster.same_everywhere()
    cluster.run("testnet", "down", "--home", cluster.home)
    for node in range(4):
        for command in ("audit", "replay"):
            cluster.run("ledger", command, "--ledger", os.path.join(cluster.home, f"{node}/ledger"))
        count["property"] += 1


def other_validators(cluster):
    """Another number of nodes than the ledger names does not begin a cluster."""
    ran = cluster.call("testnet", "up", "--home", os.path.join(cluster.folder, "other"), "--ledger", cluster.ledger, "--validators", 3)
    check(ran.returncode != 0 and "names 4 validators" in ran.stdout, ran)
    count["negative"] += 1


def whole(cluster, options):
    voters = Voters(cluster)
    votes(cluster, voters)
    restarted(cluster, [25, 10, 10, 10])
    joined(cluster, voters, [25, 10, 10, 10])
    stores_hold_together(cluster)
    other_validators(cluster)


if __name__ == "__main__":
    run_on_cluster(whole, voting=True)
