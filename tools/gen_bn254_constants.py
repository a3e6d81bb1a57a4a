#!/usr/bin/env python3
"""Writes lib/bn254/constants.inc.h: every number of BN254 that the C code does not compute itself.

All of it follows from x = 4965661367192848881, the non-residues -1 (of Fp) and 9 + u (of Fp2), and the usual generators.
Run from the root of the repository:  python3 tools/gen_bn254_constants.py > lib/bn254/constants.inc.h
"""

from fractions import Fraction
from math import gcd

X = 4965661367192848881
P = 36 * X**4 + 36 * X**3 + 24 * X**2 + 6 * X + 1
R = 36 * X**4 + 36 * X**3 + 18 * X**2 + 6 * X + 1
MONT = 1 << 256


def limbs(value):
    return ", ".join(f"0x{value >> 64 * i & (1 << 64) - 1:016x}" for i in range(4))


def define(name, body):
    print(f"#define {name} \\\n    {body}")


def modulus(name, p):
    print(f"/* The prime, -1/prime mod 2^64, and 2^256, 2^512, 2^768 modulo the prime. */")
    define(f"{name}_P", limbs(p))
    define(f"{name}_INV", f"0x{-pow(p, -1, 1 << 64) % (1 << 64):016x}")
    for i in (1, 2, 3):
        define(f"{name}_R{i}", limbs(MONT**i % p))
    print()


def fp(value):
    return limbs(value * MONT % P)


def fp2(value):
    return "{{" + fp(value[0]) + "}}, {{" + fp(value[1]) + "}}"


