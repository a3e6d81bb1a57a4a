"""The block log: text, a line for each thing, words apart by spaces, bytes in hexadecimal ("-" for none), numbers in decimal.

    roam-blocks 1
    genesis <chain_name> <governor> <treasury> <production> <time_s>
    circuit <places> <SHA-256 of the key> <key as groth16_vk_serialize>      for each circuit
    validator <key> <power> <owner>                                          for each validator of the genesis
    ledger <ledger id> <app hash at height 0>
    block <height> <time_s>
    tx <bytes> <receipt> <hint>                                              for each transaction, in order
    end <app hash> <state digest> <receipt root>

genesis, circuit and validator are inputs; ledger, receipt and end are what the ledger under test said. hint is for SETTLE: the six
public inputs for which another verifier found the proof to hold, or "none" if it does not hold for those that its maker meant,
or "-" if nobody says; it is "-" for the other types."""
from dataclasses import dataclass, field

import receipts
from state import Genesis


class BadLog(Exception):
    pass


@dataclass
class Entry:
    data: bytes
    receipt: dict
    hint: object  # None, "none", or six integers


@dataclass
class Block:
    height: int
    time_s: int
    entries: list = field(default_factory=list)
    app_hash: bytes = b""
    state: bytes = b""
    receipt_root: bytes = b""


def octets(word, size=None):
    data = b"" if word == "-" else bytes.fromhex(word)
    if size is not None and len(data) != size:
        raise ValueError(f"{len(data)} bytes, expected {size}")
    return data


def number(word, bits=64):
    if not word.isascii() or not word.isdigit() or int(word) >= 2**bits:
        raise ValueError(f"{word!r} is no number below 2^{bits}")
    return int(word)


def parse_hint(word):
    if word in ("-", "none"):
        return None if word == "-" else word
    data = octets(word, 6 * 32)
    return tuple(int.from_bytes(data[i:i + 32], "big") for i in range(0, 192, 32))


class LogReader:
    """Header at once, blocks one by one."""

    def __init__(self, lines):
        self.lines, self.at, self.next = iter(lines), 0, None
        self.advance()
        self.expect("roam-blocks", lambda version: number(version) == 1 or self.fail("unknown version"))
        self.genesis = self.expect("genesis", lambda name, governor, treasury, production, time_s: Genesis(
            octets(name, 32), octets(governor, 32), octets(treasury, 32), number(production, 1), number(time_s), [], []))
        while self.next and self.next[0] == "circuit":
            self.genesis.circuits.append(self.expect("circuit", lambda places, digest, key: (
                number(places, 16), octets(digest, 32), octets(key))))
        while self.next and self.next[0] == "validator":
            self.genesis.validators.append(self.expect("validator", lambda key, power, owner: (
                octets(key, 32), number(power), octets(owner, 32))))
        self.ledger, self.app_hash = self.expect("ledger", lambda id_, hash_: (octets(id_, 32), octets(hash_, 32)))

    def fail(self, text):
        raise BadLog(f"line {self.at}: {text}")

    def advance(self):
        line = next(self.lines, None)
        self.at += 1
        self.next = line.split() if line is not None else None
        if self.next == []:
            self.fail("empty line")

    def expect(self, word, parse):
        if self.next is None or self.next[0] != word:
            self.fail(f"{self.next[0] if self.next else 'the end'}, expected {word}")
        try:
            out = parse(*self.next[1:])
        except (ValueError, TypeError) as error:
            self.fail(f"{word}: {error}")
        self.advance()
        return out

    def blocks(self):
        while self.next is not None:
            block = self.expect("block", lambda height, time_s: Block(number(height), number(time_s)))
            while self.next and self.next[0] == "tx":
                block.entries.append(self.expect("tx", lambda data, receipt, hint: Entry(
                    octets(data), receipts.decode(octets(receipt, receipts.SIZE)), parse_hint(hint))))
            block.app_hash, block.state, block.receipt_root = self.expect(
                "end", lambda *hashes: [octets(hash_, 32) for hash_ in hashes])
            yield block
