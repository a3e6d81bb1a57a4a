#include "edwards_sum.h"

#include "mont8.h"
#include "checked.h"

/* Pippenger's method. A scalar is cut into signed digits of w bits; for every digit place each point is added
 * to the bucket of its digit's magnitude, and sum over j of j * bucket[j] is the place's sum.
 *
 * Digits without carries: with bias = sum of 2^(w-1) 2^(wi) over all places but the highest, place i of
 * scalar + bias less 2^(w-1) is the digit. There are floor(251/w) + 1 places, so the highest has at most w -
 * 1 bits of a scalar below l < 2^251, plus a carry: at most 2^(w-1), like the others. */
enum { SCALAR_BITS = 251, WIDTH_MIN = 3, WIDTH_MAX = 11 };

static unsigned places(unsigned width) { return SCALAR_BITS / width + 1; }

/* The width with the fewest additions: count per place, and two per bucket. */
static unsigned choose_width(size_t count)
{
    unsigned best = WIDTH_MIN;
    size_t best_cost = SIZE_MAX;
    for (unsigned width = WIDTH_MIN; width <= WIDTH_MAX; width++) {
        size_t cost = places(width) * (count + ((size_t)2 << (width - 1)));
        if (cost < best_cost) {
            best = width;
            best_cost = cost;
        }
    }
    return best;
}

size_t edwards_sum_scratch_size(size_t count)
{
    if (mont8_available) return edwards_sum8_scratch_size(count);
    return ((size_t)1 << (choose_width(count) - 1)) * sizeof(struct edwards);
}

void edwards_terms_set(struct edwards_term *terms, const bjj_point *const *points, size_t count)
{
    ROAM_ASSERT(count <= 8);
    if (count > 0 && mont8_available) {
        edwards_terms8_set(terms, points, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct edwards p;
        edwards_from_point(&p, points[i]);
        edwards_affine_from(&terms[i].point.affine, &p);
    }
}

static void make_bias(uint64_t bias[4], unsigned width)
{
    for (int i = 0; i < 4; i++) bias[i] = 0;
    for (unsigned place = 0; place + 1 < places(width); place++) {
        unsigned bit = width * place + width - 1;
        bias[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
}

static int digit_at(const bjj_scalar *scalar, const uint64_t bias[4], unsigned width, unsigned place)
{
    uint64_t biased[5] = {0}, carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 sum = (u128)scalar->limb[i] + bias[i] + carry;
        biased[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    unsigned bit = width * place, limb = bit / 64, shift = bit % 64;
    uint64_t window = biased[limb] >> shift;
    if (shift > 0) window |= biased[limb + 1] << (64 - shift);
    int digit = (int)(window & (((uint64_t)1 << width) - 1));
    return place + 1 < places(width) ? digit - (1 << (width - 1)) : digit;
}

/* sum over j of (j + 1) * bucket[j], from the top: each bucket is in every running sum from its own on. */
static void sum_buckets(struct edwards *out, const struct edwards *buckets, size_t count)
{
    struct edwards running = buckets[count - 1], sum = running;
    for (size_t j = count - 1; j-- > 0;) {
        edwards_add(&running, &running, &buckets[j]);
        edwards_add(&sum, &sum, &running);
    }
    *out = sum;
}

static void sum_one_place_at_a_time(struct edwards *out, const struct edwards_term *terms, size_t count,
                                    struct edwards *buckets)
{
    unsigned width = choose_width(count);
    size_t bucket_count = (size_t)1 << (width - 1);
    uint64_t bias[4];
    make_bias(bias, width);
    edwards_identity(out);
    for (unsigned place = places(width); place-- > 0;) {
        edwards_double_times(out, out, width);
        for (size_t j = 0; j < bucket_count; j++) edwards_identity(&buckets[j]);
        for (size_t i = 0; i < count; i++) {
            int digit = digit_at(&terms[i].scalar, bias, width, place);
            if (digit == 0) continue;
            struct edwards *bucket = &buckets[digit > 0 ? digit - 1 : -digit - 1];
            edwards_add_affine(bucket, bucket, &terms[i].point.affine, digit < 0);
        }
        struct edwards sum;
        sum_buckets(&sum, buckets, bucket_count);
        edwards_add(out, out, &sum);
    }
}

void edwards_sum_vartime(struct edwards *out, const struct edwards_term *terms, size_t count, void *scratch)
{
    if (mont8_available)
        edwards_sum8_vartime(out, terms, count, scratch);
    else
        sum_one_place_at_a_time(out, terms, count, scratch);
}
