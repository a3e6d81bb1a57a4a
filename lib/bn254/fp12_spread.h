/* One element of Fp12 with its coefficients in lanes: lane i is that of w^i for i < 6, lanes 6 and 7 are
 * residues of 0; all settled (tower8.h). The products of coefficients that one product in Fp12 consists of
 * are then made eight at a time. Only for processors of level CPU_IFMA. Private to lib/bn254.
 * Tests: tests/unit/test_tower8.c. */
#ifndef BN254_FP12_SPREAD_H
#define BN254_FP12_SPREAD_H

#include "fp12.h"
#include "tower8.h"

#if defined(__x86_64__)
typedef struct {
    fp2x8 w;
} fp12_spread;

/* Elements of Fp2 to multiply by: limbs of c0, c1 and c0 + c1, in memory for reads of one lane at a time. */
struct fp2x8_factors {
    uint64_t c0[5][8], c1[5][8], sum[5][8];
};
void fp2x8_factors_from(struct fp2x8_factors *out, const fp2x8 *a);

void fp12_spread_load(fp12_spread *out, const fp12 *a);
void fp12_spread_store(fp12 *out, const fp12_spread *a);
void fp12_spread_mul(fp12_spread *out, const fp12_spread *a, const fp12_spread *b);
void fp12_spread_sqr(fp12_spread *out, const fp12_spread *a);
/* a^2 for a in the cyclotomic subgroup. */
void fp12_spread_cyclotomic_sqr(fp12_spread *out, const fp12_spread *a);
/* a * (l0 + l1*w + l3*w^3) and a * (1 + l1*w + l3*w^3): l0, l1 and l3 are lanes first, first + 1 and
 * first + 2 of the factors, which are below 1.2p; or l1 and l3 are lanes first and first + 1. */
void fp12_spread_mul_line(fp12_spread *out, const fp12_spread *a, const struct fp2x8_factors *line,
                          int first);
void fp12_spread_mul_monic_line(fp12_spread *out, const fp12_spread *a, const struct fp2x8_factors *line,
                                int first);
/* 1/a; 0 for a = 0. */
void fp12_spread_inv(fp12_spread *out, const fp12_spread *a);
void fp12_spread_conj(fp12_spread *out, const fp12_spread *a);
void fp12_spread_frobenius(fp12_spread *out, const fp12_spread *a);
void fp12_spread_frobenius_sqr(fp12_spread *out, const fp12_spread *a);
#endif
#endif
