#!/usr/bin/env python3
"""Receipts that carry a proof of finality: comet_receipt.py ROAM COMET_CHAIN_MAKE. The receipt is a real ledger's; the chain
that has agreed on its app hash is made up."""
import http.server
import json
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from roam_cli import Cli, main, read  # noqa: E402

MAKE = os.path.abspath(sys.argv.pop(2))


class Node(http.server.BaseHTTPRequestHandler):
    """CometBFT's RPC over the blocks of a file."""
    protocol_version = "HTTP/1.1"
    blocks = []

    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        height = int(call["params"]["height"])
        answer = {"jsonrpc": "2.0", "id": call["id"]}
        if height > len(self.blocks):
            text = f"height {height} must be less than or equal to the current blockchain height {len(self.blocks)}"
            answer["error"] = {"code": -32603, "message": "Internal error", "data": text}
        else:
            block = self.blocks[height - 1]
            count = str(len(block["validators"]))
            answer["result"] = {
                "commit": {"signed_header": {"header": block["header"], "commit": block["commit"]}, "canonical": True},
                "validators": {"block_height": str(height), "validators": block["validators"], "count": count, "total": count},
            }[call["method"]]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Finality(Cli):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment["ROAM_LEDGER"] = cls.at("ledger")
        for kind, name in (("authority", "governor"), ("authority", "treasury"), ("operator", "home")):
            cls.done("key", "new", kind, f"{name}.json", "--name", name, "--public", f"{name}.public")
        cls.done("ceremony", "dev", "settle-1", "settle.zkey")
        cls.done("zk", "vkey", "settle.zkey", "settle.vkey")
        cls.done("ledger", "create", "ledger", "1=settle.vkey", "--name", "test", "--governor", "governor.public", "--treasury",
                 "treasury.public")
        cls.done("operator", "register", "--governor", "governor.json", "--key", "home.public")
        cls.done("receipt", "show", "--index", 0, "--out", "receipt.json")
        cls.receipt = read(cls.at("receipt.json"))
        cls.hash = cls.make(cls.receipt["head"]["app_hash"])
        cls.finality = read(cls.at("finality.json"))
        cls.save("final.json", {**cls.receipt, "finality": cls.finality})
        cls.chain = read(cls.at("chain.json"))
        cls.environment["no_proxy"] = "127.0.0.1"
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.fetch = ["--rpc", f"http://127.0.0.1:{server.server_port}", "--genesis", "genesis.json", "--height"]
        cls.believed = ["--validators-hash", cls.hash, "--chain-id", "made-up-1"]

    @classmethod
    def make(cls, app_hash):
        return subprocess.run([MAKE, app_hash, cls.folder], check=True, capture_output=True, text=True).stdout.strip()

    def false(self, finality, says, *anchor, status=1):
        self.save("false.json", {**self.receipt, "finality": finality})
        self.refused(status, "receipt", "verify", "false.json", *(anchor or ["--genesis", "genesis.json"]), says=says)

    def test_true(self):
        by_genesis = self.done("receipt", "verify", "final.json", "--genesis", "genesis.json")
        by_hash = self.done("receipt", "verify", "final.json", *self.believed)
        self.assertEqual(by_genesis, by_hash)
        self.shape(by_genesis, "valid", "final", "receipt", "ledger", "head_height", "app_hash", "chain_id", "chain_height",
                   "chain_time", "chain_header")
        self.assertEqual((by_genesis["final"], by_genesis["chain_id"], by_genesis["chain_height"], by_genesis["chain_time"]),
                         (True, "made-up-1", 40, "2023-11-14T22:20:10.25Z"))
        self.assertGreater(len(self.finality["blocks"]), 1)

    def test_not_checked(self):
        unchecked = self.done("receipt", "verify", "final.json")
        self.assertIs(unchecked["final"], False)
        self.assertIn("--genesis", unchecked["note"])

    def test_options(self):
        for options in (["--validators-hash", self.hash], ["--chain-id", "made-up-1"], ["--trusting-period", 5],
                        ["--genesis", "genesis.json", *self.believed], ["--genesis", "genesis.json", "--chain-id", "made-up-1"]):
            self.refused(2, "receipt", "verify", "final.json", *options, says=["--genesis", "--validators-hash"])
        self.refused(2, "receipt", "verify", "final.json", "--validators-hash", "00", "--chain-id", "a", says=["'00'"])
        self.refused(2, "receipt", "verify", "final.json", "--validators-hash", self.hash, "--chain-id", "", says=["chain_id"])
        self.refused(3, "receipt", "verify", "final.json", "--genesis", "none.json", says=["none.json"])
        self.refused(2, "receipt", "verify", "final.json", "--genesis", "receipt.json", says=["receipt.json", "chain_id"])
        self.refused(2, "receipt", "verify", "receipt.json", "--genesis", "genesis.json", says=["'finality'"])
        self.refused(2, "receipt", "verify", "receipt.json", *self.believed, says=["'finality'"])

    def test_false(self):
        blocks = self.finality["blocks"]
        self.false({**self.finality, "chain_id": "made-up-2"}, ["made-up-2"])
        self.false({**self.finality, "blocks": [blocks[0], blocks[-1]]}, ["blocks[1]", "a third"])
        self.false({**self.finality, "blocks": blocks[1:]}, ["blocks[0]", "not the anchor's"])
        self.false({**self.finality, "blocks": blocks[:-1]}, ["another app hash"])
        self.false(self.finality, ["blocks[0]", "anchor"], "--validators-hash", 64 * "0", "--chain-id", "made-up-1")
        self.false(self.finality, ["made-up-2"], "--validators-hash", self.hash, "--chain-id", "made-up-2")
        self.false(self.finality, ["expired"], "--genesis", "genesis.json", "--trusting-period", "1")
        for name, value in blocks[-1]["header"].items():
            if isinstance(value, str) and len(value) >= 40:
                digit = ("1" if value[0] == "0" else "0") + value[1:]
                self.false({**self.finality, "blocks": [*blocks[:-1], {**blocks[-1], "header": {**blocks[-1]["header"], name: digit}}]},
                           ["the commit is for header"])

    def test_another_app_hash(self):
        other = self.receipt["head"]["app_hash"]
        self.make(("1" if other[0] == "0" else "0") + other[1:])
        self.false(read(self.at("finality.json")), ["another app hash after block 40"])
        self.make(other)

    def test_fetched(self):
        Node.blocks = self.chain["blocks"]
        made = self.done("receipt", "finalize", "receipt.json", "fetched.json", *self.fetch, 40)
        self.shape(made, "written", "chain_id", "chain_height", "chain_time", "chain_header")
        verified = self.done("receipt", "verify", "fetched.json", "--genesis", "genesis.json")
        self.assertEqual(verified, self.done("receipt", "verify", "final.json", "--genesis", "genesis.json"))
        self.done("receipt", "finalize", "fetched.json", "again.json", *self.fetch, 40)
        self.assertEqual(read(self.at("fetched.json")), read(self.at("again.json")))

    def test_not_fetched(self):
        Node.blocks = self.chain["blocks"]
        self.refused(3, "receipt", "finalize", "receipt.json", "receipt.json", *self.fetch, 40, says=["receipt.json"])
        self.refused(3, "receipt", "finalize", "receipt.json", "x.json", *self.fetch, 41, says=["height 42"])
        self.refused(1, "receipt", "finalize", "receipt.json", "x.json", *self.fetch, 39, says=["another app hash"])
        self.refused(1, "receipt", "finalize", "receipt.json", "x.json", *self.fetch[:-1], says=["another app hash after block 1"])
        self.refused(4, "receipt", "finalize", "receipt.json", "x.json", "--rpc", "http://127.0.0.1:1", "--genesis", "genesis.json",
                     says=["http://127.0.0.1:1"])
        self.refused(2, "receipt", "finalize", "receipt.json", "x.json", "--rpc", "127.0.0.1:1", "--genesis", "genesis.json",
                     says=["http://"])
        Node.blocks = [*self.chain["blocks"][:20], *self.chain["blocks"][21:]]
        self.refused(1, "receipt", "finalize", "receipt.json", "x.json", *self.fetch, 39, says=["asked for height 40"])
        self.assertFalse(os.path.exists(self.at("x.json")))

    def test_malformed(self):
        for finality in (None, 5, [], {}, {**self.finality, "blocks": []}, {**self.finality, "blocks": [{}]}):
            self.false(finality, [], status=2)
        for part in ("header", "commit", "validators"):
            block = {name: value for name, value in self.finality["blocks"][0].items() if name != part}
            self.false({**self.finality, "blocks": [block]}, ["blocks[0]", part], status=2)


main()
