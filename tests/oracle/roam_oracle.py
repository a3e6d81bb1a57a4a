#!/usr/bin/env python3
"""A second ledger, to check the first one by: executes the transactions of a block log (block_log.py) one by one by the rules
of docs/ledger.md and compares every receipt, the commitment to the state, the root of the receipt log and the app hash with
what the log says; the invariants of that page are checked after every block. Written from the documents alone, in plain
integers and dictionaries: no batching, no overlay, no library but Python's own.

    roam_oracle.py [--proofs hint|check] [--sample N] [--json] LOG        ("-" reads the standard input)

Exit status: 0 all equal, 1 a difference (the first is printed, with height, place in the block, field and both values), 2 bad
log.

Operators' and devices' signatures are always verified here. Settlement proofs: with `--proofs hint`, the default, a proof holds
if the public inputs that are computed here are those for which, as the log says, another verifier found it to hold; a proof of
which the log says nothing is verified here, by the pairing. With `--proofs check` every N-th proof (1: all) is verified here,
and the hint must agree."""
import argparse
import collections
import dataclasses
import hashlib
import json
import sys

import groth16
import invariants
import receipts
import rules
import rules_session
import rules_validator
import wire
from block_log import BadLog, LogReader
from state import State

RULES = {1: rules.operator_register, 2: rules.operator_rotate_key, 3: rules.deposit, 4: rules.withdraw, 5: rules.agreement_open,
         6: rules.agreement_fund, 7: rules.agreement_release, 8: rules.agreement_collect, 9: rules_session.session_open,
         10: rules_session.usage_commit, 12: rules_session.expire, 13: rules_session.dispute, 14: rules_session.dispute_resolve,
         15: rules.credit_note, 16: rules.agreement_close, 17: rules_validator.validator_vote}


@dataclasses.dataclass
class Difference(Exception):
    height: int
    index: object  # place in the block, None if it is not a transaction's
    field: str
    oracle: object
    log: object


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


