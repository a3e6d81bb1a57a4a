"""Ed25519 (RFC 8032) in plain integers, with the verdict of lib/wire/tx.h: no cofactor, S and the key canonical, no key of
small order. R of small order is refused too, as libsodium does."""
import functools
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def negate(p):
    return (-p[0] % P, p[1], p[2], -p[3] % P)


def multiply(scalar, p):
    out = IDENTITY
    for bit in bin(scalar)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, p)
    return out


def is_identity(p):
    return p[0] == 0 and p[1] == p[2]


def recover_x(y, sign):
    """The x of this parity with (x, y) on the curve, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return P - x if x % 2 != sign else x


@functools.lru_cache(maxsize=None)
def decode(data):
    """The point of 32 canonical bytes, or None."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def encode(p):
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


@functools.lru_cache(maxsize=None)
def doublings(p):
    """2^0 p, 2^1 p, ... for points that come again."""
    out = [p]
    while len(out) < 256:
        out.append(add(out[-1], out[-1]))
    return out


def multiply_known(scalar, p):
    out = IDENTITY
    for bit, power in zip(reversed(bin(scalar)[2:]), doublings(p)):
        if bit == "1":
            out = add(out, power)
    return out


@functools.lru_cache(maxsize=None)
def is_operator_key(data):
    """A canonical point of the subgroup of prime order, not the identity."""
    p = decode(data)
    return p is not None and not is_identity(p) and is_identity(multiply(ORDER, p))


@functools.lru_cache(maxsize=100000)
def small_order(p):
    return is_identity(multiply(8, p))


@functools.lru_cache(maxsize=None)
def verify(public_key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    key = decode(public_key)
    if s >= ORDER or key is None or small_order(key):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    r = add(multiply_known(s, BASE), negate(multiply_known(h, key)))
    return encode(r) == signature[:32] and not small_order(r)
