"""roamd as its operators run it, and its HTTP interface, for the programs beside this file. Arguments of a program:
ROAM ROAMD NODE_TXS, the three executables."""
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import cluster_nodes
from cluster_nodes import parcel  # noqa: F401, for the programs
from roam_cli import Cli, count

ROAMD, NODE_TXS = (os.path.abspath(path) for path in sys.argv[2:4]) if len(sys.argv) > 3 else (None, None)
del sys.argv[2:4]
RECEIPT_SIZE = 109
BINARY = {"Accept": "application/octet-stream"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def run_node_txs(*requests):
    return subprocess.run([NODE_TXS, *requests], capture_output=True, check=True, text=True, timeout=60).stdout


def make_txs(*requests):
    return cluster_nodes.make_txs(NODE_TXS, *requests)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Roamd(Cli):
    """Starts roamd in folders of the test and stops it after the test."""

    def setUp(self):
        self.running = []
        self.addCleanup(self.kill_all)

    def kill_all(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()

    @classmethod
    def run_roamd(cls, *arguments):
        return subprocess.run([ROAMD, *map(str, arguments)], cwd=cls.folder, capture_output=True, text=True, timeout=60,
                              check=False)

    def must_fail(self, status, *arguments, says=()):
        ran = self.run_roamd(*arguments)
        self.assertEqual(ran.returncode, status, f"{arguments}: {ran.stderr}")
        for text in says:
            self.assertIn(str(text), ran.stderr, arguments)
        count["negative"] += 1

    def home(self, name, like="ledger", engine="embedded", **keys):
        """A new home; its configuration has these keys besides. Returns the port it will listen on."""
        port = free_port()
        ran = self.run_roamd("init", "--home", name, "--like", like, "--engine", engine, "--listen", f"127.0.0.1:{port}",
                             "--rpc", "http://127.0.0.1:1")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.configure(name, **keys)
        return port

    def configure(self, name, **keys):
        with open(self.at(f"{name}/roamd.json"), encoding="utf-8") as file:
            config = json.load(file)
        self.save(f"{name}/roamd.json", {**config, **keys})

    def start(self, name, port):
        with open(self.at(f"{name}.log"), "ab") as log:
            process = subprocess.Popen([ROAMD, "start", "--home", name], cwd=self.folder, stdout=log, stderr=log)
        self.running.append(process)
        until = time.monotonic() + 20
        while time.monotonic() < until and process.poll() is None:
            try:
                if self.get(port, "/healthz").status == 200:
                    return process
            except OSError:
                time.sleep(0.01)
        with open(self.at(f"{name}.log"), encoding="utf-8") as log:
            self.fail(f"roamd does not serve: {log.read()}")

    def stop(self, process, how=signal.SIGTERM):
        process.send_signal(how)
        process.wait(20)
        self.assertEqual(process.returncode, 0 if how == signal.SIGTERM else -how)

    @staticmethod
    def request(port, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    @classmethod
    def get(cls, port, path):
        return cls.request(port, "GET", path)

    @classmethod
    def post(cls, port, body, headers=None, timeout=30):
        return cls.request(port, "POST", "/v1/transactions", body, headers, timeout)

    def accepted(self, port, *requests):
        """Submits these in one parcel; all must be accepted. Returns their ids."""
        txs = make_txs(*requests)
        answer = self.post(port, parcel(*(tx for _, tx in txs)))
        self.assertEqual(answer.status, 200, answer.body)
        receipts = answer.json["receipts"]
        self.assertEqual([(r["outcome"], r["tx"]) for r in receipts], [("ACCEPTED", tx_id) for tx_id, _ in txs])
        count["property"] += len(txs)
        return [tx_id for tx_id, _ in txs]

    def error(self, answer, status, name, *says):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.json["error"], name)
        for text in says:
            self.assertIn(text, answer.json["text"])
        self.assertEqual(answer.headers["Retry-After"], "1" if status == 503 else None)
        count["negative"] += 1

    @staticmethod
    def at_once(calls):
        """Makes all calls at the same time; returns their results or exceptions, in order."""
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            futures = [pool.submit(call) for call in calls]
        return [future.exception() or future.result() for future in futures]


OPENING = ["home:1", "visited:1", "deposit:1:1000000:1", "agreement:1", "fund:1:500000:1"]
