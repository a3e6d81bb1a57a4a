#!/usr/bin/env python3
"""Four validators under CometBFT: load, agreement, a node that is killed and comes back, a node of another ledger.
cluster.py ROAM ROAMD NODE_TXS [--port-base PORT]. Skipped where there is no CometBFT (environment ROAM_COMETBFT, PATH,
~/.cache/roam)."""
import concurrent.futures
import os
import shutil
import signal
import subprocess
import time

from cluster_nodes import Payers, balance, check, check_receipts, count, make_txs, parcel, run_on_cluster


def load(cluster, profile, rate):
    result = cluster.run("load", "--profile", profile, "--rate", rate, "--for", "5s", "--home", cluster.home)
    print(f"{profile}: {result['finalised_per_s']:.0f} of {result['offered_per_s']:.0f} a second, "
          f"p50 {result['p50_ms']:.0f} ms, p99 {result['p99_ms']:.0f} ms")
    for name in ("lost", "doubled", "unanswered", "not_accepted"):
        check(result[name] == 0, name, result)
    check(result["finalised"] + result["finalised_late"] > 0, result)
    nodes = cluster.same_everywhere()
    check(all(node["roamd_lives"] and node["cometbft_lives"] for node in nodes), nodes)


def admission(cluster, node_txs):
    """What the ledger would not admit is refused at the entrance; what was accepted has one receipt at every node."""
    (home_id, home), (_, unknown) = make_txs(node_txs, "home:1", "open:1:1:1:10")
    for body, outcome in ((unknown, "UNKNOWN_AGREEMENT"), (home[:-1] + bytes([home[-1] ^ 1]), "BAD_SIGNATURE")):
        status, answer = cluster.post(0, body)
        check((status, answer.get("outcome")) == (422, outcome), status, answer)
        count["negative"] += 1
    status, answer = cluster.post(0, home)
    check((status, answer["receipts"][0]["outcome"]) == (200, "ACCEPTED"), answer)
    cluster.same_everywhere()
    for node in range(cluster.nodes):
        check(cluster.post(node, home)[1] == answer, node)
        check(cluster.get(node, f"/v1/receipts/{home_id}")["decoded"] == answer["receipts"][0], node)


def rests(cluster, node_txs):
    """The same transactions in other parcels at all nodes at once: all are answered, then the mempools are empty and no more
    blocks are made."""
    one, two = (body for _, body in make_txs(node_txs, "home:2", "visited:2"))
    bodies = [parcel(one), parcel(one, two), parcel(two, one), parcel(two)]
    with concurrent.futures.ThreadPoolExecutor(cluster.nodes) as pool:
        answers = list(pool.map(cluster.post, range(cluster.nodes), bodies))
    for status, answer in answers:
        check(status == 200 and all(r["outcome"] == "ACCEPTED" for r in answer["receipts"]), answer)
    cluster.same_everywhere()
    engine = lambda path: [cluster.engine(node, path) for node in range(cluster.nodes)]
    deadline = time.monotonic() + 10
    while any(mempool["n_txs"] != "0" for mempool in engine("num_unconfirmed_txs")):
        check(time.monotonic() < deadline, "messages stay in the mempools")
        time.sleep(0.1)
    time.sleep(1)
    before, _, after = engine("status"), time.sleep(1), engine("status")
    for a, b in zip(before, after):
        check(a["sync_info"]["latest_block_height"] == b["sync_info"]["latest_block_height"], a, b)


