/* Sums of multiples of fixed points of G1 with tables, eight parts of the scalars at once. Only for
 * processors of level CPU_IFMA. Tests: tests/unit/test_tower8.c. */
#ifndef BN254_G1_COMB8_H
#define BN254_G1_COMB8_H

#include "g1.h"

/* Multiples 1 .. 8 of 2^(32 k) P for k = 0 .. 7: limbs as in mont8.h, k-th lane. */
struct g1_comb8 {
    uint64_t x[8][5][8], y[8][5][8];
};

/* p is not at infinity. */
void g1_comb8_prepare(struct g1_comb8 *out, const g1_affine *p);
/* out = sum scalars[i] p[i] over the points of combs. Variable time. */
void g1_comb8_sum_vartime(g1 *out, const struct g1_comb8 *combs, const fr *scalars, size_t count);

#endif
