#!/usr/bin/env python3
"""Two CometBFT nodes over abci_probe.c: vote extensions, a node that joins by state sync and, where the node has it, the
application's own mempool.

    abci_probe.py ABCI_PROBE      with ROAM_COMETBFT naming the program (skipped if absent)"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PROBE, COMET = sys.argv[1], os.environ.get("ROAM_COMETBFT", "")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def comet(*arguments):
    return subprocess.run([COMET, *arguments], capture_output=True, text=True, check=True).stdout.strip()


class Node:
    """A node and its application, in a folder of their own."""

    def __init__(self, folder, settings, of=None):
        self.home, self.log, self.node = f"{folder}/home", f"{folder}/probe.log", None
        self.rpc_port, self.p2p_port = free_port(), free_port()
        os.mkdir(folder)
        comet("init", "--home", self.home)
        self.genesis = f"{self.home}/config/genesis.json"
        if of is not None:
            shutil.copy(of.genesis, self.genesis)
            settings = {**settings, "persistent_peers": f'"{comet("show-node-id", "--home", of.home)}@127.0.0.1:{of.p2p_port}"'}
        self.configure({"timeout_commit": '"100ms"', "proxy_app": f'"unix://{folder}/socket"', "allow_duplicate_ip": "true",
                        "addr_book_strict": "false", **settings})
        self.app = subprocess.Popen([PROBE, f"unix://{folder}/socket"], stdout=open(self.log, "w"))

    def configure(self, settings):
        path = f"{self.home}/config/config.toml"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text = text.replace("tcp://127.0.0.1:26657", f"tcp://127.0.0.1:{self.rpc_port}")
        text = text.replace("tcp://0.0.0.0:26656", f"tcp://127.0.0.1:{self.p2p_port}")
        for name, value in settings.items():
            section, _, key = name.rpartition(".")
            head, mark, tail = text.partition(f"[{section}]") if section else ("", "", text)
            text = head + mark + re.sub(rf"^{key} = .*$", lambda _: f"{key} = {value}", tail, count=1, flags=re.M)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        self.node = subprocess.Popen([COMET, "start", "--home", self.home], stdout=open(f"{self.home}/log", "w"),
                                     stderr=subprocess.STDOUT)

    def rpc(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.rpc_port}/{path}", timeout=20) as answer:
            return json.load(answer)["result"]

    def height(self):
        try:
            return int(self.rpc("status")["sync_info"]["latest_block_height"])
        except (OSError, KeyError, ValueError):
            return 0

    def said(self, pattern):
        with open(self.log, encoding="utf-8") as file:
            return re.search(pattern, file.read(), re.M)

    def stop(self):
        """Ends both; the application must end well."""
        if self.node is not None:
            self.node.kill()
            self.node.wait()
        self.app.send_signal(signal.SIGTERM)
        return self.app.wait(10)


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def extensions_and_sync(folder):
    first = Node(f"{folder}/first", {})
    nodes = [first]
    try:
        with open(first.genesis, encoding="utf-8") as file:
            genesis = json.load(file)
        genesis["consensus_params"]["abci"]["vote_extensions_enable_height"] = "1"
        with open(first.genesis, "w", encoding="utf-8") as file:
            json.dump(genesis, file)
        first.start()
        wait_for("a first block", lambda: first.height() >= 2)
        first.rpc('broadcast_tx_commit?tx="one"')
        wait_for("a snapshot", lambda: first.height() >= 25)
        assert first.said(r"^extend 3$"), "ExtendVote"
        assert first.said(r"^prepare 4 has extension height 3, signature of 64$"), "PrepareProposal with the extension"
        trusted = first.rpc("block?height=2")["block_id"]["hash"]
        servers = ",".join(2 * [f"127.0.0.1:{first.rpc_port}"])
        second = Node(f"{folder}/second", {"statesync.enable": "true", "statesync.rpc_servers": f'"{servers}"',
                                           "statesync.trust_height": "2", "statesync.trust_hash": f'"{trusted}"',
                                           "statesync.discovery_time": '"5s"'}, first)
        nodes.append(second)
        second.start()
        wait_for("state sync", lambda: second.said(r"^apply piece 1 of 8$"))
        synced = int(second.said(r"^offer (\d+) good$")[1])
        wait_for("the second node to go on", lambda: second.height() >= synced + 5)
        at = synced + 3
        assert first.rpc(f"block?height={at}")["block_id"] == second.rpc(f"block?height={at}")["block_id"]
        assert int(second.rpc("status")["sync_info"]["earliest_block_height"]) > 1, "blocks were replayed"
        assert first.said(r"^load \d+ piece 1$")
        verified = bool(first.said(r"^verify \d+ good$"))
    finally:
        codes = [node.stop() for node in nodes]
    assert codes == [0, 0], f"the applications ended with {codes}"
    print(f"vote extensions {'with' if verified else 'without'} verification of the own ones, state sync at {synced}: passed")


def own_mempool(folder):
    """A transaction goes from the second node's application over the first's to a block."""
    settings = {"mempool.type": '"app"'}
    first = Node(f"{folder}/third", settings)
    nodes = [first]
    try:
        first.start()
        wait_for("a first block", lambda: first.height() >= 2)
        nodes.append(Node(f"{folder}/fourth", settings, first))
        nodes[1].start()
        wait_for("the second node", lambda: nodes[1].height() >= 3 and not nodes[1].rpc("status")["sync_info"]["catching_up"])
        nodes[1].rpc('broadcast_tx_sync?tx="four"')
        wait_for("InsertTx at the other node", lambda: first.said(r"^insert of 4$"))
        wait_for("the transaction in a block", lambda: nodes[1].said(r"^finalize \d+ txs 1$"))
        assert nodes[1].said(r"^check of 4$") and nodes[1].said(r"^reap 1$")
    finally:
        codes = [node.stop() for node in nodes]
    assert codes == [0, 0], f"the applications ended with {codes}"
    print("the application's own mempool: passed")


def main():
    if not os.access(COMET, os.X_OK):
        print("cometbft: skipped (ROAM_COMETBFT names no program)")
        return
    with tempfile.TemporaryDirectory() as folder:
        extensions_and_sync(folder)
        with open(f"{folder}/first/home/config/config.toml", encoding="utf-8") as file:
            has_own = "reap_interval" in file.read()
        if has_own:
            own_mempool(folder)
        else:
            print("the application's own mempool: this version has none")
        print(f"cometbft {comet('version')}: passed")


main()