def killed_node(cluster, node_txs):
    """A node's two processes are killed while clients pay in, and started again: it catches up, and nothing is lost."""
    deposits = make_txs(node_txs, "deposits:1:1:1000:2000")
    payers = Payers(cluster, deposits, 4)
    time.sleep(1)
    for program in ("roamd", "cometbft"):
        cluster.signal(2, program, signal.SIGKILL)
    killed = time.monotonic()
    gap = payers.serves_again(killed)
    check(gap is not None and gap < 10, gap)
    time.sleep(1)
    nodes = cluster.status()
    check(not nodes[2]["roamd_lives"] and nodes[0]["roamd_lives"], nodes)
    cluster.up("--node", 2)
    time.sleep(1)
    payers.stop()
    check(not payers.wrong, payers.wrong[:3])
    cluster.same_everywhere()
    paid = len(payers.acknowledged)
    print(f"killed node: {paid} deposits, served again after {gap:.2f} s")
    check(paid > 0)
    check(check_receipts(cluster, payers.acknowledged, 1 + paid // 100) == 0)
    for node in range(cluster.nodes):
        check(balance(cluster, node, deposits[0][1]) == paid, node, paid)


def other_ledger(cluster, roamd):
    """A roamd of another ledger does not take the cluster's chain."""
    at = lambda name: os.path.join(cluster.folder, name)
    for kind in ("governor", "treasury"):
        cluster.run("key", "new", "authority", at(f"{kind}.json"), "--name", kind, "--public", at(f"{kind}.public"))
    cluster.run("ceremony", "dev", "settle-1", at("settle.zkey"))
    cluster.run("zk", "vkey", at("settle.zkey"), at("settle.vkey"))
    name = cluster.run("ledger", "status", "--ledger", cluster.ledger)["name"]
    cluster.run("ledger", "create", at("other"), f"1={at('settle.vkey')}", "--name", name, "--governor", at("governor.public"),
                "--treasury", at("treasury.public"))
    port = cluster.port_base + 10 * cluster.nodes
    home, comet = at("alien"), at("alien/comet")
    subprocess.run([roamd, "init", "--home", home, "--like", at("other"), "--engine", "cometbft", "--listen",
                    f"127.0.0.1:{port}"], check=True, timeout=30)
    cometbft = cluster.environment["ROAM_COMETBFT"]
    subprocess.run([cometbft, "init", "--home", comet], check=True, capture_output=True, timeout=30)
    shutil.copy(os.path.join(cluster.home, "0/comet/config/genesis.json"), os.path.join(comet, "config/genesis.json"))
    with open(at("alien.log"), "wb") as log, subprocess.Popen([roamd, "start", "--home", home], stderr=log) as process:
        try:
            while not os.path.exists(os.path.join(home, "abci.sock")):
                time.sleep(0.05)
            ran = subprocess.run([cometbft, "start", "--home", comet, "--proxy_app", f"unix://{home}/abci.sock", "--rpc.laddr",
                                  f"tcp://127.0.0.1:{port + 1}", "--p2p.laddr", f"tcp://127.0.0.1:{port + 2}"],
                                 capture_output=True, text=True, timeout=30, check=False)
        finally:
            process.terminate()
    check(ran.returncode != 0, ran.stdout[-500:])
    check("is not this node's ledger" in ran.stdout + ran.stderr, ran.stdout[-2000:] + ran.stderr[-2000:])
    count["negative"] += 1


def turned(cluster, node_txs):
    """A key changes while a transaction that it signed waits: that one is answered with the reason, its neighbour with its
    receipt."""
    home, deposit, rotate, withdraw, other = make_txs(node_txs, "home:2", "deposit:2:100:1", "rotate:2:1", "withdraw:2:5:1",
                                                      "deposit:2:100:2")
    check(cluster.post(0, parcel(home[1], deposit[1]))[0] == 200)
    cluster.same_everywhere()
    cluster.signal(3, "cometbft", signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = pool.submit(cluster.post, 3, parcel(withdraw[1], other[1]))
        while "roamd_waiting_transactions 2\n" not in cluster.metrics(3):
            check(not waiting.done(), waiting)
            time.sleep(0.05)
        check(cluster.post(0, rotate[1])[0] == 200)
        cluster.signal(3, "cometbft", signal.SIGCONT)
        status, answer = waiting.result()
    check((status, answer["index"], answer["outcome"]) == (422, 0, "BAD_SIGNATURE"), status, answer)
    check(answer["receipts"][0] is None and answer["receipts"][1]["outcome"] == "ACCEPTED", answer)
    check("roamd_turned_total 1\n" in cluster.metrics(3))
    cluster.same_everywhere()
    count["negative"] += 1


def taken_ports(cluster):
    """A second cluster on the first one's ports is not begun."""
    home = os.path.join(cluster.folder, "second")
    ran = cluster.call("testnet", "up", "--home", home, "--ledger", cluster.ledger, "--port-base", cluster.port_base)
    check(ran.returncode == 5 and f"port {cluster.port_base} is taken" in ran.stderr, ran)
    check(os.listdir(home) == [], os.listdir(home))
    count["negative"] += 1


def stopped_and_started(cluster):
    """All nodes stop in good order and start again where they were; every store holds together."""
    before = cluster.same_everywhere()
    cluster.run("testnet", "down", "--home", cluster.home)
    check(not any(node["roamd_lives"] or node["cometbft_lives"] for node in cluster.status()))
    for node in range(cluster.nodes):
        for command in ("audit", "replay"):
            cluster.run("ledger", command, "--ledger", os.path.join(cluster.home, f"{node}/ledger"))
        count["property"] += 1
    cluster.up()
    after = cluster.same_everywhere()
    check((after[0]["height"], after[0]["app_hash"]) == (before[0]["height"], before[0]["app_hash"]), before, after)


def whole(cluster, options):
    admission(cluster, options.node_txs)
    rests(cluster, options.node_txs)
    taken_ports(cluster)
    turned(cluster, options.node_txs)
    load(cluster, "life", 300)
    load(cluster, "light", 20)
    killed_node(cluster, options.node_txs)
    stopped_and_started(cluster)
    other_ledger(cluster, options.roamd)


if __name__ == "__main__":
    run_on_cluster(whole)
