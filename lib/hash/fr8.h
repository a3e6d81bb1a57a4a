/* Eight elements of Fr at once, one in each lane of AVX-512 registers, with the 52-bit multiply-add
 * instructions (IFMA). Only for processors of level CPU_IFMA (cpu.h). Private to lib/hash and lib/babyjub.
 *
 * A lane holds x * 2^260 as in fr52.h, limbs below 2^52, the value below 8 r and not unique. 64 r < 2^260
 * leaves room: a product reduces to less than 8r * 8r / 2^260 + r < 2r, and so does a sum of up to 40
 * products of values below 2r with values below r. So nothing is subtracted before a result is stored.
 * Constant time. */
#ifndef HASH_FR8_H
#define HASH_FR8_H

#include "fr52.h"

/* Whether the processor is of level CPU_IFMA; the rest is for those alone. */
bool fr8_available(void);
/* out[k] = *in[k] ^ exponent. Variable time in the exponent. */
void fr8_pow_vartime(fr out[8], const fr *const in[8], const uint64_t exponent[4]);

#if defined(__x86_64__)
#include <immintrin.h>

#define FR8_TARGET __attribute__((target("avx512f,avx512ifma")))
#define FR8_INLINE static inline __attribute__((always_inline, target("avx512f,avx512ifma")))

typedef struct {
    __m512i limb[5];
} fr8;

/* A sum of products before reduction: ten columns of weight 2^52k, each below 2^62. */
struct fr8_sum {
    __m512i column[10];
};

/* r; -1/r mod 2^52; 2^264 and 2^256 mod r, which turn x * 2^256 into x * 2^260 and back. */
static const struct fr52 fr8_modulus = {
    {0x1f593f0000001, 0x4879b9709143e, 0x181585d2833e8, 0xa029b85045b68, 0x030644e72e131}};
static const uint64_t fr8_minus_inverse = 0x1f593efffffff;
static const struct fr52 fr8_into = {
    {0x31f8c9ffffab6, 0xac31329faef6e, 0x9e2a3495d7570, 0xe357276f48b70, 0x00d791464ef86}};
static const struct fr52 fr8_out_of = {
    {0x6341c4ffffffb, 0x959f60cd29ac9, 0x879462e36fc76, 0xdf2f666ea36f7, 0x00e0a77c19a07}};

FR8_INLINE __m512i fr8_all(uint64_t x) { return _mm512_set1_epi64((long long)x); }
FR8_INLINE __m512i fr8_mask52(void) { return fr8_all(((uint64_t)1 << 52) - 1); }

FR8_INLINE void fr8_broadcast(fr8 *out, const struct fr52 *a)
{
    for (int i = 0; i < 5; i++) out->limb[i] = fr8_all(a->limb[i]);
}

/* Carries along five limbs: all but the highest below 2^52 afterwards. */
FR8_INLINE void fr8_carry(fr8 *a)
{
    for (int i = 0; i < 4; i++) {
        a->limb[i + 1] = _mm512_add_epi64(a->limb[i + 1], _mm512_srai_epi64(a->limb[i], 52));
        a->limb[i] = _mm512_and_si512(a->limb[i], fr8_mask52());
    }
}

FR8_INLINE void fr8_add(fr8 *out, const fr8 *a, const fr8 *b)
{
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_add_epi64(a->limb[i], b->limb[i]);
    fr8_carry(out);
}

/* a - b + 2r, for b below 2r */
FR8_INLINE void fr8_sub(fr8 *out, const fr8 *a, const fr8 *b)
{
    for (int i = 0; i < 5; i++) {
        __m512i limb = _mm512_add_epi64(a->limb[i], fr8_all(2 * fr8_modulus.limb[i]));
        out->limb[i] = _mm512_sub_epi64(limb, b->limb[i]);
    }
    fr8_carry(out);
}

FR8_INLINE void fr8_sum_clear(struct fr8_sum *sum)
{
    for (int i = 0; i < 10; i++) sum->column[i] = _mm512_setzero_si512();
}

FR8_INLINE void fr8_sum_add(struct fr8_sum *sum, const fr8 *a, const fr8 *b)
{
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            __m512i *column = &sum->column[i + j];
            column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], b->limb[j]);
            column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], b->limb[j]);
        }
}

