"""The commitment to the records (lib/merkle/lthash.h). ChaCha20 (RFC 8439) runs on its 32 blocks side by side: a word of the
state is one integer with a 64-bit lane for each block."""
import functools
import hashlib

COUNTERS, BLOCKS = 1024, 32
ONES = sum(1 << 64 * block for block in range(BLOCKS))
MASK = 0xffffffff * ONES
ROUNDS = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]


def rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & MASK


def chacha20(key):
    """The first 2,048 bytes under this key, nonce 0, from block 0 on."""
    counters = sum(block << 64 * block for block in range(BLOCKS))
    words = [int.from_bytes(data[i:i + 4], "little") * ONES for data in (b"expand 32-byte k", key)
             for i in range(0, len(data), 4)]
    start = [*words, counters, 0, 0, 0]
    state = list(start)
    for _ in range(10):
        for a, b, c, d in ROUNDS:
            for (x, y, z), bits in (((a, b, d), 16), ((c, d, b), 12), ((a, b, d), 8), ((c, d, b), 7)):
                state[x] = (state[x] + state[y]) & MASK
                state[z] = rotate(state[z] ^ state[x], bits)
    rows = [((word + first) & MASK).to_bytes(8 * BLOCKS, "little") for word, first in zip(state, start)]
    return b"".join(row[8 * block:8 * block + 4] for block in range(BLOCKS) for row in rows)


@functools.lru_cache(maxsize=20000)
def expand(key, value):
    sizes = len(key).to_bytes(8, "little") + len(value).to_bytes(8, "little")
    stream = chacha20(hashlib.blake2b(sizes + key + value, digest_size=32).digest())
    return [int.from_bytes(stream[i:i + 2], "little") for i in range(0, 2 * COUNTERS, 2)]


class LtHash:
    def __init__(self):
        self.counters = [0] * COUNTERS

    def add(self, key, value):
        self.counters = [(c + e) % 65536 for c, e in zip(self.counters, expand(key, value))]

    def remove(self, key, value):
        self.counters = [(c - e) % 65536 for c, e in zip(self.counters, expand(key, value))]

    def digest(self):
        data = b"".join(c.to_bytes(2, "little") for c in self.counters)
        return hashlib.blake2b(data, digest_size=32).digest()
