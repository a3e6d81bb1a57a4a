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
    MSM_WINDOW_BITS_MAX = 15,
    MSM_WINDOWS_MAX = (MSM_SCALAR_BITS + MSM_WINDOW_BITS_MIN) / MSM_WINDOW_BITS_MIN
};

struct msm_plan {
    uint32_t *order; /* indices of the scalars */
    /* Of each window, the digits of those it visits, in this order: -2^(c-1) .. 2^(c-1). */
    int16_t *digits[MSM_WINDOWS_MAX];
    unsigned window_bits, windows;
    size_t bucket_count; /* per window: 2^(c-1) */
    /* What to add to s, or to its complement ~s to get r - s, for its digits. The highest window has no bias:
     * its digit is never negative. */
    uint64_t bias[2][4];
    size_t reach[MSM_WINDOWS_MAX];
    size_t work[MSM_WINDOWS_MAX + 1]; /* additions in window w and those above; 0 for w = windows */
    unsigned shares;                  /* threads that the work is worth, at least 1 */
};

/* The points to which the scalars belong; one whose words are all zero is infinity and left out. */
struct msm_points {
    const uint64_t *words;
    size_t size; /* of one, in words */
};

/* Memory that msm_plan_init takes, in bytes, a multiple of 64, and with a given window. */
size_t msm_plan_scratch_size(size_t count);
size_t msm_plan_fixed_scratch_size(size_t count, unsigned window_bits);

/* count < 2^31; scratch of the size above, aligned to 64; bucket_limit, a power of two from 2 on, bounds
 * bucket_count. The window is the one for which the exactly known work is least, of those whose digits find
 * room. windows = 0 if there is nothing to add. */
void msm_plan_init(struct msm_plan *plan, const fr_int *scalars, struct msm_points points, size_t count,
                   void *scratch, size_t bucket_limit, unsigned threads);
/* The same with the window given, for tables: the buckets of all windows are one set. */
void msm_plan_init_fixed(struct msm_plan *plan, const fr_int *scalars, struct msm_points points, size_t count,
                         unsigned window_bits, void *scratch, unsigned threads);

/* What one thread does in one window: order[begin .. end). */
struct msm_piece {
    size_t begin, end;
};

/* The pieces of a share that are not empty lie in consecutive windows. */
struct msm_piece msm_plan_piece(const struct msm_plan *plan, struct share share, unsigned window);

#endif
