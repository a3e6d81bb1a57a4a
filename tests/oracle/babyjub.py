"""Baby Jubjub and EdDSA-Poseidon (lib/babyjub/babyjub.h, eddsa.h) in plain integers."""
import functools

from poseidon import R, poseidon

A, D = 168700, 168696
ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
GENERATOR = (995203441582195749578291179787384436505546430278305826713579947235728471134,
             5472060717959818805561601436314318772137091100104008585924551046643952123905)
IDENTITY = (0, 1, 1)  # X, Y, Z with x = X/Z, y = Y/Z


def add(p, q):
    """Complete: a is a square and d is not."""
    z = p[2] * q[2] % R
    zz = z * z % R
    x, y = p[0] * q[0] % R, p[1] * q[1] % R
    cross = D * x * y % R
    minus, plus = zz - cross, zz + cross
    return (z * minus * ((p[0] + p[1]) * (q[0] + q[1]) - x - y) % R, z * plus * (y - A * x) % R, minus * plus % R)


def multiply(scalar, point):
    p, out = (*point, 1), IDENTITY
    for bit in bin(scalar)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, p)
    return out


def equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % R == 0 and (p[1] * q[2] - q[1] * p[2]) % R == 0


def square_root(a):
    """Tonelli and Shanks; None if there is none. r - 1 = 2^28 * odd, 5 is no square."""
    odd, twos = (R - 1) >> 28, 28
    root, rest, z = pow(a, (odd + 1) // 2, R), pow(a, odd, R), pow(5, odd, R)
    while rest not in (0, 1):
        level, power = 0, rest
        while power != 1 and level < twos:
            power, level = power * power % R, level + 1
        if level >= twos:
            return None
        step = pow(z, 1 << (twos - level - 1), R)
        root, z, twos = root * step % R, step * step % R, level
        rest = rest * z % R
    return root if root * root % R == a % R else None


@functools.lru_cache(maxsize=None)
def unpack(data):
    """(x, y) of 32 bytes, or None if they are not the packed form of a point of the curve."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= R:
        return None
    below = (A - D * y * y) % R  # never 0: a / d is no square
    x = square_root((1 - y * y) * pow(below, -1, R) % R)
    if x is None or (x == 0 and sign):
        return None
    return (R - x if x != 0 and (x > (R - 1) // 2) != bool(sign) else x, y)


@functools.lru_cache(maxsize=None)
def unpack_key(data):
    """The same for a session key: None also outside the subgroup of order l and for the identity."""
    point = unpack(data)
    if point is None or point == (0, 1) or not equal(multiply(ORDER, point), IDENTITY):
        return None
    return point


def affine(p):
    inverse = pow(p[2], -1, R)
    return (p[0] * inverse % R, p[1] * inverse % R)


BASE8 = affine(multiply(8, GENERATOR))


@functools.lru_cache(maxsize=None)
def verify(key, message, r8, s):
    """S * Base8 = R8 + 8 h A with h = Poseidon5(R8, A, message). The key has passed unpack_key."""
    h = poseidon((*r8, *key, message))
    return s < ORDER and equal(multiply(s, BASE8), add((*r8, 1), multiply(8 * h, key)))
