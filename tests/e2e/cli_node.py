#!/usr/bin/env python3
"""The command line against a node instead of a folder: cli_node.py ROAM ROAMD NODE_TXS. The same commands, the same
receipts; reads, submissions and refusals go over HTTP."""
import os
import signal
import subprocess
import time
import urllib.request

import cli_ledger
from roam_cli import count, main
from roamd_process import ROAMD, free_port


class Hosted(cli_ledger.Market):
    """The market's ledger behind roamd with the embedded engine."""

    @classmethod
    def host(cls):
        port = free_port()
        subprocess.run([ROAMD, "init", "--home", "node", "--like", "ledger", "--listen", f"127.0.0.1:{port}"], cwd=cls.folder,
                       check=True, timeout=60)
        cls.url = cls.environment["ROAM_LEDGER"] = f"http://127.0.0.1:{port}"
        with open(cls.at("node.log"), "wb") as log:
            cls.node = subprocess.Popen([ROAMD, "start", "--home", "node"], cwd=cls.folder, stderr=log)
        cls.addClassCleanup(cls.node.wait)
        cls.addClassCleanup(cls.node.kill)
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{cls.url}/healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("roamd does not answer")


class Node(Hosted):
    def test_settled(self):
        settled = self.done("settle", "submit", "settlement.json", "--key", "visited.json")["receipt"]
        self.assertEqual((settled["outcome"], settled["type"], settled["count"]), ("ACCEPTED", "SETTLE", 1))
        again = self.done("settle", "submit", "settlement.json", "--key", "visited.json")["receipt"]
        self.assertEqual(again, settled)
        shown = self.done("agreement", "show", "--agreement", self.agreement)
        self.assertEqual((shown["held"], shown["earned"] != "0.00"), ("0.00", True))
        self.assertEqual(self.done("session", "show", "--session", self.session)["state"], "settled")

    def test_refused_by_the_rules(self):
        receipt = self.done(*self.open_session(1, hold=29), status=1)["receipt"]
        self.assertEqual(receipt["outcome"], "SESSION_EXISTS")
        self.refused(3, "agreement", "show", "--agreement", 64 * "0", says=["not known"])

    def test_needs_the_folder(self):
        self.refused(2, "ledger", "audit", says=[self.url, "folder"])
        self.refused(2, "ledger", "replay", says=["folder"])

    def test_a_node_that_is_no_node(self):
        self.refused(4, "agreement", "show", "--agreement", self.agreement, "--ledger", f"http://127.0.0.1:{free_port()}",
                     says=["onnect"])
        self.refused(3, "agreement", "show", "--agreement", self.agreement, "--ledger", f"{self.url}/elsewhere", says=["not found"])

    def test_zz_stopped(self):
        """The node stops at a signal and the folder holds what it acknowledged."""
        before = self.done("operator", "show", "--operator", "home.public", "--currency", "EUR:2")
        self.node.send_signal(signal.SIGTERM)
        self.assertEqual(self.node.wait(20), 0)
        folder = os.path.join("node", "ledger")
        after = self.done("operator", "show", "--operator", "home.public", "--currency", "EUR:2", "--ledger", folder)
        self.assertEqual(before, after)
        self.assertTrue(self.done("ledger", "replay", "--ledger", folder)["equal"])
        count["property"] += 2


class Commands(Hosted, cli_ledger.Commands):
    """Those of the folder, all again."""


if __name__ == "__main__":
    main()
