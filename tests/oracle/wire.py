"""Transactions from bytes (lib/wire/tx.h). Whatever is not canonical is refused."""
import hashlib
import unicodedata
from types import SimpleNamespace

import babyjub
import ed25519
import groth16
from poseidon import R

SIZE_MAX, BATCH_MAX = 256 * 1024, 1024
TYPES = ["none", "OPERATOR_REGISTER", "OPERATOR_ROTATE_KEY", "DEPOSIT", "WITHDRAW", "AGREEMENT_OPEN", "AGREEMENT_FUND",
         "AGREEMENT_RELEASE", "AGREEMENT_COLLECT", "SESSION_OPEN", "USAGE_COMMIT", "SETTLE", "EXPIRE", "DISPUTE",
         "DISPUTE_RESOLVE", "CREDIT_NOTE", "AGREEMENT_CLOSE", "VALIDATOR_VOTE"]
SIGNATURES = {2: 2, 5: 2, 14: 2}  # the other types have one

MOVE = "agreement:id amount:u64 sequence:u64"
BODIES = {
    1: "operator_id:id name:name public_key:operator_key",
    2: "operator_id:id sequence:u64 new_public_key:operator_key",
    3: "operator_id:id currency:currency amount:u64 reference:id",
    4: "operator_id:id currency:currency amount:u64 sequence:u64 reference:id",
    5: "home:id visited:id currency:currency rate_card:element hold_max:u64 commit_within_s:u32 settle_within_s:u32 "
       "dispute_within_s:u32 dispute_default_ppm:u32 terms_digest:id salt:u64",
    6: MOVE,
    7: MOVE,
    8: MOVE,
    9: "agreement:id valid_until_s:u64 items:open_items",
    10: "agreement:id items:commit_items",
    11: "agreement:id circuit_size:u16 serials:u64s total_fee:u64 total_tax:u64 esg:element proof:proof",
    12: "agreement:id signer:id serials:u64s",
    13: "agreement:id serial:u64 reason:id",
    14: "agreement:id serial:u64 amount:u64 tax:u64",
    15: "agreement:id settlement:id amount:u64 tax:u64 sequence:u64 reason:id",
    16: "agreement:id signer:id sequence:u64",
    17: "operator_id:id validator:operator_key power:u64 owner:id changes:u64",
}


class Malformed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Malformed(text)


class Reader:
    """A method for each kind of field."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        require(len(self.data) - self.at >= size, "ends early")
        self.at += size
        return self.data[self.at - size:self.at]

    def integer(self, size):
        return int.from_bytes(self.take(size), "little")

    def u8(self):
        return self.integer(1)

    def u16(self):
        return self.integer(2)

    def u32(self):
        return self.integer(4)

    def u64(self):
        return self.integer(8)

    def id(self):
        return self.take(32)

    def element(self):
        number = int.from_bytes(self.take(32), "big")
        require(number < R, "field element is not canonical")
        return number

    def currency(self):
        """Code and decimals; the rules look at what is in them."""
        return self.take(9)

    def name(self):
        data = self.take(32)
        text = data.rstrip(b"\0")
        try:
            letters = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("name is not UTF-8") from error
        require(letters, "name is empty")
        require(all(unicodedata.category(letter) != "Cc" for letter in letters), "control character in the name")
        return data

    def operator_key(self):
        data = self.take(32)
        require(ed25519.is_operator_key(data), "operator key is no point of the subgroup")
        return data

    def items(self, read):
        count = self.u16()
        require(count <= BATCH_MAX, "too many items")
        return [read() for _ in range(count)]

    def u64s(self):
        return self.items(self.u64)

    def open_item(self):
        serial = self.u64()
        key = babyjub.unpack_key(self.take(32))
        require(key is not None, "session key is no point of the subgroup")
        return SimpleNamespace(serial=serial, session_key=key, hold=self.u64())

    def open_items(self):
        return self.items(self.open_item)

    def commit_item(self):
        serial, seq, commitment = self.u64(), self.u64(), self.element()
        r8 = babyjub.unpack(self.take(32))
        require(r8 is not None, "R8 is no point of the curve")
        s = self.integer(32)
        require(s < babyjub.ORDER, "S is not canonical")
        return SimpleNamespace(serial=serial, seq=seq, commitment=commitment, r8=r8, s=s)

    def commit_items(self):
        return self.items(self.commit_item)

    def proof(self):
        data = self.take(256)
        try:
            groth16.parse_proof(data)
        except ValueError as error:
            raise Malformed(str(error)) from error
        return data


def parse(data):
    """Type, ledger, id, body (its fields as attributes), body_bytes and signatures."""
    require(len(data) <= SIZE_MAX, "too long")
    read = Reader(data)
    require(read.take(4) == b"rtx1", "not a transaction")
    kind, ledger = read.u8(), read.id()
    require(kind in BODIES, "unknown type")
    start, body = read.at, SimpleNamespace()
    for field in BODIES[kind].split():
        name, how = field.split(":")
        setattr(body, name, getattr(read, how)())
    end = read.at
    count = SIGNATURES.get(kind, 1)
    require(read.u8() == count, "wrong number of signatures")
    id_ = hashlib.sha256(data[:read.at]).digest()
    signatures = [read.take(64) for _ in range(count)]
    require(read.at == len(data), "bytes left over")
    return SimpleNamespace(type=kind, ledger=ledger, id=id_, body=body, body_bytes=data[start:end], signatures=signatures)


def signed_by(tx, place, public_key):
    return ed25519.verify(public_key, b"roam tx v1" + tx.id, tx.signatures[place])


def tagged(tag, *pieces):
    return hashlib.sha256(tag.encode() + b"".join(pieces)).digest()


def operator_id(name, public_key):
    return tagged("roam operator v1", name, public_key)


def agreement_id(ledger, body_bytes):
    return tagged("roam agreement v1", ledger, body_bytes)


def session_id(agreement, serial):
    return bytes([agreement[0] & 0x1f]) + agreement[1:24] + serial.to_bytes(8, "big")


def ballot_id(vote):
    return tagged("roam ballot v1", vote.validator, vote.power.to_bytes(8, "little"), vote.owner,
                  vote.changes.to_bytes(8, "little"))


def vote_id(ballot, operator):
    return tagged("roam vote v1", ballot, operator)


def id_element(id_):
    """tx_id_to_fr: the top three bits cleared."""
    return int.from_bytes(id_, "big") % 2**253
