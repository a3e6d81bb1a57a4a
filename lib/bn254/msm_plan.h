/* How a multi-scalar multiplication is cut up: signed digits, window size, order of the scalars, threads'
 * shares. Private to lib/bn254; it knows scalars alone, so G1 and G2 share it.
 *
 * Each scalar s is replaced by the shorter of s and r - s and read in `windows` digits of `window_bits` = c
 * bits,
 *
 *   s = sum_w d_w 2^(cw),   -2^(c-1) < d_w <= 2^(c-1).
 *
 * No carry runs from window to window: once the bias sum_w (2^(c-1) - 1) 2^(cw) is added to s, the plain
 * digit of the sum is d_w + 2^(c-1) - 1. A scalar of L bits has no digit from window ceil((L+1)/c) on.
 * Scalars are sorted by that number, longest first, and window w visits the first reach[w] of them: a zero is
 * never visited, a bit once. */
#ifndef BN254_MSM_PLAN_H
#define BN254_MSM_PLAN_H

#include "mont4.h"
#include "msm.h"
#include "parallel.h"

enum {
    MSM_SCALAR_BITS = 253, /* of the shorter of s and r - s */
    MSM_WINDOW_BITS_MIN = 2,
    MSM_WINDOW_BITS_MAX = 16,
    MSM_WINDOWS_MAX = (MSM_SCALAR_BITS + MSM_WINDOW_BITS_MIN) / MSM_WINDOW_BITS_MIN
};

struct msm_plan {
    const fr_int *scalars;
    uint32_t *order; /* 2 * index of the scalar, + 1 if r - s is the shorter */
    unsigned window_bits, windows;
    size_t bucket_count; /* per window: 2^(c-1) */
    /* What to add to s, or to its complement ~s to get r - s, for its digits. The highest window has no bias:
     * its digit is never negative. */
    uint64_t bias[2][4];
    size_t reach[MSM_WINDOWS_MAX];
    size_t work[MSM_WINDOWS_MAX + 1]; /* additions in window w and those above; 0 for w = windows */
    unsigned shares;                  /* threads that the work is worth, at least 1 */
};

/* order has room for count < 2^31 entries; bucket_limit, a power of two from 2 on, bounds bucket_count. The
 * window is the one for which the exactly known work is least. windows = 0 if there is nothing to add. */
void msm_plan_init(struct msm_plan *plan, const fr_int *scalars, size_t count, uint32_t *order,
                   size_t bucket_limit, unsigned threads);

/* What one thread does in one window: order[begin .. end). */
struct msm_piece {
    size_t begin, end;
};

/* The pieces of a share that are not empty lie in consecutive windows. */
struct msm_piece msm_plan_piece(const struct msm_plan *plan, struct share share, unsigned window);

/* The digit, an integer from -2^(c-1) + 1 to 2^(c-1), of an entry of order, its sign for the scalar s itself.
 */
static inline int32_t msm_plan_digit(const struct msm_plan *plan, uint32_t entry, unsigned window)
{
    uint64_t t[5] = {0}, mask = (uint64_t)0 - (entry & 1);
    const uint64_t *s = plan->scalars[entry >> 1].limb;
    for (int i = 0; i < 4; i++) t[i] = s[i] ^ mask;
    limbs4_add(t, t, plan->bias[entry & 1]);

    unsigned at = window * plan->window_bits, shift = at % 64;
    uint64_t bits = t[at / 64] >> shift | t[at / 64 + 1] << 1 << (63 - shift);
    int32_t half = (int32_t)plan->bucket_count;
    int32_t digit = (int32_t)(bits & (2 * plan->bucket_count - 1));
    if (window + 1 < plan->windows) digit -= half - 1;
    return mask ? -digit : digit;
}

#endif
