#!/usr/bin/env python3
"""Validators at the command line: naming them in a genesis, listing them, voting: cli_validator.py ROAM."""
import base64
import json
import os

from roam_cli import Cli, count, main, read, spoilt


class Validators(Cli):
    """Two validators, of operators one and two, and a third key; operator three runs none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for kind, name in (("authority", "governor"), ("authority", "treasury"), ("operator", "one"), ("operator", "two"),
                           ("operator", "three")):
            cls.done("key", "new", kind, f"{name}.json", "--name", name)
        cls.done("ceremony", "dev", "settle-1", "settle.zkey")
        cls.done("zk", "vkey", "settle.zkey", "settle.vkey")
        # any operator's public key is one that a validator could have
        cls.keys = [cls.done("key", "new", "operator", f"v{i}.json", "--name", "v") and read(cls.at(f"v{i}.json"))["public_key"]
                    for i in range(3)]
        cls.pub_keys = [{"type": "tendermint/PubKeyEd25519", "value": base64.b64encode(bytes.fromhex(key)).decode()}
                        for key in cls.keys]
        cls.ids = [read(cls.at(f"{name}.json"))["id"] for name in ("one", "two", "three")]
        cls.list = [{"key": cls.keys[0], "power": 2, "owner": cls.ids[0]}, {"key": cls.pub_keys[1], "power": 1, "owner": cls.ids[1]}]
        cls.save("validators.json", cls.list)
        created = cls.done(*cls.create("ledger"))
        assert created["validators"] == 2, created
        cls.environment["ROAM_LEDGER"] = cls.at("ledger")
        for name in ("one", "two", "three"):
            cls.done("operator", "register", "--governor", "governor.json", "--key", f"{name}.json")

    @classmethod
    def create(cls, folder, validators="validators.json"):
        return ["ledger", "create", folder, "1=settle.vkey", "--name", "n", "--governor", "governor.json", "--treasury",
                "treasury.json", "--validators", validators]

    def vote(self, name, key, power, *more):
        return ["validator", "vote", "--operator", f"{name}.json", "--key", key, "--power", power, *more]

    def refusal(self, outcome, *arguments):
        self.assertEqual(self.done(*arguments, status=1)["receipt"]["outcome"], outcome)

    def powers(self):
        listed = self.done("validator", "list")
        self.shape(listed, "validators", "changes", "total_power")
        for validator in listed["validators"]:
            self.shape(validator, "key", "power", "owner", "address")
        self.assertEqual(listed["total_power"], sum(v["power"] for v in listed["validators"]))
        return listed["changes"], [(v["key"], v["power"], v["owner"]) for v in listed["validators"]]

    def test_votes(self):
        one, two, three = self.ids
        first = (0, [(self.keys[0], 2, one), (self.keys[1], 1, two)])
        self.assertEqual(self.powers(), first)
        self.refusal("NOT_A_VALIDATOR", *self.vote("three", self.keys[2], 1))
        self.refusal("STALE_BALLOT", *self.vote("one", self.keys[2], 1, "--changes", 1))
        self.refusal("WRONG_OWNER", *self.vote("one", self.keys[0], 3, "--owner", two))
        self.refusal("NO_CHANGE", *self.vote("one", self.keys[0], 2))
        self.refusal("UNKNOWN_OPERATOR", *self.vote("one", self.keys[2], 1, "--owner", "v0.json"))
        self.assertEqual(self.powers(), first)

        # 2 of 3 are not more than two thirds; the file that CometBFT keeps, and what it prints
        self.save("priv_validator_key.json", {"address": "", "pub_key": self.pub_keys[2], "priv_key": {}})
        self.save("shown.json", self.pub_keys[2])
        said = self.done(*self.vote("one", "priv_validator_key.json", 5, "--owner", three))
        self.shape(said, "validator", "owner", "power", "total_power", "receipt", "in_favour", "took_effect")
        self.assertEqual((said["validator"], said["owner"], said["in_favour"], said["took_effect"]),
                         (self.keys[2], three, 2, False))
        said = self.done(*self.vote("two", "shown.json", 5, "--owner", "three.json", "--changes", 0))
        self.assertEqual((said["in_favour"], said["took_effect"]), (3, True))
        self.assertEqual(self.powers(), (1, first[1] + [(self.keys[2], 5, three)]))

        # a validator's owner need not be named
        for name, took_effect in (("three", False), ("two", True)):
            said = self.done(*self.vote(name, self.keys[0], 0))
            self.assertEqual((said["owner"], said["took_effect"]), (one, took_effect))
        self.assertEqual(self.powers(), (2, [(self.keys[1], 1, two), (self.keys[2], 5, three)]))
        self.refusal("NOT_A_VALIDATOR", *self.vote("one", self.keys[0], 1))
        self.done("ledger", "audit")
        self.assertTrue(self.done("ledger", "replay")["equal"])

    def test_bad_arguments(self):
        self.refused(2, *self.vote("one", self.keys[0], "x"), says=["--power"])
        self.refused(2, *self.vote("one", self.keys[0], 2**40 + 1), says=["--power", "0..1099511627776"])
        self.refused(3, *self.vote("one", "no/such/file", 1), says=["no/such/file"])
        self.refused(3, *self.vote("one", self.keys[0][1:], 1), says=[self.keys[0][1:]])
        self.refused(3, *self.vote("nobody", self.keys[0], 1), says=["nobody.json"])
        self.refused(1, *self.vote("governor", self.keys[0], 1), says=["governor.json"])
        for number, bad in enumerate(({}, [], "x", {"pub_key": {}}, {"pub_key": {"type": "tendermint/PubKeySecp256k1"}},
                                      {**self.pub_keys[0], "value": "AAAA"}, {**self.pub_keys[0], "type": "x"})):
            name = self.save(f"bad{number}.json", json.dumps(bad).encode())
            self.refused(2, *self.vote("one", name, 1), says=[name])

    def test_create(self):
        for place in ([0, "key"], [0, "power"], [0, "owner"], [1, "key", "value"], [1, "key", "type"]):
            for wrong, changed in spoilt(self.list, place):
                self.save("wrong.json", changed)
                self.refused((1, 2, 3), *self.create("new", "wrong.json"))
                self.assertFalse(os.path.exists(self.at("new")), (place, wrong))
        for wrong in ([], {}, 65 * self.list[:1], [self.list[0], {**self.list[1], "key": self.keys[0]}],
                      [{**self.list[0], "power": 0}], [{**self.list[0], "power": 2**40 + 1}], [{**self.list[0], "key": "00" * 32}]):
            self.save("wrong.json", wrong)
            self.refused((1, 2, 3, 4), *self.create("new", "wrong.json"))
            self.assertFalse(os.path.exists(self.at("new")))
        self.refused(3, *self.create("new", "no/such/file"), says=["no/such/file"])

    def test_none(self):
        """A ledger whose genesis names none."""
        self.done(*self.create("plain")[:-2])
        for command in (["validator", "list"], self.vote("one", self.keys[0], 1)):
            self.refused(3, *command, "--ledger", "plain", says=["does not decide"])
        count["property"] += 1


main()
