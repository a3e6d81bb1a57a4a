"""BN254: both groups in affine coordinates and the optimal ate pairing, as plainly as can be.

Fp2 = Fp[i] / (i^2 + 1) as pairs; Fp12 = Fp[w] / (w^12 - 18 w^6 + 82) as 12 coefficients, where w^6 = 9 + i. A point of G1 is
(x, y), of G2 ((x0, x1), (y0, y1)) on the twist y^2 = x^3 + 3 / (9 + i); None is infinity. (x, y) -> (x w^2, y w^3) leaves the
twist."""
import functools

P = 21888242871839275222246405745257275088696311157297823662689037894645226208583
R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
LOOP = 6 * 4965661367192848881 + 2


def mul2(a, b):
    return ((a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P)


def sub2(a, b):
    return ((a[0] - b[0]) % P, (a[1] - b[1]) % P)


def inverse2(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return (a[0] * norm % P, -a[1] * norm % P)


def power2(a, exponent):
    out = (1, 0)
    for bit in bin(exponent)[2:]:
        out = mul2(out, out)
        if bit == "1":
            out = mul2(out, a)
    return out


XI = (9, 1)
TWIST_B = mul2((3, 0), inverse2(XI))
FROBENIUS_X, FROBENIUS_Y = power2(XI, (P - 1) // 3), power2(XI, (P - 1) // 2)


def g1_on_curve(p):
    return (p[1] * p[1] - p[0]**3 - 3) % P == 0


def g1_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return (x, (slope * (p[0] - x) - p[1]) % P)


def g1_multiply(scalar, p):
    out = None
    for bit in bin(scalar)[2:]:
        out = g1_add(out, out)
        if bit == "1":
            out = g1_add(out, p)
    return out


def g1_negate(p):
    return p and (p[0], -p[1] % P)


def slope2(p, q):
    """Of the line through two points of the twist, the tangent if they are one; None if it is vertical."""
    if p[0] != q[0]:
        return mul2(sub2(q[1], p[1]), inverse2(sub2(q[0], p[0])))
    if p[1] != q[1] or p[1] == (0, 0):
        return None
    return mul2(mul2((3, 0), mul2(p[0], p[0])), inverse2(mul2((2, 0), p[1])))


def g2_on_curve(p):
    x, y = p
    return sub2(mul2(y, y), mul2(x, mul2(x, x))) == TWIST_B


def g2_add(p, q):
    if p is None or q is None:
        return p or q
    slope = slope2(p, q)
    if slope is None:
        return None
    x = sub2(sub2(mul2(slope, slope), p[0]), q[0])
    return (x, sub2(mul2(slope, sub2(p[0], x)), p[1]))


def g2_multiply(scalar, p):
    out = None
    for bit in bin(scalar)[2:]:
        out = g2_add(out, out)
        if bit == "1":
            out = g2_add(out, p)
    return out


@functools.lru_cache(maxsize=None)
def g2_is_good(p):
    """On the twist and in the subgroup of order r."""
    return g2_on_curve(p) and g2_multiply(R, p) is None


def frobenius(q):
    """The p-power map of the curve, on the twist."""
    (x0, x1), (y0, y1) = q
    return (mul2((x0, -x1 % P), FROBENIUS_X), mul2((y0, -y1 % P), FROBENIUS_Y))


def mul12(a, b):
    out = [0] * 23
    for i, x in enumerate(a):
        if x:
            for j, y in enumerate(b):
                out[i + j] += x * y
    for k in range(22, 11, -1):
        out[k - 6] += 18 * out[k]
        out[k - 12] -= 82 * out[k]
    return [c % P for c in out[:12]]


def line(t, q, p):
    """The line through t and q of G2 at p of G1: y - slope x w + (slope x_t - y_t) w^3."""
    slope = slope2(t, q)
    out = [0] * 12
    for place, (c0, c1) in ((0, (p[1], 0)), (1, mul2(slope, (-p[0] % P, 0))), (3, sub2(mul2(slope, t[0]), t[1]))):
        out[place], out[place + 6] = (c0 - 9 * c1) % P, c1
    return out


def miller(pairs):
    """The product of the Miller functions of (G1, G2) pairs, none at infinity."""
    f, points = [1] + [0] * 11, [q for _, q in pairs]

    def step(f, i, q):
        f = mul12(line(points[i], q, pairs[i][0]), f)
        points[i] = g2_add(points[i], q)
        return f

    for bit in bin(LOOP)[3:]:
        f = mul12(f, f)
        for i in range(len(pairs)):
            f = step(f, i, points[i])
            if bit == "1":
                f = step(f, i, pairs[i][1])
    for i, (_, q) in enumerate(pairs):
        q1 = frobenius(q)
        x2, y2 = frobenius(q1)
        f = step(f, i, q1)
        f = step(f, i, (x2, (-y2[0] % P, -y2[1] % P)))
    return f


def pairing_product_is_one(pairs):
    """Whether f^((p^12 - 1) / r) = 1 for the Miller product f. With g = f^((p^6 + 1) / r) that is g^(p^6) = g, and the
    p^6-power map turns w into -w: so it holds if g has no odd coefficient."""
    f = miller(pairs)
    g = [1] + [0] * 11
    for bit in bin((P**6 + 1) // R)[2:]:
        g = mul12(g, g)
        if bit == "1":
            g = mul12(g, f)
    return not any(g[1::2])
