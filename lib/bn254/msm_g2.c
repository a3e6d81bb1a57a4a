#include "msm.h"

#include "fp8.h"
#include "fp_inline.h"

#define POINT   g2
#define AFFINE  g2_affine
#define G(name) g2_##name
#define COORD   fp2
#define K(name) fp2_##name

MONT4_INLINE bool coord_equal(const fp2 *a, const fp2 *b)
{
    return mont4_equal(a->c0.limb, b->c0.limb) && mont4_equal(a->c1.limb, b->c1.limb);
}
MONT4_INLINE bool coord_is_zero(const fp2 *a)
{
    return mont4_is_zero(a->c0.limb) && mont4_is_zero(a->c1.limb);
}
MONT4_INLINE void coord_negate_if(fp2 *a, uint64_t negate)
{
    fp2 negated;
    fp2_sub(&negated, &fp2_zero, a);
    limbs4_select(a->c0.limb, (uint64_t)0 - negate, negated.c0.limb, a->c0.limb);
    limbs4_select(a->c1.limb, (uint64_t)0 - negate, negated.c1.limb, a->c1.limb);
}
static inline void coord_inv(fp2 *a) { fp2_inv(a, a); }

#include "batch_add.inc.h"

#if defined(__x86_64__)
#define LANES fp2x8
#define MSM_PAD_X                                                                                            \
    {                                                                                                        \
        {{1}},                                                                                               \
        {                                                                                                    \
            {                                                                                                \
                0                                                                                            \
            }                                                                                                \
        }                                                                                                    \
    }
#define V(name) lanes_##name

MONT8_INLINE void lanes_nonzero(fp2x8 *out)
{
    mont8_broadcast(&out->c0, (const uint64_t[5]){1});
    mont8_broadcast(&out->c1, (const uint64_t[5]){0});
}
MONT8_INLINE __mmask8 lanes_equal(const fp2x8 *a, const fp2x8 *b)
{
    return mont8_equal(&a->c0, &b->c0) & mont8_equal(&a->c1, &b->c1);
}
MONT8_INLINE void lanes_add(fp2x8 *out, const fp2x8 *a, const fp2x8 *b) { fp2x8_add(out, a, b); }
MONT8_INLINE void lanes_sub(fp2x8 *out, const fp2x8 *a, const fp2x8 *b) { fp2x8_sub(out, a, b, 1); }
MONT8_CALLED void lanes_mul(fp2x8 *out, const fp2x8 *a, const fp2x8 *b) { fp2x8_mul(out, a, b); }
/* a below 3p; the result is below 2p. */
MONT8_CALLED void lanes_sqr(fp2x8 *out, const fp2x8 *a) { fp2x8_sqr(out, a, 3); }
MONT8_INLINE void lanes_shift(fp2x8 *out, const fp2x8 *a, unsigned bits) { fp2x8_shift(out, a, bits); }
MONT8_INLINE void lanes_select(fp2x8 *out, __mmask8 lanes, const fp2x8 *a, const fp2x8 *b)
{
    mont8_select(&out->c0, lanes, &a->c0, &b->c0);
    mont8_select(&out->c1, lanes, &a->c1, &b->c1);
}
MONT8_INLINE void lanes_negate_lanes(fp2x8 *a, __mmask8 lanes)
{
    mont8_negate_lanes(&a->c0, lanes, &fp8_params);
    mont8_negate_lanes(&a->c1, lanes, &fp8_params);
}

/* a - b, canonical, for a below 3p: p less first */
MONT8_CALLED void lanes_subtract_one(fp2x8 *a, const fp2x8 *b)
{
    mont8 *part[2] = {&a->c0, &a->c1};
    const mont8 *less[2] = {&b->c0, &b->c1};
    MONT8_UNROLL
    for (int i = 0; i < 2; i++) {
        mont8_subtract_limbs(part[i], less[i]);
        mont8_subtract_modulus(part[i], &fp8_params);
        mont8_canonical(part[i], 2, &fp8_params);
    }
}

/* a - b - c, canonical, for a below 2p */
MONT8_CALLED void lanes_subtract_both(fp2x8 *a, const fp2x8 *b, const fp2x8 *c)
{
    mont8 *part[2] = {&a->c0, &a->c1};
    const mont8 *less[2] = {&b->c0, &b->c1}, *more[2] = {&c->c0, &c->c1};
    MONT8_UNROLL
    for (int i = 0; i < 2; i++) {
        mont8_subtract_limbs(part[i], less[i]);
        mont8_subtract_limbs(part[i], more[i]);
        mont8_canonical(part[i], 2, &fp8_params);
    }
}

/* Part 0 of all elements, then part 1. */
MONT8_INLINE void lanes_store_reduced(fp2 out[8], fp2x8 *a)
{
    fp part[2][8];
    mont8_subtract_modulus(&a->c0, &fp8_params);
    mont8_canonical(&a->c0, 1, &fp8_params);
    mont8_subtract_modulus(&a->c1, &fp8_params);
    mont8_canonical(&a->c1, 1, &fp8_params);
    mont8_store((uint64_t(*)[4])part[0], &a->c0);
    mont8_store((uint64_t(*)[4])part[1], &a->c1);
    for (int k = 0; k < 8; k++) out[k] = (fp2){part[0][k], part[1][k]};
}

MONT8_INLINE void lanes_load_exact(fp2x8 *out, const fp2 in[8])
{
    fp part[2][8];
    for (int k = 0; k < 8; k++) {
        part[0][k] = in[k].c0;
        part[1][k] = in[k].c1;
    }
    mont8_load_exact(&out->c0, (const uint64_t(*)[4])part[0]);
    mont8_load_exact(&out->c1, (const uint64_t(*)[4])part[1]);
}

MONT8_CALLED void lanes_load_part(fp2x8 *out, const g2_affine *const point[8], size_t offset)
{
    __m512i row[8], word[8];
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) row[k] = _mm512_loadu_si512((const char *)point[k] + offset);
    mont8_transpose(word, row);
    mont8_unpack(&out->c0, word);
    mont8_unpack(&out->c1, word + 4);
}

MONT8_INLINE void lanes_load_x(fp2x8 *x, const g2_affine *const point[8]) { lanes_load_part(x, point, 0); }

MONT8_INLINE void lanes_load(fp2x8 *x, fp2x8 *y, const g2_affine *const point[8])
{
    lanes_load_part(x, point, 0);
    lanes_load_part(y, point, offsetof(g2_affine, y));
}

MONT8_CALLED void lanes_store_part(g2_affine *const target[8], size_t offset, const fp2x8 *a,
                                   __mmask8 infinite)
{
    __m512i row[8], word[8];
    mont8_pack(word, &a->c0);
    mont8_pack(word + 4, &a->c1);
    MONT8_UNROLL
    for (int i = 0; i < 8; i++) word[i] = _mm512_maskz_mov_epi64((__mmask8)~infinite, word[i]);
    mont8_transpose(row, word);
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) _mm512_storeu_si512((char *)target[k] + offset, row[k]);
}

/* (0, 0) in the lanes of `infinite` */
MONT8_INLINE void lanes_store(g2_affine *const target[8], const fp2x8 *x, const fp2x8 *y, __mmask8 infinite)
{
    lanes_store_part(target, 0, x, infinite);
    lanes_store_part(target, offsetof(g2_affine, y), y, infinite);
}

#include "batch_add8.inc.h"
#endif

#include "msm.inc.h"
#include "msm_table.inc.h"
