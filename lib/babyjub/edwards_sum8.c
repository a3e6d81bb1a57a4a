#include "edwards_sum.h"

#include "mont8.h"
#include "checked.h"
#include "edwards8.h"

/* Pippenger's method as in edwards_sum.c, eight digit places at a time: lane k has buckets of its own, for
 * place 8 g + k in group g, and a term adds its point in all lanes at once, each to the bucket of the lane's
 * digit. Digits have 8 bits, or 4 in short sums, where clearing and adding up the buckets would cost more
 * than the terms. Digit 0 has a bucket too, which is not added up. */
enum { WIDTH_SHORT = 4, WIDTH_LONG = 8, LONG_MIN = 150, WORDS = 24 };

/* x, y, z, t with five limbs each of one lane's point; the rest is not used. */
struct bucket {
    uint64_t word[WORDS];
};

static unsigned choose_width(size_t count) { return count < LONG_MIN ? WIDTH_SHORT : WIDTH_LONG; }

static size_t rows(unsigned width) { return ((size_t)1 << (width - 1)) + 1; }

size_t edwards_sum8_scratch_size(size_t count)
{
    return 64 + 8 * rows(choose_width(count)) * sizeof(struct bucket);
}

#if defined(__x86_64__)

/* Limbs of the points in lanes, from the columns of a list of eight elements: unused lanes repeat the last.
 */
MONT8_TARGET void edwards_terms8_set(struct edwards_term *terms, const bjj_point *const *points, size_t count)
{
    struct edwards8_affine affine;
    mont8 x, y, one;
    const fr *px[8], *py[8];
    for (size_t k = 0; k < 8; k++) {
        px[k] = &points[k < count ? k : count - 1]->x;
        py[k] = &points[k < count ? k : count - 1]->y;
    }
    mont8_broadcast(&one, fr8_one);
    fr8_gather_exact(&x, px);
    fr8_gather_exact(&y, py);
    fr8_broadcast_exact(&affine.t2d, &edwards_scale);
    mont8_mul(&x, &x, &affine.t2d, &fr8_params);
    mont8_mul(&y, &y, &one, &fr8_params);
    mont8_add(&affine.y_plus_x, &y, &x);
    mont8_sub(&affine.y_minus_x, &y, &x, 2, &fr8_params);
    fr8_broadcast_exact(&affine.t2d, &edwards_2d);
    mont8_mul(&x, &x, &y, &fr8_params);
    mont8_mul(&affine.t2d, &affine.t2d, &x, &fr8_params);
    const mont8 *part[3] = {&affine.y_plus_x, &affine.y_minus_x, &affine.t2d};
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 5; i++) {
            uint64_t limb[8];
            _mm512_storeu_si512(limb, part[j]->limb[i]);
            for (size_t k = 0; k < count; k++) terms[k].point.limbs[j][i] = limb[k];
        }
}

/* A signed digit d of lane k is in places[k]: */
struct digits {
    struct bucket *bucket[8];
    __mmask8 negative;
};

/* The place's bits of scalar + bias, less the bias, as in edwards_sum.c. A scalar of m 64-bit limbs, the
 * highest below 2^63, has 64 m / width places, and the highest place has no bias; all others are zero.
 * Returns false if the group's digits are all of those. */
MONT8_INLINE bool group_digits(struct digits *out, const bjj_scalar *scalar, unsigned width, unsigned group,
                               struct bucket *buckets)
{
    const unsigned limb = 8 * width * group / 64, shift = 8 * width * group % 64;
    const uint64_t half = (uint64_t)1 << (width - 1),
                   bias = width == WIDTH_LONG ? 0x8080808080808080 : 0x8888888888888888;
    unsigned limbs = 4;
    while (limbs > 0 && scalar->limb[limbs - 1] == 0) limbs--;
    if (limbs > 0 && scalar->limb[limbs - 1] >> 63 != 0) limbs++;
    if (limb >= limbs) return false;
    uint64_t biased = 0, carry = 0;
    for (unsigned i = 0; i <= limb; i++) {
        uint64_t top = i + 1 == limbs ? half << (64 - width) : 0;
        u128 sum = (u128)scalar->limb[i] + (bias - top) + carry;
        biased = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    bool highest = limb + 1 == limbs && shift + 8 * width == 64;
    const __m512i lane = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    __m512i digit = _mm512_srlv_epi64(mont8_all(biased >> shift), _mm512_mullo_epi64(lane, mont8_all(width)));
    digit = _mm512_and_si512(digit, mont8_all(2 * half - 1));
    digit = _mm512_mask_sub_epi64(digit, highest ? 0x7f : 0xff, digit, mont8_all(half));
    out->negative = _mm512_movepi64_mask(digit);
    __m512i row = _mm512_slli_epi64(_mm512_abs_epi64(digit), 3);
    __m512i address = _mm512_mullo_epi64(_mm512_add_epi64(row, lane), mont8_all(sizeof(struct bucket)));
    _mm512_storeu_si512(out->bucket, _mm512_add_epi64(address, mont8_all((uint64_t)(uintptr_t)buckets)));
    return true;
}

MONT8_INLINE void load_buckets(struct edwards8 *out, struct bucket *const bucket[8])
{
    __m512i row[8], column[WORDS];
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) row[k] = _mm512_load_si512(bucket[k]->word);
    mont8_transpose(column, row);
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) row[k] = _mm512_load_si512(bucket[k]->word + 8);
    mont8_transpose(column + 8, row);
    MONT8_UNROLL
    for (int k = 0; k < 8; k += 2) {
        __m256i even = _mm256_load_si256((const __m256i *)(const void *)(bucket[k]->word + 16));
        __m256i odd = _mm256_load_si256((const __m256i *)(const void *)(bucket[k + 1]->word + 16));
        row[k / 2] = _mm512_inserti64x4(_mm512_castsi256_si512(even), odd, 1);
    }
    mont8_columns(column + 16, row);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        out->x.limb[i] = column[i];
        out->y.limb[i] = column[5 + i];
        out->z.limb[i] = column[10 + i];
        out->t.limb[i] = column[15 + i];
    }
}

