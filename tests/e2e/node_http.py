#!/usr/bin/env python3
"""roamd alone and without its consensus engine: every route and status of its HTTP interface, configuration, stopping and
being killed. node_http.py ROAM ROAMD NODE_TXS"""
import hashlib
import json
import shutil
import signal
import socket
import subprocess
import threading
import time

from roam_cli import count, main
from roamd_process import BINARY, OPENING, RECEIPT_SIZE, ROAMD, Roamd, free_port, make_txs, parcel, run_node_txs

ID = 64 * "0"


class Ledger(Roamd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done("testnet", "ledger", "ledger")


class Embedded(Ledger):
    """One process that makes its own blocks."""

    def setUp(self):
        super().setUp()
        self.name = self.id().rsplit(".", 1)[1]
        self.port = self.home(self.name)
        self.process = self.start(self.name, self.port)

    def restart(self, how=signal.SIGTERM):
        self.stop(self.process, how)
        self.process = self.start(self.name, self.port)

    def test_routes(self):
        status = self.get(self.port, "/v1/status").json
        self.shape(status, "name", "production", "height", "time_s", "receipts", "ledger", "app_hash", "circuit_sizes")
        self.assertEqual((status["height"], status["receipts"], status["production"]), (0, 0, False))
        ids = self.accepted(self.port, *OPENING, "open:1:1:8:1000", "commit:1:1:8:1", "settle:1:1:4:1000:1:2500")
        self.assertEqual(self.get(self.port, "/healthz").json, {"healthy": True})
        after = self.get(self.port, "/v1/status").json
        self.assertEqual(after["receipts"], len(ids))
        self.assertEqual(after["circuit_sizes"], [64, 1])
        for index, tx_id in enumerate(ids):
            self.check_receipt(tx_id, index, after["app_hash"])
        agreement, session = self.ids(1)
        answer = self.get(self.port, f"/v1/agreements/{agreement}").json
        self.shape(answer, "available_minor", "held_minor", "earned_minor", "home_sequence", "visited_sequence", "closed",
                   "home", "visited")
        self.assertEqual((answer["available_minor"], answer["held_minor"], answer["earned_minor"]),
                         (500000 - 4000 - 2500, 4000, 2500))
        answer = self.get(self.port, f"/v1/sessions/{session}").json
        self.shape(answer, "state", "serial", "hold_minor", "deadline_s", "seq", "agreement", "commitment", "closed_by")
        self.assertEqual((answer["state"], answer["agreement"], answer["closed_by"]), ("settled", agreement, ids[-1]))
        self.assertEqual(self.get(self.port, f"/v1/sessions/{self.ids(8)[1]}").json["state"], "committed")
        answer = self.get(self.port, "/v1/records/" + (b"g" + bytes.fromhex(agreement)).hex())
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/octet-stream"))
        self.assertIn(2500, [int.from_bytes(answer.body[i:i + 8], "little") for i in range(len(answer.body))])
        count["property"] += 6

    @staticmethod
    def ids(serial):
        return run_node_txs(f"ids:1:{serial}").split()

    def check_receipt(self, tx_id, index, app_hash):
        """The proof leads from the receipt to the app hash; computed here from docs/ledger.md's definitions."""
        answer = self.get(self.port, f"/v1/receipts/{tx_id}").json
        self.shape(answer, "receipt", "proof", "head", "decoded")
        receipt, head = answer["decoded"], answer["head"]
        self.assertEqual((receipt["tx"], receipt["index"], receipt["outcome"]), (tx_id, index, "ACCEPTED"))
        self.assertEqual(bytes.fromhex(answer["receipt"])[27:59].hex(), tx_id)
        self.assertEqual(head["app_hash"], app_hash)
        parts = bytes.fromhex(head["ledger"]) + head["height"].to_bytes(8, "little") + head["time_s"].to_bytes(8, "little")
        parts += bytes.fromhex(head["state"] + head["receipt_root"]) + head["receipts"].to_bytes(8, "little")
        self.assertEqual(hashlib.sha256(b"roam app v1" + parts).hexdigest(), app_hash)
        self.assertEqual(self.root(bytes.fromhex(answer["receipt"]), index, head["receipts"], answer["proof"]),
                         head["receipt_root"])
        count["property"] += 1

    @staticmethod
    def root(entry, index, size, proof):
        """RFC 9162, 2.1.3.2."""
        digest, last = hashlib.sha256(b"\0" + entry).digest(), size - 1
        for step in map(bytes.fromhex, proof):
            if index & 1 or index == last:
                digest = hashlib.sha256(b"\1" + step + digest).digest()
                while not index & 1 and index:
                    index, last = index >> 1, last >> 1
            else:
                digest = hashlib.sha256(b"\1" + digest + step).digest()
            index, last = index >> 1, last >> 1
        return digest.hex()

    def test_proofs_of_every_receipt(self):
        txs = make_txs("home:1", "deposits:1:5:1:20")
        for tx_id, tx in txs:
            answer = self.post(self.port, tx, BINARY)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.body.hex(), self.get(self.port, f"/v1/receipts/{tx_id}").json["receipt"])
        app_hash = self.get(self.port, "/v1/status").json["app_hash"]
        for index, (tx_id, _) in enumerate(txs):
            self.check_receipt(tx_id, index, app_hash)

    def test_not_found(self):
        for path in ("/", "/v1", "/v1/status/", "/v2/status", "/metrics/", "/v1/transactions", f"/v1/receipts/{ID}",
                     f"/v1/sessions/{ID}", f"/v1/agreements/{ID}", "/v1/receipts/", f"/v1/receipts/{ID}0",
                     f"/v1/receipts/{ID[:-1]}", f"/v1/receipts/{ID[:-1]}g", f"/v1/accounts/{ID}", "/" + 1000 * "x"):
            self.error(self.get(self.port, path), 404, "E_NOTFOUND")
        for key in ("00", ID, 84 * "0", "67" + ID):
            self.error(self.get(self.port, f"/v1/records/{key}"), 404, "E_NOTFOUND")
        for key in ("", "0", "0g", 86 * "0", ID + "/"):
            self.error(self.get(self.port, f"/v1/records/{key}"), 400, "E_FORMAT")
        for path in ("/", "/v1/status", "/v1/transactions/", f"/v1/receipts/{ID}"):
            self.error(self.request(self.port, "POST", path, b"x"), 404, "E_NOTFOUND")

    def test_methods(self):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
            for path in ("/v1/status", "/v1/transactions"):
                self.error(self.request(self.port, method, path), 405, "E_UNSUPPORTED", method)

    def test_malformed(self):
        tx = make_txs("home:1")[0][1]
        good = parcel(tx)
        for body in (b"", b"x", b"rpc1", good[:-1], good + b"x", good[4:], b"rpc2" + good[4:], parcel(b""), b"{}",
                     parcel(tx, b"")):
            self.error(self.post(self.port, body), 400, "E_FORMAT", "parcel")
        self.error(self.request(self.port, "POST", "/v1/transactions"), 400, "E_FORMAT")
        self.assertEqual(self.get(self.port, "/v1/status").json["receipts"], 0)

    def test_too_large(self):
        for body in (b"rtx1" + 262141 * b"x", parcel(262145 * b"x"), parcel(*4097 * [b"x"]), (2**20 + 1) * b"x",
                     b"rpc1" + 5 * 2**20 * b"x"):
            self.error(self.post(self.port, body), 413, "E_LIMIT", "1048576")
        self.assertEqual(self.post(self.port, b"rtx1" + 262140 * b"x").json["receipts"][0]["outcome"], "MALFORMED")
        self.assertEqual(self.get(self.port, "/v1/status").json["receipts"], 1)

    def test_single_and_binary(self):
        (home_id, home), (_, deposit) = make_txs("home:1", "deposit:1:100:1")
        answer = self.post(self.port, home)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
        self.assertEqual([r["tx"] for r in answer.json["receipts"]], [home_id])
        answer = self.post(self.port, parcel(home, deposit), BINARY)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/octet-stream"))
        self.assertEqual(len(answer.body), 2 * RECEIPT_SIZE)
        self.assertEqual(answer.body[27:59].hex(), home_id)
        count["property"] += 2

    def test_idempotent(self):
        txs = [tx for _, tx in make_txs(*OPENING)]
        first = self.post(self.port, parcel(*txs)).json
        for how in (None, signal.SIGTERM, signal.SIGKILL):
            if how is not None:
                self.restart(how)
            self.assertEqual(self.post(self.port, parcel(*txs)).json, first)
            self.assertEqual(self.post(self.port, txs[2]).json["receipts"], [first["receipts"][2]])
            count["property"] += 2
        twice = self.post(self.port, parcel(txs[0], txs[0])).json["receipts"]
        self.assertEqual(twice, 2 * [first["receipts"][0]])
        spoilt = txs[0][:-1] + bytes([txs[0][-1] ^ 1])  # the signature is not part of what is done
        self.assertEqual(self.post(self.port, spoilt).json["receipts"], [first["receipts"][0]])
        self.assertEqual(self.get(self.port, "/v1/status").json["receipts"], 5)
        answers = self.at_once(16 * [lambda: self.post(self.port, make_txs("deposit:1:7:9")[0][1]).json])
        self.assertEqual(len({json.dumps(answer) for answer in answers}), 1)
        self.assertEqual(answers[0]["receipts"][0]["outcome"], "ACCEPTED")

    def test_refused_by_the_rules(self):
        """A refusal is a receipt; sent again when the reason is gone, it is accepted."""
        self.accepted(self.port, "home:1")
        withdraw = make_txs("withdraw:1:100:1")[0][1]
        for index in (1, 2):
            receipt = self.post(self.port, withdraw).json["receipts"][0]
            self.assertEqual((receipt["outcome"], receipt["index"]), ("INSUFFICIENT_FUNDS", index))
            count["negative"] += 1
        self.accepted(self.port, "deposit:1:100:1")
        self.assertEqual(self.post(self.port, withdraw).json["receipts"][0]["outcome"], "ACCEPTED")
        self.assertEqual(self.post(self.port, b"rtx1").json["receipts"][0]["outcome"], "MALFORMED")

    def test_metrics(self):
        self.accepted(self.port, "home:1", "deposit:1:5:1")
        self.post(self.port, b"x")
        answer = self.get(self.port, "/metrics")
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4")
        values = dict(line.rsplit(" ", 1) for line in answer.body.decode().splitlines() if line[0] != "#")
        for name, value in (("roamd_height", 1), ("roamd_taken_total", 2), ("roamd_answered_total", 2),
                            ("roamd_waiting_transactions", 0), ('roamd_receipts_total{outcome="ACCEPTED"}', 2),
                            ("roamd_finality_seconds_count", 1), ('roamd_finality_seconds_bucket{le="+Inf"}', 1),
                            ("roamd_refused_requests_total", 1)):
            self.assertEqual(float(values[name]), value, name)
        kinds = [line.split()[2] for line in answer.body.decode().splitlines() if line.startswith("# TYPE")]
        self.assertEqual(len(kinds), len(set(kinds)))
        count["property"] += 9

    def test_half_a_request(self):
        """A connection that ends early or says nothing does not keep others from being served, nor roamd from stopping."""
        with socket.create_connection(("127.0.0.1", self.port)) as silent, \
                socket.create_connection(("127.0.0.1", self.port)) as cut:
            cut.sendall(b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nrpc1")
            self.accepted(self.port, "home:1")
            self.stop(self.process)
            self.assertEqual(silent.recv(1), b"")
            count["negative"] += 2

    def submit_until_it_ends(self, first, acknowledged, unanswered, ended):
        """Deposits, one after the other, until roamd is gone; notes what was answered and what was not."""
        reference = first
        for tx_id, tx in make_txs(f"deposits:1:1:{first}:400"):
            try:
                answer = self.post(self.port, tx)
            except ConnectionRefusedError:
                ended.append(reference)
                return
            except OSError as error:
                unanswered.append((tx_id, error))
                return
            if answer.status == 200:
                acknowledged.append(answer.json["receipts"][0])
            else:
                self.assertIn(answer.status, (503, 504))
            reference += 1

    def under_load(self, how):
        """Stops roamd while eight clients submit, starts it again; returns what was acknowledged and what was cut off."""
        self.accepted(self.port, "home:1")
        acknowledged, unanswered, ended = [], [], []
        threads = [threading.Thread(target=self.submit_until_it_ends, args=(1000 * n, acknowledged, unanswered, ended))
                   for n in range(1, 9)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 50:
            time.sleep(0.01)
        self.stop(self.process, how)
        for thread in threads:
            thread.join()
        self.process = self.start(self.name, self.port)
        for receipt in acknowledged:
            self.assertEqual(self.get(self.port, f"/v1/receipts/{receipt['tx']}").json["decoded"], receipt)
            count["property"] += 1
        receipts = self.get(self.port, "/v1/status").json["receipts"]
        self.assertGreaterEqual(receipts, len(acknowledged) + 1)
        self.assertLessEqual(receipts, len(acknowledged) + 1 + len(unanswered))
        return acknowledged, unanswered

    def test_killed_under_load(self):
        for _ in range(3):
            self.under_load(signal.SIGKILL)
            self.stop(self.process)
            shutil.rmtree(self.at(self.name))
            self.port = self.home(self.name)
            self.process = self.start(self.name, self.port)

    def test_stopped_under_load(self):
        """Who is being served when roamd is told to stop gets his answer; what is not answered was not taken."""
        _, unanswered = self.under_load(signal.SIGTERM)
        for tx_id, _ in unanswered:
            self.error(self.get(self.port, f"/v1/receipts/{tx_id}"), 404, "E_NOTFOUND")


class WithoutEngine(Ledger):
    """roamd for CometBFT that is not there, or is connected and does nothing: then what is admitted waits."""

    def setUp(self):
        super().setUp()
        self.name = self.id().rsplit(".", 1)[1]

    def run_home(self, **keys):
        self.port = self.home(self.name, engine="cometbft", **keys)
        self.process = self.start(self.name, self.port)

    def connect_engine(self):
        engine = socket.socket(socket.AF_UNIX)
        self.addCleanup(engine.close)
        engine.connect(self.at(f"{self.name}/abci.sock"))
        self.engine_is(1)
        return engine

    def engine_is(self, connected):
        until = time.monotonic() + 10
        while f"roamd_engine_connected {connected}\n" not in self.get(self.port, "/metrics").body.decode():
            self.assertLess(time.monotonic(), until)

    def test_engine_that_goes(self):
        """Who waits is told at once, who comes is not let in."""
        self.run_home()
        tx = make_txs("home:1")[0][1]
        self.error(self.post(self.port, tx), 503, "E_BUSY", "CometBFT is not connected")
        engine, answers = self.connect_engine(), []
        waiting = threading.Thread(target=lambda: answers.append(self.post(self.port, tx)))
        waiting.start()
        while "roamd_waiting_transactions 1\n" not in self.get(self.port, "/metrics").body.decode():
            self.assertEqual(answers, [])
        begin = time.monotonic()
        engine.close()
        waiting.join()
        self.error(answers[0], 504, "E_BUSY", "not known")
        self.assertLess(time.monotonic() - begin, 3)
        self.engine_is(0)
        self.error(self.post(self.port, tx), 503, "E_BUSY", "CometBFT is not connected")

    def test_not_admitted(self):
        self.run_home()
        home, other = (tx for _, tx in make_txs("home:1", "open:1:1:1:10"))
        for body, index, outcome in ((other, 0, "UNKNOWN_AGREEMENT"), (parcel(home, other), 1, "UNKNOWN_AGREEMENT"),
                                     (home[:-1] + bytes([home[-1] ^ 1]), 0, "BAD_SIGNATURE"), (b"rtx1", 0, "MALFORMED"),
                                     (home[:5] + bytes([home[5] ^ 1]) + home[6:], 0, "WRONG_LEDGER")):
            answer = self.post(self.port, body)
            self.error(answer, 422, "E_REFUSED")
            self.assertEqual((answer.json["index"], answer.json["outcome"]), (index, outcome))

    def test_busy_and_not_known(self):
        self.run_home(waiting_txs_max=3, give_up_ms=1500, repeat_ms=100)
        self.connect_engine()
        txs = [tx for _, tx in make_txs("home:1", "visited:1", "home:2", "visited:2")]
        self.error(self.post(self.port, parcel(*txs)), 413, "E_LIMIT")
        begin = time.monotonic()
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.post(self.port, parcel(txs[0], txs[1]))))
        waiting.start()
        time.sleep(0.3)
        self.error(self.post(self.port, parcel(txs[2], txs[3])), 503, "E_BUSY")
        self.error(self.post(self.port, txs[3], timeout=20), 504, "E_BUSY", "not known")  # there was room for one
        waiting.join()
        self.error(answers[0], 504, "E_BUSY", "not known")
        self.assertGreater(time.monotonic() - begin, 1.5)
        values = self.get(self.port, "/metrics").body.decode()
        for line in ("roamd_given_up_total 3", "roamd_busy_total 6", "roamd_waiting_transactions 0"):
            self.assertIn(line + "\n", values)
        self.assertEqual(self.get(self.port, "/v1/status").json["receipts"], 0)

    def test_stopped_while_it_waits(self):
        self.run_home()
        self.connect_engine()
        tx = make_txs("home:1")[0][1]
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.post(self.port, tx)))
        waiting.start()
        time.sleep(0.2)
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        self.error(self.post(self.port, tx), 503, "E_BUSY")  # nothing is taken any more
        self.process.wait(20)
        waiting.join()
        self.error(answers[0], 504, "E_BUSY", "not known")
        self.assertEqual(self.process.returncode, 0)
        self.assertLess(time.monotonic() - begin, 8)


