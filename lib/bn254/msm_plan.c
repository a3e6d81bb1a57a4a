#include "msm_plan.h"

/* Below this many additions a thread costs more than it brings. */
enum { MSM_SHARE_MIN = 1024 };

/* The bits of the shorter of s and r - s; *negated tells which. */
static unsigned shorter_bits(const fr_int *s, uint32_t *negated)
{
    uint64_t opposite[4], shorter[4];
    limbs4_sub(opposite, fr_modulus, s->limb);
    *negated = limbs4_less(opposite, s->limb);
    limbs4_select(shorter, (uint64_t)0 - *negated, opposite, s->limb);
    unsigned bits = 0;
    for (unsigned i = 0; i < 4; i++)
        if (shorter[i] != 0) bits = 64 * i + 64 - (unsigned)__builtin_clzll(shorter[i]);
    ROAM_ASSERT(bits <= MSM_SCALAR_BITS); /* else s > r */
    return bits;
}

static unsigned windows_for(unsigned bits, unsigned window_bits)
{
    return bits == 0 ? 0 : (bits + window_bits) / window_bits;
}

static bool is_infinity(struct msm_points points, size_t i)
{
    const uint64_t *word = points.words + i * points.size;
    uint64_t any = 0;
    for (size_t k = 0; k < points.size && any == 0; k++) any |= word[k];
    return any == 0;
}

/* length[i]: 0 for scalars and points that do not count, else the bits of the shorter of s and r - s, the
 * negative of that for r - s. at_least[b]: how many have b bits or more. Returns the most bits any has. */
static unsigned count_lengths(int16_t *length, size_t at_least[MSM_SCALAR_BITS + 1], const fr_int *scalars,
                              struct msm_points points, size_t count)
{
    uint32_t negated;
    unsigned longest = 0;
    for (unsigned b = 0; b <= MSM_SCALAR_BITS; b++) at_least[b] = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned bits = shorter_bits(&scalars[i], &negated);
        if (bits > 0 && is_infinity(points, i)) bits = 0;
        length[i] = (int16_t)(negated ? -(int)bits : (int)bits);
        if (bits == 0) continue;
        at_least[bits]++;
        if (bits > longest) longest = bits;
    }
    for (unsigned b = MSM_SCALAR_BITS; b-- > 0;) at_least[b] += at_least[b + 1];
    return longest;
}

/* Fills in everything that follows from the window size. A window costs one addition for each scalar it
 * visits and, unless all have one set of buckets, two for each bucket. */
static void set_window(struct msm_plan *plan, unsigned window_bits, unsigned longest, const size_t *at_least,
                       bool one_set)
{
    plan->window_bits = window_bits;
    plan->windows = windows_for(longest, window_bits);
    plan->bucket_count = (size_t)1 << (window_bits - 1);
    plan->work[plan->windows] = 0;
    for (unsigned w = plan->windows; w-- > 0;) {
        plan->reach[w] = at_least[w == 0 ? 1 : w * window_bits];
        plan->work[w] = plan->work[w + 1] + plan->reach[w] + (one_set ? 0 : 2 * plan->bucket_count);
    }
}

/* Time with perfect balance; a window that is cut in two has its buckets summed twice. */
static size_t elapsed(const struct msm_plan *plan, unsigned threads)
{
    return plan->work[0] / threads + (threads > 1 ? 2 * plan->bucket_count : 0);
}

/* Room for the digits of full scalars in windows that are near the best for so many of them, or for one less
 * than the least number that has windows so wide: it never falls when count grows. */
static size_t digit_capacity(size_t count)
{
    unsigned window_bits = MSM_WINDOW_BITS_MIN;
    while (window_bits < MSM_WINDOW_BITS_MAX - 1 && count >> (window_bits + 4) > 0) window_bits++;
    size_t room = count * windows_for(MSM_SCALAR_BITS, window_bits), before = 0;
    if (window_bits > MSM_WINDOW_BITS_MIN)
        before = (((size_t)1 << (window_bits + 3)) - 1) * windows_for(MSM_SCALAR_BITS, window_bits - 1);
    return room > before ? room : before;
}

static size_t digit_count(const struct msm_plan *plan)
{
    size_t sum = 0;
    for (unsigned w = 0; w < plan->windows; w++) sum += plan->reach[w];
    return sum;
}

static void choose_window(struct msm_plan *plan, unsigned longest, const size_t *at_least, size_t count,
                          size_t bucket_limit, unsigned threads)
{
    unsigned best = 0;
    size_t least = SIZE_MAX;
    for (unsigned c = MSM_WINDOW_BITS_MIN; c <= MSM_WINDOW_BITS_MAX && (size_t)1 << (c - 1) <= bucket_limit;
         c++) {
        set_window(plan, c, longest, at_least, false);
        if (elapsed(plan, threads) >= least || digit_count(plan) > digit_capacity(count)) continue;
        least = elapsed(plan, threads);
        best = c;
    }
    ROAM_ASSERT(best != 0);
    set_window(plan, best, longest, at_least, false);
}

/* bias[0] = sum (2^(c-1) - 1) 2^(cw) over all windows but the highest; as r - s = ~s + r + 1 mod 2^256,
 * bias[1] = bias[0] + r + 1. */
static void set_bias(struct msm_plan *plan)
{
    static const uint64_t one[4] = {1};
    uint64_t *bias = plan->bias[0];
    for (unsigned i = 0; i < 4; i++) bias[i] = 0;
    for (unsigned bit = 0; plan->windows > 0 && bit < (plan->windows - 1) * plan->window_bits; bit++)
        if (bit % plan->window_bits < plan->window_bits - 1) bias[bit / 64] |= (uint64_t)1 << bit % 64;
    limbs4_add(plan->bias[1], bias, fr_modulus);
    limbs4_add(plan->bias[1], plan->bias[1], one);
}

