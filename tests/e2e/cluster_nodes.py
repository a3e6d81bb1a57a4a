"""Clusters of validators on this machine (`roam testnet`), for the programs beside this file."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

PORT_BASE = 28000

count = {"property": 0, "negative": 0}


def check(condition, *what):
    assert condition, what
    count["property"] += 1


def find_cometbft():
    """The CometBFT program, or None."""
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    for path in (os.environ.get("ROAM_COMETBFT"), shutil.which("cometbft"),
                 os.path.join(cache, "roam/cometbft-v0.38.25/cometbft")):
        if path and os.access(path, os.X_OK):
            return path
    return None


def make_txs(node_txs, *requests):
    """Signed transactions as (id, bytes); the requests are those of node_txs.c."""
    lines = subprocess.run([node_txs, *requests], capture_output=True, check=True, text=True, timeout=120).stdout.splitlines()
    return [(words[0], bytes.fromhex(words[1])) for words in map(str.split, lines)]


def parcel(*txs):
    return b"rpc1" + b"".join(len(tx).to_bytes(4, "little") + tx for tx in txs)


class Cluster:
    """roam: the executable; folder: where it all is; voting: the ledger names its validators; everything is stopped by
    close()."""

    def __init__(self, roam, folder, cometbft, nodes=4, port_base=PORT_BASE, voting=False):
        self.roam, self.folder, self.nodes, self.port_base = roam, folder, nodes, port_base
        self.environment = {**os.environ, "ROAM_COMETBFT": cometbft}
        self.home = os.path.join(folder, "net")
        self.ledger = os.path.join(folder, "ledger")
        self.run("testnet", "ledger", self.ledger, *(("--validators", nodes) if voting else ()))
        self.up("--ledger", self.ledger, "--validators", nodes, "--port-base", port_base)

    def call(self, *arguments, timeout=120):
        return subprocess.run([self.roam, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=timeout,
                              env=self.environment, check=False)

    def run(self, *arguments, timeout=120):
        ran = self.call(*arguments, timeout=timeout)
        assert ran.returncode == 0, f"{arguments}: status {ran.returncode}\n{ran.stdout}{ran.stderr}"
        return json.loads(ran.stdout)

    def up(self, *arguments):
        return self.run("testnet", "up", "--home", self.home, *arguments)["nodes"]

    def status(self):
        return self.run("testnet", "status", "--home", self.home)["nodes"]

    def url(self, node, path=""):
        return f"http://127.0.0.1:{self.port_base + 10 * node + 2}{path}"

    def get(self, node, path, timeout=5):
        with urllib.request.urlopen(self.url(node, path), timeout=timeout) as answer:
            return json.loads(answer.read())

    def metrics(self, node):
        with urllib.request.urlopen(self.url(node, "/metrics"), timeout=5) as answer:
            return answer.read().decode()

    def post(self, node, body, timeout=40):
        """(status, JSON); status 0 if there was no answer."""
        try:
            with urllib.request.urlopen(self.url(node, "/v1/transactions"), body, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except (OSError, ValueError) as error:
            return 0, {"text": str(error)}

    def engine(self, node, path):
        """The result of a node's CometBFT."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port_base + 10 * node + 1}/{path}", timeout=2) as answer:
            return json.loads(answer.read())["result"]

    def in_consensus(self, node):
        """True if the node's CometBFT takes part: it answers and is not catching up."""
        try:
            return not self.engine(node, "status")["sync_info"]["catching_up"]
        except (OSError, ValueError, KeyError):
            return False

    def pid(self, node, program):
        with open(os.path.join(self.home, "testnet.json"), encoding="utf-8") as file:
            return json.load(file)["nodes"][node][program]

    def signal(self, node, program, number):
        try:
            os.kill(self.pid(node, program), number)
        except ProcessLookupError:
            pass

    def same_everywhere(self, timeout=30):
        """Waits until all nodes are at the same height with the same hash; returns their status, or fails."""
        until = time.monotonic() + timeout
        while True:
            nodes = self.status()
            if len({(node["height"], node["app_hash"]) for node in nodes}) == 1 and nodes[0]["app_hash"] != "":
                return nodes
            assert time.monotonic() < until, f"nodes differ: {[(n['height'], n['app_hash'][:8]) for n in nodes]}"
            time.sleep(0.2)

    def tail(self, node, log, lines=5):
        with open(os.path.join(self.home, str(node), log), encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])

    def close(self):
        for node in range(self.nodes):
            for program in ("roamd", "cometbft"):
                self.signal(node, program, signal.SIGCONT)
        self.call("testnet", "down", "--home", self.home)
        for node in range(self.nodes):
            for program in ("roamd", "cometbft"):
                self.kill_if(node, program)

    def kill_if(self, node, program):
        """Only if the process is still the one that was started."""
        try:
            with open(f"/proc/{self.pid(node, program)}/cmdline", "rb") as file:
                if self.home.encode() in file.read():
                    self.signal(node, program, signal.SIGKILL)
        except OSError:
            pass


