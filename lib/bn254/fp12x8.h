/* Eight elements of Fp12 at once, one in each lane; names of coefficients as in fp12.h. All coefficients of
 * inputs and outputs are settled (tower8.h). Only for processors of level CPU_IFMA. Private to lib/bn254.
 * Tests: tests/unit/test_tower8.c. */
#ifndef BN254_FP12X8_H
#define BN254_FP12X8_H

#include "fp12.h"
#include "tower8.h"

#if defined(__x86_64__)
typedef struct {
    fp2x8 c0, c1, c2;
} fp6x8;

typedef struct {
    fp6x8 c0, c1;
} fp12x8;

/* The line l0 + l1*w + l3*w^3; l0 and l1 below 2p, l3 below 4p. */
struct line8 {
    fp2x8 l0, l1, l3;
};

void fp12x8_one(fp12x8 *out);
void fp12x8_mul(fp12x8 *out, const fp12x8 *a, const fp12x8 *b);
void fp12x8_sqr(fp12x8 *out, const fp12x8 *a);
void fp12x8_mul_line(fp12x8 *out, const fp12x8 *a, const struct line8 *line);
/* Lane k is *in[k], and back. */
void fp12x8_load(fp12x8 *out, const fp12 *const in[8]);
void fp12x8_store(fp12 out[8], const fp12x8 *a);
/* The product of the eight lanes. */
void fp12x8_product(fp12 *out, const fp12x8 *a);
#endif
#endif
