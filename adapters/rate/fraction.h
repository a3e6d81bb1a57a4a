/* Non-negative fractions in 128 bits, always reduced. */
#ifndef ROAM_FRACTION_H
#define ROAM_FRACTION_H

#include "checked.h"

struct fraction {
    u128 over, under; /* over / under, under > 0 */
};

u128 u128_gcd(u128 a, u128 b);
/* Each returns false on overflow; outputs may be inputs. */
bool u128_lcm(u128 *out, u128 a, u128 b);
struct fraction fraction_of(u128 over, u128 under);
bool fraction_add(struct fraction *out, struct fraction a, struct fraction b);
bool fraction_mul(struct fraction *out, struct fraction a, struct fraction b);
/* To the nearest integer, ties to even. */
u128 fraction_round_half_even(struct fraction value);

#endif