class Payers:
    """Clients that pay in, one deposit after the other, each at the next node when one does not answer within 3 s; every
    deposit is sent again until it is acknowledged."""

    def __init__(self, cluster, txs, clients, pause=0.0):
        self.cluster, self.pause = cluster, pause
        self.queue = list(reversed(txs))
        self.lock = threading.Lock()
        self.acknowledged = {}  # id: receipt
        self.times = []         # of acknowledgements, on the monotonic clock
        self.latencies = []
        self.wrong = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.pay, args=(number,)) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def next(self):
        with self.lock:
            return self.queue.pop() if self.queue and not self.stopping.is_set() else None

    def pay(self, number):
        node = number
        while (tx := self.next()) is not None:
            begin = time.monotonic()
            while True:
                status, answer = self.cluster.post(node % self.cluster.nodes, tx[1], timeout=3)
                if status == 200:
                    break
                if status == 422:
                    self.wrong.append((tx[0], answer))
                    return
                node += 1
                time.sleep(0.05)
            with self.lock:
                receipt = answer["receipts"][0]
                if receipt["outcome"] != "ACCEPTED" or receipt["tx"] != tx[0]:
                    self.wrong.append((tx[0], receipt))
                self.acknowledged[tx[0]] = receipt
                self.times.append(time.monotonic())
                self.latencies.append(self.times[-1] - begin)
            time.sleep(self.pause)

    def stop(self):
        """No new deposits; waits until those under way are acknowledged."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def serves_again(self, since, timeout=60):
        """Seconds from `since` to the first acknowledgement that was asked for after it."""
        while time.monotonic() < since + timeout:
            with self.lock:
                later = [at for at, took in zip(self.times, self.latencies) if at - took > since]
            if later:
                return later[0] - since
            time.sleep(0.02)
        return None


def check_receipts(cluster, acknowledged, step=1):
    """Every node tells the receipts that were acknowledged, byte for byte alike; returns how many are missing or differ."""
    lost = 0
    for tx_id in list(acknowledged)[::step]:
        told = set()
        for node in range(cluster.nodes):
            try:
                answer = cluster.get(node, f"/v1/receipts/{tx_id}")
            except urllib.error.HTTPError:
                told.add(None)
                continue
            told.add(answer["receipt"])
            if answer["decoded"] != acknowledged[tx_id]:
                told.add(None)
        lost += len(told) != 1 or None in told
    return lost


def balance(cluster, node, deposit):
    """What the account that a deposit pays into has, in minor units."""
    key = b"a" + deposit[37:69] + deposit[69:78]
    with urllib.request.urlopen(cluster.url(node, "/v1/records/" + key.hex()), timeout=5) as answer:
        return int.from_bytes(answer.read()[1:9], "little")


def run_on_cluster(test, more=(), voting=False):
    """The program of a test: test(cluster, options) on a new cluster, if there is a CometBFT. Its arguments are ROAM, ROAMD and
    NODE_TXS, the executables, then those named in `more`."""
    parser = argparse.ArgumentParser()
    for name in ("roam", "roamd", "node_txs", *more):
        parser.add_argument(name)
    parser.add_argument("--port-base", type=int, default=PORT_BASE)
    options = parser.parse_args()
    cometbft = find_cometbft()
    if cometbft is None:
        print("skipped: no CometBFT (ROAM_COMETBFT, PATH)")
        return
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="roam-cluster-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(os.path.abspath(options.roam), folder, cometbft, port_base=options.port_base, voting=voting)
        try:
            test(cluster, options)
        finally:
            cluster.close()
    print(f"{time.monotonic() - begin:.0f} s")
    print(f"count property={count['property']} negative={count['negative']}")
