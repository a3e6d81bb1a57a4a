#!/usr/bin/env python3
"""The ledger against the oracle, and the oracle against logs in which something was changed: test_oracle.py LEDGER_BLOCKS_DUMP.
ROAM_SEED sets the first seed, ROAM_CASES the transactions of each log."""
import collections
import hashlib
import json
import os
import subprocess
import sys
import unittest

import receipts
import roam_oracle
import rules
import wire
from block_log import BadLog, LogReader

SEED = int(os.environ.get("ROAM_SEED", "20"), 0)
TRANSACTIONS = int(os.environ.get("ROAM_CASES", "400"))
SEEDS, CHANGED_TRANSACTIONS = 3, 2000  # the changes need one of each kind in the log
DUMP = sys.argv[1] if len(sys.argv) == 2 else sys.exit("usage: test_oracle.py LEDGER_BLOCKS_DUMP")
counted = collections.Counter()


def dump(seed, transactions):
    done = subprocess.run([DUMP, str(seed % 2**64), str(transactions)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


class Place:
    """One transaction of a log."""

    def __init__(self, line, height, index, words):
        self.line, self.height, self.index = line, height, index
        self.data, self.receipt, self.hint = words[1], receipts.decode(bytes.fromhex(words[2])), words[3]
        self.type, self.outcome = wire.TYPES[self.receipt["type"]], rules.OUTCOMES[self.receipt["outcome"]]


class Log:
    """The lines of a log and where its transactions and its blocks' ends are."""

    def __init__(self, lines):
        self.lines, self.places, self.starts, self.ends = lines, [], {}, {}
        height = 0
        for number, line in enumerate(lines):
            words = line.split()
            if words[0] == "block":
                height = int(words[1])
                self.starts[height] = number
            elif words[0] == "tx":
                self.places.append(Place(number, height, number - self.starts[height] - 1, words))
            elif words[0] == "end":
                self.ends[height] = number

    def find(self, holds):
        """The first after the opening block."""
        return next(place for place in self.places if place.height > 1 and holds(place))

    def with_words(self, line, **changed):
        """A copy of the lines, words of one changed: w1=..., w2=..."""
        words = self.lines[line].split()
        for name, word in changed.items():
            words[int(name[1:])] = word
        return self.lines[:line] + [" ".join(words)] + self.lines[line + 1:]


def flip(hexadecimal, bit=0):
    data = bytearray.fromhex(hexadecimal)
    data[len(data) - 1 - bit // 8] ^= 1 << bit % 8
    return data.hex()


class Equal(unittest.TestCase):
    def test_logs(self):
        types, outcomes = collections.Counter(), collections.Counter()
        for seed in range(SEED, SEED + SEEDS):
            lines = dump(seed, TRANSACTIONS)
            summary = roam_oracle.check(lines, proofs="check", sample=3)
            self.assertIsNone(summary["difference"], f"seed {seed}")
            self.assertGreaterEqual(summary["transactions"], TRANSACTIONS)
            self.assertEqual(summary["transactions"], sum((summary["accepted"] | summary["refused"]).values()))
            self.assertGreater(summary["proofs_checked"], 0)
            for place in Log(lines).places:
                types[place.type] += 1
                outcomes[place.outcome] += 1
            counted["property"] += summary["transactions"]
        print(f"{len(outcomes)} outcomes;", ", ".join(f"{name} {count}" for name, count in sorted(types.items())))
        if TRANSACTIONS >= 400:
            self.assertEqual(set(types), set(wire.TYPES))
            self.assertGreater(outcomes["ACCEPTED"], sum(outcomes.values()) / 3)
            self.assertGreater(len(outcomes), 25)
            self.assertTrue({"NO_VALIDATORS", "VOTED_ALREADY"} <= set(outcomes))


class Changed(unittest.TestCase):
    """Every change is found, at its height and place, in the field that tells."""

    @classmethod
    def setUpClass(cls):
        cls.log = Log(dump(SEED, CHANGED_TRANSACTIONS))
        cls.accepted = cls.log.find(lambda p: p.receipt["tax_minor"] > 0 and p.receipt["count"] > 0)

    def found(self, lines, height, index, *fields, **how):
        difference = roam_oracle.check(lines, **how)["difference"]
        self.assertIsNotNone(difference)
        self.assertEqual((difference["height"], difference["index"]), (height, index), difference)
        self.assertIn(difference["field"], fields, difference)
        counted["negative"] += 1

    def test_every_receipt_field(self):
        place = self.accepted
        for field in receipts.FIELDS:
            value = place.receipt[field]
            other = value + 1 if isinstance(value, int) else bytes.fromhex(flip(value.hex(), 7))
            changed = receipts.encode(place.receipt | {field: other}).hex()
            self.found(self.log.with_words(place.line, w2=changed), place.height, place.index, field)

    def test_outcome_of_a_refused_one(self):
        for outcome in ("INSUFFICIENT_FUNDS", "UNKNOWN_SESSION", "MALFORMED"):
            place = self.log.find(lambda p: p.outcome == outcome)
            changed = receipts.encode(place.receipt | {"outcome": 0}).hex()
            self.found(self.log.with_words(place.line, w2=changed), place.height, place.index, "outcome")

    def test_hashes(self):
        line = self.log.ends[self.accepted.height]
        for number, field in ((1, "app_hash"), (2, "state"), (3, "receipt_root")):
            changed = self.log.with_words(line, **{f"w{number}": flip(self.log.lines[line].split()[number], 77)})
            self.found(changed, self.accepted.height, None, field)

    def test_dropped_and_doubled(self):
        lines = self.log.lines
        place = self.log.find(lambda p: p.outcome == "ACCEPTED" and lines[p.line + 1].startswith("tx"))
        self.found(lines[:place.line] + lines[place.line + 1:], place.height, place.index, "index")
        self.found(lines[:place.line + 1] + lines[place.line:], place.height, place.index + 1, "index")
        last = self.log.ends[place.height] - 1
        self.found(lines[:last] + lines[last + 1:], place.height, None, "receipt_root")

    def test_swapped(self):
        lines = self.log.lines
        first, second = next((a, b) for a, b in zip(self.log.places, self.log.places[1:]) if a.height == b.height > 1
                             and "ACCEPTED" in (a.outcome, b.outcome) and a.receipt["tx"] != b.receipt["tx"])
        swapped = [lines[second.line], lines[first.line]]
        self.found(lines[:first.line] + swapped + lines[second.line + 1:], first.height, first.index, "index")
        for place, other in ((first, second), (second, first)):  # the bytes alone
            self.found(self.log.with_words(place.line, w1=other.data), place.height, place.index, "type", "outcome", "tx")
        renumbered = [f"tx {b.data} {receipts.encode(b.receipt | {'index': a.receipt['index']}).hex()} {b.hint}"
                      for a, b in ((first, second), (second, first))]
        difference = roam_oracle.check(lines[:first.line] + renumbered + lines[second.line + 1:])["difference"]
        self.assertEqual(difference["height"], first.height)
        counted["negative"] += 1

    def test_blocks(self):
        lines, height = self.log.lines, self.accepted.height
        start, end = self.log.starts[height], self.log.ends[height]
        time_s = int(lines[start].split()[2])
        self.found(self.log.with_words(start, w2=str(time_s + 1)), height, 0, "time_s")
        self.found(lines[:start] + lines[end + 1:], height, None, "height")  # the block is missing
        self.found(self.log.with_words(start, w1=str(height + 1)), height, None, "height")

    def test_time_of_an_empty_block(self):
        height = next(h for h, start in self.log.starts.items() if self.log.ends[h] == start + 1)
        start = self.log.starts[height]
        time_s = int(self.log.lines[start].split()[2])
        self.found(self.log.with_words(start, w2=str(time_s + 1)), height, None, "app_hash")

    def test_signatures(self):
        """A bit of the last signature, of R and of S, with the verdict that the ledger gave to the good one."""
        for kind in ("SETTLE", "DEPOSIT", "AGREEMENT_FUND", "SESSION_OPEN", "USAGE_COMMIT"):
            place = self.log.find(lambda p: p.type == kind and p.outcome == "ACCEPTED")
            for bit in (0, 3, 255, 256, 511):
                self.found(self.log.with_words(place.line, w1=flip(place.data, bit)), place.height, place.index, "outcome")
        two = self.log.find(lambda p: p.type == "OPERATOR_ROTATE_KEY" and p.outcome == "ACCEPTED")
        self.found(self.log.with_words(two.line, w1=flip(two.data, 512 + 9)), two.height, two.index, "outcome")

    def test_body(self):
        place = self.log.find(lambda p: p.type == "AGREEMENT_FUND" and p.outcome == "ACCEPTED")
        changed = flip(place.data, 8 * (64 + 1 + 8 + 8) - 1)
        self.found(self.log.with_words(place.line, w1=changed), place.height, place.index, "outcome")

    def test_genesis(self):
        line = next(i for i, text in enumerate(self.log.lines) if text.startswith("genesis"))
        words = self.log.lines[line].split()
        changes = {f"w{i}": flip(words[i], 5) for i in (1, 2, 3)} | {"w4": "1", "w5": str(int(words[5]) + 1)}
        for word, value in changes.items():
            self.found(self.log.with_words(line, **{word: value}), 0, None, "ledger")
        circuit = line + 1
        words = self.log.lines[circuit].split()
        self.found(self.log.with_words(circuit, w1=str(int(words[1]) + 1)), 0, None, "ledger")
        self.found(self.log.with_words(circuit, w2=flip(words[2])), 0, None, f"digest of the key of circuit {words[1]}")
        self.found(self.log.with_words(circuit, w3=flip(words[3])), 0, None, f"digest of the key of circuit {words[1]}")

    def test_genesis_validators(self):
        log = Log(dump(SEED | 1, 1))
        line = next(i for i, text in enumerate(log.lines) if text.startswith("validator"))
        words = log.lines[line].split()
        for word, value in {"w1": flip(words[1]), "w2": str(int(words[2]) + 1), "w3": flip(words[3])}.items():
            self.found(log.with_words(line, **{word: value}), 0, None, "ledger")
        self.found(log.lines[:line] + log.lines[line + 1:], 0, None, "ledger")

    def test_consistent_genesis(self):
        """Another governor in a log that names the ledger id of that genesis: the first transaction tells."""
        line = next(i for i, text in enumerate(self.log.lines) if text.startswith("genesis"))
        changed = Log(self.log.with_words(line, w2=flip(self.log.lines[line].split()[2])))
        state = roam_oracle.State(LogReader(changed.lines).genesis)
        ledger = next(i for i, text in enumerate(changed.lines) if text.startswith("ledger"))
        self.found(changed.with_words(ledger, w1=state.ledger.hex(), w2=state.app_hash().hex()), 1, 0, "outcome")

    def test_hints(self):
        good = self.log.find(lambda p: p.type == "SETTLE" and p.outcome == "ACCEPTED")
        unsaid = self.log.with_words(good.line, w3="-")[:self.log.ends[good.height] + 1]
        summary = roam_oracle.check(unsaid)
        self.assertEqual((summary["proofs_checked"], summary["difference"]), (1, None))
        self.found(self.log.with_words(good.line, w3="none"), good.height, good.index, "outcome")
        self.found(self.log.with_words(good.line, w3=flip(good.hint)), good.height, good.index, "outcome")
        self.found(self.log.with_words(good.line, w3="none"), good.height, good.index, "proof hint", proofs="check")

    def test_bad_logs(self):
        lines = self.log.lines
        start, end, place = self.log.starts[2], self.log.ends[2], self.accepted
        changes = [[], lines[1:], lines[:start + 1], lines[:end], lines[:start] + ["stop"] + lines[start:],
                   lines[:start] + [""] + lines[start:], ["roam-blocks 2"] + lines[1:],
                   self.log.with_words(start, w2="x"), self.log.with_words(start, w2="-1"),
                   self.log.with_words(start, w2=str(2**64)), self.log.with_words(start, w2="0"),
                   self.log.with_words(start, w2=str(2**62)), self.log.with_words(place.line, w1="0"),
                   self.log.with_words(place.line, w2="00"), self.log.with_words(place.line, w3="12"),
                   self.log.with_words(end, w1="-"), lines[:end] + [lines[end] + " 00"] + lines[end + 1:]]
        circuit = next(i for i, text in enumerate(lines) if text.startswith("circuit"))
        key = lines[circuit].split()[3]
        fewer = key[:10] + "05000000" + key[18:-128]  # a key for five inputs
        for key in (flip(key), key[:-128], fewer):
            digest = hashlib.sha256(bytes.fromhex(key)).hexdigest()
            changes.append(self.log.with_words(circuit, w2=digest, w3=key))
        for number, changed in enumerate(changes):
            with self.assertRaises(BadLog, msg=f"change {number}"):
                roam_oracle.check(changed)
            counted["negative"] += 1

    def test_program(self):
        place = self.log.find(lambda p: True)
        lines = self.log.lines[:self.log.ends[place.height] + 1]
        wrong = self.log.with_words(place.line, w2=flip(self.log.lines[place.line].split()[2]))
        for status, text in ((0, lines), (1, wrong), (2, lines[:-1])):
            done = subprocess.run([sys.executable, "-B", roam_oracle.__file__, "--json", "-"], input="\n".join(text),
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, status, done.stderr)
            if status < 2:
                self.assertEqual(json.loads(done.stdout)["equal"], status == 0)
            else:
                self.assertIn("line", done.stderr)


if __name__ == "__main__":
    passed = unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful()
    print(f"count property={counted['property']} negative={counted['negative']}" + ("" if passed else f", seed {SEED}"))
    sys.exit(not passed)
