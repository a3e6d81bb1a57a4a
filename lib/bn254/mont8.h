/* Eight elements of a 254-bit prime field at once, one in each lane of AVX-512 registers, with the 52-bit
 * multiply-add instructions (IFMA). For processors of level CPU_IFMA (cpu.h) alone; mont4.h is the kernel for
 * all others, and what the results are compared with.
 *
 * A mont8 holds five limbs of 52 bits, least significant first. Its value v is not unique: every function
 * says how large its inputs may be and its output is, in multiples of the prime p ("below 2p"). All values
 * fit as long as they are below 2^260 > 84 p. Products are reduced by 2^260:
 *
 *   mul(a, b) = a b / 2^260 mod p,   below (1 + ab / (84 p^2)) p.
 *
 * A lane is filled from an element of mont4, which is x 2^256 mod p, in one of two ways. mont8_load gives the
 * same integer, below p: for these products it stands for x / 16. mont8_load_exact gives 16 times that
 * integer, below 16p: it stands for x. Formulas in which every term has the same number of loaded factors
 * take the first and leave the factor out of account.
 *
 * Limbs of inputs are below 2^52, as all functions leave them. Constant time. Private to lib/ where AVX-512
 * kernels are. Tests: tests/unit/test_mont8.c. */
#ifndef BN254_MONT8_H
#define BN254_MONT8_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>

/* Whether the processor is of level CPU_IFMA; set before main. */
extern bool mont8_available;

/* Checks for undefined behaviour are left out: compilers take minutes over them in code so much unrolled. */
#define MONT8_ATTRIBUTES target("avx512f,avx512vl,avx512dq,avx512ifma"), no_sanitize("undefined")
#define MONT8_TARGET     __attribute__((MONT8_ATTRIBUTES))
#define MONT8_INLINE     static inline __attribute__((always_inline, MONT8_ATTRIBUTES))
/* For what is long enough to be called. */
#define MONT8_CALLED static __attribute__((noinline, MONT8_ATTRIBUTES))

/* Before loops that must be unrolled, for limbs to stay in registers. */
#if defined(__clang__)
#define MONT8_UNROLL _Pragma("clang loop unroll(full)")
#else
#define MONT8_UNROLL _Pragma("GCC unroll 16")
#endif

typedef struct {
    __m512i limb[5];
} mont8;

struct mont8_modulus {
    uint64_t p[5];
    uint64_t inv; /* -1/p mod 2^52 */
};

/* Limbs of an integer of 256 bits, given as a list of four words. */
#define MONT8_LIMBS(words) MONT8_LIMBS_OF(words)
#define MONT8_LIMBS_OF(l0, l1, l2, l3)                                                                       \
    {                                                                                                        \
        (l0) & MONT8_MASK, ((uint64_t)(l0) >> 52 | (uint64_t)(l1) << 12) & MONT8_MASK,                       \
            ((uint64_t)(l1) >> 40 | (uint64_t)(l2) << 24) & MONT8_MASK,                                      \
            ((uint64_t)(l2) >> 28 | (uint64_t)(l3) << 36) & MONT8_MASK, (uint64_t)(l3) >> 16                 \
    }
#define MONT8_MASK (((uint64_t)1 << 52) - 1)

MONT8_INLINE __m512i mont8_all(uint64_t x) { return _mm512_set1_epi64((long long)x); }

/* Carries along five limbs, which may be negative: all but the highest are in 0 .. 2^52 - 1 afterwards. */
MONT8_INLINE void mont8_carry(mont8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) {
        a->limb[i + 1] = _mm512_add_epi64(a->limb[i + 1], _mm512_srai_epi64(a->limb[i], 52));
        a->limb[i] = _mm512_and_si512(a->limb[i], mont8_all(MONT8_MASK));
    }
}

/* a + b */
MONT8_INLINE void mont8_add(mont8 *out, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_add_epi64(a->limb[i], b->limb[i]);
    mont8_carry(out);
}