/* Montgomery's reduction: the multiple of r that clears a column, five times. */
FR8_INLINE void fr8_sum_reduce(fr8 *out, struct fr8_sum *sum)
{
    for (int i = 0; i < 5; i++) {
        __m512i *column = &sum->column[i];
        __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), column[0], fr8_all(fr8_minus_inverse));
        for (int j = 0; j < 5; j++) {
            __m512i limb = fr8_all(fr8_modulus.limb[j]);
            column[j] = _mm512_madd52lo_epu64(column[j], q, limb);
            column[j + 1] = _mm512_madd52hi_epu64(column[j + 1], q, limb);
        }
        column[1] = _mm512_add_epi64(column[1], _mm512_srli_epi64(column[0], 52));
    }
    for (int i = 0; i < 5; i++) out->limb[i] = sum->column[5 + i];
    fr8_carry(out);
}

FR8_INLINE void fr8_mul(fr8 *out, const fr8 *a, const fr8 *b)
{
    struct fr8_sum sum;
    fr8_sum_clear(&sum);
    fr8_sum_add(&sum, a, b);
    fr8_sum_reduce(out, &sum);
}

/* The products of different limbs once, doubled, and those of equal limbs. */
FR8_INLINE void fr8_sqr(fr8 *out, const fr8 *a)
{
    struct fr8_sum sum;
    fr8_sum_clear(&sum);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < i; j++) {
            __m512i *column = &sum.column[i + j];
            column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], a->limb[j]);
            column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], a->limb[j]);
        }
    for (int i = 0; i < 10; i++) sum.column[i] = _mm512_add_epi64(sum.column[i], sum.column[i]);
    for (int i = 0; i < 5; i++) {
        sum.column[2 * i] = _mm512_madd52lo_epu64(sum.column[2 * i], a->limb[i], a->limb[i]);
        sum.column[2 * i + 1] = _mm512_madd52hi_epu64(sum.column[2 * i + 1], a->limb[i], a->limb[i]);
    }
    fr8_sum_reduce(out, &sum);
}

FR8_INLINE void fr8_mul_fr52(fr8 *out, const fr8 *a, const struct fr52 *b)
{
    fr8 broadcast;
    fr8_broadcast(&broadcast, b);
    fr8_mul(out, a, &broadcast);
}

/* Lane k from *in[k]. */
FR8_INLINE void fr8_load(fr8 *out, const fr *const in[8])
{
    uint64_t words[4][8];
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 4; i++) words[i][k] = in[k]->limb[i];
    __m512i w[4];
    for (int i = 0; i < 4; i++) w[i] = _mm512_loadu_si512(words[i]);
    out->limb[0] = w[0];
    for (unsigned i = 1; i < 4; i++)
        out->limb[i] =
            _mm512_or_si512(_mm512_srli_epi64(w[i - 1], 64 - 12 * i), _mm512_slli_epi64(w[i], 12 * i));
    out->limb[4] = _mm512_srli_epi64(w[3], 16);
    for (int i = 0; i < 4; i++) out->limb[i] = _mm512_and_si512(out->limb[i], fr8_mask52());
    fr8_mul_fr52(out, out, &fr8_into);
}

/* a - r where that is not negative; a below 2r */
FR8_INLINE void fr8_reduce_once(fr8 *a)
{
    fr8 less;
    for (int i = 0; i < 5; i++) less.limb[i] = _mm512_sub_epi64(a->limb[i], fr8_all(fr8_modulus.limb[i]));
    fr8_carry(&less);
    __mmask8 negative = _mm512_cmplt_epi64_mask(less.limb[4], _mm512_setzero_si512());
    for (int i = 0; i < 5; i++) a->limb[i] = _mm512_mask_mov_epi64(less.limb[i], negative, a->limb[i]);
}

/* Lane k to out[k], fully reduced. */
FR8_INLINE void fr8_store(fr out[8], const fr8 *a)
{
    fr8 reduced;
    uint64_t words[4][8];
    fr8_mul_fr52(&reduced, a, &fr8_out_of);
    fr8_reduce_once(&reduced);
    for (unsigned i = 0; i < 4; i++)
        _mm512_storeu_si512(words[i], _mm512_or_si512(_mm512_srli_epi64(reduced.limb[i], 12 * i),
                                                      _mm512_slli_epi64(reduced.limb[i + 1], 52 - 12 * i)));
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 4; i++) out[k].limb[i] = words[i][k];
}

#endif
#endif