def fp2_mul(a, b):
    return ((a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P)


def fp2_inv(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return (a[0] * norm % P, -a[1] * norm % P)


def fp2_pow(a, exponent):
    result = (1, 0)
    for bit in bin(exponent)[2:]:
        result = fp2_mul(result, result)
        if bit == "1":
            result = fp2_mul(result, a)
    return result


def signed_digits(value, width):
    """Digits 0 or odd below 2^(width-1) in size, at most one of width neighbours non-zero; least significant first."""
    digits = []
    while value:
        digit = 0
        if value % 2:
            digit = value % (1 << width)
            digit -= digit >> width - 1 << width
        digits.append(digit)
        value = (value - digit) // 2
    return digits


def ate_steps():
    """The Miller loop over 6x + 2: see lib/bn254/pairing.c for the letters."""
    rest = signed_digits(6 * X + 2, 2)[-2::-1]
    return "".join({0: "2", 1: "2+", -1: "2-"}[digit] for digit in rest) + "fg"


XI = (9, 1)
G2_X = (
    10857046999023057135944570762232829481370756359578518086990519993285655852781,
    11559732032986387107991004021392285783925812861821192530917403151452391805634,
)
G2_Y = (
    8495653923123431417604973247489272438418190587263600148770280649306958101930,
    4082367875863433681332203403145435568316851327593401208105741076214120093531,
)


def g1_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    if p == q:
        slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return (x, (slope * (p[0] - x) - p[1]) % P)


def g1_mul(k, p):
    result = None
    for bit in bin(k)[2:]:
        result = g1_add(result, result)
        if bit == "1":
            result = g1_add(result, p)
    return result


def solve_row(basis):
    """The rational c with sum c[j] basis[j] = (1, 0, 0, ...)."""
    n = len(basis)
    rows = [[Fraction(basis[j][i]) for j in range(n)] + [Fraction(int(i == 0))] for i in range(n)]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[n] for row in rows]


def lattice(name, eigenvalue, basis, bits):
    """Short vectors v with sum v[i] eigenvalue^i = 0 mod r, signed so that the coordinates of (1, 0, ..) are positive."""
    for row in basis:
        assert sum(v * pow(eigenvalue, i, R) for i, v in enumerate(row)) % R == 0
    coordinates = solve_row(basis)
    basis = [[-v if c < 0 else v for v in row] for row, c in zip(basis, coordinates)]
    # Rounding errs by at most 1/2 + 2^254/2^256 in each coordinate.
    assert all(sum(abs(row[i]) for row in basis) * 3 // 4 < 1 << bits for i in range(len(basis)))
    reciprocals = ", ".join("{" + limbs(int(abs(c) * MONT)) + "}" for c in coordinates)
    vectors = ", ".join("{" + ", ".join("{" + limbs(v % MONT) + "}" for v in row) + "}" for row in basis)
    define(name, f".dims = {len(basis)}, .reciprocal = {{{reciprocals}}}, .basis = {{{vectors}}}")


def determinant(matrix):
    rows, result = [[Fraction(v) for v in row] for row in matrix], Fraction(1)
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        if pivot != i:
            rows[i], rows[pivot], result = rows[pivot], rows[i], -result
        result *= rows[i][i]
        for r in range(i + 1, len(rows)):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return int(result)


def check_subgroup_test():
    """g2_affine_is_valid_vartime asks whether h(psi) Q = 0, h = (x+1) + x T + x T^2 - 2x T^3. On the twist over Fp2
    psi satisfies T^4 - T^2 + 1 = 0, so such a Q is killed by the resultant of the two and by the twist's order, hence
    by their common divisor: exactly r."""
    h, cyclotomic = [-2 * X, X, X, X + 1], [1, 0, -1, 0, 1]
    sylvester = [[0] * i + h + [0] * (3 - i) for i in range(4)] + [[0] * i + cyclotomic + [0] * (2 - i) for i in range(3)]
    assert gcd(determinant(sylvester), R * (2 * P - R)) == R


def main():
    print("/* Made by tools/gen_bn254_constants.py; do not edit. Four limbs each, least significant first; field elements")
    print(" * in Montgomery form. */")
    print("/* clang-format off */")
    modulus("FP", P)
    modulus("FR", R)
    print("/* For square roots: (p + 1)/4; and with r - 1 = 2^28 t, (t - 1)/2 and 5^t. */")
    t = R - 1 >> 28
    define("FP_SQRT_EXPONENT", limbs((P + 1) // 4))
    define("FR_HALF_T", limbs((t - 1) // 2))
    define("FR_ROOT_OF_UNITY", limbs(pow(5, t, R) * MONT % R))
    define("FP_HALF", fp((P + 1) // 2))
    print()
    print("/* The curves: b = 3 on G1, b = 3/xi on the twist; generators (1, 2) and that of EIP-197. */")
    define("G1_B", fp(3))
    define("G1_GENERATOR_Y", fp(2))
    define("G2_B", fp2(fp2_mul((3, 0), fp2_inv(XI))))
    define("G2_3B", fp2(fp2_mul((9, 0), fp2_inv(XI))))
    define("G2_GENERATOR_X", fp2(G2_X))
    define("G2_GENERATOR_Y", fp2(G2_Y))
    print()
    print("/* g_i = xi^(i (p-1)/6) and g_i^(p+1), which lies in Fp: the Frobenius maps on w^i, w^6 = xi. */")
    for i in range(1, 6):
        gamma = fp2_pow(XI, i * (P - 1) // 6)
        define(f"FROBENIUS_{i}", fp2(gamma))
        norm = fp2_pow(gamma, P + 1)
        assert norm[1] == 0
        define(f"FROBENIUS_SQR_{i}", fp(norm[0]))
    print()
    define("ATE_STEPS", f'"{ate_steps()}"')
    print()
    print("/* Scalars in short parts, see lib/bn254/split.h: on G1 for (x, y) -> (beta x, y), beta^3 = 1, which multiplies")
    print(" * by lambda = 36x^3 + 18x^2 + 6x + 1; on G2 for psi, which multiplies by p = 6x^2 mod r. */")
    lam = (36 * X**3 + 18 * X**2 + 6 * X + 1) % R
    assert (lam * lam + lam + 1) % R == 0
    image = g1_mul(lam, (1, 2))
    assert image[1] == 2 and pow(image[0], 3, P) == 1
    define("G1_BETA", fp(image[0]))
    u, v = 6 * X * X + 2 * X, 2 * X + 1
    lattice("G1_LATTICE", lam, [[u + v, v], [-v, u]], 127)
    psi_basis = [
        [X + 1, X, X, -2 * X],
        [2 * X + 1, -X, -(X + 1), -X],
        [2 * X, 2 * X + 1, 2 * X + 1, 2 * X + 1],
        [X - 1, 4 * X + 2, 1 - 2 * X, X - 1],
    ]
    lattice("G2_LATTICE", P % R, psi_basis, 66)
    check_subgroup_test()
    print()
    print("/* x in signed odd digits of four bits, most significant first. */")
    define("X_DIGITS", ", ".join(map(str, signed_digits(X, 4)[::-1])))


main()