/* a - b + times p, for b below times p; below the bound of a and times p together */
MONT8_INLINE void mont8_sub(mont8 *out, const mont8 *a, const mont8 *b, uint64_t times,
                            const struct mont8_modulus *m)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i limb = _mm512_add_epi64(a->limb[i], mont8_all(times * m->p[i]));
        out->limb[i] = _mm512_sub_epi64(limb, b->limb[i]);
    }
    mont8_carry(out);
}

/* 2^bits a, which must fit; bits is 1 .. 8 and constant */
MONT8_INLINE void mont8_shift(mont8 *out, const mont8 *a, unsigned bits)
{
    __m512i low[5];
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) low[i] = _mm512_slli_epi64(a->limb[i], bits);
    MONT8_UNROLL
    for (int i = 4; i > 0; i--)
        out->limb[i] = _mm512_and_si512(_mm512_or_si512(low[i], _mm512_srli_epi64(a->limb[i - 1], 52 - bits)),
                                        mont8_all(MONT8_MASK));
    out->limb[0] = _mm512_and_si512(low[0], mont8_all(MONT8_MASK));
}

/* A sum of products before reduction: ten columns of weight 2^52k, signed. Some hundred products fit. */
struct mont8_wide {
    __m512i column[10];
};

MONT8_INLINE void mont8_wide_zero(struct mont8_wide *t)
{
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) t->column[i] = _mm512_setzero_si512();
}

/* t += a b */
MONT8_INLINE void mont8_wide_add(struct mont8_wide *t, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        MONT8_UNROLL
        for (int j = 0; j < 5; j++) {
            __m512i *column = &t->column[i + j];
            column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], b->limb[j]);
            column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], b->limb[j]);
        }
    }
}

/* t = a^2: the products of different limbs once, doubled, and those of equal limbs */
MONT8_INLINE void mont8_wide_sqr(struct mont8_wide *t, const mont8 *a)
{
    mont8_wide_zero(t);
    MONT8_UNROLL
    for (int i = 1; i < 5; i++) {
        MONT8_UNROLL
        for (int j = 0; j < i; j++) {
            __m512i *column = &t->column[i + j];
            column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], a->limb[j]);
            column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], a->limb[j]);
        }
    }
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) t->column[i] = _mm512_add_epi64(t->column[i], t->column[i]);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i *column = &t->column[2 * i];
        column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], a->limb[i]);
        column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], a->limb[i]);
    }
}

MONT8_INLINE void mont8_wide_sum(struct mont8_wide *t, const struct mont8_wide *u)
{
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) t->column[i] = _mm512_add_epi64(t->column[i], u->column[i]);
}

MONT8_INLINE void mont8_wide_difference(struct mont8_wide *t, const struct mont8_wide *u)
{
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) t->column[i] = _mm512_sub_epi64(t->column[i], u->column[i]);
}

/* out = t / 2^260 mod p + times p: Montgomery's reduction, the multiple of p that clears a column, five
 * times; what that column carries is known before, its value divided by 2^52 and rounded up. Between t/2^260
 * and that and p more, before times p are added; the sum must not be negative. Leaves t undefined. */
MONT8_INLINE void mont8_wide_reduce_limbs(mont8 *out, struct mont8_wide *t, uint64_t times,
                                          const struct mont8_modulus *m)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i *column = &t->column[i];
        __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), column[0], mont8_all(m->inv));
        MONT8_UNROLL
        for (int j = 0; j < 5; j++) {
            if (j > 0) column[j] = _mm512_madd52lo_epu64(column[j], q, mont8_all(m->p[j]));
            column[j + 1] = _mm512_madd52hi_epu64(column[j + 1], q, mont8_all(m->p[j]));
        }
        const __m512i carry = _mm512_srai_epi64(_mm512_add_epi64(column[0], mont8_all(MONT8_MASK)), 52);
        column[1] = _mm512_add_epi64(column[1], carry);
    }
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        out->limb[i] = t->column[5 + i];
        if (times != 0) out->limb[i] = _mm512_add_epi64(out->limb[i], mont8_all(times * m->p[i]));
    }
}

