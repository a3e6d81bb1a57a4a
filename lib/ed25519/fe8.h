/* Eight elements at once of the field of p = 2^255 - 19, in the lanes of mont8.h, as themselves and not in
 * Montgomery's form: 2^260 = 608 mod p, so that a product's upper half is folded onto the lower one with
 * fewer multiplications than Montgomery's reduction takes.
 *
 * Loose elements have limbs below 2^52 and a highest one below 2^47 + 2^12: values below 2p, in fact below
 * p + 2^221. Raw ones have limbs below 11 2^52; sums and differences of a few of those can be settled at
 * once. Only for processors of level CPU_IFMA. Private to lib/ed25519. Tests: tests/unit/test_ed25519.c. */
#ifndef ED25519_FE8_H
#define ED25519_FE8_H

#include "mont8.h"

#if defined(__x86_64__)
#define FE8_TOP_MASK (((uint64_t)1 << 47) - 1)

static const struct mont8_modulus fe8_modulus = {
    .p = {MONT8_MASK - 18, MONT8_MASK, MONT8_MASK, MONT8_MASK, FE8_TOP_MASK}};

/* Limbs in 0 .. 2^63 - 1 to those of a loose element, by 2^255 = 19: what leaves the top is below 2^16, what
 * is carried along below 2^12. */
MONT8_INLINE void fe8_settle(mont8 *a)
{
    const __m512i above = _mm512_srli_epi64(a->limb[4], 47);
    a->limb[4] = _mm512_and_si512(a->limb[4], mont8_all(FE8_TOP_MASK));
    a->limb[0] = _mm512_madd52lo_epu64(a->limb[0], above, mont8_all(19));
    mont8_carry(a);
}

/* a + b, for raw elements too. */
MONT8_INLINE void fe8_add(mont8 *out, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_add_epi64(a->limb[i], b->limb[i]);
    fe8_settle(out);
}

/* a - b; a is the sum of up to three raw elements and b of up to two, whose limbs are below those of 2^10 p.
 */
MONT8_INLINE void fe8_sub(mont8 *out, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i limb = _mm512_add_epi64(a->limb[i], mont8_all(fe8_modulus.p[i] << 10));
        out->limb[i] = _mm512_sub_epi64(limb, b->limb[i]);
    }
    fe8_settle(out);
}

/* a + b, not settled. */
MONT8_INLINE void fe8_add_limbs(mont8 *out, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_add_epi64(a->limb[i], b->limb[i]);
}

/* Columns 5 to 9 of a product of loose elements onto those 260 bits below. Each is below 9 2^52 and hands
 * what is above its low 52 bits, which are what the multiplications see, to the next; the highest is below
 * 2^43, and 608 times that below 2^52. What comes out is raw. */
MONT8_INLINE void fe8_fold(mont8 *out, const struct mont8_wide *t)
{
    const __m512i fold = mont8_all(608);
    __m512i column = t->column[5];
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = t->column[i];
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) {
        out->limb[i] = _mm512_madd52lo_epu64(out->limb[i], column, fold);
        out->limb[i + 1] = _mm512_madd52hi_epu64(out->limb[i + 1], column, fold);
        column = _mm512_add_epi64(t->column[6 + i], _mm512_srli_epi64(column, 52));
    }
    out->limb[4] = _mm512_madd52lo_epu64(out->limb[4], column, fold);
}

/* Products of loose elements, raw and loose. */
MONT8_INLINE void fe8_mul_raw(mont8 *out, const mont8 *a, const mont8 *b)
{
    struct mont8_wide t;
    mont8_wide_zero(&t);
    mont8_wide_add(&t, a, b);
    fe8_fold(out, &t);
}

MONT8_INLINE void fe8_sqr_raw(mont8 *out, const mont8 *a)
{
    struct mont8_wide t;
    mont8_wide_sqr(&t, a);
    fe8_fold(out, &t);
}

MONT8_INLINE void fe8_mul(mont8 *out, const mont8 *a, const mont8 *b)
{
    fe8_mul_raw(out, a, b);
    fe8_settle(out);
}

MONT8_INLINE void fe8_sqr(mont8 *out, const mont8 *a)
{
    fe8_sqr_raw(out, a);
    fe8_settle(out);
}

/* The representative below p. */
MONT8_INLINE void fe8_canonical(mont8 *a) { mont8_canonical(a, 0, &fe8_modulus); }

MONT8_INLINE __mmask8 fe8_is_zero(const mont8 *a)
{
    mont8 t = *a;
    fe8_canonical(&t);
    for (int i = 1; i < 5; i++) t.limb[0] = _mm512_or_si512(t.limb[0], t.limb[i]);
    return _mm512_testn_epi64_mask(t.limb[0], t.limb[0]);
}

MONT8_INLINE __mmask8 fe8_equal(const mont8 *a, const mont8 *b)
{
    mont8 difference;
    fe8_sub(&difference, a, b);
    return fe8_is_zero(&difference);
}

MONT8_INLINE void fe8_small(mont8 *out, uint64_t a) { mont8_broadcast(out, (const uint64_t[5]){a}); }

/* All lanes the integer. */
MONT8_INLINE void fe8_broadcast(mont8 *out, const uint64_t words[4])
{
    __m512i word[4];
    for (int i = 0; i < 4; i++) word[i] = mont8_all(words[i]);
    mont8_unpack(out, word);
}

/* a^((p - 5)/8) */
void fe8_pow_sqrt(mont8 *out, const mont8 *a);
/* 1/a, or 0 for 0 */
void fe8_inv(mont8 *out, const mont8 *a);
#endif
#endif
