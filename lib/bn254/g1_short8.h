/* Multiples of points of G1 by scalars a + b lambda with short a and b, eight at a time: what batch
 * verification multiplies by. Only for processors of level CPU_IFMA. Tests: tests/unit/test_tower8.c. */
#ifndef BN254_G1_SHORT8_H
#define BN254_G1_SHORT8_H

#include "g1.h"

/* a + b lambda, lambda = 36x^3 + 18x^2 + 6x + 1. */
struct g1_short {
    uint64_t a, b;
};

/* out[k] = scalars[k] points[k]; points are not at infinity. Variable time. */
void g1_short8_mul(g1 *out, const g1_affine *points, const struct g1_short *scalars, size_t count);
/* out = sum scalars[k] points[k] */
void g1_short8_sum(g1 *out, const g1_affine *points, const struct g1_short *scalars, size_t count);

#endif