/* The same, carried. */
MONT8_INLINE void mont8_wide_reduce(mont8 *out, struct mont8_wide *t, uint64_t times,
                                    const struct mont8_modulus *m)
{
    mont8_wide_reduce_limbs(out, t, times, m);
    mont8_carry(out);
}

MONT8_INLINE void mont8_mul(mont8 *out, const mont8 *a, const mont8 *b, const struct mont8_modulus *m)
{
    struct mont8_wide t;
    mont8_wide_zero(&t);
    mont8_wide_add(&t, a, b);
    mont8_wide_reduce(out, &t, 0, m);
}

MONT8_INLINE void mont8_sqr(mont8 *out, const mont8 *a, const struct mont8_modulus *m)
{
    struct mont8_wide t;
    mont8_wide_sqr(&t, a);
    mont8_wide_reduce(out, &t, 0, m);
}

/* The lanes whose value is negative; limbs need not be carried. */
MONT8_INLINE __mmask8 mont8_negative(const mont8 *a)
{
    __m512i carry = _mm512_srai_epi64(a->limb[0], 52);
    MONT8_UNROLL
    for (int i = 1; i < 4; i++) carry = _mm512_srai_epi64(_mm512_add_epi64(a->limb[i], carry), 52);
    return _mm512_movepi64_mask(_mm512_add_epi64(a->limb[4], carry));
}

/* limbs of a += times p in the lanes of the mask, not carried */
MONT8_INLINE void mont8_lanes_add_modulus(mont8 *a, __mmask8 lanes, uint64_t times,
                                          const struct mont8_modulus *m)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_mask_add_epi64(a->limb[i], lanes, a->limb[i], mont8_all(times * m->p[i]));
}

/* limbs of a -= b and a -= p, not carried */
MONT8_INLINE void mont8_subtract_limbs(mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) a->limb[i] = _mm512_sub_epi64(a->limb[i], b->limb[i]);
}
MONT8_INLINE void mont8_subtract_modulus(mont8 *a, const struct mont8_modulus *m)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) a->limb[i] = _mm512_sub_epi64(a->limb[i], mont8_all(m->p[i]));
}

/* p - a in the lanes of the mask, for a up to p. */
MONT8_INLINE void mont8_negate_lanes(mont8 *a, __mmask8 lanes, const struct mont8_modulus *m)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_mask_sub_epi64(a->limb[i], lanes, mont8_all(m->p[i]), a->limb[i]);
    mont8_carry(a);
}

/* The same residue in 0 .. p - 1, for a value in -times p .. 2p - 1 whose limbs need not be carried; times is
 * 0 .. 3 and constant. */
MONT8_INLINE void mont8_canonical(mont8 *a, unsigned times, const struct mont8_modulus *m)
{
    if (times >= 2) mont8_lanes_add_modulus(a, mont8_negative(a), 2, m);
    if (times % 2 == 1) mont8_lanes_add_modulus(a, mont8_negative(a), 1, m);
    mont8_subtract_modulus(a, m);
    mont8_lanes_add_modulus(a, mont8_negative(a), 1, m);
    mont8_carry(a);
}

/* The lanes in which the integers are equal, not just the residues. */
MONT8_INLINE __mmask8 mont8_equal(const mont8 *a, const mont8 *b)
{
    __mmask8 equal = 0xff;
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) equal = _mm512_mask_cmpeq_epi64_mask(equal, a->limb[i], b->limb[i]);
    return equal;
}

