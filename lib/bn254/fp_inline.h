/* The short operations of fp.h and fp2.h, inlined for the files of lib/bn254 under the same names. */
#ifndef BN254_FP_INLINE_H
#define BN254_FP_INLINE_H

#include "fp2.h"

#include "constants.inc.h"
#include "mont4.h"

static const struct mont4_modulus fp_params = {
    .p = {FP_P}, .inv = FP_INV, .r1 = {FP_R1}, .r2 = {FP_R2}, .r3 = {FP_R3}};

MONT4_INLINE void fp_add_inline(fp *out, const fp *a, const fp *b)
{
    mont4_add(out->limb, a->limb, b->limb, &fp_params);
}

MONT4_INLINE void fp_sub_inline(fp *out, const fp *a, const fp *b)
{
    mont4_sub(out->limb, a->limb, b->limb, &fp_params);
}

MONT4_INLINE void fp2_add_inline(fp2 *out, const fp2 *a, const fp2 *b)
{
    fp_add_inline(&out->c0, &a->c0, &b->c0);
    fp_add_inline(&out->c1, &a->c1, &b->c1);
}

MONT4_INLINE void fp2_sub_inline(fp2 *out, const fp2 *a, const fp2 *b)
{
    fp_sub_inline(&out->c0, &a->c0, &b->c0);
    fp_sub_inline(&out->c1, &a->c1, &b->c1);
}

#define fp_add(out, a, b)  fp_add_inline(out, a, b)
#define fp_sub(out, a, b)  fp_sub_inline(out, a, b)
#define fp_double(out, a)  fp_add_inline(out, a, a)
#define fp2_add(out, a, b) fp2_add_inline(out, a, b)
#define fp2_sub(out, a, b) fp2_sub_inline(out, a, b)
#define fp2_double(out, a) fp2_add_inline(out, a, a)

#endif