class Starting(Ledger):
    """Configuration and the ledger's folder."""

    def test_arguments(self):
        self.must_fail(2, says=["usage"])
        self.must_fail(2, "start", says=["usage"])
        self.must_fail(2, "stop", "--home", "x", says=["stop"])
        self.must_fail(2, "start", "--home", "x", "y", says=["usage"])
        self.must_fail(2, "start", "--home", "x", "--port", "1", says=["usage"])
        self.must_fail(3, "start", "--home", "none", says=["none/roamd.json"])
        self.must_fail(3, "status", "--home", "none", says=["none/roamd.json"])
        self.must_fail(2, "init", "--home", "new", says=["--like"])
        self.must_fail(3, "init", "--home", "new", "--like", "none", says=["none"])
        for wrong in ("tendermint", ""):
            self.must_fail(2, "init", "--home", "new", "--like", "ledger", "--engine", wrong, says=["--engine"])
        for wrong in ("0", "65", "x", "-1", ""):
            self.must_fail(2, "init", "--home", "new", "--like", "ledger", "--threads", wrong, says=["--threads"])
        self.must_fail(2, "init", "--home", "new", "--like", "ledger", "--listen", 256 * "x", says=["--listen"])
        self.must_fail(4, "init", "--home", "none/new", "--like", "ledger", says=["none/new"])
        self.home("again")
        self.must_fail(3, "init", "--home", "again", "--like", "ledger", says=["again"])

    def test_configuration(self):
        self.home("config")
        with open(self.at("config/roamd.json"), encoding="utf-8") as file:
            good = json.load(file)
        for keys, status, says in (({"port": 1}, 2, "port"), ({"Engine": "embedded"}, 2, "Engine"),
                                   ({"threads": 0}, 2, "threads"), ({"threads": "2"}, 2, "threads"),
                                   ({"engine": "x"}, 2, "engine"), ({"log_level": "x"}, 2, "log"),
                                   ({"parcel_bytes": 1000}, 2, "parcel_bytes"), ({"ledger": ""}, 2, "ledger"),
                                   ({"ledger": "none"}, 3, "none"), ({"listen": "x"}, 2, "HOST:PORT"),
                                   ({"listen": ":1"}, 2, "HOST:PORT"), ({"listen": "127.0.0.1:http"}, 2, "127.0.0.1"),
                                   ({"listen": "no.such.host.invalid:1"}, 2, "no.such"),
                                   ({"listen": "192.0.2.1:1"}, 4, "192.0.2.1"),
                                   ({"engine": "cometbft", "abci": "carrier-pigeon"}, (2, 4), "carrier-pigeon")):
            self.save("config/roamd.json", {**good, **keys})
            ran = self.run_roamd("start", "--home", "config")
            self.assertIn(ran.returncode, status if isinstance(status, tuple) else (status,), f"{keys}: {ran.stderr}")
            self.assertIn(says, ran.stderr)
            count["negative"] += 1
        for text in (b"", b"{", b"[]", b"{}", b'{"engine":"embedded","engine":"embedded"}'):
            self.save("config/roamd.json", text)
            self.must_fail(2, "start", "--home", "config", says=["roamd.json"])

    def test_address_in_use(self):
        port = self.home("first")
        self.start("first", port)
        self.home("second", listen=f"127.0.0.1:{port}")
        self.must_fail(5, "start", "--home", "second", says=[f"127.0.0.1:{port}", "in use"])

    def test_ledger_in_use(self):
        process = self.start("used", self.home("used"))
        self.home("thief", ledger=self.at("used/ledger"), listen=f"127.0.0.1:{free_port()}")
        self.must_fail(5, "start", "--home", "thief", says=["used/ledger"])
        status = self.run_roamd("status", "--home", "used", "--json")  # reading is allowed
        self.assertEqual((status.returncode, json.loads(status.stdout)["height"]), (0, 0), status.stderr)
        self.stop(process)

    def test_ipv6(self):
        port = self.home("six")
        self.configure("six", listen=f"[::1]:{port}")
        try:
            with socket.socket(socket.AF_INET6) as one:
                one.bind(("::1", port))
        except OSError:
            print("skipped: no IPv6 here")
            self.skipTest("no IPv6")
        process = self.running_on_six()
        self.stop(process)

    def running_on_six(self):
        with open(self.at("six.log"), "wb") as log:
            process = subprocess.Popen([ROAMD, "start", "--home", "six"], cwd=self.folder, stderr=log)
        self.running.append(process)
        for _ in range(1000):
            with open(self.at("six.log"), encoding="utf-8") as log:
                if "started" in log.read():
                    return process
            time.sleep(0.01)
        return self.fail("roamd does not start")

    def altered(self, name, old, new):
        """A home whose ledger's file has some bytes changed, wherever they are."""
        self.home(name)
        path = self.at(f"{name}/ledger/data.mdb")
        with open(path, "rb") as file:
            content = file.read()
        self.assertIn(old, content)
        with open(path, "wb") as file:
            file.write(content.replace(old, new))

    def test_newer_version(self):
        self.altered("newer", b"version\1\0\0\0", b"version\2\0\0\0")
        self.must_fail(2, "start", "--home", "newer", says=["version 2"])
        self.must_fail(2, "status", "--home", "newer", says=["version 2"])

    def test_altered_genesis(self):
        """A store for production cannot be made with a development key, and one made without cannot be turned into it: the
        flag in the genesis stands behind the treasury's key."""
        self.home("plain")
        with open(self.at("plain/ledger/data.mdb"), "rb") as file:
            content = file.read()
        flag = self.genesis_flag(content)
        self.altered("production", content[flag - 96:flag + 1], content[flag - 96:flag] + b"\1")
        self.must_fail(1, "start", "--home", "production", says=["do not belong together"])

    def genesis_flag(self, content):
        name = self.done("ledger", "status", "--ledger", "plain/ledger")["name"].encode()
        return content.index(name.ljust(32, b"\0")) + 96


if __name__ == "__main__":
    main()
