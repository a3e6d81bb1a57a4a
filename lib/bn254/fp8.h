/* Eight elements of Fp, and eight of Fp2, at once. The terms are those of mont8.h, also for the sizes of
 * values: "below 2p" of an element of Fp2 means both parts. Only for processors of level CPU_IFMA. */
#ifndef BN254_FP8_H
#define BN254_FP8_H

#include "constants.inc.h"
#include "fp2.h"
#include "mont8.h"

#if defined(__x86_64__)
static const struct mont8_modulus fp8_params = {.p = MONT8_LIMBS(FP_P), .inv = (FP_INV)&MONT8_MASK};

typedef struct {
    mont8 c0, c1;
} fp2x8;

MONT8_INLINE void fp2x8_add(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)
{
    mont8_add(&out->c0, &a->c0, &b->c0);
    mont8_add(&out->c1, &a->c1, &b->c1);
}

/* a - b + times p */
MONT8_INLINE void fp2x8_sub(fp2x8 *out, const fp2x8 *a, const fp2x8 *b, uint64_t times)
{
    mont8_sub(&out->c0, &a->c0, &b->c0, times, &fp8_params);
    mont8_sub(&out->c1, &a->c1, &b->c1, times, &fp8_params);
}

/* a b, for a below Ap and b below Bp, A and B <= 42, AB <= 84: below 3p. (a0 + a1)(b0 + b1) stands for the
 * two products of different parts. */
MONT8_INLINE void fp2x8_mul(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)
{
    struct mont8_wide low, high, cross;
    mont8 a_sum, b_sum;
    mont8_add(&a_sum, &a->c0, &a->c1);
    mont8_add(&b_sum, &b->c0, &b->c1);
    mont8_wide_zero(&low);
    mont8_wide_zero(&high);
    mont8_wide_zero(&cross);
    mont8_wide_add(&low, &a->c0, &b->c0);
    mont8_wide_add(&high, &a->c1, &b->c1);
    mont8_wide_add(&cross, &a_sum, &b_sum);
    mont8_wide_difference(&cross, &low);
    mont8_wide_difference(&cross, &high);
    mont8_wide_difference(&low, &high);
    mont8_wide_reduce(&out->c0, &low, 1, &fp8_params);
    mont8_wide_reduce(&out->c1, &cross, 0, &fp8_params);
}

/* a^2, for a below times p, times <= 4: below 2p. (a0 + a1)(a0 - a1) and 2 a0 a1. */
MONT8_INLINE void fp2x8_sqr(fp2x8 *out, const fp2x8 *a, uint64_t times)
{
    mont8 sum, difference, twice;
    mont8_add(&sum, &a->c0, &a->c1);
    mont8_sub(&difference, &a->c0, &a->c1, times, &fp8_params);
    mont8_add(&twice, &a->c0, &a->c0);
    mont8_mul(&out->c1, &twice, &a->c1, &fp8_params);
    mont8_mul(&out->c0, &sum, &difference, &fp8_params);
}

/* a b for b in Fp */
MONT8_INLINE void fp2x8_mul_fp(fp2x8 *out, const fp2x8 *a, const mont8 *b)
{
    mont8_mul(&out->c0, &a->c0, b, &fp8_params);
    mont8_mul(&out->c1, &a->c1, b, &fp8_params);
}

MONT8_INLINE void fp2x8_shift(fp2x8 *out, const fp2x8 *a, unsigned bits)
{
    mont8_shift(&out->c0, &a->c0, bits);
    mont8_shift(&out->c1, &a->c1, bits);
}
#endif
#endif
