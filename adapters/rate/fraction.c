#include "fraction.h"

u128 u128_gcd(u128 a, u128 b)
{
    while (b != 0) {
        u128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool u128_lcm(u128 *out, u128 a, u128 b) { return u128_mul(out, a / u128_gcd(a, b), b); }

struct fraction fraction_of(u128 over, u128 under)
{
    u128 common = u128_gcd(over, under);
    return (struct fraction){over / common, under / common};
}

bool fraction_add(struct fraction *out, struct fraction a, struct fraction b)
{
    u128 under, left, right, over;
    if (!u128_lcm(&under, a.under, b.under)) return false;
    if (!u128_mul(&left, a.over, under / a.under) || !u128_mul(&right, b.over, under / b.under)) return false;
    if (!u128_add(&over, left, right)) return false;
    *out = fraction_of(over, under);
    return true;
}

/* Reduced crosswise first, so that the products are as small as they can be. */
bool fraction_mul(struct fraction *out, struct fraction a, struct fraction b)
{
    struct fraction x = fraction_of(a.over, b.under), y = fraction_of(b.over, a.under);
    u128 over, under;
    if (!u128_mul(&over, x.over, y.over) || !u128_mul(&under, x.under, y.under)) return false;
    *out = (struct fraction){over, under};
    return true;
}

u128 fraction_round_half_even(struct fraction value)
{
    u128 quotient = value.over / value.under, rest = value.over % value.under, missing = value.under - rest;
    return quotient + (rest > missing || (rest == missing && (quotient & 1) == 1));
}
