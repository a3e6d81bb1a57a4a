"""Receipts (lib/ledger/ledger.h) and the log of their hashes (lib/merkle/merkle_log.h, RFC 9162 section 2.1)."""
import hashlib

# field: bytes; integers are little-endian, the ids stay bytes
FIELDS = {"index": 8, "height": 8, "time_s": 8, "type": 1, "outcome": 2, "tx": 32, "agreement": 32, "amount_minor": 8,
          "tax_minor": 8, "count": 2}
SIZE = sum(FIELDS.values())


def encode(receipt):
    return b"".join(receipt[name] if size == 32 else receipt[name].to_bytes(size, "little") for name, size in FIELDS.items())


def decode(data):
    out, at = {}, 0
    for name, size in FIELDS.items():
        field = data[at:at + size]
        out[name] = field if size == 32 else int.from_bytes(field, "little")
        at += size
    return out


class Log:
    """All leaves; the root is the RFC's recursion, complete subtrees being remembered."""

    def __init__(self):
        self.leaves, self.complete = [], {}

    def append(self, entry):
        self.leaves.append(hashlib.sha256(b"\0" + entry).digest())

    def root(self):
        return self.subtree(0, len(self.leaves)) if self.leaves else hashlib.sha256(b"").digest()

    def subtree(self, start, size):
        if size == 1:
            return self.leaves[start]
        if (start, size) in self.complete:
            return self.complete[start, size]
        left = 1
        while 2 * left < size:
            left *= 2
        out = hashlib.sha256(b"\1" + self.subtree(start, left) + self.subtree(start + left, size - left)).digest()
        if size == 2 * left:
            self.complete[start, size] = out
        return out
