/* Levels of the transforms of ntt8.h, eight columns at a time.
 *
 * Products with factors known beforehand take 75 multiply-adds in place of Montgomery's 105: with the factor
 * w is kept ratio = floor(w 2^260 / p), then q = floor(a ratio / 2^260) is the quotient of a w by p or little
 * less, and a w - q p, computed modulo 2^260 alone, the remainder (V. Shoup's method). Where a table of such
 * pairs would outgrow the caches, the factor is kept packed in four words and the product is Montgomery's.
 *
 * Values in memory stand for themselves, below 3p, in four words; groups of eight elements are "sliced": word
 * i of all eight follows word i - 1 of all eight. Limbs of values in arrays `x` may be not carried. */
#ifndef BN254_NTT8_KERNEL_H
#define BN254_NTT8_KERNEL_H

#include "fr8.h"
#include "ntt8.h"

#if defined(__x86_64__)
enum {
    NTT8_STORED = 3,      /* times p: bound of values in memory and of precise products */
    NTT8_PRODUCT = 12,    /* bound of products */
    NTT8_INVERSE = 86673, /* floor(2^270 / p) */
};

/* Vectors of eight factors in either form. */
enum { NTT8_PAIR_VECTORS = 10, NTT8_PACKED_VECTORS = 4 };
static inline size_t ntt8_vectors(bool packed) { return packed ? NTT8_PACKED_VECTORS : NTT8_PAIR_VECTORS; }

struct ntt8_factor {
    mont8 value, ratio;
};

/* Carries along five limbs, which may be negative, as far as multiply-adds need it: they take the lower 52
 * bits. */
MONT8_INLINE void ntt8_carry_up(mont8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < 4; i++)
        a->limb[i + 1] = _mm512_add_epi64(a->limb[i + 1], _mm512_srai_epi64(a->limb[i], 52));
}

/* t = a value modulo 2^260, and q = a ratio / 2^260 from the columns of weight 2^260 on, or 2^208 on if
 * precise: those left out amount to less than 9.01, so that the quotient is less than 11.01 too small; or
 * less than 2.01. */
MONT8_INLINE void ntt8_begin_mul(mont8 *t, mont8 *q, const mont8 *a, const struct ntt8_factor *factor,
                                 bool precise)
{
    __m512i below = _mm512_setzero_si512();
    MONT8_UNROLL
    for (int k = 0; k < 5; k++) t->limb[k] = q->limb[k] = _mm512_setzero_si512();
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        MONT8_UNROLL
        for (int j = 0; j < 5; j++) {
            int k = i + j;
            __m512i x = a->limb[i], ratio = factor->ratio.limb[j], value = factor->value.limb[j];
            if (k < 5) t->limb[k] = _mm512_madd52lo_epu64(t->limb[k], x, value);
            if (k < 4) t->limb[k + 1] = _mm512_madd52hi_epu64(t->limb[k + 1], x, value);
            if (k >= 5) q->limb[k - 5] = _mm512_madd52lo_epu64(q->limb[k - 5], x, ratio);
            if (k >= 4) q->limb[k - 4] = _mm512_madd52hi_epu64(q->limb[k - 4], x, ratio);
            if (k == 4 && precise) below = _mm512_madd52lo_epu64(below, x, ratio);
            if (k == 3 && precise) below = _mm512_madd52hi_epu64(below, x, ratio);
        }
    }
    if (precise) q->limb[0] = _mm512_add_epi64(q->limb[0], _mm512_srli_epi64(below, 52));
    ntt8_carry_up(q);
}

/* t[n] - q[n] p modulo 2^260 for n < count, one beside the other to hide latencies; limbs carried */
MONT8_INLINE void ntt8_end_mul(mont8 *t, mont8 *q, int count)
{
    __m512i minus_p[5]; /* 2^260 - p */
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        minus_p[i] = mont8_all((i == 0 ? 0 - fr8_params.p[i] : ~fr8_params.p[i]) & MONT8_MASK);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        MONT8_UNROLL
        for (int j = 0; i + j < 5; j++) {
            MONT8_UNROLL
            for (int n = 0; n < count; n++) {
                __m512i *column = &t[n].limb[i + j], factor = q[n].limb[i];
                column[0] = _mm512_madd52lo_epu64(column[0], factor, minus_p[j]);
                if (i + j < 4) column[1] = _mm512_madd52hi_epu64(column[1], factor, minus_p[j]);
            }
        }
    }
    MONT8_UNROLL
    for (int n = 0; n < count; n++) {
        ntt8_carry_up(&t[n]);
        MONT8_UNROLL
        for (int i = 0; i < 5; i++) t[n].limb[i] = _mm512_and_si512(t[n].limb[i], mont8_all(MONT8_MASK));
    }
}

/* Below 2p, for a below 84p whose limbs need not be carried: the highest limb times 2^270/p is 2^62 times the
 * quotient by p, or that of one less. */