/* s + bias, or ~s + bias, whose plain digits are the signed ones shifted. */
static void add_bias(uint64_t t[5], const struct msm_plan *plan, const fr_int *scalar, uint32_t negated)
{
    uint64_t mask = (uint64_t)0 - negated;
    for (int k = 0; k < 4; k++) t[k] = scalar->limb[k] ^ mask;
    limbs4_add(t, t, plan->bias[negated]);
    t[4] = 0;
}

/* The digits of the first `windows` windows go to `place` of each. */
static void write_digits(struct msm_plan *plan, size_t place, const uint64_t t[5], unsigned windows,
                         uint32_t negated)
{
    int32_t half = (int32_t)plan->bucket_count;
    for (unsigned w = 0; w < windows; w++) {
        unsigned at = w * plan->window_bits, shift = at % 64;
        uint64_t bits = t[at / 64] >> shift | t[at / 64 + 1] << 1 << (63 - shift);
        int32_t digit = (int32_t)(bits & (2 * plan->bucket_count - 1));
        if (w + 1 < plan->windows) digit -= half - 1;
        plan->digits[w][place] = (int16_t)(negated ? -digit : digit);
    }
}

/* Counting sort by number of windows, most first; equal ones stay in the order of the points. */
static void sort_scalars(struct msm_plan *plan, const int16_t *length, const fr_int *scalars, size_t count)
{
    size_t next[MSM_WINDOWS_MAX + 1];
    for (unsigned w = 1; w <= plan->windows; w++) next[w] = w < plan->windows ? plan->reach[w] : 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t negated = length[i] < 0;
        unsigned windows = windows_for((unsigned)(negated ? -length[i] : length[i]), plan->window_bits);
        if (windows == 0) continue;
        uint64_t biased[5];
        size_t place = next[windows]++;
        add_bias(biased, plan, &scalars[i], negated);
        write_digits(plan, place, biased, windows, negated);
        plan->order[place] = (uint32_t)i;
    }
}

static size_t round_up_64(size_t size) { return (size + 63) / 64 * 64; }

static size_t scratch_size(size_t count, size_t digits)
{
    return round_up_64(count * sizeof(uint32_t) + (count + digits) * sizeof(int16_t));
}

size_t msm_plan_scratch_size(size_t count) { return scratch_size(count, digit_capacity(count)); }

size_t msm_plan_fixed_scratch_size(size_t count, unsigned window_bits)
{
    return scratch_size(count, count * windows_for(MSM_SCALAR_BITS, window_bits));
}

/* Cuts the digits, once the window is chosen. */
static void finish_plan(struct msm_plan *plan, const int16_t *length, int16_t *digits, const fr_int *scalars,
                        size_t count, unsigned threads)
{
    for (unsigned w = 0; w < plan->windows; digits += plan->reach[w++]) plan->digits[w] = digits;
    set_bias(plan);
    sort_scalars(plan, length, scalars, count);
    size_t worth = plan->work[0] / MSM_SHARE_MIN + 1;
    plan->shares = worth < threads ? (unsigned)worth : threads;
}

void msm_plan_init(struct msm_plan *plan, const fr_int *scalars, struct msm_points points, size_t count,
                   void *scratch, size_t bucket_limit, unsigned threads)
{
    size_t at_least[MSM_SCALAR_BITS + 1];
    ROAM_ASSERT(count <= INT32_MAX);
    plan->order = scratch;
    int16_t *length = (void *)(plan->order + count);
    unsigned longest = count_lengths(length, at_least, scalars, points, count);
    choose_window(plan, longest, at_least, count, bucket_limit, threads);
    finish_plan(plan, length, length + count, scalars, count, threads);
}

void msm_plan_init_fixed(struct msm_plan *plan, const fr_int *scalars, struct msm_points points, size_t count,
                         unsigned window_bits, void *scratch, unsigned threads)
{
    size_t at_least[MSM_SCALAR_BITS + 1];
    ROAM_ASSERT(count <= INT32_MAX);
    plan->order = scratch;
    int16_t *length = (void *)(plan->order + count);
    unsigned longest = count_lengths(length, at_least, scalars, points, count);
    set_window(plan, window_bits, longest, at_least, true);
    finish_plan(plan, length, length + count, scalars, count, threads);
}

/* The sum is over as many additions as there are digits, and twice as many as there are buckets. */
struct msm_table_shape msm_table_shape(size_t count)
{
    struct msm_table_shape shape = {0};
    size_t least = SIZE_MAX;
    for (unsigned c = MSM_WINDOW_BITS_MIN; c <= MSM_WINDOW_BITS_MAX; c++) {
        unsigned windows = windows_for(MSM_SCALAR_BITS, c);
        size_t work = count * windows + ((size_t)1 << c);
        if (work >= least) continue;
        least = work;
        shape = (struct msm_table_shape){count, c, windows};
    }
    return shape;
}

static size_t clip(size_t position, size_t low, size_t size)
{
    return position < low ? 0 : position - low < size ? position - low : size;
}

/* Shares are equal ranges of the work, which is laid out from the highest window down. */
struct msm_piece msm_plan_piece(const struct msm_plan *plan, struct share share, unsigned window)
{
    size_t above = plan->work[window + 1];
    return (struct msm_piece){clip(share_begin(share, plan->work[0]), above, plan->reach[window]),
                              clip(share_end(share, plan->work[0]), above, plan->reach[window])};
}
