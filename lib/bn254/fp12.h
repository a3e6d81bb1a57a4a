/* Fp12 = Fp6[w]/(w^2 - v), elements c0 + c1*w; the target group of the pairing lies in it.
 *
 * Over Fp2 the powers w^0 .. w^5 are a basis, with w^6 = xi = 9 + u: coefficients c0.c0, c1.c0, c0.c1, c1.c1,
 * c0.c2, c1.c2. The cyclotomic subgroup is the elements with a^(p^4 - p^2 + 1) = 1; there a^-1 = conj(a).
 * Arguments, aliasing and timing as in fr.h. */
#ifndef BN254_FP12_H
#define BN254_FP12_H

#include "fp6.h"

typedef struct {
    fp6 c0, c1;
} fp12;

extern const fp12 fp12_one;

void fp12_mul(fp12 *out, const fp12 *a, const fp12 *b);
void fp12_sqr(fp12 *out, const fp12 *a);
/* a^2 for a in the cyclotomic subgroup, at a third less cost. */
void fp12_cyclotomic_sqr(fp12 *out, const fp12 *a);
/* a * (l0 + l1*w + l3*w^3): the shape of a line of the Miller loop. */
void fp12_mul_line(fp12 *out, const fp12 *a, const fp2 *l0, const fp2 *l1, const fp2 *l3);
/* a * (1 + l1*w + l3*w^3) */
void fp12_mul_monic_line(fp12 *out, const fp12 *a, const fp2 *l1, const fp2 *l3);
/* a^(p^6) = c0 - c1*w */
void fp12_conj(fp12 *out, const fp12 *a);
/* a^p */
void fp12_frobenius(fp12 *out, const fp12 *a);
/* a^(p^2) */
void fp12_frobenius_sqr(fp12 *out, const fp12 *a);
/* 1/a; 0 for a = 0. */
void fp12_inv(fp12 *out, const fp12 *a);
/* a^exponent, four little-endian limbs. Variable time in the exponent. */
void fp12_pow_vartime(fp12 *out, const fp12 *a, const uint64_t exponent[4]);
bool fp12_equal(const fp12 *a, const fp12 *b);
bool fp12_is_one(const fp12 *a);

#endif
