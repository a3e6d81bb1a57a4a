"""The records and their encoding (lib/ledger/records.h): version byte 1, then the fields in order."""
from dataclasses import dataclass

OPEN, COMMITTED, SETTLED, REFUNDED, DISPUTED = 1, 2, 3, 4, 5
ZERO_ID = bytes(32)


def u64(number):
    return number.to_bytes(8, "little")


def element(number):
    return number.to_bytes(32, "big")


@dataclass
class Operator:
    name: bytes
    public_key: bytes
    sequence: int = 0

    def encode(self):
        return b"\1" + self.name + self.public_key + u64(self.sequence)


@dataclass
class Account:
    available: int = 0
    sequence: int = 0

    def encode(self):
        return b"\1" + u64(self.available) + u64(self.sequence)


@dataclass
class Agreement:
    terms: object      # body of the AGREEMENT_OPEN transaction
    terms_bytes: bytes
    opened_s: int
    available: int = 0
    held: int = 0
    earned: int = 0
    home_sequence: int = 0
    visited_sequence: int = 0
    closed: bool = False

    def encode(self):
        numbers = (self.available, self.held, self.earned, self.home_sequence, self.visited_sequence, self.opened_s)
        return b"\1" + self.terms_bytes + b"".join(map(u64, numbers)) + bytes([self.closed])


@dataclass
class Session:
    agreement: bytes
    serial: int
    session_key: tuple
    hold: int
    deadline_s: int
    state: int = OPEN
    seq: int = 0
    commitment: int = 0
    closed_by: bytes = ZERO_ID

    def encode(self):
        x, y = self.session_key
        return (b"\1" + self.agreement + u64(self.serial) + bytes([self.state]) + element(x) + element(y) + u64(self.hold)
                + u64(self.deadline_s) + u64(self.seq) + element(self.commitment) + self.closed_by)


@dataclass
class Settlement:
    agreement: bytes
    total_fee: int
    total_tax: int
    session_count: int
    esg: int
    credited: int = 0
    credited_tax: int = 0

    def encode(self):
        numbers = (self.total_fee, self.total_tax, self.credited, self.credited_tax)
        return (b"\1" + self.agreement + b"".join(map(u64, numbers)) + self.session_count.to_bytes(2, "little")
                + element(self.esg))


@dataclass
class Validator:
    owner: bytes
    power: int

    def encode(self):
        return b"\1" + self.owner + u64(self.power)


@dataclass
class ValidatorSet:
    changes: int = 0
    power: int = 0
    count: int = 0
    listed: int = 0

    def encode(self):
        return b"\1" + u64(self.changes) + u64(self.power) + self.count.to_bytes(2, "little") + u64(self.listed)


@dataclass
class Listed:
    validator: bytes

    def encode(self):
        return b"\1" + self.validator


@dataclass
class Weight:
    """Of an operator's validators, or in favour of a ballot."""
    weight: int = 0

    def encode(self):
        return b"\1" + u64(self.weight)


@dataclass
class Mark:
    """A deposit reference that was used, or a vote that was given."""

    def encode(self):
        return b"\1"
