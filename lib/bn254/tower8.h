/* What the towers over fp2x8 share: sums of products in Fp2 that are reduced once, and the return of large
 * values to small ones. Terms as in mont8.h and fp8.h; "settled" means below 1.01p. Only for processors of
 * level CPU_IFMA. Private to lib/bn254. */
#ifndef BN254_TOWER8_H
#define BN254_TOWER8_H

#include "fp8.h"

#if defined(__x86_64__)
/* For the larger functions of the files that include this: they would not fit into the instruction cache if
 * they were inlined everywhere. */
#define TOWER8_FUNCTION static __attribute__((noinline, unused)) MONT8_TARGET

#define FP8_RECIPROCAL  0x54a47462623a0 /* 2^304 / p */

/* The same residue, settled, for any value from p / 2^30 to 84p; limbs are signed and need not be carried.
 * The highest limb, with what the next one carries and less 4 for what may be missing from below, times 2^304
 * / p and cut off by 96 bits, is the quotient by p, or one less where the remainder is within p / 2^40 of 0.
 */
MONT8_INLINE void mont8_settle_limbs(mont8 *a)
{
    const __m512i top = _mm512_add_epi64(a->limb[4], _mm512_srai_epi64(a->limb[3], 52));
    const __m512i product = _mm512_madd52hi_epu64(_mm512_setzero_si512(), _mm512_sub_epi64(top, mont8_all(4)),
                                                  mont8_all(FP8_RECIPROCAL));
    const __m512i quotient = _mm512_srli_epi64(product, 44);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_sub_epi64(a->limb[i], _mm512_mullo_epi64(quotient, mont8_all(fp8_params.p[i])));
    mont8_carry(a);
}

/* The same for carried limbs and all values below 84p. */
MONT8_INLINE void mont8_settle(mont8 *a)
{
    const __m512i product =
        _mm512_madd52hi_epu64(_mm512_setzero_si512(), a->limb[4], mont8_all(FP8_RECIPROCAL));
    const __m512i quotient = _mm512_srli_epi64(product, 44);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_sub_epi64(a->limb[i], _mm512_mullo_epi64(quotient, mont8_all(fp8_params.p[i])));
    mont8_carry(a);
}

MONT8_INLINE void fp2x8_settle(fp2x8 *a)
{
    mont8_settle(&a->c0);
    mont8_settle(&a->c1);
}

struct fp2x8_wide {
    struct mont8_wide c0, c1;
};

/* t = a b. Columns are within -18 * 2^52 .. 9 * 2^52. */
MONT8_INLINE void fp2x8_wide_mul(struct fp2x8_wide *t, const fp2x8 *a, const fp2x8 *b)
{
    struct mont8_wide low, high, cross;
    mont8 a_sum, b_sum;
    mont8_add(&a_sum, &a->c0, &a->c1);
    mont8_add(&b_sum, &b->c0, &b->c1);
    mont8_wide_zero(&low);
    mont8_wide_add(&low, &a->c0, &b->c0);
    mont8_wide_zero(&high);
    mont8_wide_add(&high, &a->c1, &b->c1);
    mont8_wide_zero(&cross);
    mont8_wide_add(&cross, &a_sum, &b_sum);
    mont8_wide_difference(&cross, &low);
    mont8_wide_difference(&cross, &high);
    mont8_wide_difference(&low, &high);
    t->c0 = low;
    t->c1 = cross;
}

MONT8_INLINE void fp2x8_wide_difference(struct fp2x8_wide *t, const struct fp2x8_wide *u)
{
    mont8_wide_difference(&t->c0, &u->c0);
    mont8_wide_difference(&t->c1, &u->c1);
}

/* The sum reduced and settled, for sums above -times p 2^260 by p 2^230 or more, or 0 where times is not. */
MONT8_INLINE void fp2x8_wide_settle(fp2x8 *out, struct fp2x8_wide *t, uint64_t times)
{
    mont8_wide_reduce_limbs(&out->c0, &t->c0, times, &fp8_params);
    mont8_wide_reduce_limbs(&out->c1, &t->c1, times, &fp8_params);
    mont8_settle_limbs(&out->c0);
    mont8_settle_limbs(&out->c1);
}

/* a xi, for a settled: below 11.2p, not settled */
MONT8_INLINE void fp2x8_mul_xi(fp2x8 *out, const fp2x8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i a0 = a->c0.limb[i], a1 = a->c1.limb[i];
        const __m512i nine_a0 = _mm512_add_epi64(_mm512_slli_epi64(a0, 3), a0);
        const __m512i nine_a1 = _mm512_add_epi64(_mm512_slli_epi64(a1, 3), a1);
        out->c0.limb[i] = _mm512_add_epi64(_mm512_sub_epi64(nine_a0, a1), mont8_all(2 * fp8_params.p[i]));
        out->c1.limb[i] = _mm512_add_epi64(nine_a1, a0);
    }
    mont8_carry(&out->c0);
    mont8_carry(&out->c1);
}

