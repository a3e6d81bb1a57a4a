#!/usr/bin/env python3
"""Keys, the ledger and its receipts in the command line: cli_ledger.py ROAM. The course of a whole session, dispute and expiry
included, is docs/first-session.md (first_session.py)."""
import fcntl
import os
import stat

from roam_cli import CHARGING, Cli, example, main, read, spoilt

EUR = ["--currency", "EUR:2"]


class Keys(Cli):
    def test_new_and_show(self):
        os.umask(0o022)
        for kind, name in (("operator", "Home é"), ("authority", "a"), ("device", 31 * "x")):
            made = self.done("key", "new", kind, f"{kind}.json", "--name", name, "--public", f"{kind}.public")
            self.shape(made, "name", "public_key", *["id"] * (kind == "operator"))
            for file, has_secret, mode in ((f"{kind}.json", True, 0o600), (f"{kind}.public", False, 0o644)):
                self.assertEqual(stat.S_IMODE(os.stat(self.at(file)).st_mode), mode)
                self.assertEqual("seed" in read(self.at(file)), has_secret)
                self.assertEqual(self.done("key", "show", kind, file), {**made, "has_secret": has_secret})

    def test_refused(self):
        made = self.done("key", "new", "operator", "key.json", "--name", "n")
        self.assertEqual(made["name"], "n")
        self.refused(2, "key", "new", "king", "k.json", "--name", "n", says=["king"])
        for name in ("", 32 * "x"):
            self.refused(2, "key", "new", "operator", "k.json", "--name", name, says=["--name"])
        self.refused(1, "key", "show", "device", "key.json", says=["key.json", "operator", "device"])
        key = read(self.at("key.json"))
        for member in key:
            for wrong, changed in spoilt(key, [member]):
                harmless = {"name": isinstance(wrong, str), "seed": wrong == "absent"}
                if not harmless.get(member, False):
                    self.refused((1, 2), "key", "show", "operator", self.save("broken.json", changed))
        other = self.done("key", "new", "operator", "other.json", "--name", "n")
        self.save("mixed.json", {**key, "public_key": other["public_key"]})
        self.refused(1, "key", "show", "operator", "mixed.json", says=["mixed.json", "seed"])
        self.save("twice.json", b'{"kind": "device", "kind": "operator"}')
        self.refused(2, "key", "show", "operator", "twice.json", says=["twice.json"])