MONT8_INLINE void store_buckets(struct bucket *const bucket[8], const struct edwards8 *p)
{
    __m512i row[8], column[WORDS];
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        column[i] = p->x.limb[i];
        column[5 + i] = p->y.limb[i];
        column[10 + i] = p->z.limb[i];
        column[15 + i] = p->t.limb[i];
    }
    mont8_transpose(row, column);
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) _mm512_store_si512(bucket[k]->word, row[k]);
    mont8_transpose(row, column + 8);
    MONT8_UNROLL
    for (int k = 0; k < 8; k++) _mm512_store_si512(bucket[k]->word + 8, row[k]);
    mont8_rows(row, column + 16);
    MONT8_UNROLL
    for (int k = 0; k < 8; k += 2) {
        _mm256_store_si256((__m256i *)(void *)(bucket[k]->word + 16), _mm512_castsi512_si256(row[k / 2]));
        _mm256_store_si256((__m256i *)(void *)(bucket[k + 1]->word + 16),
                           _mm512_extracti64x4_epi64(row[k / 2], 1));
    }
}

MONT8_INLINE void row_of(struct bucket *out[8], struct bucket *buckets, size_t row)
{
    for (size_t k = 0; k < 8; k++) out[k] = &buckets[8 * row + k];
}

MONT8_TARGET static void clear(struct bucket *buckets, unsigned width)
{
    struct bucket *row[8];
    struct edwards8 identity;
    edwards8_identity(&identity);
    for (size_t j = 0; j < rows(width); j++) {
        row_of(row, buckets, j);
        store_buckets(row, &identity);
    }
}

MONT8_TARGET static void add_terms(struct bucket *buckets, const struct edwards_term *terms, size_t count,
                                   unsigned width, unsigned group)
{
    for (size_t i = 0; i < count; i++) {
        struct digits digits;
        struct edwards8_affine point;
        struct edwards8 sum;
        if (!group_digits(&digits, &terms[i].scalar, width, group, buckets)) continue;
        mont8_broadcast(&point.y_plus_x, terms[i].point.limbs[0]);
        mont8_broadcast(&point.y_minus_x, terms[i].point.limbs[1]);
        mont8_broadcast(&point.t2d, terms[i].point.limbs[2]);
        load_buckets(&sum, digits.bucket);
        edwards8_add_affine(&sum, &point, digits.negative);
        store_buckets(digits.bucket, &sum);
    }
}

/* out[k] = sum over j of j * bucket j of lane k, from the top. */
MONT8_TARGET static void sum_buckets(struct edwards out[8], struct bucket *buckets, unsigned width)
{
    struct bucket *row[8];
    struct edwards8 running, sum, bucket;
    mont8 d2;
    size_t j = rows(width) - 1;
    fr8_broadcast_exact(&d2, &edwards_2d);
    row_of(row, buckets, j);
    load_buckets(&running, row);
    sum = running;
    while (--j > 0) {
        row_of(row, buckets, j);
        load_buckets(&bucket, row);
        edwards8_add(&running, &bucket, &d2);
        edwards8_add(&sum, &running, &d2);
    }
    const mont8 *part[4] = {&sum.x, &sum.y, &sum.z, &sum.t};
    fr coordinate[4][8];
    for (int i = 0; i < 4; i++) fr8_store_exact(coordinate[i], part[i]);
    for (int k = 0; k < 8; k++)
        out[k] = (struct edwards){coordinate[0][k], coordinate[1][k], coordinate[2][k], coordinate[3][k]};
}

void edwards_sum8_vartime(struct edwards *out, const struct edwards_term *terms, size_t count, void *scratch)
{
    unsigned width = choose_width(count);
    struct bucket *buckets = (struct bucket *)(((uintptr_t)scratch + 63) / 64 * 64);
    edwards_identity(out);
    for (unsigned group = 32 / width; group-- > 0;) {
        struct edwards place[8];
        clear(buckets, width);
        add_terms(buckets, terms, count, width, group);
        sum_buckets(place, buckets, width);
        for (int k = 7; k >= 0; k--) {
            edwards_double_times(out, out, width);
            edwards_add(out, out, &place[k]);
        }
    }
}
#else

void edwards_terms8_set(struct edwards_term *terms, const bjj_point *const *points, size_t count)
{
    (void)terms, (void)points, (void)count;
    ROAM_ASSERT(mont8_available);
}

void edwards_sum8_vartime(struct edwards *out, const struct edwards_term *terms, size_t count, void *scratch)
{
    (void)out, (void)terms, (void)count, (void)scratch;
    ROAM_ASSERT(mont8_available);
}
#endif