MONT8_INLINE void ntt8_reduce(mont8 *a)
{
    const __m512i inverse = mont8_all(NTT8_INVERSE);
    __m512i top = _mm512_add_epi64(a->limb[4], _mm512_srai_epi64(a->limb[3], 52));
    __m512i q = _mm512_madd52hi_epu64(_mm512_setzero_si512(), top, inverse);
    q = _mm512_srli_epi64(q, 10);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_sub_epi64(a->limb[i], _mm512_mullo_epi64(q, mont8_all(fr8_params.p[i])));
    mont8_carry(a);
}

/* low, high <- low + high, low - high + times p; limbs not carried */
MONT8_INLINE void ntt8_butterfly(mont8 *low, mont8 *high, uint64_t times)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i a = low->limb[i], b = high->limb[i];
        low->limb[i] = _mm512_add_epi64(a, b);
        high->limb[i] = _mm512_sub_epi64(_mm512_add_epi64(a, mont8_all(times * fr8_params.p[i])), b);
    }
}

/* The levels of one pass from the largest distance down, over x[0 .. 2^radix): sum, and difference times
 * factor. x below 3p before and, with limbs carried, after. `unit`, for a radix of 3 and pairs, says that the
 * first factor of each level is 1. */
void ntt8_split(mont8 *x, const struct ntt8_pass *pass, const __m512i *factors, bool unit);
/* The levels of one pass from the smallest distance up: product with the factor, sum and difference. x as
 * for ntt8_split, below 2p after. */
void ntt8_join(mont8 *x, const struct ntt8_pass *pass, const __m512i *factors);

/* Elements one after the other, below p. */
MONT8_INLINE void ntt8_load_rows(mont8 *out, const fr *elements)
{
    mont8_load(out, (const uint64_t(*)[4])elements);
}

MONT8_INLINE void ntt8_load_exact(mont8 *out, const fr *elements)
{
    mont8_load_exact(out, (const uint64_t(*)[4])elements);
}

MONT8_INLINE void ntt8_store_rows(fr *elements, const mont8 *a) { mont8_store((uint64_t(*)[4])elements, a); }

/* Eight sliced elements. */
MONT8_INLINE void ntt8_load(mont8 *out, const fr *group)
{
    __m512i word[4];
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) word[i] = _mm512_loadu_si512(group + 2 * i);
    mont8_unpack(out, word);
}

MONT8_INLINE void ntt8_store(fr *group, const mont8 *a)
{
    __m512i word[4];
    mont8_pack(word, a);
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) _mm512_storeu_si512(group + 2 * i, word[i]);
}

/* A walk over groups of eight columns of a block: the factors of the present one, and how much the next has
 * them further on; the elements of a column are `count`, `distance` apart. */
struct ntt8_walk {
    const __m512i *factors;
    size_t step, count, distance;
};

static inline struct ntt8_walk ntt8_walk(const struct ntt8_pass *pass, size_t group)
{
    size_t count = (size_t)1 << pass->radix, step = (count - 1) * ntt8_vectors(pass->packed);
    return (struct ntt8_walk){(const __m512i *)pass->factors + group * step, step, count,
                              (size_t)1 << (pass->log_block - pass->radix)};
}

static inline void ntt8_step(struct ntt8_walk *walk) { walk->factors += walk->step; }

/* `rows`: not sliced */
MONT8_INLINE void ntt8_load_column(mont8 *x, const struct ntt8_walk *walk, const fr *group, bool rows)
{
    for (size_t k = 0; k < walk->count; k++) {
        const fr *from = group + k * walk->distance;
        if (rows)
            ntt8_load_rows(&x[k], from);
        else
            ntt8_load(&x[k], from);
    }
}

MONT8_INLINE void ntt8_store_column(fr *group, const struct ntt8_walk *walk, const mont8 *x)
{
    for (size_t k = 0; k < walk->count; k++) ntt8_store(group + k * walk->distance, &x[k]);
}

/* x[k] lane i <- x[i] lane k, limbs as they are */
MONT8_INLINE void ntt8_transpose(mont8 x[8])
{
    for (int i = 0; i < 5; i++) {
        __m512i row[8], column[8];
        MONT8_UNROLL
        for (int k = 0; k < 8; k++) row[k] = x[k].limb[i];
        mont8_transpose(column, row);
        MONT8_UNROLL
        for (int k = 0; k < 8; k++) x[k].limb[i] = column[k];
    }
}

/* lane k <- lane 7 - k */
MONT8_INLINE void ntt8_reverse_lanes(mont8 *x)
{
    const __m512i reversed = _mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) x->limb[i] = _mm512_permutexvar_epi64(reversed, x->limb[i]);
}

/* lane k = first step^k, exact, below 2p */
void ntt8_powers(mont8 *out, const fr *first, const fr *step);
#endif
#endif
