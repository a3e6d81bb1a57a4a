"""The state of the ledger: one dictionary for each kind of record, and the hashes over it (lib/ledger/ledger.h)."""
import hashlib
from dataclasses import dataclass

import lthash
import receipts
import records


@dataclass
class Genesis:
    chain_name: bytes
    governor: bytes
    treasury: bytes
    production: int
    time_s: int
    circuits: list    # (places, digest of the key, the key's bytes)
    validators: list  # (key, power, owner)

    def ledger_id(self):
        """SHA-256 of the fields in order."""
        pieces = [b"roam genesis v1", self.chain_name, self.governor, self.treasury, bytes([self.production]),
                  self.time_s.to_bytes(8, "little"), len(self.circuits).to_bytes(2, "little")]
        pieces += [size.to_bytes(2, "little") + digest for size, digest, _ in self.circuits]
        if self.validators:
            pieces.append(len(self.validators).to_bytes(2, "little"))
        pieces += [key + power.to_bytes(8, "little") + owner for key, power, owner in self.validators]
        return hashlib.sha256(b"".join(pieces)).digest()


class State:
    def __init__(self, genesis):
        self.genesis, self.ledger = genesis, genesis.ledger_id()
        self.height, self.time_s = 0, genesis.time_s
        self.operators, self.accounts, self.references = {}, {}, {}
        self.agreements, self.sessions, self.settlements = {}, {}, {}
        self.receipts = receipts.Log()
        self.committed, self.hash = {}, lthash.LtHash()
        self.listed = {}
        self.validators = {key: records.Validator(owner, power) for key, power, owner in genesis.validators}
        self.voters, self.ballots, self.votes, self.validator_sets = {}, {}, {}, {}
        if genesis.validators:
            self.validator_sets[b""] = records.ValidatorSet()
            self.count_validators()
        self.commit()

    def count_validators(self):
        """Brings weights and sums up to the validators."""
        for voter in self.voters.values():
            voter.weight = 0
        for validator in self.validators.values():
            self.voters.setdefault(validator.owner, records.Weight()).weight += validator.power
        total = self.validator_sets[b""]
        total.power = sum(validator.power for validator in self.validators.values())
        total.count = sum(validator.power > 0 for validator in self.validators.values())
        total.listed = len(self.validators)
        for place, key in enumerate(self.validators):  # a dictionary keeps the order in which they came
            self.listed[place.to_bytes(8, "big")] = records.Listed(key)

    def account(self, operator_id, currency):
        """The account to read; an empty one if there is none."""
        return self.accounts.get((operator_id, currency), records.Account())

    def account_to_change(self, operator_id, currency):
        return self.accounts.setdefault((operator_id, currency), records.Account())

    def all_records(self):
        """Key and value of every record."""
        kinds = ((b"o", self.operators), (b"a", self.accounts), (b"d", self.references), (b"g", self.agreements),
                 (b"s", self.sessions), (b"t", self.settlements), (b"v", self.validators), (b"w", self.voters),
                 (b"V", self.validator_sets), (b"n", self.listed), (b"b", self.ballots), (b"c", self.votes))
        for letter, kind in kinds:
            for name, record in kind.items():
                yield letter + (b"".join(name) if letter == b"a" else name), record.encode()

    def commit(self):
        """Brings the state's hash up to the records."""
        for key, value in self.all_records():
            before = self.committed.get(key)
            if before != value:
                if before is not None:
                    self.hash.remove(key, before)
                self.hash.add(key, value)
                self.committed[key] = value

    def app_hash(self):
        numbers = [n.to_bytes(8, "little") for n in (self.height, self.time_s, len(self.receipts.leaves))]
        return hashlib.sha256(b"roam app v1" + self.ledger + numbers[0] + numbers[1] + self.hash.digest()
                              + self.receipts.root() + numbers[2]).digest()