class Market(Cli):
    """A ledger with two operators, an agreement and a committed session."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment["ROAM_LEDGER"] = cls.at("ledger")
        for kind, *names in (("authority", "governor", "treasury"), ("operator", "home", "visited"), ("device", "car")):
            for name in names:
                cls.done("key", "new", kind, f"{name}.json", "--name", name, "--public", f"{name}.public")
        cls.done("ceremony", "dev", "settle-1", "settle.zkey")
        cls.done("zk", "vkey", "settle.zkey", "settle.vkey")
        cls.done("ledger", "create", "ledger", "1=settle.vkey", "--name", "test", *cls.authorities())
        cls.host()
        for name in ("home", "visited"):
            cls.done("operator", "register", "--governor", "governor.json", "--key", f"{name}.public")
        cls.done("operator", "deposit", *cls.deposit("1000", "first"))
        cls.done("ocpi", "rate-card", os.path.join(CHARGING, "tariff.json"), "card.json", "--decimals", 2)
        commitment = cls.done("usage", "commitment", "--card", "card.json")["commitment"]
        cls.agreement = cls.done("agreement", "open", *EUR, "--home-key", "home.json", "--visited-key", "visited.json",
                                 "--rate-card", commitment, "--hold-max", 50)["agreement"]
        cls.party = ["--agreement", cls.agreement, "--key"]
        cls.done("agreement", "fund", *cls.party, "home.json", "--amount", 500)
        cls.session = cls.done(*cls.open_session(1))["session"]
        cls.done("ocpi", "usage", example(1), "record.json")
        cls.done("usage", "sign", "record.json", "signed.json", "--device", "car.json", "--session", cls.session)
        cls.done("usage", "commit", "signed.json", *cls.party, "visited.json")
        cls.save("sessions.json", [{"session": cls.session, "record": "record.json"}])
        cls.prove = ["--agreement", cls.agreement, "--card", "card.json", "--zkey", "settle.zkey"]
        cls.done("settle", "prove", "sessions.json", "settlement.json", *cls.prove)

    @classmethod
    def host(cls):
        """The new ledger is used where it is."""

    @staticmethod
    def authorities():
        return ["--governor", "governor.public", "--treasury", "treasury.public"]

    @staticmethod
    def deposit(amount, reference, treasury="treasury.json"):
        return ["--treasury", treasury, "--operator", "home.public", *EUR, "--amount", amount, "--reference", reference]

    @classmethod
    def open_session(cls, serial, hold=30, key="home.json", device="car.public"):
        return ["session", "open", *cls.party, key, "--serial", serial, "--session-key", device, "--hold", hold]

    def spoilt_file(self, name, paths, *command):
        content = read(self.at(name))
        for path in paths:
            for wrong, changed in spoilt(content, path):
                if path == ["seq"] and wrong == 2**70:
                    continue
                self.save("broken.json", changed)
                self.refused(2, *command, says=["broken.json"])


class Commands(Market):
    """What works the same on a folder and through a node."""

    def outcome(self, name, *arguments):
        """The ledger refuses by this rule; the receipt says so."""
        receipt = self.done(*arguments, status=1)["receipt"]
        self.shape(receipt, "outcome", "text", "number", "type", "index", "height", "time_s", "tx", "agreement",
                   "amount_minor", "tax_minor", "count")
        self.assertEqual(receipt["outcome"], name, arguments)
        self.assertEqual(self.done("receipt", "show", "--index", receipt["index"])["receipt"], receipt)

    def test_outcomes(self):
        self.done("key", "new", "operator", "third.json", "--name", "third")
        self.outcome("BAD_SIGNATURE", "operator", "register", "--governor", "treasury.json", "--key", "third.json")
        self.outcome("REFERENCE_USED", "operator", "deposit", *self.deposit("1", "first"))
        self.outcome("BAD_SIGNATURE", "operator", "deposit", *self.deposit("1", "x", "governor.json"))
        self.outcome("ZERO_AMOUNT", "operator", "deposit", *self.deposit("0.00", "x"))
        self.outcome("AMOUNT_OVERFLOW", "operator", "deposit", *self.deposit("92233720368547758.07", "x"))
        self.outcome("INSUFFICIENT_FUNDS", "operator", "withdraw", "--key", "home.json", *EUR, "--amount", "500.01",
                     "--reference", "x")
        self.outcome("INSUFFICIENT_FUNDS", "agreement", "fund", *self.party, "home.json", "--amount", "500.01")
        self.outcome("BAD_SIGNATURE", "agreement", "fund", *self.party, "visited.json", "--amount", "1")
        self.outcome("INSUFFICIENT_FUNDS", "agreement", "collect", *self.party, "visited.json", "--amount", "0.01")
        self.outcome("HOLD_OUT_OF_RANGE", *self.open_session(9, hold="50.01"))
        self.outcome("HOLD_OUT_OF_RANGE", *self.open_session(9, hold=0))
        self.outcome("SESSION_EXISTS", *self.open_session(1, hold=29))
        self.outcome("BAD_SIGNATURE", *self.open_session(9, key="visited.json"))
        self.outcome("AUTHORISATION_LAPSED", *self.open_session(9), "--valid-for", 0)
        self.done("ocpi", "usage", example(3), "stale.json")
        self.done("usage", "sign", "stale.json", "stale.signed", "--device", "car.json", "--session", self.session)
        self.outcome("STALE_COMMITMENT", "usage", "commit", "stale.signed", *self.party, "visited.json")
        self.outcome("BAD_SIGNATURE", "usage", "commit", "stale.signed", *self.party, "home.json")
        self.outcome("DEADLINE_NOT_REACHED", "session", "expire", self.session, *self.party, "home.json")
        self.outcome("UNKNOWN_SESSION", "session", "expire", self.session[:-1] + "9", *self.party, "home.json")
        self.outcome("BAD_SIGNATURE", "session", "dispute", "--session", self.session, "--key", "visited.json",
                     "--reason", "x")
        self.outcome("BAD_SIGNATURE", "settle", "submit", "settlement.json", "--key", "home.json")
        settlement = read(self.at("settlement.json"))
        fee, tax = int(settlement["total_fee_minor"]), int(settlement["total_tax_minor"])
        for outcome, members in (("BAD_PROOF", {"total_fee_minor": str(fee + 1)}),
                                 ("BAD_PROOF", {"total_tax_minor": str(tax - 1)}),
                                 ("BAD_PROOF", {"esg": 64 * "0"}),
                                 ("FEE_ABOVE_HOLDS", {"total_fee_minor": "3001"}),
                                 ("TAX_ABOVE_FEE", {"total_tax_minor": str(fee + 1)}),
                                 ("UNKNOWN_CIRCUIT", {"circuit_size": 2}),
                                 ("TOO_MANY_SESSIONS", {"sessions": 2 * [self.session]}),
                                 ("UNKNOWN_SESSION", {"sessions": [self.session[:-1] + "9"]}),
                                 ("UNKNOWN_AGREEMENT", {"agreement": self.session})):
            self.outcome(outcome, "settle", "submit", self.save("false.json", {**settlement, **members}), "--key",
                         "visited.json")
        self.assertEqual(self.done("session", "show", "--session", self.session)["state"], "committed")

    def test_a_repeated_transaction_has_its_first_receipt(self):
        before = self.done("ledger", "status")
        for command in (["operator", "register", "--governor", "governor.json", "--key", "home.public"],
                        ["operator", "deposit", *self.deposit("1000", "first")],
                        ["usage", "commit", "signed.json", *self.party, "visited.json"]):
            again = self.done(*command)["receipt"]
            self.assertEqual(again["outcome"], "ACCEPTED")
            self.assertLess(again["index"], 10)
        self.assertEqual(self.done("ledger", "status"), before)

    def test_malformed_values(self):
        for text in ("1,5", "1.001", "-1", "", "1e30", "x", "92233720368547758079"):
            self.refused(2, *self.open_session(9, hold=text), says=["--hold", f"{text}"])
        for text in ("EUR", "EUR:", ":2", "EUR:19", "EUROPOUND:2", "EUR:2x"):
            self.refused(2, "operator", "show", "--operator", "home.public", "--currency", text, says=["--currency", text])
        for text in ("", "00", self.agreement + "00", "zz" + self.agreement[2:]):
            self.refused(2, "agreement", "show", "--agreement", text, says=["agreement", text])
            self.refused(2, "session", "expire", text, *self.party, "home.json", says=[text])
        for text in (64 * "0", 64 * "f"):
            self.refused(2, *self.open_session(9, device=text), says=["--session-key"])
        self.refused(2, "agreement", "open", *EUR, "--home-key", "home.json", "--visited-key", "visited.json",
                     "--rate-card", 64 * "f", "--hold-max", 50, says=["--rate-card"])

    def test_unknown_records(self):
        self.refused(3, "agreement", "show", "--agreement", self.session)
        self.refused(3, "session", "show", "--session", self.agreement)
        self.refused(3, "session", "dispute", "--session", self.agreement, "--key", "home.json", "--reason", "x")
        self.refused(3, "settle", "credit", "--settlement", self.session, "--key", "visited.json", "--amount", 1,
                     "--reason", "x")
        self.refused(3, "operator", "show", "--operator", self.session, *EUR)
        self.refused(3, "receipt", "show", "--index", 10**6)
        self.refused(3, "receipt", "show", "--tx", self.session)
        self.refused(2, "receipt", "show", says=["--tx", "--index"])

    def test_sessions_of_another_agreement(self):
        other = "f" + self.session[1:]
        settlement, signed = read(self.at("settlement.json")), read(self.at("signed.json"))
        self.save("others.json", {**settlement, "sessions": [other]})
        self.save("foreign.json", {**signed, "session": other})
        self.save("list.json", [{**session, "session": other} for session in read(self.at("sessions.json"))])
        for command in (["session", "expire", other, *self.party, "home.json"],
                        ["usage", "commit", "foreign.json", *self.party, "visited.json"],
                        ["settle", "prove", "list.json", "out", *self.prove],
                        ["settle", "submit", "others.json", "--key", "visited.json"]):
            self.refused(1, *command, says=[f"session {other} is not one of agreement {self.agreement}"])

    def test_keys_of_another_kind(self):
        self.refused(1, *self.open_session(9, key="car.json"), says=["car.json"])
        self.refused(1, *self.open_session(9, key="home.public"), says=["home.public", "no secret"])
        self.refused(1, *self.open_session(9, device="home.public"), says=["home.public"])
        self.refused(1, "usage", "sign", "record.json", "out", "--device", "car.public", "--session", self.session,
                     says=["car.public"])

    def test_malformed_files(self):
        submit = ["settle", "submit", "broken.json", "--key", "visited.json"]
        members = ["circuit_size", "sessions", "agreement", "esg", "proof", "total_fee_minor", "total_tax_minor"]
        self.spoilt_file("settlement.json", [[m] for m in members], *submit)
        settlement = read(self.at("settlement.json"))
        for wrong in (None, 1, "", "zz", [], {}):
            self.save("broken.json", {**settlement, "sessions": [wrong]})
            self.refused(2, *submit, says=["broken.json", "session"])
        for members in ({"esg": 64 * "f"}, {"proof": 512 * "f"}, {"circuit_size": 65537}, {"circuit_size": 0},
                        {"sessions": 65537 * [self.session]}, {"proof": settlement["proof"][:-2] + "00"}):
            self.save("broken.json", {**settlement, **members})
            self.refused(2, *submit, says=["broken.json", list(members)[0]])
        commit = ["usage", "commit", "broken.json", *self.party, "visited.json"]
        self.spoilt_file("signed.json", [["session"], ["seq"], ["commitment"], ["signature"]], *commit)
        signed = read(self.at("signed.json"))
        for member in ("commitment", "signature"):
            self.save("broken.json", {**signed, member: len(signed[member]) * "f"})
            self.refused(2, *commit, says=["broken.json", member])
        self.spoilt_file("sessions.json", [[0, "session"]], "settle", "prove", "broken.json", "out", *self.prove)
        for content in (b"[]", b"{}", b"[", b"1", b"[1]", b"[{}]"):
            self.save("broken.json", content)
            for command in (submit, commit, ["settle", "prove", "broken.json", "out", *self.prove]):
                self.refused(2, *command, says=["broken.json"])

    def test_proving_what_was_not_committed(self):
        self.done("ocpi", "usage", example(2), "other.json")
        self.save("others.json", [{"session": self.session, "record": "other.json"}])
        self.refused(1, "settle", "prove", "others.json", "out", *self.prove, says=["others.json", self.session])
        self.done("ceremony", "dev", "b5groam", "b5groam.zkey")
        self.refused(1, "settle", "prove", "sessions.json", "out", *self.prove[:-1], "b5groam.zkey")
        self.save("many.json", 2 * read(self.at("sessions.json")))
        self.refused(2, "settle", "prove", "many.json", "out", *self.prove, "--size", 1)
        self.done("ocpi", "rate-card", os.path.join(CHARGING, "tariff.json"), "resalted.json", "--decimals", 2)
        others_card = [self.prove[i] if i != 3 else "resalted.json" for i in range(6)]
        self.done("settle", "prove", "sessions.json", "resalted.out", *others_card)
        self.outcome("BAD_PROOF", "settle", "submit", "resalted.out", "--key", "visited.json")

    def test_proving_with_tables(self):
        self.done("zk", "tables", "settle.zkey", "settle.tables")
        self.done("settle", "prove", "sessions.json", "tabled.json", *self.prove, "--tables", "settle.tables")
        self.done("ceremony", "dev", "b5groam", "b5groam.zkey")
        self.done("zk", "tables", "b5groam.zkey", "b5groam.tables")
        self.refused(1, "settle", "prove", "sessions.json", "out", *self.prove, "--tables", "b5groam.tables", says=["tables"])


class Folder(Market):
    """What needs the folder."""

    def test_receipts(self):
        shown = self.done("receipt", "show", "--index", 3, "--out", "receipt.json")
        verified = self.done("receipt", "verify", "receipt.json")
        self.shape(verified, "valid", "receipt", "ledger", "head_height", "app_hash")
        self.assertEqual(verified["receipt"], shown["receipt"])
        app_hash = self.done("ledger", "status")["app_hash"]
        self.assertEqual(self.done("receipt", "verify", "receipt.json", "--app-hash", app_hash), verified)
        self.assertEqual(self.done("receipt", "show", "--tx", shown["receipt"]["tx"])["receipt"], shown["receipt"])
        self.refused(1, "receipt", "verify", "receipt.json", "--app-hash", 64 * "0")
        self.refused(2, "receipt", "verify", "receipt.json", "--app-hash", "00", says=["--app-hash", "'00'"])
        receipt = read(self.at("receipt.json"))
        for place in range(0, len(receipt["receipt"]), 3):
            digit = "0" if receipt["receipt"][place] != "0" else "1"
            changed = receipt["receipt"][:place] + digit + receipt["receipt"][place + 1:]
            self.refused((1, 2), "receipt", "verify", self.save("false.json", {**receipt, "receipt": changed}))
        head = receipt["head"]
        for name, value in head.items():
            wrong = value + 1 if isinstance(value, int) else ("1" if value[0] == "0" else "0") + value[1:]
            self.save("false.json", {**receipt, "head": {**head, name: wrong}})
            self.refused(1, "receipt", "verify", "false.json")
        for proof in (receipt["proof"][1:], receipt["proof"] + [64 * "0"], receipt["proof"][::-1] + [64 * "1"]):
            self.refused(1, "receipt", "verify", self.save("false.json", {**receipt, "proof": proof}))
        self.spoilt_file("receipt.json", [["receipt"], ["head"], *[["head", name] for name in head]], "receipt", "verify",
                         "broken.json")

    def test_status_audit_replay(self):
        status = self.done("ledger", "status")
        self.shape(status, "name", "ledger", "production", "height", "time_s", "receipts", "app_hash", "circuit_sizes")
        self.assertEqual((status["name"], status["production"], status["circuit_sizes"]), ("test", False, [1]))
        (euro,) = self.done("ledger", "audit")["currencies"]
        self.assertIs(euro["conserved"], True)
        self.assertEqual((euro["currency"], euro["deposits"], euro["withdrawals"]), ("EUR:2", "1000.00", "0.00"))
        self.assertEqual((euro["available"], euro["held"], euro["earned"]), ("970.00", "30.00", "0.00"))
        self.assertEqual(euro["sessions"], {"open": 0, "committed": 1, "settled": 0, "refunded": 0, "disputed": 0})
        replay = self.done("ledger", "replay")
        self.assertEqual((replay["blocks"], replay["equal"]), (status["height"], True))

    def test_create(self):
        create = lambda *circuits: ["ledger", "create", "new", *circuits, "--name", "n", *self.authorities()]
        self.refused(3, "ledger", "create", "ledger", "1=settle.vkey", "--name", "n", *self.authorities(), says=["ledger"])
        for circuit in ("settle.vkey", "=settle.vkey", "0=settle.vkey", "145=settle.vkey", "x=settle.vkey"):
            self.refused(2, *create(circuit), says=[circuit])
        self.refused(2, *create("1=card.json"), says=["card.json"])
        self.refused(1, *create("1=settle.vkey"), "--production")
        self.refused(2, "ledger", "create", "new", "1=settle.vkey", "--name", 32 * "x", *self.authorities())
        self.refused(1, "ledger", "create", "new", "1=settle.vkey", "--name", "n", "--governor", "home.public",
                     "--treasury", "treasury.public", says=["home.public"])
        self.assertFalse(os.path.exists(self.at("new")))
        ledger = self.environment.pop("ROAM_LEDGER")
        self.refused(2, "ledger", "status", says=["--ledger", "ROAM_LEDGER"])
        self.assertEqual(self.done("ledger", "status", "--ledger", ledger)["name"], "test")
        self.environment["ROAM_LEDGER"] = ledger

    def test_busy(self):
        descriptor = os.open(self.at("ledger"), os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self.refused(5, *self.open_session(9), says=["another process"])
        self.done("ledger", "status")
        os.close(descriptor)


if __name__ == "__main__":
    main()
