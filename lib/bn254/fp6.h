/* Fp6 = Fp2[v]/(v^3 - xi), xi = 9 + u; elements c0 + c1*v + c2*v^2. Arguments, aliasing and timing as in
 * fr.h. */
#ifndef BN254_FP6_H
#define BN254_FP6_H

#include "fp2.h"

typedef struct {
    fp2 c0, c1, c2;
} fp6;

extern const fp6 fp6_zero, fp6_one;

void fp6_add(fp6 *out, const fp6 *a, const fp6 *b);
void fp6_sub(fp6 *out, const fp6 *a, const fp6 *b);
void fp6_neg(fp6 *out, const fp6 *a);
void fp6_mul(fp6 *out, const fp6 *a, const fp6 *b);
/* a * (b0 + b1*v) */
void fp6_mul_01(fp6 *out, const fp6 *a, const fp2 *b0, const fp2 *b1);
void fp6_mul_fp2(fp6 *out, const fp6 *a, const fp2 *b);
/* a * v */
void fp6_mul_v(fp6 *out, const fp6 *a);
/* 1/a; 0 for a = 0. */
void fp6_inv(fp6 *out, const fp6 *a);
bool fp6_equal(const fp6 *a, const fp6 *b);

#endif