class Oracle:
    def __init__(self, genesis, proofs="hint", sample=1):
        self.state = State(genesis)
        self.proofs, self.sample = proofs, sample
        self.count = collections.Counter()
        self.accepted, self.refused = collections.Counter(), collections.Counter()
        self.inside = collections.Counter()  # deposits - withdrawals, by currency
        self.place, self.hint = None, None

    def compare(self, field, oracle, log):
        if oracle != log:
            raise Difference(self.state.height, self.place, field, plain(oracle), plain(log))

    def proof_holds(self, tx, key, inputs):
        self.count["proofs"] += 1
        hinted = None if self.hint is None else self.hint == inputs
        if hinted is None or (self.proofs == "check" and self.count["proofs"] % self.sample == 0):
            self.count["proofs_checked"] += 1
            verdict = groth16.verify(key, tx.body.proof, inputs)
            if hinted is not None:
                self.compare("proof hint", verdict, hinted)
            return verdict
        return hinted

    def execute(self, tx):
        """(outcome, (amount, tax, count))"""
        try:
            rules.rule("WRONG_LEDGER", tx.ledger == self.state.ledger)
            if tx.type == 11:
                return "ACCEPTED", rules_session.settle(self.state, tx, self.proof_holds)
            return "ACCEPTED", RULES[tx.type](self.state, tx)
        except rules.Refused as refused:
            return str(refused), (0, 0, 0)

    def receipt(self, data):
        """Executes one transaction and makes its receipt."""
        try:
            tx = wire.parse(data)
        except wire.Malformed:
            kind, id_, agreement = 0, hashlib.sha256(data).digest(), bytes(32)
            outcome, numbers = "MALFORMED", (0, 0, 0)
        else:
            kind, id_, agreement = tx.type, tx.id, getattr(tx.body, "agreement", bytes(32))
            if tx.type == 5:
                agreement = wire.agreement_id(tx.ledger, tx.body_bytes)
            outcome, numbers = self.execute(tx)
            if outcome == "ACCEPTED" and kind in (3, 4):
                self.inside[tx.body.currency] += numbers[0] if kind == 3 else -numbers[0]
        if outcome == "ACCEPTED":
            self.accepted[wire.TYPES[kind]] += 1
        else:
            self.refused[outcome] += 1
        return {"index": len(self.state.receipts.leaves), "height": self.state.height, "time_s": self.state.time_s,
                "type": kind, "outcome": rules.OUTCOMES.index(outcome), "tx": id_, "agreement": agreement,
                "amount_minor": numbers[0], "tax_minor": numbers[1], "count": numbers[2]}

    def run_entry(self, entry):
        self.hint = entry.hint
        made = self.receipt(entry.data)
        for field, value in made.items():
            self.compare(field, value, entry.receipt[field])
        self.state.receipts.append(receipts.encode(made))
        self.count["transactions"] += 1

    def run_block(self, block):
        self.state.height += 1
        self.compare("height", self.state.height, block.height)
        if block.time_s < self.state.time_s or block.time_s >= 2**62:
            raise BadLog(f"block {block.height}: time {block.time_s} after {self.state.time_s}")
        self.state.time_s = block.time_s
        for self.place, entry in enumerate(block.entries):
            self.run_entry(entry)
        self.place = None
        self.compare("invariant", None, invariants.broken(self.state, self.inside))
        self.state.commit()
        self.compare("receipt_root", self.state.receipts.root(), block.receipt_root)
        self.compare("state", self.state.hash.digest(), block.state)
        self.compare("app_hash", self.state.app_hash(), block.app_hash)
        self.count["blocks"] += 1

    def check_keys(self, circuits):
        for places, digest, key in circuits:
            self.compare(f"digest of the key of circuit {places}", hashlib.sha256(key).digest(), digest)
            try:
                ic = groth16.parse_key(key)[4]
            except ValueError as error:
                raise BadLog(f"circuit {places}: {error}") from error
            if len(ic) != 7:
                raise BadLog(f"circuit {places}: a key for {len(ic) - 1} public inputs, expected 6")

    def run(self, log):
        self.check_keys(log.genesis.circuits)
        self.compare("ledger", self.state.ledger, log.ledger)
        self.compare("app_hash", self.state.app_hash(), log.app_hash)
        for block in log.blocks():
            self.run_block(block)


def check(lines, proofs="hint", sample=1):
    """The summary of a log; "difference" is None if all is equal. BadLog if it cannot be read."""
    log = LogReader(lines)
    oracle, difference = Oracle(log.genesis, proofs, sample), None
    try:
        oracle.run(log)
    except Difference as found:
        difference = dataclasses.asdict(found)
    count = {name: oracle.count[name] for name in ("blocks", "transactions", "proofs", "proofs_checked")}
    return {**count, "accepted": dict(oracle.accepted), "refused": dict(oracle.refused), "equal": difference is None,
            "difference": difference}


def show(summary):
    counts = "{blocks} blocks, {transactions} transactions, {proofs} proofs, {proofs_checked} of them verified here"
    print(counts.format(**summary))
    for what in ("accepted", "refused"):
        print(f"{what}:", ", ".join(f"{name} {count}" for name, count in sorted(summary[what].items())))
    found = summary["difference"]
    if found is None:
        print("all equal")
    else:
        place = "" if found["index"] is None else f", transaction {found['index']}"
        print(f"difference at height {found['height']}{place}: {found['field']}")
        print(f"  here {found['oracle']}\n  log  {found['log']}")


def main():
    parser = argparse.ArgumentParser(description="checks a block log against a second ledger")
    parser.add_argument("log")
    parser.add_argument("--proofs", choices=["hint", "check"], default="hint")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        with sys.stdin if args.log == "-" else open(args.log, encoding="ascii") as lines:
            summary = check(lines, args.proofs, max(args.sample, 1))
    except (BadLog, OSError, UnicodeDecodeError) as error:
        print(f"{args.log}: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(summary))
    else:
        show(summary)
    return 0 if summary["equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
