"""Groth16 over BN254 (lib/groth16/groth16.h): proofs and keys from bytes, and the equation e(A, B) = e(alpha, beta) e(x, gamma)
e(C, delta) with x the combination of the key's points by the public inputs."""
import functools

import bn254


class Bytes:
    """Big-endian 32-byte coordinates, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def coordinate(self):
        number = int.from_bytes(self.data[self.at:self.at + 32], "big")
        self.at += 32
        if number >= bn254.P:
            raise ValueError("coordinate is not canonical")
        return number

    def g1(self):
        point = (self.coordinate(), self.coordinate())
        if not bn254.g1_on_curve(point):
            raise ValueError("point is not on the curve")
        return point

    def g2(self):
        point = ((self.coordinate(), self.coordinate()), (self.coordinate(), self.coordinate()))
        if not bn254.g2_is_good(point):
            raise ValueError("point is not in the subgroup")
        return point


@functools.lru_cache(maxsize=None)
def parse_proof(data):
    """(A, B, C) of 256 bytes. (0, 0) is on neither curve, so no point is at infinity. ValueError if a point is not good."""
    read = Bytes(data)
    return read.g1(), read.g2(), read.g1()


@functools.lru_cache(maxsize=None)
def parse_key(data):
    """(alpha, beta, gamma, delta, ic) of "rvk1" flags:u8 input_count:u32 points."""
    count = int.from_bytes(data[5:9], "little")
    if data[:4] != b"rvk1" or len(data) != 9 + 64 + 3 * 128 + 64 * (count + 1):
        raise ValueError("not a verification key")
    read = Bytes(data[9:])
    return read.g1(), read.g2(), read.g2(), read.g2(), tuple(read.g1() for _ in range(count + 1))


@functools.lru_cache(maxsize=None)
def verify(key, proof, inputs):
    """key and proof as bytes, inputs as integers below r."""
    alpha, beta, gamma, delta, ic = parse_key(key)
    a, b, c = parse_proof(proof)
    x = ic[0]
    for number, point in zip(inputs, ic[1:], strict=True):
        x = bn254.g1_add(x, bn254.g1_multiply(number, point))
    pairs = [(bn254.g1_negate(a), b), (alpha, beta), (x, gamma), (c, delta)]
    return bn254.pairing_product_is_one([pair for pair in pairs if pair[0] is not None])