/* k x for k = 1, 2, 4, 8, 3, 6, 12 */
MONT8_INLINE __m512i mont8_small_multiple(__m512i x, int k)
{
    const __m512i odd = k % 3 == 0 ? _mm512_add_epi64(_mm512_add_epi64(x, x), x) : x;
    return _mm512_slli_epi64(odd, (unsigned)(k % 4 != 0 ? k % 2 == 0 : k % 8 == 0 ? 3 : 2));
}

/* ka a + kb b + times p with one carry, which must not be negative */
MONT8_INLINE void mont8_combine(mont8 *out, int ka, const mont8 *a, int kb, const mont8 *b, uint64_t times)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i x = mont8_small_multiple(a->limb[i], ka);
        const __m512i y = mont8_small_multiple(b->limb[i], kb < 0 ? -kb : kb);
        const __m512i sum = kb < 0 ? _mm512_sub_epi64(x, y) : _mm512_add_epi64(x, y);
        out->limb[i] = times == 0 ? sum : _mm512_add_epi64(sum, mont8_all(times * fp8_params.p[i]));
    }
    mont8_carry(out);
}

MONT8_INLINE void fp2x8_combine(fp2x8 *out, int ka, const fp2x8 *a, int kb, const fp2x8 *b, uint64_t times)
{
    mont8_combine(&out->c0, ka, &a->c0, kb, &b->c0, times);
    mont8_combine(&out->c1, ka, &a->c1, kb, &b->c1, times);
}

/* All lanes a; settled. mont4's x 2^256 becomes mont8's x 2^260. */
MONT8_INLINE void mont8_from_fp(mont8 *out, const fp *a)
{
    const __m512i word[4] = {mont8_all(a->limb[0]), mont8_all(a->limb[1]), mont8_all(a->limb[2]),
                             mont8_all(a->limb[3])};
    mont8_unpack_exact(out, word);
    mont8_settle(out);
}

MONT8_INLINE void fp2x8_from_fp2(fp2x8 *out, const fp2 *a)
{
    mont8_from_fp(&out->c0, &a->c0);
    mont8_from_fp(&out->c1, &a->c1);
}

/* Lane k is *a[k]; settled. */
MONT8_INLINE void mont8_gather_fp(mont8 *out, const fp *const a[8])
{
    const uint64_t *limbs[8];
    for (int k = 0; k < 8; k++) limbs[k] = a[k]->limb;
    mont8_gather(out, limbs);
    mont8_shift(out, out, 4);
    mont8_settle(out);
}

MONT8_INLINE void fp2x8_gather_fp2(fp2x8 *out, const fp2 *const a[8])
{
    const fp *c0[8], *c1[8];
    for (int k = 0; k < 8; k++) {
        c0[k] = &a[k]->c0;
        c1[k] = &a[k]->c1;
    }
    mont8_gather_fp(&out->c0, c0);
    mont8_gather_fp(&out->c1, c1);
}

/* The inverse of mont8_gather_fp: mont4's form, canonical; a is below 8p. The product with 2^256 mod p,
 * reduced, is a / 16. */
MONT8_INLINE void mont8_to_fp(fp out[8], const mont8 *a)
{
    static const uint64_t sixteenth[5] = MONT8_LIMBS(FP_R1);
    mont8 factor, t;
    uint64_t words[8][4];
    mont8_broadcast(&factor, sixteenth);
    mont8_mul(&t, a, &factor, &fp8_params);
    mont8_canonical(&t, 0, &fp8_params);
    mont8_store(words, &t);
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 4; i++) out[k].limb[i] = words[k][i];
}

/* The lanes that are 0 modulo p; a is settled. */
MONT8_INLINE __mmask8 mont8_is_zero(const mont8 *a)
{
    mont8 t = *a;
    mont8_canonical(&t, 0, &fp8_params);
    __m512i any = t.limb[0];
    MONT8_UNROLL
    for (int i = 1; i < 5; i++) any = _mm512_or_si512(any, t.limb[i]);
    return _mm512_testn_epi64_mask(any, any);
}

MONT8_INLINE void fp2x8_select(fp2x8 *out, __mmask8 lanes, const fp2x8 *a, const fp2x8 *b)
{
    mont8_select(&out->c0, lanes, &a->c0, &b->c0);
    mont8_select(&out->c1, lanes, &a->c1, &b->c1);
}

/* Lane k of out is lane place[k] of a. */
MONT8_INLINE void fp2x8_permute(fp2x8 *out, __m512i place, const fp2x8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        out->c0.limb[i] = _mm512_permutexvar_epi64(place, a->c0.limb[i]);
        out->c1.limb[i] = _mm512_permutexvar_epi64(place, a->c1.limb[i]);
    }
}
#endif
#endif
