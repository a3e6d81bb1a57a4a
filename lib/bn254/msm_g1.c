#include "msm.h"

#include "fp8.h"
#include "fp_inline.h"

#define POINT   g1
#define AFFINE  g1_affine
#define G(name) g1_##name
#define COORD   fp
#define K(name) fp_##name

MONT4_INLINE bool coord_equal(const fp *a, const fp *b) { return mont4_equal(a->limb, b->limb); }
MONT4_INLINE bool coord_is_zero(const fp *a) { return mont4_is_zero(a->limb); }
MONT4_INLINE void coord_negate_if(fp *a, uint64_t negate)
{
    fp negated;
    fp_sub(&negated, &fp_zero, a);
    limbs4_select(a->limb, (uint64_t)0 - negate, negated.limb, a->limb);
}
static inline void coord_inv(fp *a) { fp_inv_vartime(a, a); }

#include "batch_add.inc.h"

#if defined(__x86_64__)
#define LANES mont8
#define MSM_PAD_X                                                                                            \
    {                                                                                                        \
        {                                                                                                    \
            1                                                                                                \
        }                                                                                                    \
    }
#define V(name) lanes_##name

MONT8_INLINE void lanes_nonzero(mont8 *out) { mont8_broadcast(out, (const uint64_t[5]){1}); }
MONT8_INLINE __mmask8 lanes_equal(const mont8 *a, const mont8 *b) { return mont8_equal(a, b); }
MONT8_INLINE void lanes_add(mont8 *out, const mont8 *a, const mont8 *b) { mont8_add(out, a, b); }
MONT8_INLINE void lanes_sub(mont8 *out, const mont8 *a, const mont8 *b)
{
    mont8_sub(out, a, b, 1, &fp8_params);
}
MONT8_CALLED void lanes_mul(mont8 *out, const mont8 *a, const mont8 *b) { mont8_mul(out, a, b, &fp8_params); }
MONT8_CALLED void lanes_sqr(mont8 *out, const mont8 *a) { mont8_sqr(out, a, &fp8_params); }
MONT8_INLINE void lanes_shift(mont8 *out, const mont8 *a, unsigned bits) { mont8_shift(out, a, bits); }
MONT8_INLINE void lanes_select(mont8 *out, __mmask8 lanes, const mont8 *a, const mont8 *b)
{
    mont8_select(out, lanes, a, b);
}
MONT8_INLINE void lanes_negate_lanes(mont8 *a, __mmask8 lanes) { mont8_negate_lanes(a, lanes, &fp8_params); }

/* a - b, canonical, for a below 2p */
MONT8_CALLED void lanes_subtract_one(mont8 *a, const mont8 *b)
{
    mont8_subtract_limbs(a, b);
    mont8_canonical(a, 1, &fp8_params);
}

/* a - b - c, canonical, for a below 2p */
MONT8_CALLED void lanes_subtract_both(mont8 *a, const mont8 *b, const mont8 *c)
{
    mont8_subtract_limbs(a, b);
    mont8_subtract_limbs(a, c);
    mont8_canonical(a, 2, &fp8_params);
}

MONT8_INLINE void lanes_store_reduced(fp out[8], mont8 *a)
{
    mont8_canonical(a, 0, &fp8_params);
    mont8_store((uint64_t(*)[4])out, a);
}

MONT8_INLINE void lanes_load_exact(mont8 *out, const fp in[8])
{
    mont8_load_exact(out, (const uint64_t(*)[4])in);
}

MONT8_INLINE void lanes_load_x(mont8 *x, const g1_affine *const point[8])
{
    const uint64_t *element[8];
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) element[k] = point[k]->x.limb;
    mont8_gather(x, element);
}

MONT8_INLINE void lanes_load(mont8 *x, mont8 *y, const g1_affine *const point[8])
{
    __m512i row[8], word[8];
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) row[k] = _mm512_loadu_si512(point[k]);
    mont8_transpose(word, row);
    mont8_unpack(x, word);
    mont8_unpack(y, word + 4);
}

/* (0, 0) in the lanes of `infinite` */
MONT8_INLINE void lanes_store(g1_affine *const target[8], const mont8 *x, const mont8 *y, __mmask8 infinite)
{
    __m512i row[8], word[8];
    mont8_pack(word, x);
    mont8_pack(word + 4, y);
    MONT8_UNROLL
    for (int i = 0; i < 8; i++) word[i] = _mm512_maskz_mov_epi64((__mmask8)~infinite, word[i]);
    mont8_transpose(row, word);
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) _mm512_storeu_si512(target[k], row[k]);
}

#include "batch_add8.inc.h"
#endif

#include "msm.inc.h"
#include "msm_table.inc.h"