/* Words of 64 bits, one element per lane, to limbs: the same integer, or 16 times that. */
MONT8_INLINE void mont8_unpack(mont8 *out, const __m512i word[4])
{
    out->limb[0] = word[0];
    out->limb[1] = _mm512_or_si512(_mm512_srli_epi64(word[0], 52), _mm512_slli_epi64(word[1], 12));
    out->limb[2] = _mm512_or_si512(_mm512_srli_epi64(word[1], 40), _mm512_slli_epi64(word[2], 24));
    out->limb[3] = _mm512_or_si512(_mm512_srli_epi64(word[2], 28), _mm512_slli_epi64(word[3], 36));
    out->limb[4] = _mm512_srli_epi64(word[3], 16);
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) out->limb[i] = _mm512_and_si512(out->limb[i], mont8_all(MONT8_MASK));
}

MONT8_INLINE void mont8_unpack_exact(mont8 *out, const __m512i word[4])
{
    out->limb[0] = _mm512_slli_epi64(word[0], 4);
    out->limb[1] = _mm512_or_si512(_mm512_srli_epi64(word[0], 48), _mm512_slli_epi64(word[1], 16));
    out->limb[2] = _mm512_or_si512(_mm512_srli_epi64(word[1], 36), _mm512_slli_epi64(word[2], 28));
    out->limb[3] = _mm512_or_si512(_mm512_srli_epi64(word[2], 24), _mm512_slli_epi64(word[3], 40));
    out->limb[4] = _mm512_srli_epi64(word[3], 12);
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) out->limb[i] = _mm512_and_si512(out->limb[i], mont8_all(MONT8_MASK));
}

/* The inverse of mont8_unpack, for a value below 2^256. */
MONT8_INLINE void mont8_pack(__m512i word[4], const mont8 *a)
{
    MONT8_UNROLL
    for (unsigned i = 0; i < 4; i++)
        word[i] = _mm512_or_si512(_mm512_srli_epi64(a->limb[i], 12 * i),
                                  _mm512_slli_epi64(a->limb[i + 1], 52 - 12 * i));
}

/* Rows of eight words to columns and back: out[i] has word i of all rows, row k in lane k. */
MONT8_INLINE void mont8_transpose(__m512i out[8], const __m512i row[8])
{
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    __m512i pair[8], quad[8];
    MONT8_UNROLL
    for (int k = 0; k < 8; k += 2) {
        pair[k] = _mm512_unpacklo_epi64(row[k], row[k + 1]);     /* words 0 2 4 6 of two rows */
        pair[k + 1] = _mm512_unpackhi_epi64(row[k], row[k + 1]); /* words 1 3 5 7 */
    }
    MONT8_UNROLL
    for (int k = 0; k < 8; k += 4) {
        for (int odd = 0; odd < 2; odd++) {
            quad[k + odd] = _mm512_permutex2var_epi64(pair[k + odd], low, pair[k + 2 + odd]);      /* 0 4 */
            quad[k + 2 + odd] = _mm512_permutex2var_epi64(pair[k + odd], high, pair[k + 2 + odd]); /* 2 6 */
        }
    }
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) {
        out[i] = _mm512_shuffle_i64x2(quad[i], quad[4 + i], 0x44);
        out[4 + i] = _mm512_shuffle_i64x2(quad[i], quad[4 + i], 0xee);
    }
}

/* Four rows with four words each of elements 2k and 2k + 1, to columns: out[i] has word i of all, element k
 * in lane k; and back. */
MONT8_INLINE void mont8_columns(__m512i out[4], const __m512i row[4])
{
    const __m512i low = _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13);
    const __m512i high = _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15);
    __m512i even[2], odd[2]; /* words 0 and 2, 1 and 3 */
    MONT8_UNROLL
    for (int k = 0; k < 2; k++) {
        even[k] = _mm512_unpacklo_epi64(row[2 * k], row[2 * k + 1]);
        odd[k] = _mm512_unpackhi_epi64(row[2 * k], row[2 * k + 1]);
    }
    out[0] = _mm512_permutex2var_epi64(even[0], low, even[1]);
    out[1] = _mm512_permutex2var_epi64(odd[0], low, odd[1]);
    out[2] = _mm512_permutex2var_epi64(even[0], high, even[1]);
    out[3] = _mm512_permutex2var_epi64(odd[0], high, odd[1]);
}

