/* Multiples of Base8, and the constants of the subgroup test: made by tools/gen_babyjub.c when roam is built.
 * Private to lib/babyjub. */
#ifndef BABYJUB_EDWARDS_TABLES_H
#define BABYJUB_EDWARDS_TABLES_H

#include "edwards.h"

enum { BASE_DIGITS = 63, BASE_DIGIT_MAX = 8, BASE_ODD = 64 };

/* (j + 1) 16^i Base8, for secret scalars: 63 digits of 4 bits. */
extern const struct edwards_affine base_comb[BASE_DIGITS][BASE_DIGIT_MAX];
/* (2j + 1) Base8, for public scalars. */
extern const struct edwards_affine base_odd[BASE_ODD];

/* On the Montgomery curve v^2 = u^3 + 168698 u^2 + u the order-8 point Q = l Generator has the tangent
 * v = slope u + offset, and 2 Q = (1, root), root^2 = 168700. */
struct subgroup_constants {
    fr slope, offset, root;
};
extern const struct subgroup_constants subgroup_constants;
/* (r - 1)/8 */
static const uint64_t subgroup_exponent[4] = {0x287c3eb27e000000, 0xa5067d090f372e12, 0x370a08b6d0302b0b,
                                              0x060c89ce5c263405};

#endif