MONT8_INLINE void mont8_rows(__m512i row[4], const __m512i column[4])
{
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    __m512i even[2], odd[2]; /* words 0 and 1, 2 and 3 of even and of odd elements */
    MONT8_UNROLL
    for (int i = 0; i < 2; i++) {
        even[i] = _mm512_unpacklo_epi64(column[2 * i], column[2 * i + 1]);
        odd[i] = _mm512_unpackhi_epi64(column[2 * i], column[2 * i + 1]);
    }
    const __m512i elements_02 = _mm512_permutex2var_epi64(even[0], low, even[1]);
    const __m512i elements_46 = _mm512_permutex2var_epi64(even[0], high, even[1]);
    const __m512i elements_13 = _mm512_permutex2var_epi64(odd[0], low, odd[1]);
    const __m512i elements_57 = _mm512_permutex2var_epi64(odd[0], high, odd[1]);
    row[0] = _mm512_shuffle_i64x2(elements_02, elements_13, 0x44);
    row[1] = _mm512_shuffle_i64x2(elements_02, elements_13, 0xee);
    row[2] = _mm512_shuffle_i64x2(elements_46, elements_57, 0x44);
    row[3] = _mm512_shuffle_i64x2(elements_46, elements_57, 0xee);
}

/* Eight elements of four words that follow each other in memory, to columns. */
MONT8_INLINE void mont8_load_words(__m512i word[4], const uint64_t (*elements)[4])
{
    __m512i row[4];
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) row[i] = _mm512_loadu_si512(elements + 2 * i);
    mont8_columns(word, row);
}

/* Element k in lane k: values below p. */
MONT8_INLINE void mont8_load(mont8 *out, const uint64_t (*elements)[4])
{
    __m512i word[4];
    mont8_load_words(word, elements);
    mont8_unpack(out, word);
}

/* The same, 16 times each: values below 16p. */
MONT8_INLINE void mont8_load_exact(mont8 *out, const uint64_t (*elements)[4])
{
    __m512i word[4];
    mont8_load_words(word, elements);
    mont8_unpack_exact(out, word);
}

/* The inverse of mont8_load; a must be canonical for the elements to be. */
MONT8_INLINE void mont8_store(uint64_t (*elements)[4], const mont8 *a)
{
    __m512i row[4], word[4];
    mont8_pack(word, a);
    mont8_rows(row, word);
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) _mm512_storeu_si512(elements + 2 * i, row[i]);
}

/* Lane k from the words at element[k], as mont8_load. */
MONT8_INLINE void mont8_gather(mont8 *out, const uint64_t *const element[8])
{
    __m512i row[4], word[4];
    MONT8_UNROLL
    for (int i = 0; i < 4; i++) {
        __m256i even = _mm256_loadu_si256((const __m256i_u *)element[2 * i]);
        __m256i odd = _mm256_loadu_si256((const __m256i_u *)element[2 * i + 1]);
        row[i] = _mm512_inserti64x4(_mm512_castsi256_si512(even), odd, 1);
    }
    mont8_columns(word, row);
    mont8_unpack(out, word);
}

/* All lanes the same integer. */
MONT8_INLINE void mont8_broadcast(mont8 *out, const uint64_t limb[5])
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = mont8_all(limb[i]);
}

/* out = lanes ? b : a, lane by lane */
MONT8_INLINE void mont8_select(mont8 *out, __mmask8 lanes, const mont8 *a, const mont8 *b)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_mask_mov_epi64(a->limb[i], lanes, b->limb[i]);
}
#else
enum { mont8_available = false };
#endif
#endif
